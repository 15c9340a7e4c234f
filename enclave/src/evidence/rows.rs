//! Somebody's rows, a block at a time.

/// Somebody's rows: slices of one length.
#[derive(Clone, Copy)]
pub(super) struct Rows<'a, V> {
    pub(super) cells: &'a [usize],
    pub(super) patients: &'a [u32],
    /// The institution column that the records hold, if there is one.
    pub(super) near: Option<&'a [u32]>,
    pub(super) values: &'a [V],
}

/// Rows that are taken in at a time: their cells' records fit into the nearest cache.
pub(super) const BLOCK: usize = 128;

impl<'a, V> Rows<'a, V> {
    /// The same rows in blocks.
    pub(super) fn blocks(self) -> impl Iterator<Item = Self> {
        let Self { cells, patients, near, values } = self;
        let nears = near.map(|near| near.chunks(BLOCK).map(Some));
        let nears = nears.into_iter().flatten().chain(std::iter::repeat(None));
        let blocks = cells.chunks(BLOCK).zip(patients.chunks(BLOCK)).zip(values.chunks(BLOCK)).zip(nears);
        blocks.map(|(((cells, patients), values), near)| Self { cells, patients, near, values })
    }
}
