//! The distribution of greatest entropy with a given mean and variance.
//!
//! It says nothing beyond these two (Jaynes, 1957), and its form is known: the probability of a noise *v* goes with
//! exp(*a v* + *b v²*). The two numbers are where a convex function, the dual, is least; Newton's method with
//! halved steps finds it from anywhere. Source: Giessing 2016, who solves the same problem by its primal.

use super::exponential::exp;

/// Steps that are far more than it ever takes.
const STEPS: usize = 200;

/// The probability of each of `noises`, for mean 0 and `variance`. Both must be within reach of the noises.
pub(super) fn greatest(noises: &[i64], variance: f64) -> Vec<f64> {
    let points: Vec<(f64, f64)> =
        noises.iter().map(|noise| *noise as f64).map(|v| (v, v * v - variance)).collect();
    let mut at = (0.0, 0.0);
    let mut dual = Dual::at(&points, at);
    for _ in 0..STEPS {
        let Some((step, gain)) = dual.newton() else { break };
        let Some((next, lower)) = descend(&points, at, step, dual.value, gain) else { break };
        (at, dual) = (next, lower);
        // Newton's method doubles the digits: what this step left is beyond a float.
        if gain < 1e-12 {
            break;
        }
    }
    let weights: Vec<f64> = points.iter().map(|point| weight(*point, at)).collect();
    let all: f64 = weights.iter().sum();
    let chances: Vec<f64> = weights.iter().map(|weight| weight / all).collect();
    if noises.iter().zip(noises.iter().rev()).all(|(low, high)| *low == -high) {
        // Symmetric but for rounding.
        return chances.iter().zip(chances.iter().rev()).map(|(one, other)| (one + other) / 2.0).collect();
    }
    chances
}

fn weight((first, second): (f64, f64), (a, b): (f64, f64)) -> f64 {
    exp(a * first + b * second)
}

/// The first of the full step, its half, its quarter … that lowers the dual.
fn descend(
    points: &[(f64, f64)],
    at: (f64, f64),
    step: (f64, f64),
    value: f64,
    gain: f64,
) -> Option<((f64, f64), Dual)> {
    let mut part = 1.0;
    for _ in 0..60 {
        let next = (at.0 + part * step.0, at.1 + part * step.1);
        let dual = Dual::at(points, next);
        // The last step is too small to show in the value.
        if dual.value < value || (gain < 1e-12 && dual.value.is_finite()) {
            return Some((next, dual));
        }
        part /= 2.0;
    }
    None
}

/// The sum of the weights, whose logarithm is least at the solution, and that logarithm's derivatives.
struct Dual {
    value: f64,
    slope: (f64, f64),
    bend: (f64, f64, f64),
}

impl Dual {
    fn at(points: &[(f64, f64)], at: (f64, f64)) -> Self {
        let mean = |of: &dyn Fn((f64, f64)) -> f64| -> f64 {
            points.iter().map(|point| weight(*point, at) * of(*point)).sum()
        };
        let value = mean(&|_| 1.0);
        let slope = (mean(&|(x, _)| x) / value, mean(&|(_, y)| y) / value);
        let bend = (
            mean(&|(x, _)| (x - slope.0) * (x - slope.0)) / value,
            mean(&|(x, y)| (x - slope.0) * (y - slope.1)) / value,
            mean(&|(_, y)| (y - slope.1) * (y - slope.1)) / value,
        );
        Self { value, slope, bend }
    }

    /// Newton's step, and how much lower it should lead. None where there is no curve to follow.
    fn newton(&self) -> Option<((f64, f64), f64)> {
        let (xx, xy, yy) = self.bend;
        let (x, y) = self.slope;
        let size = xx * yy - xy * xy;
        let step = (-(yy * x - xy * y) / size, -(xx * y - xy * x) / size);
        let gain = -(step.0 * x + step.1 * y);
        (size > 0.0 && gain.is_finite()).then_some((step, gain))
    }
}
