//! Arithmetic with dates and intervals that the engine has not.
//!
//! `days * INTERVAL '1 day'`, `date + n` and `date_diff(unit, from, to)`. All are total: a date or an interval that does
//! not exist is NULL. Out of scope: differences in days, which are plain subtraction (`total`).

mod difference;
mod interval;

pub(super) use difference::date_diff;
pub(super) use interval::{TIMES, planner};
