//! What somebody is told who wants to come in. Never whether an account exists.

use super::LoginError;
use crate::words::{Refusal, RefusalCode};

/// Message and remedy, each Japanese and English.
pub(super) type Words = [(&'static str, &'static str); 2];

/// One text for a link that is unknown, used, replaced or expired.
pub(super) const NO_INVITATION: Words = [
    ("この招待は有効ではありません。", "This invitation is not valid."),
    (
        "招待は72時間有効で、一度だけ使えます。登録担当者に新しい招待を依頼してください。",
        "An invitation is good once, for 72 hours. Ask the registrar for a new one.",
    ),
];
pub(super) const WRONG_FIRST_CODE: Words = [
    ("確認コードが正しくありません。", "The code is not right."),
    (
        "認証アプリに今表示されている6桁を入力してください。合わないときは、端末の時刻が自動設定か確かめてください。",
        "Enter the six digits that the app shows now. If they don't fit, check that the phone's clock is set automatically.",
    ),
];
pub(super) const TOO_SHORT: Words = [
    ("パスワードが短すぎます。", "The password is too short."),
    (
        "12文字以上にしてください。無関係な単語をいくつか並べると、覚えやすく破られにくくなります。",
        "Use at least 12 characters. A few unrelated words are easy to remember and hard to guess.",
    ),
];
pub(super) const TOO_LONG: Words = [
    ("パスワードが長すぎます。", "The password is too long."),
    ("256文字以下にしてください。", "Use at most 256 characters."),
];
pub(super) const TOO_OBVIOUS: Words = [
    ("推測されやすいパスワードです。", "The password is easy to guess."),
    (
        "名前、よく使われる言葉、続き番号や繰り返しだけのものは避け、無関係な単語をいくつか並べてください。",
        "Avoid your name, common words, and mere sequences or repetitions; a few unrelated words are better.",
    ),
];
/// One text for every mistake in signing in.
pub(super) const DENIED: Words = [
    (
        "名前、パスワード、確認コードのいずれかが正しくありません。",
        "The name, the password or the code is not right.",
    ),
    (
        "確認コードは一度しか使えません。次のコードが表示されるのを待ってやり直してください。解決しないときは登録担当者に連絡してください。",
        "A code is good once: wait for the next one and try again. If that does not help, ask the registrar.",
    ),
];
pub(super) const BUSY: Words = [
    ("ログインが混み合っています。", "Too many people are signing in at once."),
    ("少し待ってからやり直してください。", "Try again in a moment."),
];
pub(super) const UNREADABLE: Words = [
    ("ログイン情報を読めないため、ログインできません。", "Logins cannot be read, so nobody can sign in."),
    ("管理者に連絡してください。", "Tell the administrator."),
];

/// The refusal with these words.
pub(super) fn refused(&[(ja, en), (ja_do, en_do)]: &Words) -> Refusal {
    Refusal::new(RefusalCode::NotPermitted, "").message(ja, en).remedy(ja_do, en_do)
}

/// Fails closed, and leaves what went wrong to the gatehouse's own log.
pub(super) fn unreadable(error: &LoginError) -> Refusal {
    if matches!(error, LoginError::Busy) {
        return refused(&BUSY);
    }
    tracing::error!(%error, "logins cannot be read or written");
    refused(&UNREADABLE)
}
