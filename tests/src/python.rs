//! Python helpers, run by the virtual environment that `tests/python/venv.sh` makes.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

use crate::{repository, target};

/// A command that runs `tests/python/SCRIPT`.
#[must_use]
pub fn python_command(script: &str) -> Command {
    static PYTHON: OnceLock<PathBuf> = OnceLock::new();
    let python = PYTHON.get_or_init(|| {
        let mut venv = Command::new(repository().join("tests/python/venv.sh"));
        PathBuf::from(finish(venv.env("CARGO_TARGET_DIR", target())).trim())
    });
    let mut command = Command::new(python);
    command.arg(repository().join("tests/python").join(script));
    command.env("PYTHONDONTWRITEBYTECODE", "1").env("PYTHONHASHSEED", "0");
    command
}

/// Runs `tests/python/SCRIPT` and returns what it wrote to its standard output; panics with its
/// standard error when it fails.
pub fn python<A: AsRef<OsStr>>(script: &str, args: &[A]) -> String {
    finish(python_command(script).args(args))
}

/// The folder with the real data sets: `randhie.toml`, `nafld.toml` and their CSV files.
#[must_use]
pub fn real_data() -> PathBuf {
    let folder = target().join("sekisho-tests/data");
    python("real_data.py", &[&folder]);
    folder
}

fn finish(command: &mut Command) -> String {
    let done = command.output().unwrap_or_else(|e| panic!("{command:?}: {e}"));
    let (out, err) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    assert!(done.status.success(), "{command:?}: {}\n{out}\n{err}", done.status);
    out.into_owned()
}
