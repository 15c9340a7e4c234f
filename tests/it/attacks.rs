//! Attacks from outside: the corpus of `tests/attacks/`, driven by `tests/python/attacks/`.
//!
//! An attack succeeds when it tells one patient's secret. None may, but those that the data says wait for a
//! rule that is not there yet; the report counts them.

use std::ffi::OsStr;

use tests::{python, sekisho};

#[test]
fn no_attack_of_the_corpus_tells_a_secret() {
    println!("{}", python("attacks.py", &[OsStr::new("corpus"), sekisho().as_os_str()]));
}
