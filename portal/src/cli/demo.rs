//! `sekisho demo`: invented records, a study on them, three questions, and a server to ask more.

mod connect;
mod make;
mod questions;

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::Utc;
use enclave::query::Gatehouse;

use super::edge::{Edge, block_on};
use super::progress::Progress;
use super::trouble::Trouble;
use super::{config, serve};
use crate::demo::{self, Recipe};

const PATIENTS: u32 = 20_000;
const SEED: u64 = 1;

const LONG: &str = "\
Makes a demo snapshot of invented patients if there is none, opens a study on it, asks three example questions,
then serves the portal and Flight SQL and prints how to come in.
架空の患者のデモデータを作り、課題を開き、3つの質問例を実行した後、ポータルと Flight SQL で待ち受けます。";

/// Arguments of `sekisho demo`, and of `sekisho` without a command.
#[derive(Debug, Clone, Default, PartialEq, Eq, clap::Args)]
#[command(about = "Show it on invented records (the default) デモ", long_about = LONG)]
pub struct Args {
    /// How many patients 患者数 [default: 20000]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    patients: Option<u32>,
    /// The same seed gives the same records 乱数の種 [default: 1]
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// End after the tables, without serving 表を出して終わる
    #[arg(long)]
    once: bool,
    /// Only write the source files and their manifest into this folder 元ファイルだけを書き出す
    #[arg(long, value_name = "FOLDER", conflicts_with = "once")]
    files: Option<PathBuf>,
}

impl Args {
    fn recipe(&self) -> Recipe {
        Recipe { patients: self.patients.unwrap_or(PATIENTS), seed: self.seed.unwrap_or(SEED) }
    }
}

/// Shows what there is to show.
///
/// # Errors
/// When something cannot be made, opened or asked.
pub fn run(home: &Path, args: &Args, edge: &Edge) -> Result<(), Trouble> {
    if let Some(folder) = &args.files {
        fs::create_dir_all(folder)?;
        return generate(folder, args.recipe());
    }
    let config = config::read_or_make(home)?;
    let (study, handler) = make::study(home, args.recipe(), Utc::now())?;
    block_on(async {
        let house = Arc::new(Gatehouse::open(home, config.session.clone(), Utc::now)?);
        let visit = house.enter(&handler, &study).await?;
        questions::ask_all(&house, &visit, &mut io::stdout().lock(), edge).await?;
        drop(visit);
        if args.once {
            return Ok(());
        }
        let token = make::token(home, (&study, &handler), Utc::now())?;
        let invitation = make::invitation(home, &study, Utc::now())?;
        serve::until_stopped(house, config, |served| {
            let portal = connect::portal(served, invitation.as_ref(), edge);
            let flight = connect::flight(served, &study, token.expose(), edge);
            // Whoever reads this may be gone; the server stays.
            _ = io::stdout().lock().write_all([portal, flight].concat().as_bytes());
        })
        .await
    })
}

/// Writes the source files and tells how far it is.
fn generate(folder: &Path, recipe: Recipe) -> Result<(), Trouble> {
    let mut progress = Progress::begin("inventing patients 架空患者", recipe.patients.into());
    demo::write(folder, recipe, &mut |done| progress.at(done.into())).map_err(Trouble::said)?;
    progress.end();
    Ok(())
}
