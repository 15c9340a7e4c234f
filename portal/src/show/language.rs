//! Which language a person reads.

use clap::ValueEnum;
use enclave::words::Bilingual;

/// The language of texts on the terminal. Machine formats always hold both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Language {
    /// 日本語
    Ja,
    /// English
    En,
    /// 日本語 and English
    Both,
}

impl Language {
    /// The language of a locale as in `LANG`: `ja_JP.UTF-8`, `en_GB`; both for anything else.
    pub fn of_locale(locale: &str) -> Self {
        match locale.split(['_', '.', '-']).next() {
            Some("ja") => Self::Ja,
            Some("en") => Self::En,
            _ => Self::Both,
        }
    }

    /// The lines of a text that this reader wants.
    pub fn lines(self, text: &Bilingual) -> Vec<&str> {
        match self {
            Self::Ja => vec![&text.ja],
            Self::En => vec![&text.en],
            Self::Both => vec![&text.ja, &text.en],
        }
    }

    /// A short word: both languages on one line where the reader wants both.
    pub fn word(self, ja: &str, en: &str) -> String {
        match self {
            Self::Ja => ja.to_owned(),
            Self::En => en.to_owned(),
            Self::Both => format!("{ja} {en}"),
        }
    }
}
