//! What a rule refuses before anything runs, with the remedy.

use serde::{Deserialize, Serialize};

use super::{Bilingual, Place};

/// Which rule refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusalCode {
    /// The result would be rows of single patients.
    RawRows,
    /// Only one `SELECT` statement may be asked.
    Statement,
    /// A kind of plan node that is never offered.
    Node,
    /// LIMIT, OFFSET, DISTINCT ON or sampling over rows of people.
    LimitRows,
    /// A join that would mix patients.
    MixedJoin,
    /// A window that would mix patients.
    MixedWindow,
    /// A subquery that would carry one patient's value to another's row.
    MixedSubquery,
    /// A key that is absent from some rows cannot group people.
    PartialKey,
    /// A figure that would take in rows of a public table which found nobody.
    NobodysRows,
    /// A figure of rows that the question repeats as often as it likes.
    RepeatedRows,
    /// A function that is not on the list.
    Function,
    /// An aggregate that is not on the list.
    Aggregate,
    /// A key used for anything but joining, grouping and counting.
    KeyUse,
    /// Free text used for anything but counting.
    TextUse,
    /// A name that the enclave keeps for itself.
    ReservedName,
    /// The bundle offers no exploring.
    Exploring,
    /// The study was told its share of perturbed numbers today.
    ExploringSpent,
    /// The study does not permit it: ended, not granted, training expired.
    NotPermitted,
}

/// A refusal as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{code:?}")]
pub struct Refusal {
    /// Which rule.
    pub code: RefusalCode,
    /// What was refused.
    pub message: Bilingual,
    /// What to ask instead.
    pub remedy: Bilingual,
    /// Where in the SQL.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub at: Option<Place>,
}

impl Refusal {
    /// The words for a code. `what` is a name the user wrote (a function, a node kind); it is put
    /// in front of the message and may be empty.
    #[must_use]
    pub fn new(code: RefusalCode, what: &str) -> Self {
        let (message, remedy) = code.words();
        let message = if what.is_empty() {
            message
        } else {
            Bilingual::new(format!("{what}: {}", message.ja), format!("{what}: {}", message.en))
        };
        Self { code, message, remedy, at: None }
    }

    /// The same, with its place in the SQL.
    #[must_use]
    pub fn at(self, at: Option<Place>) -> Self {
        Self { at, ..self }
    }

    /// The same, with another message than the code's own.
    #[must_use]
    pub fn message(self, ja: &str, en: &str) -> Self {
        Self { message: Bilingual::new(ja, en), ..self }
    }

    /// The same, with another remedy than the code's own.
    #[must_use]
    pub fn remedy(self, ja: &str, en: &str) -> Self {
        Self { remedy: Bilingual::new(ja, en), ..self }
    }
}

