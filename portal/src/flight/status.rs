//! Refusals and failures as gRPC statuses.
//!
//! The message holds the code, the sentence and the remedy in English and Japanese, and the place
//! in the SQL. The same as JSON, in ASCII, travels in the trailer `sekisho-refusal` or
//! `sekisho-failure`; beside it `sekisho-code`, and once there is an entry in the log,
//! `sekisho-policy`, `sekisho-snapshot` and `sekisho-audit`.
//! Trailers stay well under the 8 KiB that gRPC clients take by default.
//! Out of scope: engines' own texts. None ever comes here.

use std::fmt::Write as _;

use enclave::gate::Verdict;
use enclave::words::{Bilingual, FailCode, Failure, Place, Refusal, RefusalCode};
use serde::Serialize;
use tonic::metadata::{AsciiMetadataValue, MetadataMap};
use tonic::{Code, Status};

use super::house::{Answer, broken_promise};

/// A message may begin with a name the user wrote; more of it than this helps nobody.
const LONGEST: usize = 160;

/// A token that is missing, unknown, expired or revoked: always these words.
pub fn unauthenticated() -> Status {
    Status::unauthenticated(
        "unauthenticated: A valid bearer token is needed. / 有効なトークンが必要です。\n\
         Remedy: Make one with `sekisho token`. / 対処: `sekisho token` で発行してください。",
    )
}

/// A handle (ticket, prepared statement) that is not, or no longer, the caller's.
pub fn no_such_handle() -> Status {
    Status::not_found(
        "no_such_handle: This handle is unknown or has expired. / このハンドルは存在しないか、期限切れです。\n\
         Remedy: Ask again. / 対処: もう一度質問してください。",
    )
}

/// Part of the protocol that is never offered here: ingest, transactions, Substrait.
pub fn not_offered(what: &str) -> Status {
    Status::unimplemented(format!(
        "not_offered: {what} is not offered; data is read-only and one SELECT is asked at a time. / \
         {what} は提供していません。データは読み取り専用で、SELECT 文を1つずつ実行します。"
    ))
}

/// A message that does not follow the protocol.
pub fn malformed(what: &'static str) -> Status {
    Status::invalid_argument(format!("malformed: {what}"))
}

/// A statement that would change something.
pub fn read_only() -> Status {
    refused(&Refusal::new(RefusalCode::Statement, ""))
}

/// What the house said instead of letting somebody in or describing an answer.
pub fn of_verdict(verdict: &Verdict) -> Status {
    match verdict {
        Verdict::Refused(refusal) => refused(refusal),
        Verdict::Failed(failure) => failed(failure),
        Verdict::Released(_) | Verdict::Explored(_) => failed(&broken_promise()),
    }
}

/// A refusal.
pub fn refused(refusal: &Refusal) -> Status {
    let grpc = match refusal.code {
        RefusalCode::NotPermitted => Code::PermissionDenied,
        _ => Code::InvalidArgument,
    };
    let short =
        Refusal { message: clipped(&refusal.message), remedy: clipped(&refusal.remedy), ..refusal.clone() };
    let text = sentence(refusal.code.code(), &short.message, &short.remedy, short.at);
    with_json(Status::new(grpc, text), "sekisho-refusal", refusal.code.code(), &short)
}

/// A failure.
pub fn failed(failure: &Failure) -> Status {
    let short =
        Failure { message: clipped(&failure.message), remedy: clipped(&failure.remedy), ..failure.clone() };
    let text = sentence(failure.code.code(), &short.message, &short.remedy, short.at);
    with_json(Status::new(grpc_code(failure.code), text), "sekisho-failure", failure.code.code(), &short)
}

/// Adds where the log has it.
pub fn with_receipt(mut status: Status, answer: &Answer) -> Status {
    let map = status.metadata_mut();
    put(map, "sekisho-policy", &answer.policy);
    put(map, "sekisho-snapshot", &answer.snapshot);
    put(map, "sekisho-audit", &answer.audit.map_or_else(String::new, |index| index.to_string()));
    status
}

