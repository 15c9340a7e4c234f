//! Whatever stands in a log's files, checkpoints and proofs: it is read, or it is damaged. Never a panic, and never an entry that was
//! not written.

use std::fs;

use crate::fuzz;
use chrono::DateTime;

use super::checkpoint::read_unchecked;
use super::frame::{Frames, Step, any_after_broken, encode, push_entry, split_entries};
use super::*;

const SEED: [u8; 32] = [42; 32];

/// A log of a few entries, closed.
fn log() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let now = DateTime::from_timestamp(1_763_600_000, 0).unwrap();
    let log = AuditLog::open(dir.path(), "fuzz", &SEED, now).unwrap();
    for n in 0..3_u64 {
        log.append_blocking(
            Entry::new(now, "sato", Role::Researcher, Action::Query).sql("SELECT 1").detail("n", n),
        )
        .unwrap();
    }
    dir
}

#[test]
fn fuzz_frames() {
    let seeds = [encode(0, &[b"one", b"", b"three"]).unwrap(), encode(7, &[&[b'x'; 300]]).unwrap()];
    let both = seeds.concat();
    let [one, two] = seeds;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("entries.log");
    fuzz::bytes(5_000, &[one, two, both], |bytes| {
        fs::write(&path, bytes).unwrap();
        let length = bytes.len() as u64;
        let mut frames = Frames::new(fs::File::open(&path).unwrap(), 0, length).unwrap();
        loop {
            match frames.step().unwrap() {
                Step::Frame(frame) => {
                    let entries: Vec<&[u8]> = frame.entries.iter().map(Vec::as_slice).collect();
                    let from = usize::try_from(frame.at).unwrap();
                    let to = usize::try_from(frames.at()).unwrap();
                    assert_eq!(encode(frame.first, &entries).unwrap(), bytes[from..to]);
                }
                Step::End => break,
                Step::Broken => {
                    any_after_broken(&frames).unwrap();
                    break;
                }
            }
        }
    });
}

#[test]
fn fuzz_entry_bundles() {
    let mut seed = Vec::new();
    for entry in [&b"one"[..], b"", &[0xff; 300]] {
        push_entry(&mut seed, entry).unwrap();
    }
    fuzz::bytes(50_000, &[seed], |bytes| {
        if let Some(entries) = split_entries(bytes) {
            let mut again = Vec::new();
            entries.iter().for_each(|entry| push_entry(&mut again, entry).unwrap());
            assert_eq!(again, bytes);
        }
    });
}

#[test]
fn fuzz_checkpoints_and_proofs() {
    let dir = log();
    let key = VerifyKey::of_seed("fuzz", &SEED).unwrap();
    let note = fs::read(dir.path().join("checkpoint")).unwrap();
    fuzz::bytes(5_000, std::slice::from_ref(&note), |bytes| {
        _ = read_unchecked(bytes);
        if let Ok(head) = key.check(bytes) {
            assert_eq!(head.size(), 3, "only what was signed");
        }
    });
    let proof = prove(dir.path(), 1).unwrap();
    let seeds = [proof.to_string(), prove(dir.path(), 2).unwrap().to_string()];
    let words = ["extra ", "index ", "18446744073709551615", "\n\n", "\n", "—"];
    fuzz::text(5_000, &seeds, &words, |text| {
        let Ok(read) = text.parse::<InclusionProof>() else { return };
        if read.check(&key).is_ok() {
            assert_eq!(read.entry(), prove(dir.path(), read.index()).unwrap().entry());
        }
    });
    fuzz::text(5_000, &[key.to_string()], &["+", "fuzz"], |text| _ = text.parse::<VerifyKey>());
}

/// One file of the log is changed; then it is verified, shown, and opened.
#[test]
fn fuzz_whole_logs() {
    let whole = log();
    let names = ["entries.log", "checkpoint", "resume", "tile/0/000.p/3", "tile/entries/000.p/3"];
    let now = DateTime::from_timestamp(1_763_700_000, 0).unwrap();
    let key = VerifyKey::of_seed("fuzz", &SEED).unwrap();
    let seeds: Vec<Vec<u8>> = (0_u8..)
        .zip(names)
        .map(|(number, name)| [&[number][..], &fs::read(whole.path().join(name)).unwrap()].concat())
        .collect();
    fuzz::bytes(150, &seeds, |bytes| {
        let Some((number, content)) = bytes.split_first() else { return };
        let dir = log();
        let name = names[usize::from(*number) % names.len()];
        fs::write(dir.path().join(name), content).unwrap();
        let sound = verify(dir.path(), &key).is_ok_and(|report| report.is_whole());
        if let Ok(entries) = show(dir.path()) {
            let read = entries.filter_map(Result::ok).count();
            assert!(read == 3 || !sound, "{read} entries of a whole log");
        }
        _ = prove(dir.path(), 1);
        _ = AuditLog::open(dir.path(), "fuzz", &SEED, now).map(|log| log.len());
    });
}