impl RefusalCode {
    /// The code as it is written in results.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::RawRows => "raw_rows",
            Self::Statement => "statement",
            Self::Node => "node",
            Self::LimitRows => "limit_rows",
            Self::MixedJoin => "mixed_join",
            Self::MixedWindow => "mixed_window",
            Self::MixedSubquery => "mixed_subquery",
            Self::PartialKey => "partial_key",
            Self::NobodysRows => "nobodys_rows",
            Self::RepeatedRows => "repeated_rows",
            Self::Function => "function",
            Self::Aggregate => "aggregate",
            Self::KeyUse => "key_use",
            Self::TextUse => "text_use",
            Self::ReservedName => "reserved_name",
            Self::Exploring => "exploring",
            Self::ExploringSpent => "exploring_spent",
            Self::NotPermitted => "not_permitted",
        }
    }

    fn words(self) -> (Bilingual, Bilingual) {
        let (ja, en, ja_do, en_do) = match self {
            Self::RawRows => (
                "患者一人ひとりの行は出せません。",
                "Rows of single patients are never shown.",
                "count(*)、sum、avg などで集計してください。例: SELECT 区分, count(*) FROM 表 GROUP BY 区分",
                "Summarise with count(*), sum or avg, for example SELECT category, count(*) FROM table GROUP BY category.",
            ),
            Self::Statement => (
                "SELECT 文を1つだけ実行できます。",
                "Only a single SELECT can be asked.",
                "SELECT … または WITH … SELECT … の形で、1文だけを書いてください。",
                "Write one statement of the form SELECT … or WITH … SELECT ….",
            ),
            Self::Node => (
                "この種類の演算は提供していません。",
                "This kind of operation is not offered.",
                "結合、絞り込み、GROUP BY による集計で書き直してください。",
                "Rewrite it with joins, filters and GROUP BY.",
            ),
            Self::LimitRows => (
                "集計前の行を LIMIT、OFFSET、DISTINCT ON、抽出で選ぶことはできません。",
                "LIMIT, OFFSET, DISTINCT ON and sampling cannot pick rows before they are summarised.",
                "集計した後に LIMIT を付けるか、条件で絞り込んでください。",
                "Put LIMIT after the summary, or narrow with a condition.",
            ),
            Self::MixedJoin => (
                "患者を含む表どうしは、患者キーで結合する必要があります。",
                "Two tables of patients must be joined on the patient key.",
                "ON に「a.患者キー = b.患者キー」を加えてください。",
                "Add a.patient_key = b.patient_key to the join condition.",
            ),
            Self::MixedWindow => (
                "ウィンドウ関数が患者をまたいでいます。",
                "The window function would reach across patients.",
                "PARTITION BY に患者キーを入れるか、集計した後でウィンドウ関数を使ってください。",
                "Add the patient key to PARTITION BY, or use the window after the summary.",
            ),
            Self::MixedSubquery => (
                "サブクエリが、ある患者の値を別の患者の行に渡します。",
                "The subquery would carry one patient's value to another patient's row.",
                "患者キーでの IN / EXISTS に書き直すか、サブクエリの中で集計してください。",
                "Rewrite it as IN or EXISTS on the patient key, or summarise inside the subquery.",
            ),
            Self::PartialKey => (
                "外部結合で空になりうる患者キーでは、患者ごとにまとめられません。",
                "A patient key that an outer join may leave empty cannot group rows by patient.",
                "必ず値のある側の患者キー(LEFT JOIN なら左の表)を使ってください。",
                "Use the key of the side that always has one: the left table of a LEFT JOIN.",
            ),
            Self::NobodysRows => (
                "公開表の側を残す結合や UNION ALL で生じた、どの患者のものでもない行を集計に含めることはできません。",
                "A figure cannot take in rows that are nobody's: those that a join kept of a public table, or that UNION ALL added.",
                "先に患者の表だけで集計し、その結果に公開表を結合してください。または count(患者キー) のように、患者の表の列を集計してください。",
                "Summarise the patients' tables first and join the public table to the summary, or summarise a column of theirs, such as count(patient_key).",
            ),
            Self::RepeatedRows => (
                "公開表や一覧との結合、または同じ表の UNION ALL が患者の行を繰り返すため、行の件数や合計は出せません。",
                "A join with public rows or a list, or UNION ALL of one table, repeats people's rows: rows and sums of such are not shown.",
                "count(DISTINCT 患者キー) で数えるか、繰り返しを区別する列(一覧の行を決める列、枝ごとに異なる値)を GROUP BY に加えてください。",
                "Count patients with count(DISTINCT patient_key), or add the column that tells the copies apart to GROUP BY: what decides a row of the list, or a word of each branch.",
            ),
            Self::Function => (
                "この関数は許可リストにありません。",
                "This function is not on the allow-list.",
                "カタログの関数一覧にあるものを使ってください。",
                "Use a function from the catalogue's list.",
            ),
            Self::Aggregate => (
                "この集計関数は許可リストにありません。",
                "This aggregate is not on the allow-list.",
                "count、count(DISTINCT …)、sum、avg、median、percentile_cont、stddev、corr などを使ってください。最小・最大の代わりには分位点(percentile_cont(0.05)、percentile_cont(0.95))を使い、グループ内で同じ値は GROUP BY に加えてください。",
                "Use count, count(DISTINCT …), sum, avg, median, percentile_cont, stddev or corr. Instead of extremes ask a quantile such as percentile_cont(0.05) or percentile_cont(0.95) WITHIN GROUP (ORDER BY value); add what is the same within a group to GROUP BY.",
            ),
            Self::KeyUse => (
                "患者・医療機関のキーは、結合、グループ化、件数の集計にだけ使えます。",
                "Patient and institution keys can only be joined, grouped and counted.",
                "キーどうしの等号、GROUP BY、count(DISTINCT キー) の形にしてください。",
                "Use key = key, GROUP BY key, or count(DISTINCT key).",
            ),
            Self::TextUse => (
                "自由記載の列は、件数の集計にだけ使えます。",
                "Free text can only be counted.",
                "コード列で条件を書いてください。",
                "Write the condition on a code column.",
            ),
            Self::ReservedName => (
                "「__」で始まる名前は使えません。",
                "Names that begin with two underscores are reserved.",
                "別の名前を付けてください。",
                "Choose another name.",
            ),
            Self::Exploring => (
                "このデータのポリシーでは、探索(誤差を加えた値での集計)を提供していません。",
                "The policy of these data offers no exploring.",
                "探索の指定を外して、正確な値で集計してください。",
                "Ask without exploring, for exact figures.",
            ),
            Self::ExploringSpent => (
                "この課題が今日受け取れる探索用の値の数を超えます。誤差を加えた値も、多く集めれば誤差が打ち消されるためです。",
                "The study would be told more perturbed numbers than it may be in one day: many of them together undo the noise.",
                "今日答えた質問は何度でも見られます。区分を粗くして聞き直すか、明日(協定世界時)続けるか、探索を離れて正確に集計してください。",
                "What was answered today can be asked again. Ask for fewer groups, go on tomorrow (UTC), or ask exactly, without exploring.",
            ),
            Self::NotPermitted => (
                "この課題では許可されていません。",
                "This study does not permit it.",
                "課題の登録内容(期間、取扱者、表)を登録担当者に確かめてください。",
                "Ask the registrar about the study's period, handlers and tables.",
            ),
        };
        (Bilingual::new(ja, en), Bilingual::new(ja_do, en_do))
    }
}
