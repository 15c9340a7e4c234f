//! Starting the child: a socket pair, a clean environment, a thread that never dies.

use std::ffi::OsString;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::OnceLock;
use std::sync::mpsc::{Sender, channel};

use tokio::process::{Child, Command};
use tokio::runtime::Handle;
use tokio::sync::oneshot;

use super::super::Order;
use super::super::confine::Bounds;
use super::StartError;
use super::room::Room;
use super::watch::{Leash, Watch, watch};

/// What to start as a session. The last argument, the bounds, is added.
#[derive(Debug, Clone)]
pub struct Program {
    /// The executable.
    pub path: PathBuf,
    /// Arguments in front of the bounds.
    pub arguments: Vec<OsString>,
}

impl Program {
    /// This executable, as `… session`. By `/proc`, so that it is this one even if its file was
    /// replaced by a newer version meanwhile.
    #[must_use]
    pub fn this() -> Self {
        Self { path: "/proc/self/exe".into(), arguments: vec!["session".into()] }
    }
}

/// Starts the process. Returns with it its end of the socket and its spill folder.
pub(super) async fn launch(
    program: &Program,
    order: &Order,
) -> Result<(Watch, Leash, UnixStream, PathBuf), StartError> {
    let room = Room::make(&order.spill)?;
    let path = room.path();
    let bounds = Bounds {
        snapshot: order.snapshot.clone(),
        spill: path.clone(),
        memory_bytes: order.limits.memory_bytes(),
        spill_bytes: order.limits.spill_bytes(),
        threads: order.limits.threads,
        parent: std::process::id(),
    };
    let bounds = serde_json::to_string(&bounds).map_err(io::Error::other)?;
    let (ours, theirs) = UnixStream::pair()?;
    let mut command = Command::new(&program.path);
    command
        .args(&program.arguments)
        .arg(bounds)
        .env_clear()
        .current_dir("/")
        .stdin(Stdio::from(OwnedFd::from(theirs)))
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    let child = spawn(command).await?;
    let (watch, leash) = watch(child, room);
    Ok((watch, leash, ours, path))
}

struct Job {
    command: Command,
    runtime: Handle,
    done: oneshot::Sender<io::Result<Child>>,
}

/// Spawns from a thread that lives as long as the process: the signal that a session gets at its
/// parent's death (`PR_SET_PDEATHSIG`) comes when the *thread* dies that started it, and a runtime's
/// threads come and go.
async fn spawn(command: Command) -> io::Result<Child> {
    let (done, child) = oneshot::channel();
    let job = Job { command, runtime: Handle::current(), done };
    let gone = || io::Error::other("the thread that starts sessions is gone");
    launcher()?.send(job).map_err(|_| gone())?;
    child.await.map_err(|_| gone())?
}

fn launcher() -> io::Result<&'static Sender<Job>> {
    static LAUNCHER: OnceLock<Sender<Job>> = OnceLock::new();
    if let Some(launcher) = LAUNCHER.get() {
        return Ok(launcher);
    }
    let (jobs, waiting) = channel::<Job>();
    std::thread::Builder::new().name("launcher".to_owned()).spawn(move || {
        for mut job in waiting {
            let _inside = job.runtime.enter();
            let _ = job.done.send(job.command.spawn());
        }
    })?;
    // Where two came at once, the other's thread ends with its channel before it started anything.
    Ok(LAUNCHER.get_or_init(|| jobs))
}
