//! Time, memory, size, spill: each has its clear end.

use super::*;

#[tokio::test]
async fn time_is_up() {
    let house = House::new();
    let session = house.session_with(|order| order.limits.question_seconds = 1).await;
    let start = Instant::now();
    assert_eq!(fail_code(&put(&session, "sleep").await), FailCode::Time);
    assert!(start.elapsed() < Duration::from_secs(2));
    assert!(matches!(put(&session, "hello").await, Verdict::Released(_)), "the session goes on");
}

/// The engine's joins may not yield: a question that does not let go takes its session with it.
#[tokio::test]
async fn a_question_that_never_yields_is_killed() {
    for busy in ["spin", "spin-elsewhere"] {
        let house = House::new();
        let session = house.session_with(|order| order.limits.question_seconds = 1).await;
        assert_eq!(fail_code(&put(&session, busy).await), FailCode::Time, "{busy}");
        let death = tokio::time::timeout(Duration::from_secs(4), session.ended()).await;
        assert_eq!(death.expect(busy), Death::Killed(KillReason::Stuck));
    }
}

#[tokio::test]
async fn memory_ends_with_a_clear_word() {
    let house = House::new();
    let (session, other) = (house.session().await, house.session().await);
    let ours = own_memory();
    assert_eq!(fail_code(&put(&session, "eat").await), FailCode::Memory);
    assert_eq!(session.ended().await, Death::Memory);
    assert!(own_memory() < ours + (64 << 20), "the gatehouse is unmoved");
    assert!(matches!(put(&other, "hello").await, Verdict::Released(_)));
    assert_eq!(fail_code(&put(&session, "hello").await), FailCode::Memory, "a dead session says why");
}

fn own_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() << 10
}

#[tokio::test]
async fn too_large_questions_and_answers() {
    let house = House::new();
    let session = house.session_with(|order| order.limits.result_mib = 1).await;
    let question = "x".repeat(10 << 20);
    assert_eq!(fail_code(&put(&session, &question).await), FailCode::TooLarge);
    assert_eq!(fail_code(&put(&session, "big 1000000").await), FailCode::TooLarge);
    assert!(matches!(put(&session, "hello").await, Verdict::Released(_)));
}

#[tokio::test]
async fn spilling_ends_at_its_quota() {
    let house = House::new();
    let session = house.session().await;
    assert!(said(&put(&session, "spill 10000000").await).starts_with("Ok"));
    assert!(said(&put(&session, "spill 20000000").await).starts_with("Err(QuotaExceeded)"));
    assert!(said(&put(&session, "spill 10000000").await).starts_with("Ok"), "given back");
}
