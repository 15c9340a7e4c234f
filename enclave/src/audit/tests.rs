//! The log as a whole: what survives, what is found, what is refused.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::*;

const SEED: [u8; 32] = [42; 32];
const ORIGIN: &str = "sekisho.test/audit";

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_763_600_000, 0).unwrap()
}

fn open(dir: &Path) -> Result<AuditLog, AuditError> {
    AuditLog::open(dir, ORIGIN, &SEED, now())
}

fn key() -> VerifyKey {
    VerifyKey::of_seed(ORIGIN, &SEED).unwrap()
}

fn entry(n: u64) -> Entry {
    Entry::new(now(), "sato", Role::Researcher, Action::Query).sql(&format!("SELECT {n}")).detail("n", n)
}

/// A log of `n` entries, closed.
fn log_of(n: u64) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    add(dir.path(), 0..n);
    dir
}

/// Appends entries, all at once, in order.
fn add(dir: &Path, entries: std::ops::Range<u64>) {
    let log = open(dir).unwrap();
    let appends: Vec<_> = entries.map(|n| log.committer.append(&entry(n)).unwrap()).collect();
    for append in appends {
        futures::executor::block_on(append).unwrap().unwrap();
    }
}

fn numbers(dir: &Path) -> Vec<u64> {
    let number = |entry: Recorded| entry.json().unwrap()["details"]["n"].as_u64();
    show(dir).unwrap().filter_map(|entry| number(entry.unwrap())).collect()
}

fn is_whole(dir: &Path) {
    let report = verify(dir, &key()).unwrap();
    assert!(report.is_whole(), "{report:?}");
    assert_eq!(report.signed, Some(report.entries));
}

/// All files of the log but the locks and the hint, which prove nothing.
fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if !["lock", "turn", disk::RESUME].iter().any(|name| path.ends_with(name)) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The log as it lies there, for another fate.
fn copy(dir: &Path) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    for path in files(dir).into_iter().chain([dir.join(disk::RESUME)]) {
        let to = copy.path().join(path.strip_prefix(dir).unwrap());
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(path, to).unwrap();
    }
    copy
}

/// A small seeded generator (splitmix64): the crate's own dependencies have none that is stable.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % n as u64).unwrap()
    }
}

#[test]
fn what_was_appended_is_there_in_order_and_signed() {
    for n in [0, 1, 2, 255, 256, 257, 600] {
        let dir = log_of(n);
        assert_eq!(numbers(dir.path()), (0..n).collect::<Vec<_>>());
        is_whole(dir.path());
        let log = open(dir.path()).unwrap();
        assert_eq!(log.len(), n);
        assert_eq!(log.append_blocking(entry(n)).unwrap().index(), n);
    }
}

#[test]
fn a_torn_last_frame_is_cut_wherever_it_tore() {
    let good = log_of(3);
    let before = fs::read(good.path().join(disk::ENTRIES)).unwrap();
    let last = frame::encode(3, &[b"{\"details\":{\"n\":3}}", b"{\"details\":{\"n\":4}}"]).unwrap();
    for torn in 0..=last.len() {
        // With and without blocks that the file system gave but never wrote.
        for padding in [0, 40] {
            let whole = torn == last.len();
            if padding > 0 && (whole || torn % 10 != 1) {
                continue;
            }
            let dir = copy(good.path());
            let bytes = [&before, &last[..torn], &vec![0; padding]].concat();
            fs::write(dir.path().join(disk::ENTRIES), bytes).unwrap();
            let report = verify(dir.path(), &key()).unwrap();
            assert!(report.is_whole(), "torn at {torn}: {report:?}");

            drop(open(dir.path()).unwrap());
            let expected: &[u64] = if whole { &[0, 1, 2, 3, 4] } else { &[0, 1, 2] };
            assert_eq!(numbers(dir.path()), expected, "torn at {torn}");
            is_whole(dir.path());
            // A cut is told in the log itself.
            let last = show(dir.path()).unwrap().last().unwrap().unwrap();
            let told = last.field("action").as_deref() == Some("log_recovered");
            assert_eq!(told, torn + padding > 0 && !whole, "torn at {torn}");
        }
    }
}

