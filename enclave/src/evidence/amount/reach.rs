//! How far sums of integers can have come, so that none wraps and none has to be checked.

/// The sum of the sizes of all integers taken in. No sum of any of them, with or without their signs, is
/// further from zero: while this fits into 64 bits, so does every patient's sum, every cell's sum and every
/// sum of patients' sizes.
#[derive(Debug, Default)]
pub(in crate::evidence) struct Reach(u64);

impl Reach {
    /// Takes values in. Returns whether sums still fit into `i64`; once they do not, they never do again.
    pub(in crate::evidence) fn extend(&mut self, values: &[i64]) -> bool {
        let sizes = values.iter().map(|value| value.unsigned_abs());
        // No branch, so that several are taken at a time.
        let (sum, bits) =
            sizes.clone().fold((0_u64, 0), |(sum, bits), size| (sum.wrapping_add(size), bits | size));
        // No size is larger than what has all their bits.
        let exact = bits.checked_mul(values.len() as u64).is_some();
        let sum = if exact { sum } else { sizes.fold(0, u64::saturating_add) };
        self.0 = self.0.saturating_add(sum);
        self.0 <= i64::MAX.unsigned_abs()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_leave_64_bits_is_told_and_no_more() {
        const MOST: i64 = i64::MAX;
        for (values, fits) in [
            (&[][..], true),
            (&[MOST], true),
            (&[-MOST], true),
            (&[i64::MIN], false),
            (&[MOST, 1], false),
            (&[MOST, -1], false),
            (&[MOST / 2, -(MOST / 2), 1], true),
            // These sizes come to 2⁶⁴, and so wrap to nothing.
            (&[i64::MIN, i64::MIN], false),
            (&[MOST, MOST, 2], false),
        ] {
            assert_eq!(Reach::default().extend(values), fits, "{values:?}");
            let mut one_by_one = Reach::default();
            assert_eq!(values.iter().all(|&value| one_by_one.extend(&[value])), fits, "{values:?}");
        }
        let mut reach = Reach::default();
        assert!(!reach.extend(&[MOST, 1]));
        assert!(!reach.extend(&[]));
    }
}