const fn grpc_code(code: FailCode) -> Code {
    match code {
        FailCode::BadLine
        | FailCode::ViewName
        | FailCode::Syntax
        | FailCode::UnknownTable
        | FailCode::UnknownColumn
        | FailCode::Meaning
        | FailCode::TooLarge
        | FailCode::Parameter => Code::InvalidArgument,
        FailCode::Memory => Code::ResourceExhausted,
        FailCode::Time => Code::DeadlineExceeded,
        FailCode::Cancelled => Code::Cancelled,
        FailCode::SessionEnded | FailCode::AuditUnavailable => Code::Unavailable,
        FailCode::Internal => Code::Internal,
    }
}

fn sentence(code: &str, message: &Bilingual, remedy: &Bilingual, at: Option<Place>) -> String {
    let mut text =
        format!("{code}: {} / {}\nRemedy: {} / 対処: {}", message.en, message.ja, remedy.en, remedy.ja);
    if let Some(Place { line, column, .. }) = at {
        // Writing to a string cannot fail.
        let _ = write!(text, "\nAt line {line}, column {column}. / {line} 行 {column} 文字目");
    }
    text
}

fn clipped(words: &Bilingual) -> Bilingual {
    let clip = |text: &str| match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    };
    Bilingual::new(clip(&words.ja), clip(&words.en))
}

fn with_json(mut status: Status, key: &'static str, code: &str, value: &impl Serialize) -> Status {
    let map = status.metadata_mut();
    put(map, "sekisho-code", code);
    if let Ok(json) = serde_json::to_string(value) {
        put(map, key, &ascii(&json));
    }
    status
}

fn put(map: &mut MetadataMap, key: &'static str, value: &str) {
    if let Ok(value) = AsciiMetadataValue::try_from(value) {
        map.insert(key, value);
    }
}

/// The same JSON with everything outside printable ASCII as `\u` escapes (RFC 8259, section 7).
fn ascii(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if c == ' ' || c.is_ascii_graphic() {
            out.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_says_everything_twice_and_reads_back() {
        let at = Some(Place::new(1, 8));
        let refusal = Refusal::new(RefusalCode::Function, "md5").at(at);
        let status = refused(&refusal);
        assert_eq!(status.code(), Code::InvalidArgument);
        for part in ["function: md5", "許可リスト", "Remedy:", "対処", "line 1, column 8"] {
            assert!(status.message().contains(part), "{part}: {}", status.message());
        }
        let json = status.metadata().get("sekisho-refusal").unwrap().to_str().unwrap();
        assert!(json.is_ascii());
        assert_eq!(serde_json::from_str::<Refusal>(json).unwrap(), refusal);
    }

    #[test]
    fn long_names_do_not_outgrow_the_trailers() {
        let status = refused(&Refusal::new(RefusalCode::Function, &"患".repeat(100_000)));
        let json = status.metadata().get("sekisho-refusal").unwrap().len();
        // Outside ASCII the message is percent-encoded: three characters a byte.
        assert!(status.message().len() * 3 + json < 7 * 1024, "{} {json}", status.message().len());
    }

    #[test]
    fn failures_have_the_codes_that_clients_act_on() {
        for (code, grpc) in [
            (FailCode::Memory, Code::ResourceExhausted),
            (FailCode::Time, Code::DeadlineExceeded),
            (FailCode::Cancelled, Code::Cancelled),
            (FailCode::SessionEnded, Code::Unavailable),
            (FailCode::Syntax, Code::InvalidArgument),
            (FailCode::Internal, Code::Internal),
        ] {
            let status = failed(&Failure::new(code));
            assert_eq!(status.code(), grpc);
            assert_eq!(status.metadata().get("sekisho-code").unwrap(), code.code());
        }
    }

    #[test]
    fn escapes_are_json() {
        assert_eq!(ascii("\"a患😀\""), "\"a\\u60a3\\ud83d\\ude00\"");
    }
}
