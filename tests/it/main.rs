//! Whole-system tests, one binary.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails loudly"
)]

mod access;
mod attacks;
mod audit;
mod cli;
mod exact;
mod flight;
mod fuzz;
mod hard;
mod history;
mod import;
mod joint;
mod modules;
mod policy;
mod portal;
mod questions;
mod real;
mod session;
