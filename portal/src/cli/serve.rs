//! `sekisho serve`: the portal and Flight SQL until somebody says stop.

use std::cell::Cell;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use chrono::Utc;
use enclave::query::{Ending, Gatehouse};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use super::config::{self, Config};
use super::edge::block_on;
use super::trouble::Trouble;
use crate::flight::{self, Bound, ServeError};
use crate::web;

const LONG: &str = "\
Serves the portal and Flight SQL over TLS 1.3 as DIR/sekisho.toml says, which is made with defaults when it is missing.
Says on standard output where, once it listens; ends cleanly on Ctrl-C or SIGTERM.
ポータルと Flight SQL を TLS 1.3 で提供します。設定は DIR/sekisho.toml です。";

/// Arguments of `sekisho serve`.
#[derive(Debug, clap::Args)]
#[command(about = "Serve the portal and Flight SQL 待ち受ける", long_about = LONG)]
pub struct Args {}

/// Serves.
///
/// # Errors
/// When the settings don't read, the house does not open, or the address cannot be had.
pub fn run(home: &Path) -> Result<(), Trouble> {
    let config = config::read_or_make(home)?;
    block_on(async {
        let house = Arc::new(Gatehouse::open(home, config.session.clone(), Utc::now)?);
        until_stopped(house, config, |served| {
            // Whoever started this may not read; the server stays.
            _ = writeln!(io::stdout(), "{}", whereabouts(served));
        })
        .await
    })
}

/// Serves until Ctrl-C or SIGTERM, and tells `listening` where. The log has its beginning and its end.
///
/// # Errors
/// When the address cannot be had, the certificates cannot be made, or the log cannot be written.
pub async fn until_stopped(
    house: Arc<Gatehouse>,
    config: Config,
    listening: impl FnOnce(&Served),
) -> Result<(), Trouble> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    // The transport ended by itself, unless one of the two came.
    let (ending, mut serving) = (Cell::new(Ending::Failed), None);
    // The house's own path is absolute, so that what is printed can be copied anywhere.
    let home = house.home().to_owned();
    let (identity, _) = config.flight.identity(&home).map_err(Trouble::said)?;
    let portal = web::listen(Arc::clone(&house), &identity, &config.web).await.map_err(Trouble::said)?;
    let portal_at = portal.address;
    let stopping = watch::Sender::new(false);
    let mut stopped = stopping.subscribe();
    let stop = async {
        ending.set(tokio::select! {
            _ = interrupt.recv() => Ending::Interrupted,
            _ = terminate.recv() => Ending::Terminated,
        });
        tracing::info!("stopping");
        stopping.send_replace(true);
    };
    let begin = async |bound: Bound| {
        let begun = house.begin_serving(env!("CARGO_PKG_VERSION"), bound.address).await;
        serving = Some(begun.map_err(|_| ServeError::Unlogged)?);
        listening(&Served { flight: bound, portal: portal_at });
        Ok(())
    };
    let flight = async {
        flight::serve(Arc::clone(&house), &home, config.flight, begin, stop).await.map_err(Trouble::said)
    };
    let pages = async {
        let shutdown = async {
            _ = stopped.wait_for(|stopped| *stopped).await;
        };
        portal.serve(shutdown).await.map_err(Trouble::said)
    };
    let served = tokio::try_join!(flight, pages).map(|((), ())| ());
    if let Some(serving) = serving {
        house.end_serving(serving, ending.get()).await.map_err(|failure| Trouble::Failed(failure, None))?;
    }
    served
}

/// Where everything is served.
#[derive(Debug)]
pub struct Served {
    /// Flight SQL.
    pub flight: Bound,
    /// The portal.
    pub portal: SocketAddr,
}

/// The addresses as clients write them, and the certificate they need.
pub fn whereabouts(Served { flight, portal }: &Served) -> String {
    format!("{}\nPortal          https://{portal}", flight_whereabouts(flight))
}

/// The same of Flight SQL alone.
pub fn flight_whereabouts(Bound { address, ca }: &Bound) -> String {
    let ca = ca.as_ref().map(|path| format!("\nCA certificate  {}", path.display()));
    format!("Flight SQL      grpc+tls://{address}{}", ca.unwrap_or_default())
}
