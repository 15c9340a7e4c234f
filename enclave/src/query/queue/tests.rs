use std::num::NonZeroU16;
use std::time::Duration;

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use tokio::time::timeout;

use super::*;
use crate::ids::{HandlerId, StudyId};

fn whose(handler: u32, study: u32) -> Whose {
    let handler = HandlerId::new(format!("h{handler}")).unwrap();
    (handler, StudyId::new(format!("s{study}")).unwrap())
}

fn queue(running: u16) -> Arc<Queue> {
    let capacity = Capacity { running, ..Capacity::default() };
    Queue::new(&capacity, &Limits { questions: NonZeroU16::MAX, ..Limits::default() }, Arc::default())
}

async fn soon<T>(seat: impl Future<Output = T>) -> Option<T> {
    timeout(Duration::from_millis(20), seat).await.ok()
}

#[tokio::test]
async fn a_question_waits_for_a_seat_and_knows_its_place() {
    let queue = queue(1);
    let place = Place::default();
    assert_eq!(place.before(), None);
    let first = queue.seat(whose(0, 1), Some(&place)).await.unwrap();
    assert_eq!(place.before(), None, "it runs");
    let (second, third) = (Place::default(), Place::default());
    let mut waiting = Box::pin(queue.seat(whose(0, 1), Some(&second)));
    assert!(soon(&mut waiting).await.is_none());
    let mut later = Box::pin(queue.seat(whose(0, 2), Some(&third)));
    assert!(soon(&mut later).await.is_none());
    assert_eq!((second.before(), third.before()), (Some(0), Some(1)));
    drop(first);
    let seat = soon(waiting).await.unwrap();
    assert_eq!((second.before(), third.before()), (None, Some(0)));
    drop(seat);
    assert!(soon(later).await.is_some());
}

#[tokio::test]
async fn who_walks_away_leaves_nothing_behind() {
    let queue = queue(1);
    let first = queue.seat(whose(0, 1), None).await.unwrap();
    let mut waiting = Box::pin(queue.seat(whose(0, 1), None));
    assert!(soon(&mut waiting).await.is_none());
    drop(waiting);
    let mut given = Box::pin(queue.seat(whose(0, 1), None));
    assert!(soon(&mut given).await.is_none());
    // It is given a seat and never looks.
    drop(first);
    drop(given);
    assert!(soon(queue.seat(whose(0, 2), None)).await.is_some());
    let inner = queue.lock();
    assert!(inner.waiting.is_empty());
}

/// Questions of many lengths, given up at any moment: never more run than may, and in the end the queue is empty.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn seats_come_back_whenever_questions_go_away() {
    for seed in 0..8 {
        let queue = queue(3);
        let running = Arc::new(std::sync::atomic::AtomicUsize::new(0));
        let tasks: Vec<_> = (0..120)
            .map(|n| {
                let mut rng = ChaCha8Rng::seed_from_u64(seed * 1_000 + n);
                let (queue, running) = (Arc::clone(&queue), Arc::clone(&running));
                tokio::spawn(async move {
                    let whose = whose(rng.random_range(0..3), rng.random_range(0..4));
                    let work = Duration::from_micros(rng.random_range(0..900));
                    let patience = Duration::from_micros(rng.random_range(0..6_000));
                    let question = async {
                        let _seat = queue.seat(whose, None).await.unwrap();
                        let now = running.fetch_add(1, std::sync::atomic::Ordering::SeqCst) + 1;
                        let guard = Guard(&running);
                        assert!(now <= 3, "{now} at once");
                        tokio::time::sleep(work).await;
                        drop(guard);
                    };
                    timeout(patience, question).await.is_ok()
                })
            })
            .collect();
        let mut done = 0;
        for task in tasks {
            done += usize::from(task.await.unwrap());
        }
        assert!(done > 0, "seed {seed}");
        let all: Vec<_> = (0..3).map(|n| queue.seat(whose(n, 9), None)).collect();
        let seats =
            timeout(Duration::from_secs(5), futures::future::join_all(all)).await.expect("no seat is lost");
        assert_eq!(seats.iter().flatten().count(), 3);
        assert!(queue.lock().waiting.is_empty());
    }
}

/// Counts down before the seat goes back.
struct Guard<'a>(&'a std::sync::atomic::AtomicUsize);

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, std::sync::atomic::Ordering::SeqCst);
    }
}

#[test]
fn as_many_run_as_there_are_cores_and_never_more_than_there_may_be_sessions() {
    let each = NonZeroU16::MIN;
    assert!(Capacity::default().bounds(each).running >= 4);
    assert_eq!(Capacity { running: 9, ..Capacity::default() }.bounds(each).running, 9);
    let few = Capacity { sessions: NonZeroU16::MIN, running: 9 }.bounds(each);
    assert_eq!((few.sessions, few.running), (1, 1));
}
