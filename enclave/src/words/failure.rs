//! What went wrong at run time: a fixed code and fixed words, never an engine's own text.
//!
//! Engines print cell values in their errors, so none of their texts passes this module.

use serde::{Deserialize, Serialize};

use super::{Bilingual, Place};

/// All that can go wrong with a question that no rule refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailCode {
    /// The line of a batch could not be read.
    BadLine,
    /// What a named cell is called is no name.
    ViewName,
    /// The SQL text does not parse.
    Syntax,
    /// A table is not in the study's catalogue.
    UnknownTable,
    /// A column is not in its table, or is ambiguous.
    UnknownColumn,
    /// The SQL parses but means nothing: types that don't fit, a column outside GROUP BY.
    Meaning,
    /// The text is longer, deeper or wider than the limits.
    TooLarge,
    /// A parameter is missing or of the wrong kind.
    Parameter,
    /// The memory limit was reached.
    Memory,
    /// The time limit was reached.
    Time,
    /// Somebody stopped it.
    Cancelled,
    /// The session's process ended.
    SessionEnded,
    /// The audit log cannot be written; nothing runs.
    AuditUnavailable,
    /// Anything else; the log has the details.
    Internal,
}

/// A failure as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{code:?}")]
pub struct Failure {
    /// The fixed code.
    pub code: FailCode,
    /// What happened.
    pub message: Bilingual,
    /// What to do.
    pub remedy: Bilingual,
    /// Where in the SQL, if that is known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub at: Option<Place>,
}

impl Failure {
    /// The fixed words for a code.
    #[must_use]
    pub fn new(code: FailCode) -> Self {
        let (message, remedy) = code.words();
        Self { code, message, remedy, at: None }
    }

    /// The same, with its place in the SQL.
    #[must_use]
    pub fn at(self, at: Option<Place>) -> Self {
        Self { at, ..self }
    }
}

impl FailCode {
    /// The code as it is written in results.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::BadLine => "bad_line",
            Self::ViewName => "view_name",
            Self::Syntax => "syntax",
            Self::UnknownTable => "unknown_table",
            Self::UnknownColumn => "unknown_column",
            Self::Meaning => "meaning",
            Self::TooLarge => "too_large",
            Self::Parameter => "parameter",
            Self::Memory => "memory",
            Self::Time => "time",
            Self::Cancelled => "cancelled",
            Self::SessionEnded => "session_ended",
            Self::AuditUnavailable => "audit_unavailable",
            Self::Internal => "internal",
        }
    }

    fn words(self) -> (Bilingual, Bilingual) {
        let (ja, en, ja_do, en_do) = match self {
            Self::BadLine => (
                "この行は読めません。",
                "This line cannot be read.",
                "1行に1つ、{\"id\": \"…\", \"sql\": \"…\"} の形で書いてください。",
                "Write one {\"id\": \"…\", \"sql\": \"…\"} per line.",
            ),
            Self::ViewName => (
                "セルの名前として使えません。",
                "This cannot be a cell's name.",
                "英字か日本語で始まる1語にし、SQL の予約語と記号は避けてください。",
                "Choose one word that begins with a letter and is no word of SQL's.",
            ),
            Self::Syntax => (
                "SQL の文法に誤りがあります。",
                "The SQL does not parse.",
                "示された位置の前後を見直してください。",
                "Look at the place that is shown.",
            ),
            Self::UnknownTable => (
                "この課題のカタログにない表です。",
                "No such table in this study's catalogue.",
                "カタログで表の名前を確かめてください。",
                "Check the table's name in the catalogue.",
            ),
            Self::UnknownColumn => (
                "列が見つからないか、どの表の列か決まりません。",
                "No such column, or it is not clear whose it is.",
                "カタログで列の名前を確かめ、必要なら「表.列」と書いてください。",
                "Check the column's name in the catalogue; write table.column where two tables have it.",
            ),
            Self::Meaning => (
                "SQL は読めましたが、意味が通りません(型が合わない、GROUP BY にない列など)。",
                "The SQL reads well but does not make sense (types that don't fit, a column outside GROUP BY).",
                "型と GROUP BY を見直してください。",
                "Check the types and the GROUP BY.",
            ),
            Self::TooLarge => (
                "質問が大きすぎます(長さ、深さ、または項の数)。",
                "The question is too large: too long, too deep, or too many terms.",
                "質問を分けるか、短くしてください。",
                "Split the question, or shorten it.",
            ),
            Self::Parameter => (
                "パラメータが足りないか、種類が合いません。",
                "A parameter is missing or of the wrong kind.",
                "すべてのパラメータに値を与えてください。",
                "Give every parameter a value of its kind.",
            ),
            Self::Memory => (
                "メモリの上限に達しました。",
                "The memory limit was reached.",
                "期間や列を絞るか、区分を減らしてください。",
                "Narrow the period or the columns, or group more coarsely.",
            ),
            Self::Time => (
                "時間の上限に達しました。",
                "The time limit was reached.",
                "期間を絞るか、結合の条件を見直してください。",
                "Narrow the period, or look at the join conditions.",
            ),
            Self::Cancelled => (
                "停止されました。",
                "It was stopped.",
                "必要なら、もう一度実行してください。",
                "Run it again if you need it.",
            ),
            Self::SessionEnded => (
                "セッションのプロセスが終了しました。",
                "The session's process ended.",
                "もう一度実行してください。新しいセッションが始まります。繰り返すときは質問を小さくしてください。",
                "Run it again: a new session starts. If it happens again, make the question smaller.",
            ),
            Self::AuditUnavailable => (
                "監査ログに書き込めないため、実行しませんでした。",
                "The audit log cannot be written, so nothing was run.",
                "管理者に連絡してください。",
                "Tell the administrator.",
            ),
            Self::Internal => (
                "内部で問題が起きました。データは漏れていません。",
                "Something went wrong inside. No data was shown.",
                "監査番号を添えて管理者に連絡してください。",
                "Tell the administrator, with the audit number.",
            ),
        };
        (Bilingual::new(ja, en), Bilingual::new(ja_do, en_do))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_reads_the_same_in_json() {
        for code in [FailCode::BadLine, FailCode::SessionEnded, FailCode::TooLarge, FailCode::Internal] {
            assert_eq!(serde_json::to_value(code).unwrap(), code.code());
        }
    }
}
