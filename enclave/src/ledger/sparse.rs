//! Vectors that occupy few bins: small cells, sums to which few contribute.
//!
//! Two vectors that have no occupied bin in common with the same in it differ in every bin that either
//! occupies. If these are fewer than *t*, nothing but a look at both finds them close; a look at which bins they
//! occupy is enough, and that is one word each.

/// The sparse vectors of one class.
#[derive(Debug, Default)]
pub(super) struct Sparse {
    masks: Vec<u64>,
    records: Vec<u32>,
}

/// Masks looked at before asking whether one of them fits: enough for the compiler to look at several at once.
const BLOCK: usize = 128;

impl Sparse {
    pub fn insert(&mut self, mask: u64, record: u32) {
        self.masks.push(mask);
        self.records.push(record);
    }

    /// The records that together with `mask` occupy fewer than `threshold` bins.
    pub fn close(&self, mask: u64, threshold: u32) -> impl Iterator<Item = u32> {
        let others = threshold.saturating_sub(mask.count_ones() + 1);
        let blocks = self.masks.chunks(BLOCK).zip(self.records.chunks(BLOCK));
        let full = mask.count_ones() >= threshold;
        blocks
            .filter(move |(masks, _)| {
                !full && masks.iter().fold(false, |any, m| any | fits(*m, mask, others))
            })
            .flat_map(move |(masks, records)| {
                masks.iter().zip(records).filter(move |(m, _)| fits(**m, mask, others)).map(|(_, at)| *at)
            })
    }
}

/// Whether at most `others` bins are occupied beside those of a mask.
#[inline]
fn fits(other: u64, mask: u64, others: u32) -> bool {
    let mut beside = other & !mask;
    for _ in 0..others {
        // Takes the lowest away.
        beside &= beside.wrapping_sub(1);
    }
    beside == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_is_found_and_nothing_else() {
        let mut sparse = Sparse::default();
        let masks: Vec<u64> =
            (0..1_000).map(|n: u64| n.wrapping_mul(0x9E37_79B9_7F4A_7C15) & n << 20).collect();
        (0..).zip(&masks).for_each(|(at, mask)| sparse.insert(*mask, at));
        for mask in [0, 1 << 63, 0b1011 << 22, masks[77], masks[900]] {
            for threshold in [0, 1, 3, 10] {
                let fits = |m: &u64| (m | mask).count_ones() < threshold;
                let expected: Vec<u32> =
                    (0..).zip(&masks).filter(|(_, m)| fits(m)).map(|(at, _)| at).collect();
                assert_eq!(sparse.close(mask, threshold).collect::<Vec<_>>(), expected);
            }
        }
    }
}
