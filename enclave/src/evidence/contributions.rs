//! What each of several contributors gave to each cell, kept apart: open patients, institutions' shares.

use datafusion::common::HashMap;
use datafusion::error::Result;
use datafusion::logical_expr::EmitTo;

use super::amount::Wide;
use super::broken;

/// Sums by (cell, contributor).
#[derive(Default)]
pub(super) struct Contributions<W: Wide> {
    sums: HashMap<(u32, u32), W>,
}

impl<W: Wide> Contributions<W> {
    /// Adds to what `who` gave to `cell`.
    pub(super) fn add(&mut self, cell: usize, who: u32, amount: W) -> Result<()> {
        let cell = u32::try_from(cell).map_err(|_| broken("more than 2^32 cells"))?;
        let sum = self.sums.entry((cell, who)).or_default();
        *sum = sum.plus(amount);
        Ok(())
    }

    /// Takes the contributions to the emitted cells, by cell and then by contributor, and moves the
    /// others' cells down.
    pub(super) fn take(&mut self, emit_to: EmitTo) -> Vec<(usize, u32, W)> {
        let all = std::mem::take(&mut self.sums);
        let mut taken = Vec::with_capacity(if emit_to == EmitTo::All { all.len() } else { 0 });
        for ((cell, who), sum) in all {
            let cell = cell as usize;
            match emit_to {
                EmitTo::First(n) if cell >= n => {
                    // It was below 2^32 before it moved down.
                    self.sums.insert(((cell - n) as u32, who), sum);
                }
                EmitTo::First(_) | EmitTo::All => taken.push((cell, who, sum)),
            }
        }
        taken.sort_unstable_by_key(|&(cell, who, _)| (cell, who));
        taken
    }

    pub(super) fn size(&self) -> usize {
        // One byte of control for each bucket, as hashbrown keeps it.
        self.sums.capacity() * 8 / 7 * (size_of::<((u32, u32), W)>() + 1)
    }
}

/// One cell's contributions as bytes, for a partial state: (contributor, sum) after (contributor, sum).
pub(super) fn encode<W: Wide>(contributions: &[(usize, u32, W)]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(contributions.len() * (size_of::<u32>() + size_of::<W>()));
    for &(_, who, sum) in contributions {
        bytes.extend(who.to_le_bytes());
        sum.write(&mut bytes);
    }
    bytes
}

/// The reverse of `encode`.
pub(super) fn decode<W: Wide>(mut bytes: &[u8]) -> impl Iterator<Item = Result<(u32, W)>> {
    std::iter::from_fn(move || {
        if bytes.is_empty() {
            return None;
        }
        let entry = bytes.split_first_chunk().and_then(|(who, rest)| {
            bytes = rest;
            Some((u32::from_le_bytes(*who), W::read(&mut bytes)?))
        });
        if entry.is_none() {
            bytes = &[];
        }
        Some(entry.ok_or_else(|| broken("contributions cut short")))
    })
}
