//! The session's own process: confine, listen, open, answer.
//!
//! This thread listens to the gatehouse, so that a cancel is heard at once; others compute. When the gatehouse hangs up, the process ends, whatever the others are doing.
//!
//! Out of scope: what a question means (`desk`); logging: the gatehouse writes the log.

mod exchange;
mod line;
mod service;
mod workers;

use std::ffi::OsString;
use std::num::NonZeroU16;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::process::ExitCode;

use super::confine::{Bounds, Confined, confine};
use service::Service;
use workers::Workers;

/// Exit status: nothing wrong.
pub(super) const FINE: u8 = 0;
/// Exit status: the arguments were not a gatehouse's.
pub(super) const BAD_ARGUMENTS: u8 = 64;
/// Exit status: the socket or a runtime could not be set up.
pub(super) const NO_START: u8 = 70;

/// The line on standard error that tells the gatehouse of a panic. The place follows, never the
/// panic's own text: that may quote data.
pub(super) const PANIC_MARK: &str = "sekisho-session panic ";

/// Runs a session to its end. `arguments` are those after `session`, as a gatehouse gave them;
/// standard input is one end of a Unix socket pair.
#[must_use]
pub fn child_main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    ExitCode::from(live(arguments))
}

pub(super) fn live(arguments: impl IntoIterator<Item = OsString>) -> u8 {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or(("?", 0), |place| (place.file(), place.line()));
        eprintln!("{PANIC_MARK}{}:{}", place.0, place.1);
    }));
    let Some(bounds) = bounds(arguments) else { return BAD_ARGUMENTS };
    let Ok(confined) = confine(&bounds) else { return NO_START };
    let Ok(socket) = socket() else { return NO_START };
    match serve(bounds, confined, socket) {
        Ok(()) => FINE,
        Err(_) => NO_START,
    }
}

fn bounds(arguments: impl IntoIterator<Item = OsString>) -> Option<Bounds> {
    let mut arguments = arguments.into_iter();
    let only = arguments.next()?.into_string().ok()?;
    if arguments.next().is_some() { None } else { serde_json::from_str(&only).ok() }
}

fn socket() -> std::io::Result<UnixStream> {
    let socket = UnixStream::from(std::io::stdin().as_fd().try_clone_to_owned()?);
    // Not by `set_nonblocking`, whose `ioctl` is not on the list.
    let flags = rustix::fs::fcntl_getfl(&socket)?;
    rustix::fs::fcntl_setfl(&socket, flags | rustix::fs::OFlags::NONBLOCK)?;
    Ok(socket)
}

fn serve(bounds: Bounds, confined: Confined, socket: UnixStream) -> std::io::Result<()> {
    let desk = Workers::start(NonZeroU16::MIN)?;
    let listening = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let service = Service::new(confined, bounds, desk.handle().clone());
    let served = listening.block_on(service.serve(socket));
    // Not waiting for threads that are deep in a join: the process is about to end.
    listening.shutdown_background();
    served
}
