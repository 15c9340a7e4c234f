//! What the house does at once.

use std::num::NonZeroU16;

use serde::Deserialize;

use super::line::Bounds;

/// Where a machine has fewer cores, so many questions run at once all the same: they wait for the disk too.
const LEAST_RUNNING: u16 = 4;

/// What all sessions of the house together may use of the machine.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Capacity {
    /// Session processes. Beyond, the one that is idle longest makes room.
    pub sessions: NonZeroU16,
    /// Questions that run; further ones wait. 0 is as many as there are cores, and at least four. Never more than `sessions`.
    pub running: u16,
}

impl Default for Capacity {
    fn default() -> Self {
        Self { sessions: NonZeroU16::MIN.saturating_add(127), running: 0 }
    }
}

impl Capacity {
    /// For the queue; a session runs `each` questions at once.
    pub(super) fn bounds(&self, each: NonZeroU16) -> Bounds {
        let cores =
            || std::thread::available_parallelism().map_or(1, |n| u16::try_from(n.get()).unwrap_or(u16::MAX));
        let running =
            NonZeroU16::new(self.running).map_or_else(|| cores().max(LEAST_RUNNING), NonZeroU16::get);
        // Each question that runs needs a session. With as many of those there is always room for the next.
        let running = usize::from(running.min(self.sessions.get()));
        Bounds { sessions: self.sessions.get().into(), running, each: each.get().into() }
    }
}
