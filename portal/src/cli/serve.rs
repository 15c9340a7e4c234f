//! `sekisho serve`: Flight SQL until somebody says stop.

use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use chrono::Utc;
use enclave::query::Gatehouse;
use tokio::signal::unix::{SignalKind, signal};

use super::config::{self, Config};
use super::edge::block_on;
use super::trouble::Trouble;
use crate::flight::{self, Bound};

const LONG: &str = "\
Serves Flight SQL over TLS 1.3 as DIR/sekisho.toml says, which is made with defaults when it is missing. Says on
standard output where, once it listens; ends cleanly on Ctrl-C or SIGTERM.
Flight SQL を TLS 1.3 で提供します。設定は DIR/sekisho.toml です。";

/// Arguments of `sekisho serve`.
#[derive(Debug, clap::Args)]
#[command(about = "Serve Flight SQL 待ち受ける", long_about = LONG)]
pub struct Args {}

/// Serves.
///
/// # Errors
/// When the settings don't read, the house does not open, or the address cannot be had.
pub fn run(home: &Path) -> Result<(), Trouble> {
    let config = config::read_or_make(home)?;
    block_on(async {
        let house = Arc::new(Gatehouse::open(home, config.session.clone(), Utc::now)?);
        until_stopped(house, config, |bound| {
            // Whoever started this may not read; the server stays.
            _ = writeln!(io::stdout(), "{}", whereabouts(bound));
        })
        .await
    })
}

/// Serves until Ctrl-C or SIGTERM, and tells `listening` where.
///
/// # Errors
/// When the address cannot be had or the certificates cannot be made.
pub async fn until_stopped(
    house: Arc<Gatehouse>,
    config: Config,
    listening: impl FnOnce(&Bound),
) -> Result<(), Trouble> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    let stop = async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        tracing::info!("stopping");
    };
    // The house's own path is absolute, so that what is printed can be copied anywhere.
    let home = house.home().to_owned();
    flight::serve(house, &home, config.flight, |bound| listening(&bound), stop).await.map_err(Trouble::said)
}

/// The address as clients write it, and the certificate they need.
pub fn whereabouts(bound: &Bound) -> String {
    let ca = bound.ca.as_ref().map(|path| format!("\nCA certificate  {}", path.display()));
    format!("Flight SQL      grpc+tls://{}{}", bound.address, ca.unwrap_or_default())
}
