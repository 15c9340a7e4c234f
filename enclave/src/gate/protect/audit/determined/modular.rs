//! Arithmetic modulo the prime 2⁶¹ - 1, on numbers below it.

/// The prime.
pub(super) const PRIME: u64 = (1 << 61) - 1;

/// The sum.
pub(super) fn plus(left: u64, right: u64) -> u64 {
    let sum = left + right;
    if sum >= PRIME { sum - PRIME } else { sum }
}

/// The difference.
pub(super) fn minus(left: u64, right: u64) -> u64 {
    plus(left, PRIME - right)
}

/// The product.
pub(super) fn times(left: u64, right: u64) -> u64 {
    // 2⁶¹ is 1: what is above the low 61 bits is added to them.
    let product = u128::from(left) * u128::from(right);
    plus(product as u64 & PRIME, (product >> 61) as u64)
}

/// The reciprocal of a number that is not zero, by Fermat: `a^(p-2)`.
pub(super) fn inverse(value: u64) -> u64 {
    let (mut result, mut base, mut exponent) = (1, value, PRIME - 2);
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = times(result, base);
        }
        base = times(base, base);
        exponent >>= 1;
    }
    result
}
