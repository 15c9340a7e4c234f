//! Significant digits: a float's low bits would tell of who was added last.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray, Float64Array};
use datafusion::arrow::datatypes::Float64Type;

use crate::policy::Digits;

/// Floats rounded to so many significant decimal digits; other types stay as they are.
pub(super) fn rounded(values: &ArrayRef, digits: Digits) -> ArrayRef {
    match values.as_primitive_opt::<Float64Type>() {
        Some(floats) => Arc::new(floats.iter().map(|v| v.map(|v| digits.round(v))).collect::<Float64Array>()),
        None => Arc::clone(values),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn to_significant_digits() {
        let digits = |n| Digits::new(n).unwrap();
        for (value, n, right) in [
            (123_456.789, 3, 123_000.0),
            (123_456.789, 10, 123_456.789),
            (0.000_123_456, 2, 0.000_12),
            (-99.96, 3, -100.0),
            (0.0, 3, 0.0),
            (0.1 + 0.2, 10, 0.3),
        ] {
            assert!(
                (digits(n).round(value) - right).abs() < f64::EPSILON * right.abs().max(1.0),
                "{value} {n}"
            );
        }
    }
}
