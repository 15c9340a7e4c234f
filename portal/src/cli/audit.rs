//! `sekisho audit …`: verify, read and prove.
//!
//! None of it opens the log for writing, so it works on a copy and beside a running house.
//! Out of scope: where the log and its key are; the caller says.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use chrono::{DateTime, FixedOffset};
use clap::Subcommand;
use enclave::audit::{self, AuditError, InclusionProof, Recorded, VerifyKey, VerifyReport};

/// What to do with the log.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Recompute the whole log and compare it with its tiles and signed checkpoint. ログ全体を検証する
    Verify {
        /// A checkpoint that was kept elsewhere; may be given more than once. 別に保管した署名付きチェックポイント
        #[arg(long, value_name = "FILE")]
        against: Vec<PathBuf>,
        /// The log's public key, when it must not come from this house. 公開鍵
        #[arg(long, value_name = "VKEY")]
        key: Option<VerifyKey>,
    },
    /// Print entries, oldest first. 記録を表示する
    Show {
        /// As JSON, one entry a line, as they stand in the log. JSON で出力する
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        only: Only,
    },
    /// Prove that an entry is in the log (C2SP tlog-proof). 記録があることを証明する
    Prove {
        /// The entry's index, from 0. 記録の番号
        index: u64,
    },
    /// Check a proof from `prove`, with nothing but it and the public key. 証明を確かめる
    Check {
        /// The proof's file. 証明のファイル
        proof: PathBuf,
        /// The log's public key, when it must not come from this house. 公開鍵
        #[arg(long, value_name = "VKEY")]
        key: Option<VerifyKey>,
    },
    /// Print the public key (C2SP signed-note): give it to whoever shall check the log. 公開鍵を表示する
    Key,
}

/// Which entries to print: those that fit all that is given.
#[derive(Debug, Default, clap::Args)]
pub struct Only {
    /// Of this study. 課題
    #[arg(long)]
    study: Option<String>,
    /// Of this actor. 行為者
    #[arg(long)]
    actor: Option<String>,
    /// Of this action, such as `query`. 行為
    #[arg(long)]
    action: Option<String>,
    /// Not before this moment, such as 2026-04-01T00:00:00+09:00. この時刻以降
    #[arg(long, value_name = "TIME")]
    since: Option<DateTime<FixedOffset>>,
}

/// Why a command could not be done, or what it found.
#[derive(Debug, thiserror::Error)]
pub enum AuditTrouble {
    /// The log.
    #[error(transparent)]
    Log(#[from] AuditError),
    /// A file, or the output.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// The log is not whole; what is wrong has been printed.
    #[error("the audit log is NOT whole 監査ログに異常があります")]
    NotWhole,
}

/// Does a command on the log in `dir`. `own_key` is asked only where no other key was given.
///
/// # Errors
/// [`AuditTrouble::NotWhole`] when `verify` found something; else as the log and the files say.
pub fn run(
    command: &Command,
    dir: &Path,
    own_key: impl FnOnce() -> Result<VerifyKey, AuditTrouble>,
    out: &mut impl Write,
) -> Result<(), AuditTrouble> {
    match command {
        Command::Verify { against, key } => {
            let kept: Vec<Vec<u8>> = against.iter().map(std::fs::read).collect::<Result<_, _>>()?;
            let key = key.clone().map_or_else(own_key, Ok)?;
            let report = audit::verify_against(dir, &key, &kept)?;
            tell(&report, out)?;
            if report.is_whole() { Ok(()) } else { Err(AuditTrouble::NotWhole) }
        }
        Command::Show { json, only } => show(dir, *json, only, out),
        Command::Prove { index } => Ok(write!(out, "{}", audit::prove(dir, *index)?)?),
        Command::Check { proof, key } => {
            let proof: InclusionProof = std::fs::read_to_string(proof)?.parse()?;
            proof.check(&key.clone().map_or_else(own_key, Ok)?)?;
            let entry = String::from_utf8_lossy(proof.entry());
            Ok(writeln!(out, "entry {} is in the log 記録はログにあります\n{entry}", proof.index())?)
        }
        Command::Key => Ok(writeln!(out, "{}", own_key()?)?),
    }
}

fn tell(report: &VerifyReport, out: &mut impl Write) -> io::Result<()> {
    for found in &report.findings {
        writeln!(out, "from entry {}: {} ({})", found.from, found.fault, found.file.display())?;
    }
    if report.torn > 0 {
        let torn = report.torn;
        writeln!(
            out,
            "{torn} bytes of an unfinished write at the end; nobody was told it was there 書きかけ {torn} バイト"
        )?;
    }
    let entries = report.entries;
    match report.signed {
        Some(signed) if report.is_whole() => {
            writeln!(
                out,
                "whole: {entries} entries, {signed} under the signed checkpoint 異常なし: {entries} 件"
            )
        }
        Some(_) | None => writeln!(out, "{entries} entries could be read 読めた記録: {entries} 件"),
    }
}

fn show(dir: &Path, json: bool, only: &Only, out: &mut impl Write) -> Result<(), AuditTrouble> {
    for entry in audit::show(dir)? {
        let entry = entry?;
        if !only.fits(&entry) {
            continue;
        }
        let text = String::from_utf8_lossy(&entry.bytes);
        if json {
            writeln!(out, "{{\"index\":{},\"entry\":{text}}}", entry.index)?;
        } else {
            writeln!(out, "{:>8}  {}", entry.index, line(&entry))?;
        }
    }
    Ok(())
}

impl Only {
    fn fits(&self, entry: &Recorded) -> bool {
        let is = |name, wanted: &Option<String>| wanted.is_none() || entry.field(name) == *wanted;
        is("study", &self.study)
            && is("actor", &self.actor)
            && is("action", &self.action)
            && self.since.is_none_or(|since| entry.time().is_some_and(|time| time >= since))
    }
}

/// An entry on one line: the fields that say most.
fn line(entry: &Recorded) -> String {
    let fields = ["time", "actor", "action", "study", "object", "decision", "reason", "sql"];
    let texts = fields.iter().filter_map(|name| entry.field(name));
    texts.map(|text| text.split_whitespace().collect::<Vec<_>>().join(" ")).collect::<Vec<_>>().join("  ")
}

#[cfg(test)]
mod tests {
    use chrono::Utc;
    use clap::Parser;
    use enclave::audit::{Action, AuditLog, Entry, Role};

