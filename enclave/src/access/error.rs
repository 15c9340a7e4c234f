//! Why the register could not be read or changed, in both languages.
//!
//! For the steward at the command line, who may know what studies and handlers there are.
//! What a researcher is told is a `Refusal` (see `permit` and `token`).

use std::fmt;
use std::path::PathBuf;

use crate::ids::{HandlerId, OrganisationId, StudyId};
use crate::words::Bilingual;

use super::TokenId;

/// Why the register could not be read or changed.
#[derive(Debug)]
pub enum AccessError {
    /// The file cannot be made or read.
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// SQLite said no.
    Store(rusqlite::Error),
    /// The file is something else.
    Foreign(PathBuf),
    /// The file was written by a newer Sekisho.
    Newer {
        /// The format's version in the file.
        found: u32,
        /// The newest that this program knows.
        known: u32,
    },
    /// A row holds what this program never writes.
    Damaged(&'static str),
    /// There is no such study.
    UnknownStudy {
        /// What was asked for.
        study: StudyId,
        /// Those there are.
        known: Vec<String>,
    },
    /// There is a study of that name already.
    StudyExists(StudyId),
    /// There is no such organisation.
    UnknownOrganisation {
        /// What was asked for.
        organisation: OrganisationId,
        /// Those there are.
        known: Vec<String>,
    },
    /// There is no such handler.
    UnknownHandler {
        /// Who was asked for.
        handler: HandlerId,
        /// Those there are.
        known: Vec<String>,
    },
    /// The handler may not use the study.
    NotGranted {
        /// Which study.
        study: StudyId,
        /// Who.
        handler: HandlerId,
        /// Who may.
        known: Vec<String>,
    },
    /// There is no such token that still opens something.
    UnknownToken(TokenId),
    /// A period ends before it begins.
    Period,
    /// A grant names no table.
    NoTables,
    /// A committee's review is not whole; says what is wrong with it.
    Review(Bilingual),
    /// The operating system gave no random numbers.
    Random,
    /// The audit log's receipt is for another act.
    Receipt,
}

impl AccessError {
    /// The error in both languages.
    #[must_use]
    pub fn words(&self) -> Bilingual {
        match self {
            Self::File { path, source } => Bilingual::new(
                format!("登録簿 {} を開けません({source})。", path.display()),
                format!("Cannot open the register {}: {source}.", path.display()),
            ),
            Self::Store(source) => Bilingual::new(
                format!("登録簿を読み書きできません({source})。"),
                format!("Cannot read or write the register: {source}."),
            ),
            Self::Foreign(path) => Bilingual::new(
                format!("{} は Sekisho の登録簿ではありません。", path.display()),
                format!("{} is not a register of Sekisho's.", path.display()),
            ),
            Self::Newer { found, known } => Bilingual::new(
                format!(
                    "登録簿の形式 {found} は新しすぎます(対応は {known} まで)。Sekisho を更新してください。"
                ),
                format!("The register's format {found} is newer than {known}: update Sekisho."),
            ),
            Self::Damaged(what) => Bilingual::new(
                format!("登録簿が壊れています({what})。"),
                format!("The register is damaged: {what}."),
            ),
            Self::UnknownStudy { study, known } => Bilingual::new(
                format!("課題「{study}」はありません。登録済み: {}", list(known, "なし")),
                format!(
                    "No study '{study}'. There are: {}.",
                    list(known, "none; make one with `study create`")
                ),
            ),
            Self::StudyExists(study) => Bilingual::new(
                format!("課題「{study}」は既にあります。別の名前にしてください。"),
                format!("There is a study '{study}' already. Choose another name."),
            ),
            Self::UnknownOrganisation { organisation, known } => Bilingual::new(
                format!("利用事業者「{organisation}」はありません。登録済み: {}", list(known, "なし")),
                format!(
                    "No organisation '{organisation}'. There are: {}.",
                    list(known, "none; register one with `organisation add`")
                ),
            ),
            Self::UnknownHandler { handler, known } => Bilingual::new(
                format!("取扱者「{handler}」はいません。登録済み: {}", list(known, "なし")),
                format!("No handler '{handler}'. There are: {}.", list(known, "none")),
            ),
            Self::NotGranted { study, handler, known } => Bilingual::new(
                format!(
                    "取扱者「{handler}」は課題「{study}」を利用できません。利用できる人: {}。\
                     追加: study grant {study} {handler}",
                    list(known, "なし")
                ),
                format!(
                    "Handler '{handler}' may not use study '{study}'. Who may: {}. \
                     To add one: study grant {study} {handler}",
                    list(known, "nobody")
                ),
            ),
            Self::UnknownToken(token) => Bilingual::new(
                format!("有効なトークン「{token}」はありません。`token list` で確かめてください。"),
                format!("No token '{token}' that is still good. See `token list`."),
            ),
            Self::Period => Bilingual::new(
                "期間の終わりは始まりより後にしてください。",
                "The period must end after it begins.",
            ),
            Self::NoTables => {
                Bilingual::new("許可する表を1つ以上挙げてください。", "Name at least one permitted table.")
            }
            Self::Review(words) => words.clone(),
            Self::Random => {
                Bilingual::new("乱数を得られません。", "The operating system gave no random numbers.")
            }
            Self::Receipt => Bilingual::new(
                "監査ログの記録がこの操作のものではありません。",
                "The audit log's entry is not about this act.",
            ),
        }
    }
}

fn list(known: &[String], none: &str) -> String {
    if known.is_empty() { none.to_owned() } else { known.join(", ") }
}

impl fmt::Display for AccessError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Bilingual { ja, en } = self.words();
        write!(f, "{ja} / {en}")
    }
}

impl std::error::Error for AccessError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::File { source, .. } => Some(source),
            Self::Store(source) => Some(source),
            _ => None,
        }
    }
}

impl From<rusqlite::Error> for AccessError {
    fn from(source: rusqlite::Error) -> Self {
        Self::Store(source)
    }
}
