use std::collections::BTreeSet;

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use super::*;

const SEEDS: u64 = 300;
const STEPS: usize = 400;

fn whose(handler: u32, study: u32) -> Whose {
    let handler = HandlerId::new(format!("h{handler}")).unwrap();
    (handler, StudyId::new(format!("s{study}")).unwrap())
}

fn bounds(running: usize) -> Bounds {
    Bounds { sessions: 1_000, running, each: 1_000 }
}

/// A line with all that happened to it, as those see it who stand in it.
struct World {
    rng: ChaCha8Rng,
    bounds: Bounds,
    line: Line,
    /// In the order in which they came.
    waiting: Vec<(Ticket, Whose)>,
    running: Vec<Whose>,
    processes: Vec<(Whose, Opening)>,
    /// For each that waits, which studies had a start since it was its study's first.
    passed: BTreeMap<Ticket, Vec<StudyId>>,
}

impl World {
    fn new(seed: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let running = rng.random_range(1..6);
        let sessions = running + rng.random_range(0..4);
        let each = if seed.is_multiple_of(2) { 1_000 } else { rng.random_range(1..3) };
        let bounds = Bounds { sessions, running, each };
        let (line, waiting, running) = (Line::new(bounds), Vec::new(), Vec::new());
        Self { rng, bounds, line, waiting, running, processes: Vec::new(), passed: BTreeMap::new() }
    }

    /// One study asks ten times as much as the others, through many handlers.
    fn join(&mut self) {
        let study = if self.rng.random_bool(0.7) { 0 } else { self.rng.random_range(1..5) };
        let whose = whose(self.rng.random_range(0..6), study);
        self.waiting.push((self.line.join(whose.clone()), whose));
    }

    fn step(&mut self) {
        match self.rng.random_range(0..10) {
            0..5 => self.join(),
            5..8 if !self.running.is_empty() => {
                let nth = self.rng.random_range(0..self.running.len());
                let whose = self.running.swap_remove(nth);
                self.line.done(&whose);
            }
            8 if !self.waiting.is_empty() => {
                let nth = self.rng.random_range(0..self.waiting.len());
                self.line.leave(self.waiting.remove(nth).0);
            }
            9 if !self.processes.is_empty() => {
                let nth = self.rng.random_range(0..self.processes.len());
                let (whose, opening) = self.processes.swap_remove(nth);
                self.line.closed(&whose, opening);
                assert!(!self.line.is_open(&whose, opening));
            }
            _ => {}
        }
        while self.start() {}
        self.check();
    }

    fn start(&mut self) -> bool {
        let Some(Start { ticket, whose, displaced }) = self.line.next() else { return false };
        let nth = self.waiting.iter().position(|(waits, _)| *waits == ticket).expect("it waited");
        let (_, its) = self.waiting.remove(nth);
        assert_eq!(its, whose);
        if let Some((idle, opening)) = displaced {
            assert!(!self.running.contains(&idle), "a session that works makes no room");
            let before = self.processes.len();
            self.processes.retain(|process| *process != (idle.clone(), opening));
            assert_eq!(self.processes.len() + 1, before, "there was such a process");
        }
        self.fair(&whose.1);
        self.running.push(whose.clone());
        // The process is there already, or it is started; sometimes that fails.
        if !self.processes.iter().any(|(there, _)| *there == whose) && self.rng.random_bool(0.9) {
            let opening = self.line.opened(&whose);
            self.processes.push((whose, opening));
        }
        true
    }

    /// Where no session is full, whoever waits sees each other study go first once at most for each of their own.
    fn fair(&mut self, started: &StudyId) {
        if self.bounds.each < 1_000 {
            return;
        }
        self.passed.retain(|ticket, _| self.waiting.iter().any(|(waits, _)| waits == ticket));
        let mut seen = BTreeSet::new();
        for (ticket, (_, study)) in &self.waiting {
            if seen.insert(study.clone()) && study != started {
                let passed = self.passed.entry(*ticket).or_default();
                assert!(!passed.contains(started), "{started} was served twice before {study}");
                passed.push(started.clone());
            }
        }
    }

    fn check(&self) {
        assert_eq!(self.line.running, self.running.len());
        assert!(self.running.len() <= self.bounds.running);
        for whose in &self.running {
            assert!(self.running.iter().filter(|other| *other == whose).count() <= self.bounds.each);
        }
        let taken: BTreeSet<_> =
            self.running.iter().chain(self.processes.iter().map(|(whose, _)| whose)).collect();
        assert_eq!(taken, self.line.sessions.keys().collect(), "places that nobody takes, or the reverse");
        assert!(taken.len() <= self.bounds.sessions);
        // Nobody waits whom there is room for.
        let idle =
            |whose: &Whose| self.running.iter().filter(|other| *other == whose).count() < self.bounds.each;
        assert!(
            self.running.len() == self.bounds.running || !self.waiting.iter().any(|(_, whose)| idle(whose))
        );
        let standing: usize = self.line.studies.iter().map(|(_, waiting)| waiting.len()).sum();
        assert_eq!(standing, self.waiting.len());
    }

