//! One rule a file: whether it suppresses one figure of one cell.

pub(super) mod dominance;
pub(super) mod institutions;
pub(super) mod patients;
