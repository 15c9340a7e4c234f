//! Ordinary life: open, ask, describe, cancel, close.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::*;
use crate::gate::Suppressed;
use crate::words::Reason;

#[tokio::test]
async fn an_answer_comes_over_whole() {
    let house = House::new();
    let session = house.session().await;
    let Verdict::Released(table) = put(&session, "hello").await else { panic!("not released") };
    let rows: Vec<usize> = table.batches().iter().map(|batch| batch.num_rows()).collect();
    assert_eq!(rows, [2, 1]);
    assert!(table.batches()[0].column(0).is_null(1));
    assert_eq!(table.suppressed(), [Suppressed { row: 1, column: 0, reason: Reason::Patients }]);
    assert_eq!(table.notices()[0].message.ja, "注");
    let shape = session.describe(ask("hello")).await.unwrap();
    assert_eq!(&shape, table.schema());
    assert_eq!(fail_code(&session.describe(ask("else")).await.unwrap_err()), FailCode::Syntax);
    assert_eq!(fail_code(&put(&session, "else").await), FailCode::Syntax);

    let with = Ask::new("parameters").with(Some(vec![1, 2, 3]));
    assert!(said(&session.ask(with, scribe(), |_| ()).await.unwrap_err()).starts_with("Some([1, 2, 3])"));
    assert!(said(&put(&session, "parameters").await).starts_with("None"));
}

#[tokio::test]
async fn a_large_answer_comes_over_in_parts() {
    let house = House::new();
    let session = house.session().await;
    let Verdict::Released(table) = put(&session, "big 400000").await else { panic!("not released") };
    assert_eq!(table.batches().iter().map(|batch| batch.num_rows()).sum::<usize>(), 400_000);
    assert_eq!(table.suppressed().len(), 400_000);
    assert_eq!(table.suppressed()[399_999].row, 399_999);
}

#[tokio::test]
async fn questions_run_side_by_side_and_wait_their_turn() {
    let house = House::new();
    let session = house.session_with(|order| order.limits.questions = 2.try_into().unwrap()).await;
    let session = Arc::new(session);
    let ask_in_background = |sql: &'static str| {
        let session = Arc::clone(&session);
        tokio::spawn(async move { put(&session, sql).await })
    };
    let sleeping = ask_in_background("sleep");
    assert!(matches!(put(&session, "hello").await, Verdict::Released(_)), "one beside another");
    let second = ask_in_background("sleep");
    tokio::time::sleep(Duration::from_millis(100)).await;
    let third = ask_in_background("hello");
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!third.is_finished(), "two at most");
    sleeping.abort();
    assert!(matches!(third.await.unwrap(), Verdict::Released(_)));
    second.abort();
}

#[tokio::test]
async fn progress_is_heard_and_a_dropped_question_stops() {
    let house = House::new();
    let session = house.session_with(|order| order.limits.questions = 1.try_into().unwrap()).await;
    let seen = AtomicU64::new(0);
    let asking = session.ask(ask("sleep"), scribe(), |now| seen.store(now.rows, Ordering::Relaxed));
    assert!(tokio::time::timeout(Duration::from_millis(700), asking).await.is_err());
    assert!(seen.load(Ordering::Relaxed) > 0);
    // There is one turn: it is free again as soon as the session let go.
    let start = Instant::now();
    assert!(matches!(put(&session, "hello").await, Verdict::Released(_)));
    assert!(start.elapsed() < Duration::from_secs(1));
    assert!(session.is_alive());
}

#[tokio::test]
async fn a_session_that_cannot_open_says_why() {
    let house = House::new();
    let mut order = house.order();
    order.tables = TablePermit::Only([("nowhere".to_owned(), Columns::All)].into());
    let Err(StartError::Open(failure)) = start(order).await else { panic!("opened") };
    assert_eq!(failure.code, FailCode::UnknownTable);

    let mut order = house.order();
    order.limits.memory_mib = 1;
    assert!(matches!(start(order).await, Err(StartError::Limits)));

    let nothing = Program { path: "/bin/false".into(), arguments: Vec::new() };
    let started = SessionProcess::start_program(&nothing, house.order(), secrets()).await;
    assert!(matches!(started, Err(StartError::Died(Death::Status(1)))), "{started:?}");
}

#[tokio::test]
async fn a_dropped_session_is_gone_with_its_folder() {
    let house = House::new();
    let session = house.session().await;
    let id = session.id();
    let rooms = || std::fs::read_dir(house.path("spill")).unwrap().count();
    assert!(is_there(id));
    assert_eq!(rooms(), 1);
    drop(session);
    assert!(within(Duration::from_secs(1), || !is_there(id) && rooms() == 0).await);
}

/// Prints what a session costs; run it by name.
#[tokio::test]
#[ignore = "a measurement"]
async fn how_long_things_take() {
    let house = House::new();
    let start = Instant::now();
    for _ in 0..10 {
        drop(house.session().await);
    }
    println!("start, confine, open: {:?}", start.elapsed() / 10);
    let session = house.session_with(|order| order.limits.result_mib = 4096).await;
    let start = Instant::now();
    for _ in 0..100 {
        assert!(matches!(put(&session, "hello").await, Verdict::Released(_)));
    }
    println!("a small question: {:?}", start.elapsed() / 100);
    let start = Instant::now();
    assert!(matches!(put(&session, "numbers 10000000").await, Verdict::Released(_)));
    println!("80 MB of result: {:?}", start.elapsed());
}
