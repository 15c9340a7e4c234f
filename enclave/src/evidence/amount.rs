//! The arithmetic of sums: integers narrow while they fit, wide when they must be; floats in fixed point.
//!
//! All of it is exact, so a sum is the same whatever the order of the rows and however they were split.
//! None of it can fail or wrap: [`Reach`] tells when to go over to wider integers, *before* any sum could
//! need them; what is beyond even these stays so ([`whole`]) and has no figure; and floats that could lead
//! out of the fixed point never come in ([`SUMMABLE`]).

mod fine;
mod fixed;
mod reach;
mod sums;
mod whole;

use datafusion::arrow::datatypes::{ArrowPrimitiveType, Float64Type};

use crate::ledger::{Amount as Contribution, Fingerprint, Weights};

pub(super) use fine::{Fine, FineReach};
pub(super) use fixed::{Fixed, MOST_ROWS, SUMMABLE};
pub(super) use reach::Reach;
pub(super) use sums::{PARTS, Sums};

/// What is summed for a patient and for a cell. `()` is for figures that only count.
pub(super) trait Amount: Copy + Default + PartialEq + Send + Sync + 'static {
    /// Puts a cell's record where it crosses no more cache lines than it must.
    type Placed: Copy + Default + Send + Sync;
    /// The type of the partial state.
    type Wide: Wide;

    /// The sum of two.
    fn plus(self, other: Self) -> Self;
    /// The size without the sign.
    fn magnitude(self) -> Self;
    /// The larger and the smaller of two magnitudes.
    fn ordered(self, other: Self) -> (Self, Self);
    /// The same amount in the wider type.
    fn widen(self) -> Self::Wide;
    /// What fingerprints of amounts are kept as: nothing, where there are no amounts.
    type Print: Copy + Default + Send + Sync;

    /// Adds a patient's amount to a fingerprint, and gives what goes into the patient's bin. Floats are in units of 2⁻¹²⁸.
    fn print(self, weights: &Weights, print: &mut Self::Print) -> u16;
    /// The fingerprint itself.
    fn fold(print: Self::Print) -> Fingerprint;
}

/// An amount that has a form in partial states.
pub(super) trait Wide: Amount<Wide = Self> {
    /// The Arrow type of its parts in a partial state.
    type Part: ArrowPrimitiveType;
    /// How many columns of that type the sums of a cell take: none, or `PARTS`.
    const PARTS: usize;

    /// The amount in a column of a partial state.
    fn to_part(self) -> <Self::Part as ArrowPrimitiveType>::Native;
    /// The reverse of `to_part`.
    fn of_part(part: <Self::Part as ArrowPrimitiveType>::Native) -> Self;
    /// Appends the amount's bytes, always as many.
    fn write(self, bytes: &mut Vec<u8>);
    /// Takes an amount from the front of `bytes`.
    fn read(bytes: &mut &[u8]) -> Option<Self>;
    /// The nearest floating-point number, or `None` if it is not known.
    fn as_f64(self) -> Option<f64>;
    /// The reverse of `fold`.
    fn of_fingerprint(print: Fingerprint) -> Self::Print;
}

/// On a boundary of 32 bytes.
#[derive(Clone, Copy, Default)]
#[repr(align(32))]
pub(super) struct HalfLine;

/// On a boundary of 64 bytes: a cache line.
#[derive(Clone, Copy, Default)]
#[repr(align(64))]
pub(super) struct Line;

impl Amount for () {
    type Placed = HalfLine;
    type Wide = ();
    fn plus(self, (): ()) {}
    fn magnitude(self) {}
    fn ordered(self, (): ()) -> ((), ()) {
        ((), ())
    }
    fn widen(self) {}
    type Print = ();
    fn print(self, _: &Weights, (): &mut ()) -> u16 {
        0
    }
    fn fold((): ()) -> Fingerprint {
        Fingerprint::default()
    }
}

impl Wide for () {
    type Part = Float64Type;
    const PARTS: usize = 0;
    fn to_part(self) -> f64 {
        0.0
    }
    fn of_part(_: f64) {}
    fn write(self, _: &mut Vec<u8>) {}
    fn read(_: &mut &[u8]) -> Option<()> {
        Some(())
    }
    fn as_f64(self) -> Option<f64> {
        Some(0.0)
    }
    fn of_fingerprint(_: Fingerprint) {}
}

/// Adds a contribution to a fingerprint, and gives what goes into the patient's bin.
fn print(contribution: &Contribution, weights: &Weights, print: &mut Fingerprint) -> u16 {
    print.add(weights, contribution);
    weights.residue(contribution)
}
