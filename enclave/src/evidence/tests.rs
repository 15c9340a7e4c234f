//! Evidence against a model that counts with sets and lists, and nothing cleverer.

mod engine;
mod floats;
mod model;
mod random;
