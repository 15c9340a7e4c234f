//! Questions that run on whether anybody listens or not: a page may be reloaded, a line may drop.
//!
//! Each belongs to one person in one study and is forgotten some time after it is done; a person keeps the newest few answers.
//! They end with the person's sign-in, not with the page. Out of scope: what a question may tell (`query::run`).

use std::collections::{BTreeSet, HashMap};
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use enclave::ids::{HandlerId, StudyId};
use enclave::query::{self, Ask, Gatehouse, Held, Place, Visit};
use futures::FutureExt as _;
use ring::rand::SecureRandom;
use tokio::sync::watch;

use super::trouble::Trouble;

/// Questions of one person that are not done.
const MOST_RUNNING: usize = 16;
/// Answers that one person may come back to. They are in memory.
const MOST_KEPT: usize = 64;
/// How long an answer waits for somebody to look at it.
const KEPT_FOR: Duration = Duration::from_secs(60 * 60);

/// How a question stands.
#[derive(Debug, Clone)]
pub enum Standing {
    /// The house is at it, or it waits until the house can be.
    Running,
    /// It was answered.
    Answered(Arc<Held>),
    /// Somebody stopped it.
    Cancelled,
    /// It broke off by a defect of ours; the house's own log has the details.
    Broken,
}

/// One question of one person in one study.
#[derive(Debug)]
pub struct Asked {
    /// The named cells that it uses, in their order: a place may be in one of them.
    pub views: Vec<String>,
    id: String,
    owner: HandlerId,
    study: StudyId,
    begun: Instant,
    took: OnceLock<Duration>,
    place: Place,
    standing: watch::Sender<Standing>,
}

impl Asked {
    /// What it is called.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// How long ago it was asked; once it is done, how long it took.
    pub fn elapsed(&self) -> Duration {
        self.took.get().copied().unwrap_or_else(|| self.begun.elapsed())
    }

    /// How many come before it, while it waits.
    pub fn before(&self) -> Option<usize> {
        self.place.before()
    }

    /// How it stands.
    pub fn standing(&self) -> Standing {
        self.standing.borrow().clone()
    }

    /// Tells when it stands otherwise.
    pub fn watch(&self) -> watch::Receiver<Standing> {
        self.standing.subscribe()
    }

    /// Stops it, unless it is done.
    pub fn cancel(&self) {
        self.end(Standing::Cancelled);
    }

    /// It stands so from now on, unless it had ended.
    fn end(&self, how: Standing) {
        self.standing.send_if_modified(|standing| {
            let running = matches!(standing, Standing::Running);
            if running {
                self.took.get_or_init(|| self.begun.elapsed());
                *standing = how;
            }
            running
        });
    }

    fn is_running(&self) -> bool {
        matches!(*self.standing.borrow(), Standing::Running)
    }
}

/// All questions of all persons.
#[derive(Debug, Default)]
pub struct Questions {
    all: Mutex<HashMap<String, Arc<Asked>>>,
}

impl Questions {
    /// Begins a question and lets it run on.
    ///
    /// # Errors
    /// When the person has too many that are not done.
    pub fn begin(
        &self,
        (house, visit): (Arc<Gatehouse>, Visit),
        (ask, explore): (Ask, bool),
        rng: &dyn SecureRandom,
    ) -> Result<Arc<Asked>, Trouble> {
        let asked = Arc::new(Asked {
            views: ask.views.iter().map(|view| view.name.clone()).collect(),
            id: super::name(rng)?,
            owner: visit.handler().clone(),
            study: visit.study().clone(),
            begun: Instant::now(),
            took: OnceLock::new(),
            place: Place::default(),
            standing: watch::Sender::new(Standing::Running),
        });
        self.keep(Arc::clone(&asked))?;
        let (mut stopped, done) = (asked.watch(), Arc::clone(&asked));
        let visit = visit.with_place(&asked.place);
        tokio::spawn(async move {
            let run = async {
                match explore {
                    true => query::explore(&house, &visit, ask).await,
                    false => query::run(&house, &visit, ask).await,
                }
            };
            // Dropping the run cancels the question. What panicked is dropped too; nobody waits for it for ever.
            tokio::select! {
                biased;
                _ = stopped.wait_for(|standing| !matches!(standing, Standing::Running)) => {}
                held = AssertUnwindSafe(run).catch_unwind() => {
                    done.end(held.map_or(Standing::Broken, |held| Standing::Answered(Arc::new(held))));
                }
            }
        });
        Ok(asked)
    }

    /// One of a person's questions in a study.
    pub fn of(&self, owner: &HandlerId, study: &StudyId, id: &str) -> Option<Arc<Asked>> {
        let asked = self.lock().get(id).cloned()?;
        (asked.owner == *owner && asked.study == *study).then_some(asked)
    }

    /// Those of one person that are not done, in one study.
    pub fn running(&self, owner: &HandlerId, study: &StudyId) -> usize {
        let all = self.lock();
        all.values().filter(|q| q.owner == *owner && q.study == *study && q.is_running()).count()
    }

    /// Whoever has a question here.
    pub fn owners(&self) -> BTreeSet<HandlerId> {
        self.lock().values().map(|asked| asked.owner.clone()).collect()
    }

    /// Stops and forgets all questions of somebody who has left.
    pub fn leave(&self, owner: &HandlerId) {
        self.lock().retain(|_, asked| {
            if asked.owner == *owner {
                asked.cancel();
            }
            asked.owner != *owner
        });
    }

    fn keep(&self, asked: Arc<Asked>) -> Result<(), Trouble> {
        let mut all = self.lock();
        all.retain(|_, asked| asked.is_running() || asked.begun.elapsed() < KEPT_FOR);
        let mut own: Vec<_> = all.values().filter(|other| other.owner == asked.owner).cloned().collect();
        if own.iter().filter(|other| other.is_running()).count() >= MOST_RUNNING {
            return Err(Trouble::too_many());
        }
        own.retain(|other| !other.is_running());
        own.sort_by_key(|other| std::cmp::Reverse(other.begun));
        for old in own.iter().skip(MOST_KEPT - 1) {
            all.remove(&old.id);
        }
        all.insert(asked.id.clone(), asked);
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Arc<Asked>>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
