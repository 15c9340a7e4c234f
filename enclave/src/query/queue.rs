//! The queue before the sessions: a question beyond what the machine does at once waits here for a seat.
//!
//! Who is next is [`line`]'s to say, which knows no time and no tasks; this is its edge, where tasks wait. A [`Seat`] goes back
//! by itself when it is dropped, so a question that goes away in whatever moment leaves nothing behind. Questions of one
//! process of the house stand in one queue. Out of scope: the time of a question, which begins when it runs; what one
//! session does at once (`session::Limits`), but for not starting what it would let wait.

mod line;
mod place;
mod settings;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::slot::Slots;
use crate::session::Limits;
use line::{Line, Start, Ticket};

pub(super) use line::{Opening, Whose};
pub use place::Place;
pub use settings::Capacity;

/// Questions that run, and those that wait.
#[derive(Debug)]
pub(super) struct Queue {
    inner: Mutex<Inner>,
    slots: Arc<Slots>,
}

#[derive(Debug)]
struct Inner {
    line: Line,
    waiting: HashMap<Ticket, oneshot::Sender<Seat>>,
}

/// A question's leave to run. Dropping it lets the next one start.
#[derive(Debug)]
pub(super) struct Seat {
    queue: Arc<Queue>,
    whose: Whose,
    /// The end of an idle session whose place this one takes.
    room: Option<JoinHandle<()>>,
}

impl Queue {
    pub(super) fn new(capacity: &Capacity, session: &Limits, slots: Arc<Slots>) -> Arc<Self> {
        let line = Line::new(capacity.bounds(session.questions));
        Arc::new(Self { inner: Mutex::new(Inner { line, waiting: HashMap::new() }), slots })
    }

    /// Waits for a seat; `place` tells meanwhile how many come first. Dropping the future leaves the queue.
    pub(super) async fn seat(self: &Arc<Self>, whose: Whose, place: Option<&Place>) -> Option<Seat> {
        let (tell, told) = oneshot::channel();
        let ticket = {
            let mut inner = self.lock();
            let ticket = inner.line.join(whose);
            inner.waiting.insert(ticket, tell);
            ticket
        };
        let waiting = Waiting { queue: Arc::clone(self), ticket };
        if let Some(place) = place {
            place.waits(self, ticket);
        }
        self.start();
        let mut seat = told.await.ok()?;
        drop(waiting);
        if let Some(room) = seat.room.take() {
            // Whether it ended or had ended already, there is room now.
            _ = room.await;
        }
        Some(seat)
    }

    /// How many would be started before it, if it waits.
    fn before(&self, ticket: Ticket) -> Option<usize> {
        self.lock().line.before(ticket)
    }

    /// Notes that a session process is about to be started where a question has a seat.
    pub(super) fn opened(&self, seat: &Seat) -> Opening {
        self.lock().line.opened(&seat.whose)
    }

    /// Notes that a session process has ended.
    pub(super) fn closed(&self, whose: &Whose, opening: Opening) {
        self.lock().line.closed(whose, opening);
    }

    /// Whether a session process may still be used: not where it is to make room for another.
    pub(super) fn is_open(&self, whose: &Whose, opening: Opening) -> bool {
        self.lock().line.is_open(whose, opening)
    }

    /// Starts whoever can be started. Seats that nobody takes any more come back while the queue is not locked.
    fn start(self: &Arc<Self>) {
        let mut seats = Vec::new();
        let mut inner = self.lock();
        while let Some(Start { ticket, whose, displaced }) = inner.line.next() {
            let room = displaced.and_then(|displaced| self.end(displaced));
            let seat = Seat { queue: Arc::clone(self), whose, room };
            seats.push((inner.waiting.remove(&ticket), seat));
        }
        drop(inner);
        for (waiting, seat) in seats {
            drop(waiting.map(|waiting| waiting.send(seat)));
        }
    }

    /// Ends an idle session, whatever becomes of the question that needs its place.
    fn end(&self, (whose, opening): (Whose, Opening)) -> Option<JoinHandle<()>> {
        let slots = Arc::clone(&self.slots);
        // Without a runtime all sessions are about to end.
        let runtime = Handle::try_current().ok()?;
        Some(runtime.spawn(async move { slots.make_room(&whose, opening).await }))
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.queue.lock().line.done(&self.whose);
        self.queue.start();
    }
}

/// Leaves the queue when it is dropped.
struct Waiting {
    queue: Arc<Queue>,
    ticket: Ticket,
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let mut inner = self.queue.lock();
        inner.line.leave(self.ticket);
        let never_told = inner.waiting.remove(&self.ticket);
        drop(inner);
        drop(never_told);
    }
}

#[cfg(test)]
mod tests;
