//! Threads that compute, and that can be waited for.

use std::num::NonZeroU16;
use std::time::Duration;

use tokio::runtime::{Builder, Handle, Runtime};

/// Stack of a computing thread. Plans nest; the engine moves to new stacks when it needs more.
const STACK_BYTES: usize = 4 << 20;

/// Longer than any question; the gatehouse does not wait that long.
const UNTIL_DONE: Duration = Duration::from_secs(24 * 3600);

/// A runtime on threads of its own. Dropping it asks them to stop and does not wait.
pub(super) struct Workers(Option<Runtime>, Handle);

impl Workers {
    pub(super) fn start(threads: NonZeroU16) -> std::io::Result<Self> {
        let threads = usize::from(threads.get());
        let runtime = Builder::new_multi_thread()
            .thread_name("desk")
            .worker_threads(threads)
            .max_blocking_threads(threads + 1)
            .thread_stack_size(STACK_BYTES)
            .enable_all()
            .build()?;
        let handle = runtime.handle().clone();
        Ok(Self(Some(runtime), handle))
    }

    pub(super) const fn handle(&self) -> &Handle {
        &self.1
    }

    /// Stops everything that runs on these threads and waits until they all let go.
    pub(super) async fn stop(mut self) {
        if let Some(runtime) = self.0.take() {
            let _ = tokio::task::spawn_blocking(move || runtime.shutdown_timeout(UNTIL_DONE)).await;
        }
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
