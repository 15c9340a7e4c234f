//! What a perturbation table is made for, and what no table can fulfil.

/// The parameters of a perturbation table, checked: a table of these exists.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Parameters {
    bound: u8,
    variance: f64,
    hidden: u8,
}

/// No table fulfils the parameters.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum Infeasible {
    /// The bound is out of reach.
    #[error("with counts up to {hidden} never shown the bound must be from {least} to {most}")]
    Bound {
        /// The largest count that is never shown.
        hidden: u8,
        /// The least bound.
        least: u16,
        /// The greatest bound.
        most: u16,
    },
    /// No distribution with mean 0 has this variance.
    #[error("the variance must be over {least} and under {most}")]
    Variance {
        /// It must be over this.
        least: f64,
        /// It must be under this.
        most: f64,
    },
}

impl Parameters {
    /// The greatest bound of the noise that is thought of.
    pub const MOST: u8 = 50;

    /// Noise of at most `bound` either way, with mean 0 and this variance for every count but zero, and such that
    /// nothing from 1 to `hidden` is ever shown.
    ///
    /// # Errors
    /// [`Infeasible`], with what would be feasible. A count of 1 can only fall to zero, so with mean 0 its variance
    /// stays under the bound; a count of *i* that may not be shown must reach over the gap from 0 to `hidden` + 1,
    /// which makes a variance of at least *i* (`hidden` + 1 - *i*). The bound must leave three neighbouring noises to
    /// choose from, or a mean of exactly 0 and the variance could not be had at once.
    pub fn new(bound: u8, variance: f64, hidden: u8) -> Result<Self, Infeasible> {
        let least = u16::from(hidden) + 2;
        if u16::from(bound) < least || bound > Self::MOST {
            return Err(Infeasible::Bound { hidden, least, most: Self::MOST.into() });
        }
        let parameters = Self { bound, variance, hidden };
        let (least, most) = parameters.variances();
        // Written so that a number that cannot be compared is refused.
        if variance > least && variance < most { Ok(parameters) } else { Err(parameters.out_of_range()) }
    }

    /// The variance is none that every count can have.
    pub(super) fn out_of_range(self) -> Infeasible {
        let (least, most) = self.variances();
        Infeasible::Variance { least, most }
    }

    /// Between which variances every count can have its noise.
    fn variances(self) -> (f64, f64) {
        let gap = u32::from(self.hidden) + 1;
        (f64::from((gap / 2) * gap.div_ceil(2)), f64::from(self.bound))
    }

    /// The greatest noise either way.
    #[must_use]
    pub const fn bound(self) -> u8 {
        self.bound
    }

    /// The noise's variance.
    #[must_use]
    pub const fn variance(self) -> f64 {
        self.variance
    }

    /// Counts from 1 to this are never shown.
    #[must_use]
    pub const fn hidden(self) -> u8 {
        self.hidden
    }

    /// The parameters that ask all that both ask: the greater of each. They are feasible where both were.
    #[must_use]
    pub fn strictest(self, other: Self) -> Self {
        Self {
            bound: self.bound.max(other.bound),
            variance: self.variance.max(other.variance),
            hidden: self.hidden.max(other.hidden),
        }
    }

    /// The noises that a count may get, in ascending order. From `bound` + `hidden` + 1 on they are the same for all.
    pub(super) fn noises(self, count: i64) -> Vec<i64> {
        let bound = i64::from(self.bound);
        let may = |noise: &i64| {
            let shown = count + noise;
            shown == 0 || shown > i64::from(self.hidden)
        };
        (-bound..=bound).filter(may).collect()
    }
}
