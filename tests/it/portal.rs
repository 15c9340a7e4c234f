//! The portal of a real `sekisho serve`, over real TLS: its interface and its doors.
//!
//! The clients are in `tests/python/portal`; codes and figures are worked out there, independently.

use std::fs;
use std::path::{Path, PathBuf};

use tests::{python, sekisho, target};

/// Every route with every role and with none, against the table of permissions.
#[test]
fn every_route_lets_in_who_may() {
    python("portal.py", &["routes".as_ref(), sekisho().as_os_str()]);
}

#[test]
fn nobody_gets_in_by_mistake() {
    python("portal.py", &["door".as_ref(), sekisho().as_os_str()]);
}

#[test]
fn a_day_goes_from_question_to_figure() {
    python("portal.py", &["day".as_ref(), sekisho().as_os_str()]);
}

/// Whatever is sent, by anybody: no failure, no way in, and words for every error.
#[test]
fn nothing_that_is_sent_makes_it_fail() {
    python("portal.py", &["fuzz".as_ref(), sekisho().as_os_str()]);
}

/// From a study's registration by its review and a grant of columns to its fee.
#[test]
fn a_study_opens_with_its_review() {
    python("portal.py", &["office".as_ref(), sekisho().as_os_str()]);
}

/// The pages in a real browser; pictures of them are left in the target folder, under `sekisho-tests/pictures`.
#[test]
fn people_find_their_way_through_the_pages() {
    let pictures = target().join("sekisho-tests/pictures");
    let words = ["pages".into(), sekisho().into(), axe(), pictures];
    python("portal.py", &words);
}

/// axe-core, as the build of the pages installed it.
fn axe() -> PathBuf {
    let builds = sekisho().parent().unwrap().join("build");
    let within = Path::new("out/web-work/node_modules/axe-core/axe.min.js");
    let found = fs::read_dir(builds).unwrap().map(|entry| entry.unwrap().path().join(within));
    found
        .filter(|path| path.exists())
        .max_by_key(|path| path.metadata().unwrap().modified().unwrap())
        .unwrap()
}
