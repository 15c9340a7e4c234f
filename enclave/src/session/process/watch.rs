//! Watching a process: hear its last words, notice its end, kill it.

use std::future::Future;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader};
use tokio::process::Child;
use tokio::sync::{mpsc, watch as cell};

use super::super::child::PANIC_MARK;
use super::death::{Death, KillReason, LastWords, death};
use super::room::Room;

/// How long a process whose connection broke may take to die before it is helped.
const DYING: Duration = Duration::from_secs(1);

/// Longest line that is looked at.
const LINE: u64 = 4096;

/// Sees the process's end, and can ask for it.
#[derive(Debug, Clone)]
pub(super) struct Watch {
    id: u32,
    ended: cell::Receiver<Option<Death>>,
    kill: mpsc::WeakUnboundedSender<KillReason>,
}

/// Dropping it kills the process.
#[derive(Debug)]
pub(super) struct Leash {
    _kill: mpsc::UnboundedSender<KillReason>,
}

pub(super) fn watch(child: Child, room: Room) -> (Watch, Leash) {
    let (tell, ended) = cell::channel(None);
    let (kill, kills) = mpsc::unbounded_channel();
    let watch = Watch { id: child.id().unwrap_or_default(), ended, kill: kill.downgrade() };
    tokio::spawn(async move {
        let death = guard(child, kills).await;
        drop(room);
        tell.send_replace(Some(death));
    });
    (watch, Leash { _kill: kill })
}

async fn guard(mut child: Child, mut kills: mpsc::UnboundedReceiver<KillReason>) -> Death {
    let id = child.id().unwrap_or_default();
    let listening = child.stderr.take().map(|stderr| tokio::spawn(listen(id, stderr)));
    let mut killed = None;
    let status = tokio::select! {
        status = child.wait() => status,
        why = kills.recv() => {
            killed = Some(why.unwrap_or(KillReason::Unused));
            // Fails only where it is dead already.
            let _ = child.start_kill();
            child.wait().await
        }
    };
    let mut words = LastWords::default();
    if let Some(listening) = listening
        && let Ok(Ok(heard)) = tokio::time::timeout(DYING, listening).await
    {
        words = heard;
    }
    let death = status.map_or(Death::Lost, |status| death(status, words, killed));
    match death {
        Death::Ended | Death::Killed(KillReason::Unused) => tracing::debug!(id, "session ended"),
        _ => tracing::warn!(id, %death, "session ended"),
    }
    death
}

/// Reads standard error to its end. Only lines of known form are logged: an engine's text may quote data.
async fn listen(id: u32, stderr: impl AsyncRead + Unpin) -> LastWords {
    let mut words = LastWords::default();
    let mut lines = BufReader::new(stderr);
    let mut line = Vec::new();
    loop {
        line.clear();
        let mut bounded = (&mut lines).take(LINE);
        match bounded.read_until(b'\n', &mut line).await {
            Ok(0) | Err(_) => return words,
            Ok(_) => {}
        }
        let line = String::from_utf8_lossy(&line);
        words.hear(&line);
        if let Some(place) = panicked_at(&line) {
            tracing::error!(id, place, "a question panicked in its session");
        }
    }
}

/// The place of a panic, if the line is one of our hook's and holds nothing but a place.
fn panicked_at(line: &str) -> Option<&str> {
    let place = line.strip_prefix(PANIC_MARK)?.trim_end();
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-:".contains(c);
    (place.len() <= 300 && place.chars().all(plain)).then_some(place)
}

impl Watch {
    pub(super) const fn id(&self) -> u32 {
        self.id
    }

    pub(super) fn is_alive(&self) -> bool {
        self.ended.borrow().is_none()
    }

    pub(super) fn kill(&self, why: KillReason) {
        // Without a leash it is being killed already.
        if let Some(kill) = self.kill.upgrade() {
            let _ = kill.send(why);
        }
    }

    pub(super) fn ended(&self) -> impl Future<Output = Death> + Send + 'static {
        let mut ended = self.ended.clone();
        async move {
            match ended.wait_for(Option::is_some).await {
                Ok(death) => death.unwrap_or(Death::Lost),
                // The runtime that watched is gone, and the child with it.
                Err(_) => Death::Lost,
            }
        }
    }

    /// The end of a process whose connection broke: it is dying, or it must.
    pub(super) async fn end_soon(&self) -> Death {
        match tokio::time::timeout(DYING, self.ended()).await {
            Ok(death) => death,
            Err(_) => {
                self.kill(KillReason::Protocol);
                self.ended().await
            }
        }
    }
}
