//! Why logins could not be read or changed, in both languages.
//!
//! For whoever runs the house. What somebody is told who wants to come in is a `Refusal` (see `words`).

use std::fmt;
use std::path::PathBuf;

use crate::sqlite::OpenError;
use crate::words::Bilingual;

/// Why logins could not be read or changed.
#[derive(Debug)]
pub enum LoginError {
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
    /// A sealed secret does not open: the file belongs to another house, or is damaged.
    Sealed,
    /// A hash or a one-time code could not be computed, which would be a defect of this program.
    Cipher,
    /// More people are signing in than this machine takes at once.
    Busy,
    /// There is no such session that is still open.
    NoSession,
    /// The operating system gave no random numbers.
    Random,
    /// The audit log's receipt is for another act.
    Receipt,
}

impl LoginError {
    /// The error in both languages.
    #[must_use]
    pub fn words(&self) -> Bilingual {
        match self {
            Self::File { path, source } => Bilingual::new(
                format!("ログイン情報のファイル {} を開けません({source})。", path.display()),
                format!("Cannot open the file of logins {}: {source}.", path.display()),
            ),
            Self::Store(source) => Bilingual::new(
                format!("ログイン情報を読み書きできません({source})。"),
                format!("Cannot read or write logins: {source}."),
            ),
            Self::Foreign(path) => Bilingual::new(
                format!("{} は Sekisho のログイン情報のファイルではありません。", path.display()),
                format!("{} is not a file of Sekisho's logins.", path.display()),
            ),
            Self::Newer { found, known } => Bilingual::new(
                format!(
                    "ログイン情報の形式 {found} は新しすぎます(対応は {known} まで)。Sekisho を更新してください。"
                ),
                format!("The logins' format {found} is newer than {known}: update Sekisho."),
            ),
            Self::Sealed => Bilingual::new(
                "ログイン情報を復号できません。別の環境のファイルか、破損しています。",
                "A login does not unseal: the file comes from another home, or is damaged.",
            ),
            Self::Cipher => Bilingual::new("暗号処理に失敗しました。", "A cryptographic step failed."),
            Self::Busy => Bilingual::new(
                "ログインが混み合っています。少し待ってからやり直してください。",
                "Too many people are signing in at once. Try again in a moment.",
            ),
            Self::NoSession => Bilingual::new(
                "有効なセッションはありません。",
                "There is no such session that is still open.",
            ),
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

impl fmt::Display for LoginError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Bilingual { ja, en } = self.words();
        write!(f, "{ja} / {en}")
    }
}

impl std::error::Error for LoginError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::File { source, .. } => Some(source),
            Self::Store(source) => Some(source),
            _ => None,
        }
    }
}

impl From<rusqlite::Error> for LoginError {
    fn from(source: rusqlite::Error) -> Self {
        Self::Store(source)
    }
}

impl From<OpenError> for LoginError {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::File { path, source } => Self::File { path, source },
            OpenError::Store(source) => Self::Store(source),
            OpenError::Foreign(path) => Self::Foreign(path),
            OpenError::Newer { found, known } => Self::Newer { found, known },
        }
    }
}
