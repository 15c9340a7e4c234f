//! The arithmetic of sums: narrow while it fits, wide when it must be, compensated for floats.
//!
//! None of it can fail or wrap: [`Reach`] tells when to go over to the wider type, *before* any sum could
//! need it, and what is beyond even that stays so ([`whole`]) and has no figure.

mod float;
mod reach;
mod sums;
mod whole;

use datafusion::arrow::datatypes::{ArrowPrimitiveType, Float64Type};

pub(super) use reach::Reach;
pub(super) use sums::Sums;

/// What is summed for a patient and for a cell. `()` is for figures that only count.
pub(super) trait Amount: Copy + Default + PartialEq + Send + Sync + 'static {
    /// A cell's sum; wider than one amount where rounding asks for it.
    type Total: Copy + Default + Send + Sync;
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
    /// A cell's sum with this added.
    fn add_to(self, total: Self::Total) -> Self::Total;
    /// The same amount in the wider type.
    fn widen(self) -> Self::Wide;
    /// The same sum in the wider type.
    fn widen_total(total: Self::Total) -> <Self::Wide as Amount>::Total;
}

/// An amount that has a form in partial states.
pub(super) trait Wide: Amount<Wide = Self> {
    /// The Arrow type of its parts in a partial state.
    type Part: ArrowPrimitiveType;
    /// How many columns of that type the sums of a cell take, at most five.
    const PARTS: usize;

    /// The sum of two cells' sums.
    fn join(a: Self::Total, b: Self::Total) -> Self::Total;
    /// A cell's sum as columns of a partial state, and back.
    fn to_parts(sums: &Sums<Self>) -> [<Self::Part as ArrowPrimitiveType>::Native; 5];
    /// The reverse of `to_parts`.
    fn of_parts(parts: [<Self::Part as ArrowPrimitiveType>::Native; 5]) -> Sums<Self>;
    /// Appends the amount's bytes, always as many.
    fn write(self, bytes: &mut Vec<u8>);
    /// Takes an amount from the front of `bytes`.
    fn read(bytes: &mut &[u8]) -> Option<Self>;
    /// As floating point, or `None` if it does not fit or is not a number.
    fn as_f64(self) -> Option<f64>;
    /// A cell's sum as floating point, or `None` if it does not fit.
    fn total_as_f64(total: Self::Total) -> Option<f64>;
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
    type Total = ();
    type Placed = HalfLine;
    type Wide = ();
    fn plus(self, (): ()) {}
    fn magnitude(self) {}
    fn ordered(self, (): ()) -> ((), ()) {
        ((), ())
    }
    fn add_to(self, (): ()) {}
    fn widen(self) {}
    fn widen_total((): ()) {}
}

impl Wide for () {
    type Part = Float64Type;
    const PARTS: usize = 0;
    fn join((): (), (): ()) {}
    fn to_parts(_: &Sums<()>) -> [f64; 5] {
        [0.0; 5]
    }
    fn of_parts(_: [f64; 5]) -> Sums<()> {
        Sums::default()
    }
    fn write(self, _: &mut Vec<u8>) {}
    fn read(_: &mut &[u8]) -> Option<()> {
        Some(())
    }
    fn as_f64(self) -> Option<f64> {
        Some(0.0)
    }
    fn total_as_f64((): ()) -> Option<f64> {
        Some(0.0)
    }
}
