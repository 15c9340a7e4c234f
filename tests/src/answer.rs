//! One line of `sekisho query --jsonl`.

use serde_json::Value;

/// An answer, as the command line's contract spells it.
#[derive(Debug, Clone)]
pub struct Answer(pub Value);

impl Answer {
    /// Reads one line.
    #[must_use]
    pub fn parse(line: &str) -> Self {
        Self(serde_json::from_str(line).unwrap_or_else(|e| panic!("not JSON ({e}): {line}")))
    }

    /// `released`, `refused` or `failed`.
    #[must_use]
    pub fn verdict(&self) -> &str {
        self.0["verdict"].as_str().unwrap_or_default()
    }

    /// The rows of a released answer.
    #[must_use]
    pub fn rows(&self) -> &[Value] {
        self.0["rows"].as_array().map_or(&[], Vec::as_slice)
    }

    /// Why a cell is missing, if it is.
    #[must_use]
    pub fn reason(&self, row: u64, column: u64) -> Option<&str> {
        let cells = self.0["suppressed"].as_array()?;
        cells.iter().find(|c| c["row"] == row && c["column"] == column)?["reason"].as_str()
    }

    /// `released`, or the code of the refusal or failure.
    #[must_use]
    pub fn code(&self) -> &str {
        let code = match self.verdict() {
            "refused" => &self.0["refusal"]["code"],
            "failed" => &self.0["failure"]["code"],
            verdict => return verdict,
        };
        code.as_str().unwrap_or_default()
    }

    /// The log's index of the verdict.
    #[must_use]
    pub fn audit(&self) -> Option<u64> {
        self.0["audit"].as_u64()
    }

    /// The codes of the lines that are said of the whole table.
    #[must_use]
    pub fn notices(&self) -> Vec<&str> {
        let notices = self.0["notices"].as_array().into_iter().flatten();
        notices.filter_map(|notice| notice["code"].as_str()).collect()
    }

    /// All that is said in words: the refusal or the failure, with its place.
    #[must_use]
    pub fn words(&self) -> &Value {
        if self.verdict() == "refused" { &self.0["refusal"] } else { &self.0["failure"] }
    }
}
