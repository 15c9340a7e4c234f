//! `sekisho explain`: what would be done with a question, without running it.

use std::io::{self, Write};
use std::path::Path;

use chrono::Utc;
use enclave::gate::{SafeTable, Verdict};
use enclave::ids::{HandlerId, StudyId};
use enclave::query::{Ask, Gatehouse};

use super::edge::{Edge, block_on};
use super::trouble::Trouble;
use super::{config, query};
use crate::show::{self, Figures};

const LONG: &str = "\
Says, without running a question, where it is cut and what each figure is held against.
質問を実行せずに、どこで集計されるか、各値にどの規則が適用されるかを示します。

One line for each label and each figure of each cut. Evidence 根拠: distinct patients and institutions (for so many
tables), the two largest shares, patients at the levels of so many conditions, patients on both sides of a quantile.
A label shows always (a code list, or a word of the question), with enough patients where the bundle's groups say
so, or only with_its_cell.";

/// Arguments of `sekisho explain`.
#[derive(Debug, clap::Args)]
#[command(about = "Say what would be done with a question 説明する", long_about = LONG)]
pub struct Args {
    /// Study to ask in 課題
    #[arg(long, value_name = "STUDY")]
    study: StudyId,
    /// Who asks 取扱者
    #[arg(long, value_name = "NAME", default_value = "local")]
    handler: HandlerId,
    /// The question, one SELECT; - reads it from standard input 質問(SELECT文)
    sql: String,
}

/// Explains.
///
/// # Errors
/// When the house cannot be opened or entered, the question is refused or not understood, or the answer cannot be
/// written.
pub fn run(home: &Path, args: &Args, edge: &Edge) -> Result<(), Trouble> {
    let settings = config::read(query::existing(home)?)?.session;
    let sql = query::read(&args.sql)?;
    let explained: Result<SafeTable, Verdict> = block_on(async {
        let house = Gatehouse::open(home, settings, Utc::now)?;
        let entered = house.enter(&args.handler, &args.study).await;
        let visit = entered.map_err(|no| query::missing(home, &args.study, no))?;
        let ask = Ask::new(sql.clone());
        Ok::<_, Trouble>(enclave::query::explain(&house, &visit, ask).await)
    })?;
    match explained {
        Ok(table) => {
            let text = show::draw_alone(Figures::from(&table), edge.out);
            Ok(io::stdout().write_all(text.as_bytes())?)
        }
        Err(Verdict::Refused(refusal)) => Err(Trouble::Refused(refusal, Some(sql))),
        Err(Verdict::Failed(failure)) => Err(Trouble::Failed(failure, Some(sql))),
        Err(Verdict::Released(_) | Verdict::Explored(_)) => {
            Err(Trouble::said("an answer where an explanation was asked for"))
        }
    }
}
