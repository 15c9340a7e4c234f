//! Group commit: one thread writes, and appends that come in meanwhile share the next fdatasync.
//!
//! Out of scope: what is written, and other processes (the store's lock sees to them).

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::Duration;

use futures::TryFutureExt as _;
use futures::channel::oneshot;

use super::store::Store;
use super::{Action, AuditError, Entry, io_error};

/// A group takes no more entries than this, nor more bytes.
const MAX_GROUP: usize = 256;
const MAX_BYTES: usize = 1 << 20;
/// Tiles and checkpoint follow when no entry has come for this long,
const QUIET: Duration = Duration::from_millis(5);
/// or when this many entries wait for them.
const MAX_UNPUBLISHED: u64 = 1024;

/// Proof that an entry is on disk. Only an append makes one.
#[derive(Debug)]
pub struct Receipt {
    index: u64,
    action: Action,
}

impl Receipt {
    /// The entry's index in the log, from 0.
    #[must_use]
    pub fn index(&self) -> u64 {
        self.index
    }

    /// What the entry says was done.
    #[must_use]
    pub fn action(&self) -> Action {
        self.action
    }
}

type Answer = Result<Receipt, AuditError>;

struct Job {
    bytes: Vec<u8>,
    action: Action,
    answer: oneshot::Sender<Answer>,
}

#[derive(Debug, Default)]
struct Counters {
    len: AtomicU64,
    commits: AtomicU64,
}

/// The thread and the way to it.
#[derive(Debug)]
pub(super) struct Committer {
    jobs: Option<Sender<Job>>,
    thread: Option<JoinHandle<()>>,
    counters: Arc<Counters>,
}

impl Committer {
    /// Starts the thread, which owns the store from now on.
    pub fn start(store: Store) -> Result<Self, AuditError> {
        let counters = Arc::new(Counters { len: store.len().into(), commits: 0.into() });
        let (jobs, inbox) = mpsc::channel();
        let shared = Arc::clone(&counters);
        let thread = std::thread::Builder::new()
            .name("audit-log".to_owned())
            .spawn(move || run(store, &inbox, &shared))
            .map_err(io_error("start its thread"))?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread), counters })
    }

    /// Hands an entry over; the future tells when it is on disk.
    pub fn append(
        &self,
        entry: &Entry,
    ) -> Result<impl Future<Output = Result<Answer, AuditError>> + use<>, AuditError> {
        let (answer, answered) = oneshot::channel();
        let job = Job { bytes: entry.encode()?, action: entry.action(), answer };
        let jobs = self.jobs.as_ref().ok_or(AuditError::Closed)?;
        jobs.send(job).map_err(|_| AuditError::Closed)?;
        Ok(answered.map_err(|_| AuditError::Closed))
    }

    pub fn len(&self) -> u64 {
        self.counters.len.load(Ordering::Acquire)
    }

    pub fn commits(&self) -> u64 {
        self.counters.commits.load(Ordering::Acquire)
    }
}

impl Drop for Committer {
    fn drop(&mut self) {
        drop(self.jobs.take());
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the audit log's thread panicked");
        }
    }
}

fn run(mut store: Store, inbox: &Receiver<Job>, counters: &Counters) {
    loop {
        let next = if store.unpublished() == 0 {
            inbox.recv().map_err(|_| RecvTimeoutError::Disconnected)
        } else {
            inbox.recv_timeout(QUIET)
        };
        match next {
            Ok(job) => commit(&mut store, gather(job, inbox), counters),
            Err(RecvTimeoutError::Timeout) => publish(&mut store),
            Err(RecvTimeoutError::Disconnected) => break,
        }
        if store.unpublished() >= MAX_UNPUBLISHED {
            publish(&mut store);
        }
    }
    if store.unpublished() > 0 {
        publish(&mut store);
    }
}

/// One job and those that already wait behind it.
fn gather(first: Job, inbox: &Receiver<Job>) -> Vec<Job> {
    let mut bytes = first.bytes.len();
    let mut group = vec![first];
    while group.len() < MAX_GROUP && bytes < MAX_BYTES {
        let Ok(job) = inbox.try_recv() else { break };
        bytes += job.bytes.len();
        group.push(job);
    }
    group
}

fn commit(store: &mut Store, group: Vec<Job>, counters: &Counters) {
    let entries: Vec<&[u8]> = group.iter().map(|job| job.bytes.as_slice()).collect();
    let committed = store.commit(&entries);
    match &committed {
        Ok(_) => {
            counters.len.store(store.len(), Ordering::Release);
            counters.commits.fetch_add(1, Ordering::AcqRel);
        }
        Err(AuditError::Closed) => {}
        Err(error) => tracing::error!(%error, "the audit log is closed"),
    }
    for (place, job) in (0..).zip(group) {
        let receipt = |first: u64| Receipt { index: first + place, action: job.action };
        // Nobody waits any more for an answer whose future was dropped.
        let _ = job.answer.send(committed.clone().map(receipt));
    }
}

fn publish(store: &mut Store) {
    match store.publish() {
        Ok(()) | Err(AuditError::Closed) => {}
        Err(error) => tracing::error!(%error, "the audit log is closed: it cannot publish its checkpoint"),
    }
}
