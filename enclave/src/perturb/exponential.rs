//! The exponential function from the four operations alone.
//!
//! These are exact to the last bit on every machine, which the system's own exponential is not; and the
//! same parameters must give the same table everywhere.

use std::f64::consts::{LN_2, LOG2_E};

/// *e* to the power of `x`, to about 14 digits. Zero below -700, infinite above 700.
pub(super) fn exp(x: f64) -> f64 {
    if x < -700.0 {
        return 0.0;
    }
    if x > 700.0 {
        return f64::INFINITY;
    }
    let twos = (x * LOG2_E).round();
    let rest = x - twos * LN_2;
    // |rest| is at most 0.35, and 0.35^18 / 18! is nothing beside 1.
    let series = (1..=18).rev().fold(1.0, |sum, n| 1.0 + rest / f64::from(n) * sum);
    // From -1010 to 1010, so the exponent's eleven bits hold it.
    let exponent = (twos as i64 + 1023) as u64;
    series * f64::from_bits(exponent << 52)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_the_exponential() {
        for step in -70_000..70_000 {
            let x = f64::from(step) / 100.0;
            assert!((exp(x) / x.exp() - 1.0).abs() < 1e-13, "{x}");
        }
        assert_eq!((exp(0.0), exp(-1e9), exp(1e9)), (1.0, 0.0, f64::INFINITY));
        assert!(exp(f64::NAN).is_nan());
    }
}