    /// Everybody who waits is started in the end, however the sessions stand.
    fn drain(&mut self) {
        while let Some(whose) = self.running.pop() {
            self.line.done(&whose);
            while self.start() {}
            self.check();
        }
        assert!(self.waiting.is_empty(), "{} starved", self.waiting.len());
    }
}

#[test]
fn whatever_happens_nobody_starves_and_no_place_is_lost() {
    for seed in 0..SEEDS {
        let mut world = World::new(seed);
        for _ in 0..STEPS {
            world.step();
        }
        world.drain();
        for (whose, opening) in std::mem::take(&mut world.processes) {
            world.line.closed(&whose, opening);
        }
        assert!(world.line.sessions.is_empty() && world.line.running == 0, "seed {seed}");
    }
}

#[test]
fn a_place_is_the_number_of_those_that_start_before() {
    for seed in 0..SEEDS {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut line = Line::new(bounds(1));
        let first = line.join(whose(0, 9));
        assert_eq!((line.before(first), line.next().unwrap().ticket), (Some(0), first));
        let tickets: Vec<_> =
            (0..rng.random_range(1..40)).map(|n| line.join(whose(n, rng.random_range(0..5)))).collect();
        let places: BTreeMap<_, _> =
            tickets.iter().map(|ticket| (line.before(*ticket).unwrap(), *ticket)).collect();
        assert_eq!(places.len(), tickets.len(), "no two have the same place");
        let mut runs = whose(0, 9);
        for (place, ticket) in places {
            line.done(&runs);
            let start = line.next().unwrap();
            assert_eq!(start.ticket, ticket, "seed {seed}, place {place}");
            assert_eq!(line.before(ticket), None, "it waits no longer");
            runs = start.whose;
        }
    }
}

#[test]
fn studies_take_turns_however_many_handlers_they_have() {
    let mut line = Line::new(bounds(1));
    for handler in 0..5 {
        line.join(whose(handler, 1));
    }
    line.join(whose(0, 2));
    line.join(whose(0, 2));
    let mut order = Vec::new();
    while let Some(start) = line.next() {
        order.push(start.whose.1.to_string());
        line.done(&start.whose);
    }
    assert_eq!(order, ["s1", "s2", "s1", "s2", "s1", "s1", "s1"]);
}

#[test]
fn a_question_whose_session_is_full_lets_others_pass_and_keeps_its_turn() {
    let mut line = Line::new(Bounds { each: 1, ..bounds(4) });
    let tickets: Vec<_> = [(0, 1), (0, 1), (1, 1), (0, 2)].map(|(h, s)| line.join(whose(h, s))).into();
    let started: Vec<_> = std::iter::from_fn(|| line.next()).map(|start| start.ticket).collect();
    assert_eq!(started, [tickets[0], tickets[3], tickets[2]]);
    assert_eq!(line.before(tickets[1]), Some(0));
    line.done(&whose(0, 1));
    assert_eq!(line.next().unwrap().ticket, tickets[1]);
}

#[test]
fn the_session_that_is_idle_longest_makes_room() {
    let mut line = Line::new(Bounds { sessions: 2, ..bounds(2) });
    let open = |line: &mut Line, study| {
        line.join(whose(0, study));
        let start = line.next().unwrap();
        (line.opened(&start.whose), start.displaced)
    };
    let (one, _) = open(&mut line, 1);
    let (two, _) = open(&mut line, 2);
    assert!(line.next().is_none());
    line.done(&whose(0, 2));
    line.done(&whose(0, 1));
    let (three, displaced) = open(&mut line, 3);
    assert_eq!(displaced, Some((whose(0, 2), two)));
    assert!(!line.is_open(&whose(0, 2), two) && line.is_open(&whose(0, 1), one));
    // That the displaced one is gone says nothing of what came after it.
    line.done(&whose(0, 3));
    let (again, displaced) = open(&mut line, 2);
    assert_eq!(displaced, Some((whose(0, 1), one)));
    line.closed(&whose(0, 2), two);
    assert!(line.is_open(&whose(0, 2), again) && line.is_open(&whose(0, 3), three));
}
