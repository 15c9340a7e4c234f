//! Things that a caller left here under a random handle: tickets and prepared statements.
//!
//! A handle works for its owner only, and for everybody else is as unknown as any other. Each
//! owner's things are limited in number and time; the oldest goes first.
//! Out of scope: keeping anything over a restart.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use ring::rand::SecureRandom;

/// Whose thing it is: the SHA-256 of a bearer token.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Owner([u8; 32]);

impl Owner {
    /// The owner behind a token.
    pub fn of(token: &str) -> Self {
        let mut bytes = [0; 32];
        let digest = ring::digest::digest(&ring::digest::SHA256, token.as_bytes());
        bytes.iter_mut().zip(digest.as_ref()).for_each(|(to, from)| *to = *from);
        Self(bytes)
    }
}

impl std::fmt::Debug for Owner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Owner(…)")
    }
}

struct Kept<T> {
    owner: Owner,
    until: Instant,
    thing: T,
}

/// A shelf of things of one kind.
pub struct Shelf<T> {
    kept: Mutex<HashMap<[u8; 32], Kept<T>>>,
    per_owner: usize,
    lasts: Duration,
}

impl<T: Clone> Shelf<T> {
    /// At most `per_owner` things for each owner, each for so long after its last use.
    pub fn new(per_owner: usize, lasts: Duration) -> Self {
        Self { kept: Mutex::default(), per_owner, lasts }
    }

    /// Keeps a thing and gives its handle, 32 random bytes; `None` when there is no randomness.
    pub fn put(&self, owner: Owner, thing: T, now: Instant, random: &dyn SecureRandom) -> Option<Bytes> {
        let mut handle = [0; 32];
        random.fill(&mut handle).ok()?;
        let mut kept = self.lock();
        kept.retain(|_, k| now < k.until);
        while kept.values().filter(|k| k.owner == owner).count() >= self.per_owner {
            let oldest = kept.iter().filter(|(_, k)| k.owner == owner).min_by_key(|(_, k)| k.until);
            let Some(oldest) = oldest.map(|(handle, _)| *handle) else { break };
            kept.remove(&oldest);
        }
        kept.insert(handle, Kept { owner, until: now + self.lasts, thing });
        Some(Bytes::copy_from_slice(&handle))
    }

    /// The owner's thing, which from now on lasts as long as a new one.
    pub fn get(&self, owner: Owner, handle: &[u8], now: Instant) -> Option<T> {
        let mut kept = self.lock();
        let found = kept.get_mut(handle).filter(|k| k.owner == owner && now < k.until)?;
        found.until = now + self.lasts;
        Some(found.thing.clone())
    }

    /// Changes the owner's thing where it lies; says whether there is one.
    pub fn change(&self, owner: Owner, handle: &[u8], now: Instant, change: impl FnOnce(&mut T)) -> bool {
        let mut kept = self.lock();
        let found = kept.get_mut(handle).filter(|k| k.owner == owner && now < k.until);
        found.map(|k| change(&mut k.thing)).is_some()
    }

    /// Takes the owner's thing away.
    pub fn take(&self, owner: Owner, handle: &[u8]) -> Option<T> {
        let mut kept = self.lock();
        if kept.get(handle).is_some_and(|k| k.owner == owner) {
            kept.remove(handle).map(|k| k.thing)
        } else {
            None
        }
    }

    /// Of the owner's things that are `such`, keeps only the `least` newest.
    pub fn trim(&self, owner: Owner, least: usize, such: impl Fn(&T) -> bool) {
        let mut kept = self.lock();
        let mut found: Vec<_> = kept
            .iter()
            .filter(|(_, k)| k.owner == owner && such(&k.thing))
            .map(|(handle, k)| (k.until, *handle))
            .collect();
        found.sort_unstable();
        for (_, handle) in found.iter().rev().skip(least) {
            kept.remove(handle);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<[u8; 32], Kept<T>>> {
        // Every change above leaves the map whole, so a panic elsewhere does not spoil it.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use ring::rand::SystemRandom;

    use super::*;

    #[test]
    fn a_handle_works_for_its_owner_and_its_time_only() {
        let (shelf, random, start) =
            (Shelf::new(2, Duration::from_secs(10)), SystemRandom::new(), Instant::now());
        let (a, b) = (Owner::of("a"), Owner::of("b"));
        let handle = shelf.put(a, 1, start, &random).unwrap();
        assert_eq!(shelf.get(a, &handle, start), Some(1));
        assert_eq!(shelf.get(b, &handle, start), None);
        assert_eq!(shelf.take(b, &handle), None);
        assert_eq!(shelf.get(a, b"guess", start), None);
        assert_eq!(shelf.get(a, &handle, start + Duration::from_secs(10)), None);
    }

    #[test]
    fn the_oldest_of_the_owner_goes_first() {
        let (shelf, random, start) =
            (Shelf::new(2, Duration::from_secs(10)), SystemRandom::new(), Instant::now());
        let at = |s| start + Duration::from_secs(s);
        let (a, b) = (Owner::of("a"), Owner::of("b"));
        let other = shelf.put(b, 0, at(0), &random).unwrap();
        let handles: Vec<_> = (1..=3).map(|i| shelf.put(a, i, at(i), &random).unwrap()).collect();
        let left: Vec<_> = handles.iter().map(|h| shelf.get(a, h, at(4))).collect();
        assert_eq!(left, [None, Some(2), Some(3)]);
        assert_eq!(shelf.get(b, &other, at(4)), Some(0));
        shelf.trim(a, 0, |i| *i == 2);
        assert_eq!((shelf.get(a, &handles[1], at(4)), shelf.get(a, &handles[2], at(4))), (None, Some(3)));
    }
}
