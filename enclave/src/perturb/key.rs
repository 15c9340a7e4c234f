//! Cell keys.

/// What the noise of a cell is drawn with: as good as uniform, and the same whenever the same people are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CellKey(u64);

impl CellKey {
    /// The key of a cell, from a fingerprint of who was counted. The fingerprint must be secret, and must
    /// depend on nothing but who they are. Its bits are mixed here, so it need not fill the 64.
    #[must_use]
    pub const fn new(fingerprint: u64) -> Self {
        // The finaliser of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014): one to one.
        let mut bits = fingerprint.wrapping_add(0x9e37_79b9_7f4a_7c15);
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        Self(bits ^ (bits >> 31))
    }

    /// A key as it stands, for walking through all of them.
    #[cfg(test)]
    pub(super) const fn unmixed(bits: u64) -> Self {
        Self(bits)
    }

    /// Where the key lies between 0 and 1, in steps of 2^-32.
    pub(super) const fn step(self) -> u64 {
        self.0 >> 32
    }

    /// Whether the key lies in the first `part` of `whole`.
    pub(super) const fn within(self, part: u64, whole: u64) -> bool {
        // self / 2^64 < part / whole
        (self.0 as u128) * (whole as u128) < (part as u128) << 64
    }
}
