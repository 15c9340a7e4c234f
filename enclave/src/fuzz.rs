//! Fuzzing on stable Rust: whatever a parser is given, it answers; it never panics.
//!
//! Inputs are seeds, changed at random: bytes, or words of a text. In the tests a set number of rounds with a fixed seed; with
//! `SEKISHO_FUZZ_SECONDS` for so long, from `SEKISHO_SEED` or from wherever the clock stands. What was found is made
//! smaller and printed, to become a test of its own. Out of scope: coverage as a guide, which needs a nightly compiler. The other
//! crates' tests have this file as a module of their own.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant, SystemTime};

use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Changes of bytes in one input at most.
const MOST_CHANGES: u32 = 6;
/// An input grows no longer than this by being changed.
const LONGEST: usize = 1 << 16;
/// How often a smaller input is looked for that still panics.
const SMALLER: usize = 2_000;

/// How long to go on.
#[derive(Debug, Clone, Copy)]
pub struct Rounds {
    seed: u64,
    most: usize,
    until: Option<Instant>,
}

impl Rounds {
    /// So many, or as `SEKISHO_FUZZ_SECONDS` says.
    pub fn new(most: usize) -> Self {
        let set = |name: &str| std::env::var(name).ok()?.parse::<u64>().ok();
        let Some(seconds) = set("SEKISHO_FUZZ_SECONDS") else { return Self { seed: 1, most, until: None } };
        let clock = || SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_micros() as u64;
        let seed = set("SEKISHO_SEED").unwrap_or_else(clock);
        println!("SEKISHO_SEED={seed} SEKISHO_FUZZ_SECONDS={seconds}");
        Self { seed, most: usize::MAX, until: Some(Instant::now() + Duration::from_secs(seconds)) }
    }

    /// Seeded numbers, one generator for each round.
    pub fn each(self) -> impl Iterator<Item = ChaCha8Rng> {
        let on = move |_: &usize| self.until.is_none_or(|until| Instant::now() < until);
        (0..self.most)
            .take_while(on)
            .map(move |round| ChaCha8Rng::seed_from_u64(self.seed.wrapping_add(round as u64)))
    }
}

/// Gives `eat` all seeds, then changed ones.
///
/// # Panics
/// Where `eat` does, with an input that makes it.
pub fn bytes(rounds: usize, seeds: &[Vec<u8>], eat: impl Fn(&[u8])) {
    seeds.iter().for_each(|seed| try_one(seed, &eat));
    for mut rng in Rounds::new(rounds).each() {
        try_one(&changed_bytes(&mut rng, seeds), &eat);
    }
}

/// The same for text. `words` are put in here and there.
///
/// # Panics
/// Where `eat` does, with an input that makes it.
pub fn text(rounds: usize, seeds: &[String], words: &[&str], eat: impl Fn(&str)) {
    let eat = |input: &[u8]| eat(&String::from_utf8_lossy(input));
    seeds.iter().for_each(|seed| try_one(seed.as_bytes(), &eat));
    for mut rng in Rounds::new(rounds).each() {
        try_one(changed_text(&mut rng, seeds, words).as_bytes(), &eat);
    }
}

fn try_one(input: &[u8], eat: &impl Fn(&[u8])) {
    let falls = |input: &[u8]| catch_unwind(AssertUnwindSafe(|| eat(input))).is_err();
    if falls(input) {
        let small = smaller(input.to_vec(), &falls);
        panic!("this input makes it panic:\n{}\n{small:?}", String::from_utf8_lossy(&small));
    }
}

/// Takes pieces out, ever smaller ones, as long as it still falls.
fn smaller(mut input: Vec<u8>, falls: &impl Fn(&[u8]) -> bool) -> Vec<u8> {
    let mut tries = 0;
    let mut piece = input.len() / 2;
    while piece > 0 {
        let mut at = 0;
        while at < input.len() && tries < SMALLER {
            tries += 1;
            let mut less = input.clone();
            less.drain(at..(at + piece).min(input.len()));
            if falls(&less) { input = less } else { at += piece }
        }
        piece /= 2;
    }
    input
}

