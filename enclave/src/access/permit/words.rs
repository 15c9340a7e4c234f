//! What somebody is told who is not permitted to ask.

use crate::words::{Refusal, RefusalCode};

/// Message and remedy, each Japanese and English.
pub(super) type Words = [(&'static str, &'static str); 2];

pub(super) const WRONG_ROLE: Words = [
    (
        "この役割では質問できません。質問できるのは研究者だけです。",
        "This role does not ask questions; only researchers do.",
    ),
    (
        "研究者として登録された取扱者で入ってください。",
        "Come in as a handler who is registered as a researcher.",
    ),
];
pub(super) const TRAINING_ENDED: Words = [
    ("取扱者の研修の有効期限が切れています。", "The handler's training has expired."),
    (
        "研修を受け、登録担当者に更新を届け出てください。",
        "Take the training and have the registrar enter its new date.",
    ),
];
pub(super) const OTHER_ORGANISATION: Words = [
    (
        "取扱者の所属する利用事業者は、この課題の利用事業者でも共同利用者でもありません。",
        "The handler's organisation is neither the study's nor a joint user of it.",
    ),
    (
        "登録担当者に、所属または共同利用の届出を確かめてください。",
        "Ask the registrar about the roster, or about joint use.",
    ),
];
pub(super) const TYPE_I: Words = [
    (
        "Ⅰ型認定仮名加工医療情報利用事業者は、この環境のセッションを利用できません。ここで分析できるのはⅡ型だけです。",
        "Certified users of type I open no session here: only those of type II analyse in this environment.",
    ),
    (
        "Ⅰ型はデータの提供を受けて分析します。ここで分析するには、Ⅱ型の認定を受けてください。",
        "Type I users are provided with the data. To analyse here, be certified as type II.",
    ),
];
pub(super) const CERTIFICATE_REVOKED: Words = [
    ("利用事業者の認定が取り消されています。", "The organisation's certificate was revoked."),
    ("登録担当者に連絡してください。", "Ask the registrar."),
];
pub(super) const CERTIFICATE_ENDED: Words = [
    ("利用事業者の認定の有効期間外です。", "The organisation's certificate is not valid at this time."),
    ("認定の更新を登録担当者に届け出てください。", "Have the registrar enter the renewed certificate."),
];
pub(super) const NOT_REVIEWED: Words = [
    (
        "この課題は、まだ審査委員会の審査を受けていません。",
        "The review committee has not judged this study yet.",
    ),
    (
        "審査で承認され、登録担当者が決定を登録すると利用できます。",
        "It opens once the committee approves it and the registrar has entered the decision.",
    ),
];
pub(super) const NOT_APPROVED: Words = [
    ("この課題は、審査委員会で承認されていません。", "The review committee has not approved this study."),
    (
        "審査の決定を登録担当者に確かめ、必要なら改めて審査を申請してください。",
        "Ask the registrar about the decision, and apply for another review if need be.",
    ),
];
// The notice of the Japan Medical Association on the amended Act (April 2024).
pub(super) const LINKED: Words = [
    (
        "仮名加工医療情報は、NDB・介護DBなどの公的データベースと連結できません。",
        "Pseudonymised data must not be linked with NDB, the long-term care database and other public databases.",
    ),
    (
        "連結できるのは匿名加工医療情報だけで、別の手続きによります。連結しない計画に改めてください。",
        "Only anonymised data may be, by a separate procedure. Plan the study without the linkage.",
    ),
];
pub(super) const NOT_BEGUN: Words = [
    ("課題の利用期間はまだ始まっていません。", "The study's period has not begun."),
    (
        "開始日以降に実行するか、登録担当者に期間を確かめてください。",
        "Ask again once it has begun, or ask the registrar about the period.",
    ),
];
pub(super) const STUDY_ENDED: Words = [
    ("課題の利用期間は終わりました。", "The study's period has ended."),
    (
        "続けるには、登録担当者に期間の延長を申請してください。",
        "To go on, apply to the registrar for an extension.",
    ),
];
pub(super) const UNREADABLE: Words = [
    ("登録簿を読めないため、許可できません。", "The register cannot be read, so nothing is permitted."),
    ("管理者に連絡してください。", "Tell the administrator."),
];

/// The refusal with these words.
pub(super) fn refused(&[(ja, en), (ja_do, en_do)]: &Words) -> Refusal {
    Refusal::new(RefusalCode::NotPermitted, "").message(ja, en).remedy(ja_do, en_do)
}
