//! Perturbation tables: which noise a count gets for which key.

use super::entropy::greatest;
use super::shares::{WHOLE, shares};
use super::{CellKey, Infeasible, Parameters};

/// A perturbation table. Made from the same parameters it is the same, bit for bit, on every machine.
///
/// Zero stays zero. Every other count gets noise with mean 0, exactly, and the variance of the parameters to within
/// 2^-32; nothing negative and no hidden count comes out. From `bound` + `hidden` + 1 on all counts share one
/// symmetric distribution, which falls off on either side. The smallest counts have to make up for their few ways
/// down, so that the largest noise may be a little likelier than the next.
#[derive(Debug, Clone, PartialEq)]
pub struct NoiseTable {
    parameters: Parameters,
    /// For the counts from 1; the last is for all that follow.
    rows: Vec<Vec<Step>>,
}

/// Keys under `end`, and not under the step before, stand for this noise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Step {
    end: u64,
    noise: i64,
}

impl NoiseTable {
    /// The table whose distributions have the greatest entropy.
    ///
    /// # Errors
    /// [`Infeasible`] where the variance is so near an end of its range that it cannot be had in shares of 2^32.
    pub fn new(parameters: Parameters) -> Result<Self, Infeasible> {
        let own = i64::from(parameters.bound()) + i64::from(parameters.hidden()) + 1;
        let rows = (1..=own).map(|count| row(parameters, count)).collect::<Option<_>>();
        let rows = rows.ok_or_else(|| parameters.out_of_range())?;
        Ok(Self { parameters, rows })
    }

    /// What is shown for a count.
    #[must_use]
    pub fn perturbed(&self, count: u64, key: CellKey) -> u64 {
        count.saturating_add_signed(self.noise(count, key))
    }

    /// What is added to a count.
    #[must_use]
    pub fn noise(&self, count: u64, key: CellKey) -> i64 {
        let steps = self.row(count);
        let at = steps.partition_point(|step| step.end <= key.step());
        steps.get(at).map_or(0, |step| step.noise)
    }

    /// The noises that a count may get, each with its probability. A zero gets none.
    pub fn distribution(&self, count: u64) -> impl Iterator<Item = (i64, f64)> + '_ {
        let steps = self.row(count);
        let begins = std::iter::once(0).chain(steps.iter().map(|step| step.end));
        steps.iter().zip(begins).map(|(step, begin)| (step.noise, (step.end - begin) as f64 / WHOLE as f64))
    }

    /// What the table was made for.
    #[must_use]
    pub const fn parameters(&self) -> Parameters {
        self.parameters
    }

    fn row(&self, count: u64) -> &[Step] {
        let Some(before) = count.checked_sub(1) else { return &[] };
        let own = usize::try_from(before).ok().and_then(|at| self.rows.get(at));
        own.or(self.rows.last()).map_or(&[], Vec::as_slice)
    }
}

fn row(parameters: Parameters, count: i64) -> Option<Vec<Step>> {
    let noises = parameters.noises(count);
    let chances = greatest(&noises, parameters.variance());
    let mut end = 0;
    let steps = noises.iter().zip(shares(&noises, &chances, parameters.variance())?).map(|(noise, share)| {
        end += share.unsigned_abs();
        Step { end, noise: *noise }
    });
    Some(steps.collect())
}
