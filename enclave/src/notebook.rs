//! Notebooks: what people write about a study, kept with every version.
//!
//! One SQLite file, `notebooks.sqlite`, readable by its owner only. A change names the version that it was made from; where somebody else
//! was faster it is turned down with what is there, so that nobody's work is lost. A deleted notebook keeps its versions.
//! Results are never in it. All calls block: call them off the asynchronous threads.
//! Out of scope: who may read which (`access`), and putting two persons' changes together (the page).

mod store;
#[cfg(test)]
mod tests;

pub use store::{Document, Info, Notebook, Notebooks, NotebooksError, Put};
