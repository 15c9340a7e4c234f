//! Where in the queue a question stands, for whoever shows it.

use std::sync::{Arc, OnceLock, Weak};

use super::Queue;
use super::line::Ticket;

/// The place of one question in the queue. Clones tell of the same question.
#[derive(Debug, Clone, Default)]
pub struct Place(Arc<OnceLock<(Weak<Queue>, Ticket)>>);

impl Place {
    /// How many questions would be started before this one as things stand; `None` where it does not wait.
    #[must_use]
    pub fn before(&self) -> Option<usize> {
        let (queue, ticket) = self.0.get()?;
        queue.upgrade()?.before(*ticket)
    }

    /// Notes where it waits; a question waits once.
    pub(super) fn waits(&self, queue: &Arc<Queue>, ticket: Ticket) {
        _ = self.0.set((Arc::downgrade(queue), ticket));
    }
}