#[test]
fn a_broken_frame_before_a_whole_one_refuses_to_open() {
    let dir = tempfile::tempdir().unwrap();
    for n in 0..4 {
        add(dir.path(), n..n + 1);
    }
    let entries = dir.path().join(disk::ENTRIES);
    let good = fs::read(&entries).unwrap();
    let (frame, header) = (good.len() / 4, 56);
    // In the magic, the index, the length, the checksum and the body of the second frame; in the last one too,
    // for the checkpoint covers it.
    for at in [frame, frame + 9, frame + 21, frame + 30, frame + header + 5, good.len() - 1] {
        let mut bad = good.clone();
        bad[at] ^= 4;
        fs::write(&entries, &bad).unwrap();
        // With the hint only the unfinished tile is read, which here is everything.
        for hint in [true, false] {
            if !hint {
                fs::remove_file(dir.path().join(disk::RESUME)).unwrap();
            }
            let index = at / frame;
            let error = open(dir.path()).unwrap_err();
            assert!(
                matches!(error, AuditError::Damaged { index: at, .. } if at == index as u64),
                "{error} {index}"
            );
        }
        assert_eq!(fs::read(&entries).unwrap(), bad, "a damaged log is left as it is");
        fs::write(&entries, &good).unwrap();
        drop(open(dir.path()).unwrap());
    }
}

#[test]
fn entries_that_are_missing_refuse_to_open_and_are_found() {
    let dir = tempfile::tempdir().unwrap();
    for n in 0..4 {
        add(dir.path(), n..n + 1);
    }
    let entries = dir.path().join(disk::ENTRIES);
    let good = fs::read(&entries).unwrap();
    fs::write(&entries, &good[..good.len() / 4 * 3]).unwrap();
    assert!(matches!(open(dir.path()), Err(AuditError::Damaged { index: 3, .. })));
    let report = verify(dir.path(), &key()).unwrap();
    assert!(report.findings.iter().any(|found| found.fault == Fault::MissingEntries && found.from == 3));

    fs::remove_file(&entries).unwrap();
    assert!(open(dir.path()).is_err());
    fs::write(&entries, &good).unwrap();
    fs::remove_file(dir.path().join(disk::CHECKPOINT)).unwrap();
    assert!(matches!(open(dir.path()), Err(AuditError::Checkpoint)));
}

#[test]
fn a_log_cut_back_with_its_key_is_found_against_a_kept_checkpoint() {
    let dir = log_of(300);
    let kept = fs::read(dir.path().join(disk::CHECKPOINT)).unwrap();
    // The one attack that a log cannot see by itself: the holder of the key makes a shorter one.
    let shorter = log_of(299);
    is_whole(shorter.path());
    let report = verify_against(shorter.path(), &key(), std::slice::from_ref(&kept)).unwrap();
    assert_eq!(report.findings.len(), 1);
    assert_eq!((report.findings[0].fault, report.findings[0].from), (Fault::MissingEntries, 299));

    // Or another one of the same length.
    let other = log_of(20);
    add(other.path(), 500..780);
    let report = verify_against(other.path(), &key(), std::slice::from_ref(&kept)).unwrap();
    assert_eq!(report.findings[0].fault, Fault::WrongRoot);

    // And an honest one that grew is fine.
    add(dir.path(), 300..900);
    assert!(verify_against(dir.path(), &key(), std::slice::from_ref(&kept)).unwrap().is_whole());
    let proof = prove_consistency(dir.path(), 300).unwrap();
    proof.check(&key(), &kept).unwrap();
    let wrong = fs::read(shorter.path().join(disk::CHECKPOINT)).unwrap();
    assert!(proof.check(&key(), &wrong).is_err());
}

#[test]
fn a_flipped_bit_anywhere_is_found() {
    let dir = log_of(300);
    let mut dice = Dice(6962);
    for file in files(dir.path()) {
        let good = fs::read(&file).unwrap();
        for _ in 0..12 {
            let mut bad = good.clone();
            let at = dice.below(bad.len());
            bad[at] ^= 1 << dice.below(8);
            fs::write(&file, &bad).unwrap();
            let report = verify(dir.path(), &key()).unwrap();
            assert!(!report.is_whole(), "{} byte {at}", file.display());
        }
        fs::remove_file(&file).unwrap();
        if !file.ends_with(disk::ENTRIES) {
            assert!(!verify(dir.path(), &key()).unwrap().is_whole(), "{} removed", file.display());
        }
        fs::write(&file, &good).unwrap();
    }
    is_whole(dir.path());
}

#[test]
fn a_rewritten_entry_is_found_at_its_index() {
    let dir = log_of(400);
    // The forger knows the format and mends the checksum.
    let forged: Vec<Vec<u8>> = (0..400)
        .map(|n| if n == 123 { entry(9).encode().unwrap() } else { entry(n).encode().unwrap() })
        .collect();
    let forged: Vec<&[u8]> = forged.iter().map(Vec::as_slice).collect();
    fs::write(dir.path().join(disk::ENTRIES), frame::encode(0, &forged).unwrap()).unwrap();
    let report = verify(dir.path(), &key()).unwrap();
    let found = |fault, from, file: &str| {
        report.findings.contains(&Finding { fault, from, file: PathBuf::from(file) })
    };
    assert!(found(Fault::WrongTile, 123, "tile/entries/000"), "{report:?}");
    assert!(found(Fault::WrongTile, 123, "tile/0/000"));
    assert!(found(Fault::WrongTile, 0, "tile/1/000.p/1"));
    assert!(found(Fault::WrongRoot, 0, "checkpoint"));
    fs::remove_file(dir.path().join(disk::RESUME)).unwrap();
    let tiles = fs::read(dir.path().join("tile/0/000")).unwrap();
    assert!(matches!(open(dir.path()), Err(AuditError::Damaged { .. })));
    assert_eq!(fs::read(dir.path().join("tile/0/000")).unwrap(), tiles, "the evidence is left as it is");
}

