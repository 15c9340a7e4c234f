//! How often one address may try to sign in.
//!
//! In memory, in a fixed number of slots: nothing that anybody sends makes it grow, and a restart forgives. A success gives
//! its turn back, so that a centre behind one address is slowed by its mistakes only. An address of IPv6 counts by its
//! first 64 bits, since whoever has one has them all.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

/// A few thousand bytes.
const SLOTS: usize = 4_096;
/// So many tries at once …
const BURST: i32 = 30;
/// … and then one each so often.
const INTERVAL: TimeDelta = TimeDelta::seconds(2);

/// The tries of all addresses.
#[derive(Debug)]
pub(super) struct Sources {
    /// For each slot the moment at which all its tries are paid for (the generic cell rate algorithm of ITU-T I.371).
    paid: Mutex<Vec<DateTime<Utc>>>,
    /// Which addresses share a slot is drawn at each start, so nobody can pick a neighbour.
    draw: RandomState,
}

impl Sources {
    pub fn new() -> Self {
        Self { paid: Mutex::new(vec![DateTime::<Utc>::MIN_UTC; SLOTS]), draw: RandomState::new() }
    }

    /// Takes a turn.
    ///
    /// # Errors
    /// When there is none left: how long until there is.
    pub fn take(&self, source: IpAddr, now: DateTime<Utc>) -> Result<(), TimeDelta> {
        let (slot, mut slots) = (self.slot(source), self.lock());
        let Some(paid) = slots.get_mut(slot) else { return Err(INTERVAL) };
        let full = now + INTERVAL * BURST;
        // Nobody owes more than that, unless the clock was set back: then it is forgiven.
        let owed = if *paid > full { now } else { (*paid).max(now) };
        let over = owed + INTERVAL - full;
        if over > TimeDelta::zero() {
            return Err(over);
        }
        *paid = owed + INTERVAL;
        Ok(())
    }

    /// Gives a turn back.
    pub fn give_back(&self, source: IpAddr) {
        let (slot, mut slots) = (self.slot(source), self.lock());
        if let Some(paid) = slots.get_mut(slot) {
            *paid = paid.checked_sub_signed(INTERVAL).unwrap_or(*paid);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<DateTime<Utc>>> {
        self.paid.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn slot(&self, source: IpAddr) -> usize {
        let network = match source.to_canonical() {
            IpAddr::V4(address) => u64::from(address.to_bits()),
            IpAddr::V6(address) => (address.to_bits() >> 64) as u64,
        };
        let number = self.draw.hash_one((source.to_canonical().is_ipv6(), network));
        usize::try_from(number % SLOTS as u64).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_000_000 + seconds, 0).unwrap()
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn an_address_has_a_burst_and_then_a_rate() {
        let sources = Sources::new();
        let home = ip("192.0.2.1");
        for _ in 0..BURST {
            sources.take(home, at(0)).unwrap();
        }
        assert_eq!(sources.take(home, at(0)), Err(INTERVAL));
        assert_eq!(sources.take(home, at(1)), Err(TimeDelta::seconds(1)));
        sources.take(home, at(2)).unwrap();
        assert!(sources.take(home, at(2)).is_err());
        sources.give_back(home);
        sources.take(home, at(2)).unwrap();
        assert!(sources.take(home, at(2)).is_err());
        // A clock that is set back by a day shuts nobody out for a day.
        sources.take(home, at(-86_400)).unwrap();
    }

    #[test]
    fn the_same_address_counts_as_one_however_it_is_written() {
        let sources = Sources::new();
        assert_eq!(sources.slot(ip("192.0.2.1")), sources.slot(ip("::ffff:192.0.2.1")));
        assert_eq!(sources.slot(ip("2001:db8::1")), sources.slot(ip("2001:db8::ffff:2")));
        let many: std::collections::BTreeSet<usize> =
            (0..=255).map(|n| sources.slot(ip(&format!("192.0.2.{n}")))).collect();
        assert!(many.len() > 200);
    }

    #[test]
    fn the_table_does_not_grow() {
        let sources = Sources::new();
        for n in 0..20_000_u32 {
            _ = sources.take(IpAddr::V4(n.wrapping_mul(2_654_435_761).into()), at(0));
        }
        assert_eq!(sources.lock().len(), SLOTS);
    }
}
