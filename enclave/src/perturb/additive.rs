//! Totals that are the sums of their parts again.
//!
//! Noise is drawn for each cell by itself, so a perturbed total is not the sum of its perturbed parts. What is made
//! here depends on the perturbed figures alone, so it tells no more than they do. It may well be 1 or 2: that is then
//! no count of one or two patients, and whoever must not see such a figure should not ask for sums. Where the
//! relations form a network (one- and two-way tables, hierarchies, and a hierarchy crossed with one label) the
//! nearest table is found, by `network`. Elsewhere totals are the sums of the finest parts.

mod network;

#[cfg(test)]
mod tests;

/// `total` is the sum of `parts`; indices into the table's cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sum {
    /// The cell that is the sum.
    pub total: usize,
    /// The cells that are summed.
    pub parts: Vec<usize>,
}

/// The sums cannot hold together as they are written: a cell is missing, stands twice in one sum or is its own part,
/// or in a table that is no network a total has two sets of parts that do not go back to the same cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the sums of this table do not hold together")]
pub struct NotAdditive;

/// Whole numbers from 0 for which all sums hold, near to `values`. What is 0 and no total stays 0.
///
/// In a network they are the nearest there are: the squares of the changes add up to the least. A single total with
/// *k* parts that it misses by *m* is so mended by moving each of the *k* + 1 cells by *m* / (*k* + 1), to the next
/// whole number, where none runs into zero. Elsewhere parts stay, and a total moves by no more than its own error and
/// those of the finest cells under it. The same values and sums give the same numbers. The work grows with what the
/// sums miss.
///
/// # Errors
/// [`NotAdditive`].
pub fn additive(values: &[u64], sums: &[Sum]) -> Result<Vec<u64>, NotAdditive> {
    check(values.len(), sums)?;
    match network::Network::new(values, sums) {
        Some(network) => network.nearest(),
        None => summed(values, sums),
    }
}

fn check(cells: usize, sums: &[Sum]) -> Result<(), NotAdditive> {
    let mut seen_in = vec![usize::MAX; cells];
    for (number, sum) in sums.iter().enumerate() {
        for cell in sum.parts.iter().chain([&sum.total]) {
            match seen_in.get_mut(*cell) {
                Some(last) if *last != number => *last = number,
                Some(_) | None => return Err(NotAdditive),
            }
        }
    }
    Ok(())
}

/// Each total made the sum of its parts, the finest first.
fn summed(values: &[u64], sums: &[Sum]) -> Result<Vec<u64>, NotAdditive> {
    let mut settled: Vec<Option<u64>> = values.iter().copied().map(Some).collect();
    for sum in sums {
        *settled.get_mut(sum.total).ok_or(NotAdditive)? = None;
    }
    let mut open: Vec<&Sum> = sums.iter().collect();
    while !open.is_empty() {
        let before = open.len();
        let mut waiting = Vec::new();
        for sum in open {
            let parts = sum.parts.iter().map(|part| settled.get(*part).copied().flatten());
            let Some(parts) = parts.collect::<Option<Vec<u64>>>() else {
                waiting.push(sum);
                continue;
            };
            let all = parts.into_iter().fold(0, u64::saturating_add);
            let total = settled.get_mut(sum.total).ok_or(NotAdditive)?;
            if *total.get_or_insert(all) != all {
                return Err(NotAdditive);
            }
        }
        if waiting.len() == before {
            return Err(NotAdditive);
        }
        open = waiting;
    }
    settled.into_iter().collect::<Option<_>>().ok_or(NotAdditive)
}
