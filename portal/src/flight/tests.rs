//! The endpoint over real TLS, with a canned house behind it and Arrow's own client before it.

mod calls;
pub mod canned;
mod fuzz;
mod questions;
mod serving;
mod transport;
