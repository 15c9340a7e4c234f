//! Why a bundle was not taken, in both languages, with the place and what to write instead.
//!
//! Bundles hold rules and no data, so the texts may repeat what stands in the file.

use std::path::PathBuf;

use super::LedgerRule;
use crate::words::Bilingual;

/// Why a bundle was not taken.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// The TOML does not hold a bundle.
    #[error("ポリシーの{line}行{column}列: {} / policy, line {line}, column {column}: {}", message.ja, message.en)]
    Parse {
        /// Line in the file, from 1.
        line: usize,
        /// Column in the line, in characters from 1.
        column: usize,
        /// What is wrong and what to write instead.
        message: Bilingual,
    },
    /// No bundle has that name.
    #[error(
        "ポリシー「{name}」はありません。使えるもの: {known} / no policy '{name}': there are {known}, \
         or give the path of a bundle file"
    )]
    Unknown {
        /// The name that was asked for.
        name: String,
        /// The names there are.
        known: String,
    },
    /// The file could not be read.
    #[error("ポリシーのファイル「{}」を読めません / cannot read the policy file {}: {source}", path.display(), path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// A file in `policies/` holds a bundle of another name.
    #[error(
        "「{file}」の中の name は「{name}」です。ファイル名と揃えてください / \
         the file {file} holds a bundle named '{name}': give both the same name"
    )]
    Misnamed {
        /// The file's name.
        file: String,
        /// The bundle's name.
        name: String,
    },
    /// An own bundle calls itself like a built-in one, and says something else.
    #[error(
        "「{id}」は組み込みのポリシーです。内容を変えるときは別の版か名前にしてください / \
         {id} is a built-in policy with other rules: choose another version or name"
    )]
    Taken {
        /// Name and version.
        id: String,
    },
}

impl BundleError {
    /// A threshold that the ledger can't tell, at the place where it stands.
    pub(super) fn ledger(text: &str) -> Self {
        let line =
            text.lines().position(|line| line.trim_start().starts_with("patients")).map_or(1, |n| n + 1);
        let most = LedgerRule::MOST_PATIENTS;
        let message = Bilingual::new(
            format!(
                "差分の台帳が扱えるのは patients = {most} までです。台帳を使わないときは [ledger] scope = \"none\""
            ),
            format!(
                "the ledger can tell up to patients = {most}: write that or less, or [ledger] scope = \"none\""
            ),
        );
        Self::Parse { line, column: 1, message }
    }

    /// Finds the place of a TOML error and puts it into words.
    pub(super) fn parse(text: &str, error: &toml::de::Error) -> Self {
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        Self::Parse { line, column, message: explain(error.message()) }
    }
}

/// Says in both languages what serde or our own types said. What is not recognised is repeated.
fn explain(message: &str) -> Bilingual {
    // Names stand between backticks: the wrong or missing key first, then those that are known.
    let mut names = message.split('`').skip(1).step_by(2);
    if let Some((ja, en)) = message.split_once(" / ") {
        return Bilingual::new(ja, en);
    }
    if message.starts_with("unknown field") {
        let wrong = names.next().unwrap_or_default();
        let known = names.collect::<Vec<_>>().join(", ");
        return Bilingual::new(
            format!("「{wrong}」というキーはありません。使えるキー: {known}"),
            format!("there is no key '{wrong}': use one of {known}"),
        );
    }
    if message.starts_with("missing field") {
        let missing = names.next().unwrap_or_default();
        let example = example(missing);
        return Bilingual::new(
            format!("「{missing}」がありません。例: {example}"),
            format!("'{missing}' is missing: add for example {example}"),
        );
    }
    if message.starts_with("unknown variant") {
        let wrong = names.next().unwrap_or_default();
        let known = names.collect::<Vec<_>>().join(", ");
        return Bilingual::new(
            format!("「{wrong}」という値はありません。使える値: {known}"),
            format!("there is no value '{wrong}': use one of {known}"),
        );
    }
    let wrong_type = message.starts_with("invalid type") || message.starts_with("invalid value");
    if let Some((_, wanted)) = message.split_once(", expected ").filter(|_| wrong_type) {
        return Bilingual::new(
            format!("値の種類が違います({message})"),
            format!("{message}: write {wanted}"),
        );
    }
    Bilingual::new(format!("TOML の文法に誤りがあります({message})"), message)
}

/// A line that would do, for a key that must be there.
fn example(key: &str) -> &'static str {
    match key {
        "name" => "name = \"jisedai\"",
        "version" => "version = 1",
        "patients" => "patients = 10",
        "show_zero" => "show_zero = true",
        "two_largest" => "two_largest = 90",
        "p" => "p = 10",
        "hidden_under" => "hidden_under = 2000",
        "small_under" => "small_under = 25000",
        "small_least" => "small_least = 20",
        "least" => "least = 10",
        "column" => "column = \"person.city\"",
        "table" => "table = \"city\"",
        "code" => "code = \"code\"",
        "inhabitants" => "inhabitants = \"inhabitants\"",
        "protection" => "protection = \"cell_key\"",
        "bound" => "bound = 5",
        "variance" => "variance = 3",
        "hidden" => "hidden = 2",
        "method" => "method = \"random\"",
        "oral_and_topical" => "oral_and_topical = 1000",
        "injections" => "injections = 400",
        _ => "policies/jisedai.toml",
    }
}