/// A seed with some of its bytes changed.
pub fn changed_bytes(rng: &mut impl Rng, seeds: &[Vec<u8>]) -> Vec<u8> {
    let mut input = pick(rng, seeds).cloned().unwrap_or_default();
    for _ in 0..rng.random_range(1..=MOST_CHANGES) {
        let at = rng.random_range(0..=input.len());
        let to = (at + rng.random_range(0..=16)).min(input.len());
        match rng.random_range(0..8) {
            0 if at < input.len() => input[at] ^= 1 << rng.random_range(0..8),
            1 if at < input.len() => input[at] = rng.random(),
            2 => drop(input.drain(at..to)),
            3 => input.insert(at, *pick(rng, &[0, 1, 0x7f, 0x80, 0xff, b'\n', b'0', b'"']).unwrap_or(&0)),
            4 => input.truncate(at),
            5 => {
                let again = input[at..to].to_vec();
                input.splice(at..at, again);
            }
            // Numbers that lengths and counts don't expect.
            6 => {
                let number = *pick(rng, &[0, 1, u64::MAX, 1 << 31, 1 << 32, i64::MAX as u64]).unwrap_or(&0);
                let width = *pick(rng, &[2, 4, 8]).unwrap_or(&4);
                let end = (at + width).min(input.len());
                input.splice(at..end, number.to_le_bytes()[..width].iter().copied());
            }
            _ => {
                let other = pick(rng, seeds).cloned().unwrap_or_default();
                let from = rng.random_range(0..=other.len());
                input.splice(at.., other[from..].iter().copied());
            }
        }
        input.truncate(LONGEST);
    }
    input
}

/// A seed with some of its words changed. Mostly a word gives way to another of its kind, and what stands between
/// parentheses to what stands between others: such a text still reads as one.
pub fn changed_text(rng: &mut impl Rng, seeds: &[String], words: &[&str]) -> String {
    let seed = |rng: &mut _| pick(rng, seeds).map(|seed| pieces(seed)).unwrap_or_default();
    let mut input = seed(rng);
    loop {
        let other = seed(rng);
        match rng.random_range(0..10) {
            0 => wild(rng, &mut input, &other, words),
            1..4 => exchange(rng, &mut input, &other),
            _ => alike(rng, &mut input, &other),
        }
        if rng.random_range(0..3) == 0 {
            break;
        }
    }
    let mut text = input.concat();
    if rng.random_range(0..16) == 0 {
        text = String::from_utf8_lossy(&changed_bytes(rng, &[text.into_bytes()])).into_owned();
    }
    while text.len() > LONGEST {
        text.pop();
    }
    text
}

/// A word gives way to one of its kind.
fn alike<'a>(rng: &mut impl Rng, input: &mut [&'a str], other: &[&'a str]) {
    let Some(at) = (!input.is_empty()).then(|| rng.random_range(0..input.len())) else { return };
    let same: Vec<&str> = other.iter().copied().filter(|word| kind(word) == kind(input[at])).collect();
    // A column or table of the same text reads better than one of another's.
    let own: Vec<&str> = input.iter().copied().filter(|word| kind(word) == kind(input[at])).collect();
    let from = if rng.random_range(0..2) == 0 { own } else { same };
    input[at] = pick(rng, &from).copied().unwrap_or(input[at]);
}

/// What stands between parentheses gives way to what stands between others.
fn exchange<'a>(rng: &mut impl Rng, input: &mut Vec<&'a str>, other: &[&'a str]) {
    let (here, there) = (pairs(input), pairs(other));
    let (own, others) = (pick(rng, &here).copied(), pick(rng, &there).copied());
    let again = pick(rng, &here).copied();
    match (own, others, again) {
        (Some((open, close)), Some((from, to)), _) if rng.random_range(0..2) == 0 => {
            input.splice(open..=close, other[from..=to].iter().copied());
        }
        (Some((open, close)), _, Some((from, to))) => {
            let inner = input[from..=to].to_vec();
            input.splice(open..=close, inner);
        }
        _ => {}
    }
}

