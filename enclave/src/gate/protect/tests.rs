//! Against brute force on tiny tables, and against itself on larger ones.

mod brute;
mod cases;
mod make;
mod patterns;
mod reach;
