//! `sekisho snapshot …`: which snapshots there are, and whether one is whole.
//!
//! Out of scope: making them (`import`), who may use them (`study`).

use std::io::{self, Write};
use std::path::Path;

use clap::Subcommand;
use enclave::ids::{BadName, SnapshotId, SnapshotName};
use enclave::keys::{KeyError, KeyStore};
use enclave::snapshot::{Listing, Snapshot, SnapshotError, folder, latest, list};

/// What to do with snapshots.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// List the snapshots, newest first of each name. 一覧
    List {
        /// As JSON. JSON で出力する
        #[arg(long)]
        json: bool,
    },
    /// Read all of a snapshot's files and compare them with its signed manifest. 全ファイルを検証する
    Verify {
        /// A name (its newest version) or a version NAME@DIGEST. スナップショット
        snapshot: String,
    },
}

/// Why a command could not be done.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotTrouble {
    /// The snapshot.
    #[error("スナップショットを使えません / the snapshot can't be used\n  {0}")]
    Snapshot(#[from] SnapshotError),
    /// The key store.
    #[error("鍵を開けません / the keys can't be opened\n  {0}")]
    Keys(#[from] KeyError),
    /// The argument.
    #[error("スナップショット名ではありません / not a snapshot's name: {0}")]
    Name(#[from] BadName),
    /// The output.
    #[error(transparent)]
    Output(#[from] io::Error),
}

/// Does a command.
///
/// # Errors
/// When the snapshot or the keys can't be used, or a file differs from its digest.
pub fn run(home: &Path, command: &Command, out: &mut impl Write) -> Result<(), SnapshotTrouble> {
    let key = KeyStore::open(home)?.manifest_key()?;
    match command {
        Command::List { json } => {
            let listing = list(home, &key)?;
            if *json { write_json(&listing, out)? } else { write_text(&listing, out)? }
        }
        Command::Verify { snapshot } => {
            let id = match snapshot.contains('@') {
                true => SnapshotId::try_from(snapshot.clone())?,
                false => latest(home, &SnapshotName::new(snapshot.as_str())?, &key)?,
            };
            Snapshot::open(&folder(home, &id), &key)?.verify_files()?;
            writeln!(out, "{id} is whole 異常なし")?;
        }
    }
    Ok(())
}

fn write_text(listing: &Listing, out: &mut impl Write) -> io::Result<()> {
    if listing.snapshots.is_empty() {
        writeln!(out, "no snapshots; make one with `sekisho import` スナップショットはありません")?;
    }
    for s in &listing.snapshots {
        let made = s.created.format("%Y-%m-%d %H:%M:%SZ");
        let size = s.bytes as f64 / f64::from(1 << 20);
        writeln!(
            out,
            "{}  {made}  {}  {} tables 表  {} rows 行  {} patients 人  {size:.1} MiB",
            s.id, s.policy, s.tables, s.rows, s.patients
        )?;
    }
    for damaged in &listing.damaged {
        writeln!(out, "unusable 使用不可  {}: {}", damaged.folder.display(), damaged.error)?;
    }
    Ok(())
}

fn write_json(listing: &Listing, out: &mut impl Write) -> io::Result<()> {
    for s in &listing.snapshots {
        let line = serde_json::json!({
            "snapshot": s.id, "created": s.created, "policy": s.policy.to_string(), "tables": s.tables,
            "rows": s.rows, "patients": s.patients, "bytes": s.bytes,
        });
        writeln!(out, "{line}")?;
    }
    for damaged in &listing.damaged {
        let error = damaged.error.to_string();
        writeln!(out, "{}", serde_json::json!({ "unusable": damaged.folder, "error": error }))?;
    }
    Ok(())
}