    use super::*;

    #[derive(Parser)]
    struct Cli {
        #[command(subcommand)]
        command: Command,
    }

    fn said(dir: &Path, words: &str) -> Result<String, AuditTrouble> {
        let cli = Cli::try_parse_from(format!("audit {words}").split(' ')).unwrap();
        let mut out = Vec::new();
        let own = || Ok(VerifyKey::of_seed("sekisho.test/audit", &[3; 32])?);
        run(&cli.command, dir, own, &mut out).map(|()| String::from_utf8(out).unwrap())
    }

    #[test]
    fn a_log_is_shown_verified_and_proved() {
        let dir = tempfile::tempdir().unwrap();
        let log = dir.path().join("audit");
        let at = |second| DateTime::<Utc>::from_timestamp(second, 0).unwrap();
        let open = AuditLog::open(&log, "sekisho.test/audit", &[3; 32], at(0)).unwrap();
        for (second, actor) in [(10, "sato"), (20, "suzuki"), (30, "sato")] {
            let entry = Entry::new(at(second), actor, Role::Researcher, Action::Query).sql("SELECT\n 1");
            open.append_blocking(entry).unwrap();
        }
        drop(open);

        assert!(said(&log, "verify").unwrap().starts_with("whole: 3 entries"));
        let lines = |words| said(&log, words).unwrap().lines().count();
        assert_eq!(lines("show"), 3);
        assert_eq!(lines("show --actor sato"), 2);
        assert_eq!(lines("show --actor sato --since 1970-01-01T09:00:20+09:00"), 1);
        assert_eq!(lines("show --action import"), 0);
        assert!(said(&log, "show").unwrap().ends_with("sato  query  SELECT 1\n"));
        let json: serde_json::Value =
            serde_json::from_str(&said(&log, "show --json --actor suzuki").unwrap()).unwrap();
        assert_eq!((&json["index"], &json["entry"]["actor"]), (&1.into(), &"suzuki".into()));

        let proof = dir.path().join("proof");
        std::fs::write(&proof, said(&log, "prove 1").unwrap()).unwrap();
        let key = said(&log, "key").unwrap();
        let check = format!("check {} --key {}", proof.display(), key.trim_end());
        assert!(said(&log, &check).unwrap().starts_with("entry 1 is in the log"));
        assert!(said(&log, "prove 3").is_err());

        let kept = log.join("checkpoint");
        let other = dir.path().join("other");
        drop(AuditLog::open(&other, "sekisho.test/audit", &[3; 32], at(0)).unwrap());
        let against = format!("verify --against {}", kept.display());
        assert!(matches!(said(&other, &against), Err(AuditTrouble::NotWhole)));
    }
}
