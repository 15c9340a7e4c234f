//! Probabilities as whole shares of 2^32, with mean and variance kept to the last share.
//!
//! Rounding each probability for itself would move the mean. What it moves is put right on three neighbouring
//! noises: the three equations (all shares, mean, second moment) have one solution there, and
//! it is in whole numbers because *v²* - *v* is even for every whole *v*.

/// All shares together.
pub(super) const WHOLE: i64 = 1 << 32;

/// Shares near `chances` that add up to [`WHOLE`], with mean exactly 0 and a variance within 2^-32 of `variance`.
/// None where the noises leave no room for that.
pub(super) fn shares(noises: &[i64], chances: &[f64], variance: f64) -> Option<Vec<i64>> {
    let mut shares: Vec<i64> = chances.iter().map(|chance| (chance * WHOLE as f64).round() as i64).collect();
    let moment = |of: fn(i64) -> i64| -> i64 { noises.iter().zip(&shares).map(|(v, n)| of(*v) * n).sum() };
    // With mean 0 the second moment is even.
    let wanted = 2 * (variance * (WHOLE / 2) as f64).round() as i64;
    let missing = (WHOLE - moment(|_| 1), -moment(|v| v), wanted - moment(|v| v * v));
    let first = sturdiest(noises, &shares)?;
    let from = *noises.get(first)?;
    // The same three equations, with the noises counted from the first of the three.
    let mean = missing.1 - from * missing.0;
    let square = missing.2 - 2 * from * missing.1 + from * from * missing.0;
    let third = (square - mean) / 2;
    let second = mean - 2 * third;
    for (share, change) in shares.iter_mut().skip(first).zip([missing.0 - second - third, second, third]) {
        *share += change;
    }
    shares.iter().all(|share| *share >= 0).then_some(shares)
}

/// Where the three neighbouring noises begin whose smallest share is greatest.
fn sturdiest(noises: &[i64], shares: &[i64]) -> Option<usize> {
    let neighbours = |window: &[i64]| matches!(window, [a, _, c] if c - a == 2);
    let threes = noises.windows(3).zip(shares.windows(3)).enumerate();
    threes
        .filter(|(_, (noises, _))| neighbours(noises))
        .max_by_key(|(at, (_, shares))| (shares.iter().min().copied(), std::cmp::Reverse(*at)))
        .map(|(at, _)| at)
}
