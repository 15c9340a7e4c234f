//! What a figure is by its question's words.

/// Stands for the words of a figure (see `plan::Definitions`), in 56 bits. Two figures with the same contributors and the
/// same words are told to be the same by nobody's data; with other words that is an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Definition(u64);

impl Definition {
    const MASK: u64 = u64::MAX >> 8;

    /// Any number will do.
    pub const fn new(number: u64) -> Self {
        // 0 stands for none.
        Self(if number & Self::MASK == 0 { 1 } else { number & Self::MASK })
    }

    /// A sum of cells that is nothing but that: it has no other words.
    pub fn sum(cells: impl Iterator<Item = Self>) -> Self {
        // Not what the sum of the words would be, which is that of other cells' too.
        let scattered = cells.map(|cell| cell.0.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(23));
        Self::new(scattered.fold(0, |sum, cell| sum.wrapping_add(cell.wrapping_mul(0xD6E8_FEB8_6659_FD93))))
    }

    /// As it is stored: below 2^56, and 0 where there is none.
    pub fn number(definition: Option<Self>) -> u64 {
        definition.map_or(0, |definition| definition.0)
    }

    /// As it was stored.
    pub fn of_number(number: u64) -> Option<Self> {
        (number & Self::MASK != 0).then(|| Self::new(number))
    }
}