#[test]
fn a_frame_that_stands_there_twice_is_damage() {
    let dir = log_of(3);
    let entries = dir.path().join(disk::ENTRIES);
    let once = fs::read(&entries).unwrap();
    fs::write(&entries, [once.clone(), once].concat()).unwrap();
    assert!(!verify(dir.path(), &key()).unwrap().is_whole());
    for _ in 0..2 {
        assert!(matches!(open(dir.path()), Err(AuditError::Damaged { index: 3, .. })));
        let _ = fs::remove_file(dir.path().join(disk::RESUME));
    }
}

#[test]
fn tiles_that_are_behind_or_lost_are_made_again() {
    let dir = log_of(300);
    let earlier = copy(dir.path());
    add(dir.path(), 300..700);
    let good: Vec<_> = files(dir.path()).into_iter().map(|path| (fs::read(&path).unwrap(), path)).collect();
    // An older checkpoint with the hint of its time, as after a crash: the rest was never published.
    for name in [disk::CHECKPOINT, disk::RESUME] {
        fs::copy(earlier.path().join(name), dir.path().join(name)).unwrap();
    }
    fs::remove_dir_all(dir.path().join("tile")).unwrap();
    assert!(verify(dir.path(), &key()).is_ok_and(|report| !report.is_whole()));
    drop(open(dir.path()).unwrap());
    for (bytes, path) in good {
        assert_eq!(fs::read(&path).unwrap(), bytes, "{}", path.display());
    }
    is_whole(dir.path());
}

#[test]
fn what_a_power_failure_may_take_is_made_again() {
    let good = log_of(300);
    let unsynced = ["tile/0/001.p/44", "tile/1/000.p/1", "tile/entries/001.p/44", disk::RESUME];
    for file in unsynced {
        for bytes in [None, Some(&b""[..]), Some(&[0; 32]), Some(b"256 1")] {
            let dir = copy(good.path());
            let path = dir.path().join(file);
            match bytes {
                None => fs::remove_file(&path).unwrap(),
                Some(bytes) => fs::write(&path, bytes).unwrap(),
            }
            add(dir.path(), 300..301);
            assert_eq!(numbers(dir.path()).len(), 301, "{file}");
            is_whole(dir.path());
            let opened_only = copy(dir.path());
            fs::write(opened_only.path().join("tile/entries/001.p/45"), b"").unwrap();
            drop(open(opened_only.path()).unwrap());
            is_whole(opened_only.path());
        }
    }
}

#[test]
fn superseded_partial_tiles_go() {
    let dir = tempfile::tempdir().unwrap();
    for n in 0..5 {
        add(dir.path(), n * 60..(n + 1) * 60);
    }
    let names: Vec<_> = files(dir.path())
        .iter()
        .map(|path| path.strip_prefix(dir.path()).unwrap().display().to_string())
        .collect();
    assert_eq!(
        names,
        [
            "checkpoint",
            "entries.log",
            "tile/0/000",
            "tile/0/001.p/44",
            "tile/1/000.p/1",
            "tile/entries/000",
            "tile/entries/001.p/44",
        ]
    );
    is_whole(dir.path());
}

#[test]
fn an_inclusion_proof_holds_and_reads_back() {
    for size in [1, 2, 3, 255, 256, 257, 515] {
        let dir = log_of(size);
        for index in [0, 1, 254, 255, 256, size / 2, size - 1].into_iter().filter(|index| *index < size) {
            let proof = prove(dir.path(), index).unwrap();
            proof.check(&key()).unwrap();
            assert_eq!(proof.entry(), entry(index).encode().unwrap());
            let read: InclusionProof = proof.to_string().parse().unwrap();
            assert_eq!(read, proof);

            // Another entry, another place, another log: no.
            let text = proof.to_string();
            let moved = text.replace(&format!("\nindex {index}\n"), &format!("\nindex {}\n", index + 1));
            assert!(moved.parse::<InclusionProof>().unwrap().check(&key()).is_err());
            let other = VerifyKey::of_seed("elsewhere", &SEED).unwrap();
            assert!(proof.check(&other).is_err());
        }
        assert!(matches!(prove(dir.path(), size), Err(AuditError::NoSuchEntry { .. })));
    }
    let dir = log_of(300);
    let text = prove(dir.path(), 7).unwrap().to_string();
    assert!(
        text.starts_with("c2sp.org/tlog-proof@v1\nextra ") && text.contains("\n\nsekisho.test/audit\n300\n")
    );
}