/// Parentheses that belong together.
fn pairs(pieces: &[&str]) -> Vec<(usize, usize)> {
    let (mut open, mut pairs) = (Vec::new(), Vec::new());
    for (at, piece) in pieces.iter().enumerate() {
        match *piece {
            "(" => open.push(at),
            ")" => pairs.extend(open.pop().map(|from| (from, at))),
            _ => {}
        }
    }
    pairs
}

/// Anything goes.
fn wild<'a>(rng: &mut impl Rng, input: &mut Vec<&'a str>, other: &[&'a str], words: &[&'a str]) {
    let at = rng.random_range(0..=input.len());
    let to = (at + rng.random_range(1..=8)).min(input.len());
    let from_words = rng.random_range(0..2) == 0;
    let word = pick(rng, if from_words { words } else { other }).copied().unwrap_or_default();
    let from = rng.random_range(0..=other.len());
    match rng.random_range(0..8) {
        0 if at < input.len() => input[at] = word,
        1 => input.insert(at, word),
        2 => drop(input.drain(at..to)),
        3 if at < input.len() => {
            let second = rng.random_range(0..input.len());
            input.swap(at, second);
        }
        4 => {
            let again = input[at..to].to_vec();
            input.splice(at..at, again);
        }
        5 => drop(input.splice(at.., other[from..].iter().copied())),
        6 => {
            input.insert(to, ")");
            input.insert(at, "(");
        }
        _ => {
            let until = (from + rng.random_range(1..=12)).min(other.len());
            input.splice(at..to, other[from..until].iter().copied());
        }
    }
}

/// Words in capitals, other words, numbers, space; a sign is a kind of its own, but for those that compare and reckon.
fn kind(word: &str) -> u32 {
    let first = word.chars().next().unwrap_or(' ');
    match first {
        c if c.is_ascii_digit() => 1,
        c if c.is_whitespace() => 2,
        c if c.is_uppercase() => 3,
        c if c.is_alphabetic() || c == '_' => 4,
        '<' | '>' | '=' | '+' | '-' | '*' | '/' | '%' => 5,
        c => u32::from(c),
    }
}

/// Words, spaces and single signs.
fn pieces(text: &str) -> Vec<&str> {
    let class = |c: char| match c {
        c if c.is_alphanumeric() || c == '_' => 1,
        c if c.is_whitespace() => 2,
        _ => 0,
    };
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let same = |c: char| class(first) != 0 && class(c) == class(first);
        let end = rest.find(|c| !same(c)).unwrap_or(rest.len()).max(first.len_utf8());
        let (piece, behind) = rest.split_at(end);
        pieces.push(piece);
        rest = behind;
    }
    pieces
}

fn pick<'a, T>(rng: &mut impl Rng, from: &'a [T]) -> Option<&'a T> {
    (!from.is_empty()).then(|| &from[rng.random_range(0..from.len())])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_its_pieces() {
        let text = "SELECT  count(*) -- 患者\n";
        assert_eq!(pieces(text), ["SELECT", "  ", "count", "(", "*", ")", " ", "-", "-", " ", "患者", "\n"]);
    }

    #[test]
    fn a_fault_is_found_and_made_small() {
        let seeds = ["one two three".to_owned(), "four five six".to_owned()];
        let found = catch_unwind(|| text(100_000, &seeds, &[], |input| assert!(!input.contains("twofive"))));
        let said = found.unwrap_err().downcast::<String>().unwrap();
        assert!(said.contains("\ntwofive\n"), "{said}");
    }

    #[test]
    fn the_same_seed_gives_the_same_inputs() {
        let seeds = [b"0123456789".to_vec()];
        let all = || {
            Rounds { seed: 3, most: 50, until: None }.each().map(|mut rng| changed_bytes(&mut rng, &seeds))
        };
        assert!(all().eq(all()));
        assert!(all().any(|input| input.len() > 10) && all().any(|input| input.len() < 10));
    }
}
