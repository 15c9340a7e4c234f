//! `sekisho import MANIFEST.toml`: sources in, a snapshot out.
//!
//! Out of scope: the audit log (the caller's `record` writes the entry before the snapshot appears).

mod bar;

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use enclave::keys::{KeyError, KeyStore};
use enclave::snapshot::{ImportError, Imported, Sizes, prepare};
use ring::rand::SecureRandom;

use bar::Bar;

/// What to import, and within what.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The manifest (TOML); README.md says what stands in it. マニフェスト
    manifest: PathBuf,
    /// Memory for rows in hand, in MiB; smaller gives more and smaller parts. 使用メモリの目安
    #[arg(long, value_name = "MIB", value_parser = clap::value_parser!(u64).range(16..=1_048_576))]
    memory: Option<u64>,
    /// Print what came of it as JSON. JSON で出力する
    #[arg(long)]
    json: bool,
}

/// Why an import did not come about.
#[derive(Debug, thiserror::Error)]
pub enum ImportTrouble {
    /// The sources, the manifest or the disk.
    #[error("取り込みに失敗しました。スナップショットは作られていません / nothing was imported\n  {0}")]
    Import(#[from] ImportError),
    /// The key store.
    #[error("鍵を開けません / the keys can't be opened\n  {0}")]
    Keys(#[from] KeyError),
    /// The log.
    #[error("監査ログに書けないため、取り込みを取り消しました / nothing was imported: {0}")]
    Record(String),
    /// The output.
    #[error(transparent)]
    Output(#[from] io::Error),
}

/// Imports, telling how far it is on standard error and what came of it on `out`.
///
/// # Errors
/// When nothing was imported, or only the telling failed ([`ImportTrouble::Output`]).
pub fn run(
    home: &Path,
    args: &Args,
    now: DateTime<Utc>,
    rng: &dyn SecureRandom,
    record: impl FnOnce(&Imported) -> Result<(), String>,
    out: &mut impl Write,
) -> Result<Imported, ImportTrouble> {
    let default = Sizes::default();
    let sizes = Sizes { memory: args.memory.map_or(default.memory, |mib| mib << 20), ..default };
    let imported = bring(home, &args.manifest, &sizes, now, rng, record)?;
    if args.json {
        write_json(&imported, out)?
    } else {
        write_text(&imported, out)?
    }
    Ok(imported)
}

/// Imports, telling only how far it is.
///
/// # Errors
/// When nothing was imported.
pub fn bring(
    home: &Path,
    manifest: &Path,
    sizes: &Sizes,
    now: DateTime<Utc>,
    rng: &dyn SecureRandom,
    record: impl FnOnce(&Imported) -> Result<(), String>,
) -> Result<Imported, ImportTrouble> {
    let keys = KeyStore::open(home)?;
    let bar = Bar::begin();
    let prepared = prepare(home, manifest, &keys, now, rng, &|progress| bar.at(progress), sizes);
    bar.end();
    let prepared = prepared?;
    record(prepared.imported()).map_err(ImportTrouble::Record)?;
    Ok(prepared.publish(&keys)?)
}

fn write_text(imported: &Imported, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{}", imported.id)?;
    for table in &imported.tables {
        writeln!(out, "\n{}: {} rows 行", table.name, table.rows)?;
        if table.rejected > 0 {
            writeln!(out, "  {} rows left out 除外", table.rejected)?;
        }
        // For the steward to look over: a class decides what may be shown.
        for column in &table.columns {
            let class = format!("{:?}", column.class).to_lowercase();
            let missing = if column.nullable { "  has missing 欠損あり" } else { "" };
            writeln!(out, "  {:<24} {:<28} {class}{missing}", column.name, column.data_type.to_string())?;
        }
    }
    if let Some(rejects) = &imported.rejects {
        writeln!(out, "\nlines left out and why 除外した行と理由: {}", rejects.display())?;
    }
    Ok(())
}

fn write_json(imported: &Imported, out: &mut impl Write) -> io::Result<()> {
    let table = |table: &enclave::snapshot::ImportedTable| {
        serde_json::json!({
            "name": table.name, "rows": table.rows, "rejected": table.rejected, "columns": table.columns,
        })
    };
    let value = serde_json::json!({
        "snapshot": imported.id,
        "tables": imported.tables.iter().map(table).collect::<Vec<_>>(),
        "rejects": imported.rejects,
    });
    writeln!(out, "{value}")
}