#[test]
fn another_key_does_not_open_the_log() {
    let dir = log_of(2);
    let other = AuditLog::open(dir.path(), ORIGIN, &[1; 32], now());
    assert!(matches!(other, Err(AuditError::Checkpoint)));
    assert!(matches!(AuditLog::open(dir.path(), "a b", &SEED, now()), Err(AuditError::Key)));
}

#[test]
fn an_entry_that_does_not_fit_is_refused_and_the_log_goes_on() {
    let dir = log_of(1);
    let log = open(dir.path()).unwrap();
    let words: Vec<&'static str> = (0..700).map(|n| &*format!("{n:0100}").leak()).collect();
    let large = words.iter().fold(entry(1), |entry, word| entry.detail(word, *word));
    assert!(matches!(log.append_blocking(large), Err(AuditError::TooLarge { .. })));
    assert_eq!(log.append_blocking(entry(1)).unwrap().index(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn tasks_share_commits_and_each_gets_its_own_index() {
    let dir = tempfile::tempdir().unwrap();
    let log = Arc::new(open(dir.path()).unwrap());
    let tasks: Vec<_> = (0..64_u64)
        .map(|task| {
            let log = Arc::clone(&log);
            tokio::spawn(async move {
                let mut mine = Vec::new();
                for n in 0..20 {
                    let n = task * 1000 + n;
                    mine.push((log.append(entry(n)).await.unwrap().index(), n));
                }
                mine
            })
        })
        .collect();
    let mut acknowledged = Vec::new();
    for task in tasks {
        let mine = task.await.unwrap();
        assert!(mine.is_sorted(), "one task's entries stand in its order");
        acknowledged.extend(mine);
    }
    assert!(log.commits() < 1280 / 4, "{} commits for 1280 entries", log.commits());
    drop(log);
    acknowledged.sort_unstable();
    let expected: Vec<_> = (0..).zip(numbers(dir.path())).collect();
    assert_eq!(acknowledged, expected);
    is_whole(dir.path());
}

#[test]
fn two_openings_take_in_each_others_entries() {
    let dir = tempfile::tempdir().unwrap();
    let mut dice = Dice(2);
    let mut logs = [open(dir.path()).unwrap(), open(dir.path()).unwrap()];
    for n in 0..1200 {
        assert_eq!(logs[dice.below(2)].append_blocking(entry(n)).unwrap().index(), n);
        if n % 100 == 99 {
            logs[dice.below(2)] = open(dir.path()).unwrap();
        }
    }
    drop(logs);
    assert_eq!(numbers(dir.path()), (0..1200).collect::<Vec<_>>());
    is_whole(dir.path());
}

#[test]
fn a_log_whose_file_was_cut_under_it_closes_for_good() {
    let dir = log_of(3);
    let log = open(dir.path()).unwrap();
    let entries = fs::OpenOptions::new().write(true).open(dir.path().join(disk::ENTRIES)).unwrap();
    entries.set_len(10).unwrap();
    assert!(matches!(log.append_blocking(entry(3)), Err(AuditError::Damaged { .. })));
    assert!(matches!(log.append_blocking(entry(3)), Err(AuditError::Closed)));
}

#[test]
fn what_another_process_left_torn_is_cut_at_the_next_append() {
    let dir = log_of(3);
    let log = open(dir.path()).unwrap();
    let entries = dir.path().join(disk::ENTRIES);
    let torn = frame::encode(3, &[b"{}"]).unwrap();
    let bytes = [fs::read(&entries).unwrap(), torn[..40].to_vec()].concat();
    fs::write(&entries, bytes).unwrap();
    assert_eq!(log.append_blocking(entry(3)).unwrap().index(), 3);
    drop(log);
    is_whole(dir.path());
}

#[test]
fn a_log_in_use_can_be_verified_and_proved() {
    let dir = log_of(1);
    let log = open(dir.path()).unwrap();
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for n in 1..700 {
                log.append_blocking(entry(n)).unwrap();
            }
            done.store(true, std::sync::atomic::Ordering::Release);
        });
        while !done.load(std::sync::atomic::Ordering::Acquire) {
            let report = verify(dir.path(), &key()).unwrap();
            assert!(report.is_whole(), "{report:?}");
            let newest = report.signed.unwrap() - 1;
            prove(dir.path(), newest).unwrap().check(&key()).unwrap();
        }
    });
}
