//! Whole-system tests, one binary.

mod audit;
