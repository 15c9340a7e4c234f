//! What a browser is told instead of an answer: a status, a fixed code, and words in both languages.
//!
//! Refusals and failures of the enclave pass through with their own words; everything of the portal's own has them here.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use enclave::access::AccessError;
use enclave::gate::Verdict;
use enclave::words::{Bilingual, FailCode, Failure, Place, Refusal};
use serde::Serialize;
use utoipa::ToSchema;

/// The same sentence in Japanese and English.
#[derive(Debug, Serialize, ToSchema)]
pub struct Said {
    ja: String,
    en: String,
}

/// Where in a question's text: both count from one.
#[derive(Debug, Serialize, ToSchema)]
pub struct At {
    line: u64,
    column: u64,
    /// Which named cell, from one; absent in the question itself.
    view: Option<u32>,
}

/// Why there is no answer.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Trouble {
    #[serde(skip)]
    status: StatusCode,
    /// A fixed code, `snake_case`.
    code: &'static str,
    /// What happened.
    #[schema(value_type = Said)]
    message: Bilingual,
    /// What to do.
    #[schema(value_type = Said)]
    remedy: Bilingual,
    /// Where in the SQL, if that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<At>)]
    at: Option<Place>,
}

/// Status, code, and message and remedy in Japanese and English.
type Words = (StatusCode, &'static str, [&'static str; 2], [&'static str; 2]);

const SIGNED_OUT: Words = (
    StatusCode::UNAUTHORIZED,
    "signed_out",
    ["サインインしていません。", "You are not signed in."],
    ["サインインしてください。", "Sign in."],
);
const NOT_ALLOWED: Words = (
    StatusCode::FORBIDDEN,
    "not_allowed",
    ["この操作は、あなたの役割では行えません。", "Your role does not include this."],
    [
        "必要な場合は、登録担当者に役割を確かめてください。",
        "If you need it, ask the registrar about your roles.",
    ],
);
const CONFIRM: Words = (
    StatusCode::FORBIDDEN,
    "confirm",
    ["この操作の前に、本人確認が必要です。", "This needs you to confirm who you are first."],
    ["パスワードと確認コードを入力してください。", "Enter your password and a code."],
);
const FORGED: Words = (
    StatusCode::FORBIDDEN,
    "forged",
    ["このページ以外からの要求は受け付けません。", "Requests from other pages are not taken."],
    ["ページを再読み込みして、もう一度お試しください。", "Reload the page and try again."],
);
const NO_SUCH: Words = (
    StatusCode::NOT_FOUND,
    "no_such",
    ["見つかりません。", "There is nothing here."],
    ["一覧から選び直してください。", "Choose again from the list."],
);
const GONE: Words = (
    StatusCode::GONE,
    "gone",
    ["この結果はもう保持されていません。", "This result is no longer kept."],
    ["もう一度実行してください。", "Run it again."],
);
const MALFORMED: Words = (
    StatusCode::BAD_REQUEST,
    "malformed",
    ["要求の形が正しくありません。", "The request cannot be read."],
    ["ページを再読み込みしてください。", "Reload the page."],
);
const METHOD: Words = (
    StatusCode::METHOD_NOT_ALLOWED,
    "method",
    ["この操作はここではできません。", "This cannot be done here."],
    ["ページを再読み込みしてください。", "Reload the page."],
);
const TOO_LARGE: Words = (
    StatusCode::PAYLOAD_TOO_LARGE,
    "too_large",
    ["送られた内容が大きすぎます。", "What was sent is too large."],
    ["短くするか、分けてください。", "Shorten or split it."],
);
const TOO_MANY: Words = (
    StatusCode::TOO_MANY_REQUESTS,
    "too_many",
    ["同時に実行できる質問の数を超えています。", "Too many questions at once."],
    ["実行中の質問が終わるのを待つか、取り消してください。", "Wait for those that run, or cancel some."],
);

macro_rules! troubles {
    ($($name:ident = $words:ident),* $(,)?) => {
        $(
            #[doc = concat!("`", stringify!($words), "`.")]
            pub fn $name() -> Self {
                Self::of($words)
            }
        )*
    };
}

impl Trouble {
    troubles! {
        signed_out = SIGNED_OUT,
        not_allowed = NOT_ALLOWED,
        confirm = CONFIRM,
        forged = FORGED,
        no_such = NO_SUCH,
        gone = GONE,
        malformed = MALFORMED,
        method = METHOD,
        too_large = TOO_LARGE,
        too_many = TOO_MANY,
    }

    fn of((status, code, message, remedy): Words) -> Self {
        let words = |[ja, en]: [&str; 2]| Bilingual::new(ja, en);
        Self { status, code, message: words(message), remedy: words(remedy), at: None }
    }

    /// The house's own trouble. What it was is in its own log.
    pub fn internal(error: &dyn std::fmt::Display) -> Self {
        tracing::error!(%error, "a request could not be answered");
        Failure::new(FailCode::Internal).into()
    }

    /// What the transport would say in plain text, in our words.
    pub fn plain(status: StatusCode) -> Self {
        let said = match status {
            StatusCode::NOT_FOUND => Self::no_such(),
            StatusCode::METHOD_NOT_ALLOWED => Self::method(),
            StatusCode::PAYLOAD_TOO_LARGE => Self::too_large(),
            status if status.is_server_error() => Self::internal(&status),
            _ => Self::malformed(),
        };
        Self { status, ..said }
    }

    /// A refusal of somebody who wants in, with its own status.
    pub fn refused(status: StatusCode, refusal: Refusal) -> Self {
        Self { status, ..refusal.into() }
    }

    /// The same under another code.
    pub fn coded(self, code: &'static str) -> Self {
        Self { code, ..self }
    }

    /// The same with other words for what happened.
    pub fn because(self, message: Bilingual) -> Self {
        Self { message, ..self }
    }

    /// What somebody filled in wrongly.
    pub fn field(code: &'static str, words: Bilingual) -> Self {
        let remedy = Bilingual::new("入力を直してください。", "Correct what was entered.");
        Self { status: StatusCode::UNPROCESSABLE_ENTITY, code, message: words, remedy, at: None }
    }
}

impl From<Refusal> for Trouble {
    fn from(Refusal { code, message, remedy, at }: Refusal) -> Self {
        Self { status: StatusCode::FORBIDDEN, code: code.code(), message, remedy, at }
    }
}

impl From<Failure> for Trouble {
    fn from(Failure { code, message, remedy, at }: Failure) -> Self {
        let status = match code {
            FailCode::Internal | FailCode::AuditUnavailable => StatusCode::INTERNAL_SERVER_ERROR,
            FailCode::SessionEnded | FailCode::Memory | FailCode::Time => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        };
        Self { status, code: code.code(), message, remedy, at }
    }
}

impl From<Verdict> for Trouble {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Refused(refusal) => refusal.into(),
            Verdict::Failed(failure) => failure.into(),
            Verdict::Released(_) | Verdict::Explored(_) => Failure::new(FailCode::Internal).into(),
        }
    }
}

impl From<AccessError> for Trouble {
    /// What a registrar entered; what the file system said stays in the log.
    fn from(error: AccessError) -> Self {
        match error {
            AccessError::UnknownStudy { .. }
            | AccessError::UnknownHandler { .. }
            | AccessError::UnknownOrganisation { .. }
            | AccessError::NotGranted { .. }
            | AccessError::StudyExists(_)
            | AccessError::Period
            | AccessError::NoTables
            | AccessError::Review(_) => Self::field("register", error.words()),
            error => Self::internal(&error),
        }
    }
}

impl IntoResponse for Trouble {
    fn into_response(self) -> Response {
        (self.status, Json(self)).into_response()
    }
}
