//! A house of its own for a test: a temporary home, and the commands that a person would type.

use std::ffi::OsStr;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::json;
use tempfile::TempDir;

use crate::{Answer, sekisho};

/// A home folder that goes with the value.
#[derive(Debug)]
pub struct House {
    home: TempDir,
}

impl Default for House {
    fn default() -> Self {
        Self::new()
    }
}

impl House {
    /// An empty home.
    #[must_use]
    pub fn new() -> Self {
        let home = tempfile::Builder::new().prefix("sekisho-test-").tempdir().expect("a temporary folder");
        Self { home }
    }

    /// Its folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.home.path()
    }

    /// `sekisho --home DIR`, to which a test adds arguments.
    #[must_use]
    pub fn command(&self) -> Command {
        let mut command = Command::new(sekisho());
        command.arg("--home").arg(self.path()).env("NO_COLOR", "1").env_remove("SEKISHO_HOME");
        command
    }

    /// Runs a command to its end, whatever that is.
    pub fn try_run<A: AsRef<OsStr>>(&self, args: &[A]) -> Output {
        self.command().args(args).stdin(Stdio::null()).output().expect("sekisho starts")
    }

    /// Runs a command that must succeed; returns its standard output.
    pub fn run<A: AsRef<OsStr>>(&self, args: &[A]) -> String {
        let done = self.try_run(args);
        let words: Vec<_> = args.iter().map(|a| a.as_ref().to_string_lossy()).collect();
        let err = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "sekisho {}: {}\n{err}", words.join(" "), done.status);
        String::from_utf8(done.stdout).expect("the output is UTF-8")
    }

    /// Imports what a manifest describes.
    pub fn import(&self, manifest: &Path) {
        self.run(&[OsStr::new("import"), manifest.as_os_str()]);
    }

    /// Opens a study on the newest snapshot of that name.
    pub fn study(&self, study: &str, snapshot: &str) {
        self.run(&["study", "create", study, "--snapshot", snapshot]);
    }

    /// Asks all questions in one session, in order; ids are the positions.
    #[must_use]
    pub fn ask_all<S: AsRef<str>>(&self, study: &str, questions: &[S]) -> Vec<Answer> {
        let lines = questions.iter().enumerate();
        let lines = lines.map(|(i, sql)| format!("{}\n", json!({"id": i.to_string(), "sql": sql.as_ref()})));
        let answers = self.ask_lines(study, lines.collect::<String>().as_bytes());
        assert_eq!(answers.len(), questions.len(), "every line is answered");
        answers
    }

    /// Asks one question in a session of its own.
    #[must_use]
    pub fn ask(&self, study: &str, sql: &str) -> Answer {
        self.ask_all(study, &[sql]).remove(0)
    }

    /// Hands lines to `query --jsonl` as they are.
    #[must_use]
    pub fn ask_lines(&self, study: &str, lines: &[u8]) -> Vec<Answer> {
        self.ask_lines_raw(study, lines).lines().map(Answer::parse).collect()
    }

    /// The same, with the answers as they were written.
    #[must_use]
    pub fn ask_lines_raw(&self, study: &str, lines: &[u8]) -> String {
        let mut command = self.command();
        command.args(["query", "--study", study, "--jsonl"]);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("sekisho starts");
        let mut pipe = child.stdin.take().expect("a pipe");
        let done = std::thread::scope(|scope| {
            // A pipe holds 64 KiB: whoever writes all before reading waits for ever.
            scope.spawn(move || pipe.write_all(lines).is_ok());
            child.wait_with_output().expect("sekisho ends")
        });
        let err = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "query --jsonl: {}\n{err}", done.status);
        String::from_utf8(done.stdout).expect("answers are UTF-8")
    }
}
