//! One rule a file: whether it suppresses one figure of one cell.

pub(super) mod condition;
pub(super) mod dominance;
pub(super) mod institutions;
pub(super) mod moments;
pub(super) mod municipality;
pub(super) mod patients;
pub(super) mod quantile;
