//! Who is next: round robin among studies that have something waiting, first come first served within one.
//!
//! However many handlers a study has and however much they ask, it gets one start for each start of every other study that waits. A
//! question whose own session is full is passed over without losing its turn. Knows neither time nor tasks.

use std::collections::{BTreeMap, VecDeque};

use crate::ids::{HandlerId, StudyId};

/// Whose session: one handler's in one study.
pub(in crate::query) type Whose = (HandlerId, StudyId);

/// One question in the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Ticket(u64);

/// One start of a session process; a later one of the same handler in the same study is another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::query) struct Opening(u64);

/// How much at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bounds {
    /// Session processes in all.
    pub sessions: usize,
    /// Questions in all; at most as many as `sessions`.
    pub running: usize,
    /// Questions in one session.
    pub each: usize,
}

/// A question that may run now.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Start {
    pub ticket: Ticket,
    pub whose: Whose,
    /// The idle session that must end to make room.
    pub displaced: Option<(Whose, Opening)>,
}

/// Everything that runs or waits.
#[derive(Debug)]
pub(super) struct Line {
    bounds: Bounds,
    /// Counts tickets, openings and ends of questions: a later one has the higher number.
    last: u64,
    running: usize,
    /// The next study is in front.
    studies: VecDeque<(StudyId, VecDeque<Waiter>)>,
    /// Only those with a process or a question that runs: those take a place.
    sessions: BTreeMap<Whose, Session>,
}

#[derive(Debug)]
struct Waiter {
    ticket: Ticket,
    handler: HandlerId,
}

#[derive(Debug, Default)]
struct Session {
    /// Questions that run in it.
    running: usize,
    open: Option<Opening>,
    /// When its last question ended.
    idle_since: u64,
}

impl Line {
    pub(super) fn new(bounds: Bounds) -> Self {
        Self { bounds, last: 0, running: 0, studies: VecDeque::new(), sessions: BTreeMap::new() }
    }

    /// Somebody asks.
    pub(super) fn join(&mut self, (handler, study): Whose) -> Ticket {
        let waiter = Waiter { ticket: Ticket(self.count()), handler };
        let ticket = waiter.ticket;
        match self.studies.iter_mut().find(|(waiting, _)| *waiting == study) {
            Some((_, waiting)) => waiting.push_back(waiter),
            None => self.studies.push_back((study, VecDeque::from([waiter]))),
        }
        ticket
    }

    /// Somebody does not wait any longer; nothing where they do not wait.
    pub(super) fn leave(&mut self, ticket: Ticket) {
        for (_, waiting) in &mut self.studies {
            waiting.retain(|waiter| waiter.ticket != ticket);
        }
        self.studies.retain(|(_, waiting)| !waiting.is_empty());
    }

    /// The next question that runs, if one can.
    pub(super) fn next(&mut self) -> Option<Start> {
        if self.running >= self.bounds.running {
            return None;
        }
        let (turn, nth) = self.studies.iter().enumerate().find_map(|(turn, (study, waiting))| {
            let nth = waiting.iter().position(|waiter| !self.is_full(&waiter.handler, study))?;
            Some((turn, nth))
        })?;
        let (study, mut waiting) = self.studies.remove(turn)?;
        let Waiter { ticket, handler } = waiting.remove(nth)?;
        if !waiting.is_empty() {
            self.studies.push_back((study.clone(), waiting));
        }
        let whose = (handler, study);
        let displaced = if self.sessions.contains_key(&whose) { None } else { self.displace() };
        self.running += 1;
        self.sessions.entry(whose.clone()).or_default().running += 1;
        Some(Start { ticket, whose, displaced })
    }

    /// A question that ran is over.
    pub(super) fn done(&mut self, whose: &Whose) {
        let now = self.count();
        if let Some(session) = self.sessions.get_mut(whose)
            && session.running > 0
        {
            session.running -= 1;
            session.idle_since = now;
            self.running -= 1;
        }
        self.forget(whose);
    }

    /// A question that runs starts a process.
    pub(super) fn opened(&mut self, whose: &Whose) -> Opening {
        let opening = Opening(self.count());
        self.sessions.entry(whose.clone()).or_default().open = Some(opening);
        opening
    }

    /// A process has ended; nothing where another was started since.
    pub(super) fn closed(&mut self, whose: &Whose, opening: Opening) {
        if let Some(session) = self.sessions.get_mut(whose)
            && session.open == Some(opening)
        {
            session.open = None;
        }
        self.forget(whose);
    }

    /// Whether the process takes a place still.
    pub(super) fn is_open(&self, whose: &Whose, opening: Opening) -> bool {
        self.sessions.get(whose).is_some_and(|session| session.open == Some(opening))
    }

    /// How many would be started before a question if each could start in its turn; `None` where it does not wait.
    pub(super) fn before(&self, ticket: Ticket) -> Option<usize> {
        let place = |waiting: &VecDeque<Waiter>| waiting.iter().position(|waiter| waiter.ticket == ticket);
        let (turn, own) =
            self.studies.iter().enumerate().find_map(|(turn, (_, waiting))| Some((turn, place(waiting)?)))?;
        // Of each study as many as of this one, and one more of those whose turn comes first.
        let others = self.studies.iter().enumerate().filter(|(other, _)| *other != turn);
        Some(
            own + others
                .map(|(other, (_, waiting))| waiting.len().min(own + usize::from(other < turn)))
                .sum::<usize>(),
        )
    }

    /// Takes the place of the session that is idle longest, where there is none left.
    fn displace(&mut self) -> Option<(Whose, Opening)> {
        if self.sessions.len() < self.bounds.sessions {
            return None;
        }
        let idle = self.sessions.iter().filter(|(_, session)| session.running == 0);
        let (whose, _) = idle.min_by_key(|(_, session)| session.idle_since)?;
        let whose = whose.clone();
        let opening = self.sessions.remove(&whose)?.open?;
        Some((whose, opening))
    }

    fn is_full(&self, handler: &HandlerId, study: &StudyId) -> bool {
        let session = self.sessions.get(&(handler.clone(), study.clone()));
        session.is_some_and(|session| session.running >= self.bounds.each)
    }

    fn forget(&mut self, whose: &Whose) {
        if self.sessions.get(whose).is_some_and(|session| session.running == 0 && session.open.is_none()) {
            self.sessions.remove(whose);
        }
    }

    fn count(&mut self) -> u64 {
        self.last += 1;
        self.last
    }
}

#[cfg(test)]
mod tests;
