//! Passwords that are guessed first: made of nothing but common words and the handler's name, or mere sequences.
//!
//! The whole password is judged: an obvious word inside a longer phrase does no harm (NIST SP 800-63B says to compare so).
//! Out of scope: lists of leaked passwords, which run to gigabytes; throttling and the second factor stand against those.

use std::collections::BTreeSet;

/// In lower case. Japanese ones as they are typed and as they are spelt in Latin letters.
#[rustfmt::skip]
const WORDS: [&str; 72] = [
    "abc", "abcd", "abcdef", "access", "admin", "administrator", "asdf", "asdfgh", "asdfghjkl", "baseball",
    "byoin", "byouin", "changeme", "clinic", "computer", "data", "database", "default", "demo", "doctor",
    "dragon", "enclave", "football", "guest", "health", "hello", "himitsu", "hospital", "iloveyou", "japan",
    "kanri", "kanrisha", "kenkyu", "letmein", "login", "master", "medical", "monkey", "nippon", "osaka", "pass",
    "passcode", "passphrase", "password", "pasuwaado", "pasuwado", "patient", "portal", "princess", "qazwsx",
    "qwer", "qwerty", "qwertyuiop", "research", "researcher", "root", "sakura", "secret", "sekisho", "sunshine",
    "test", "tokyo", "user", "welcome", "word", "zxcv", "zxcvbnm", "ひみつ", "パスワード", "病院", "秘密", "関所",
];
/// Fewer different characters than this are no password.
const LEAST_DIFFERENT: usize = 5;
/// Words and parts of names that are shorter than this weigh nothing.
const LEAST_WORD: usize = 3;

/// Whether a password, already normalised, is one of those.
pub(super) fn is_obvious(password: &str, handler: &str) -> bool {
    let password = password.to_lowercase();
    let handler = handler.to_lowercase();
    let different: BTreeSet<char> = password.chars().collect();
    different.len() < LEAST_DIFFERENT
        || is_sequence(&password)
        || is_made_of_common_words(&password, &handler)
        || is_made_of_common_words(&plain(&password), &handler)
}

/// Whether three in four characters repeat the one before, or follow it up or down: `123456…`, `abcdef…`, `aaaa…`.
fn is_sequence(password: &str) -> bool {
    let near = |(a, b): (char, char)| u32::from(a).abs_diff(u32::from(b)) <= 1;
    let pairs = || password.chars().zip(password.chars().skip(1));
    pairs().filter(|&pair| near(pair)).count() * 4 >= pairs().count() * 3
}

/// `p@ssw0rd` without its disguise.
fn plain(password: &str) -> String {
    let letter = |c| match c {
        '@' | '4' => 'a',
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '5' | '$' => 's',
        c => c,
    };
    password.chars().map(letter).collect()
}

fn is_made_of_common_words(password: &str, handler: &str) -> bool {
    let parts = |text| {
        str::split(text, |c: char| !c.is_alphabetic()).filter(|part| part.chars().count() >= LEAST_WORD)
    };
    let words: Vec<&str> = WORDS.into_iter().chain(parts(handler)).collect();
    let mut parts = parts(password).peekable();
    parts.peek().is_some() && parts.all(|part| is_chain(part, &words))
}

/// Whether a text is some of the words, one right after the other.
fn is_chain(text: &str, words: &[&str]) -> bool {
    let mut reached = BTreeSet::from([0]);
    while let Some(at) = reached.pop_first() {
        let rest = text.get(at..).unwrap_or_default();
        if rest.is_empty() {
            return true;
        }
        reached.extend(words.iter().filter(|word| rest.starts_with(**word)).map(|word| at + word.len()));
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_guessed_first_is_obvious() {
        for text in [
            "123456789012",
            "abcdefghijkl",
            "aaaaaaaaaaaa",
            "121212121212",
            "password1234",
            "P@ssw0rd2026!",
            "qwertyuiop12",
            "sekisho-admin-1",
            "passwordpassword",
            "987654321098",
            "パスワード2026年度",
            "adminadmin2026",
        ] {
            let text = text.replace("年度", "");
            assert!(is_obvious(&text, "sato"), "{text}");
        }
    }

    #[test]
    fn what_takes_some_guessing_is_not() {
        for text in [
            "brine otter vestibule",
            "829104772013",
            "correct-horse-password",
            "雨上がりの庭で傘を干す猫",
            "k7#mV2q!Zt9p",
        ] {
            assert!(!is_obvious(text, "sato"), "{text}");
        }
    }
}
