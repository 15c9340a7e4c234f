//! Numbers of patients, changed a little so that nobody can be told from them: cell keys and rounding.
//!
//! The **cell-key method** adds noise that depends on who was counted and on nothing else: every patient has a secret
//! key, the keys of a cell's patients make the cell's key, and a table says which noise a key stands for. The same
//! people get the same noise however they were asked for, so asking again averages nothing out. Sources: Fraser and
//! Wooton, *A proposed method for confidentialising tabular output to protect against differencing* (UNECE/Eurostat
//! work session, 2005); Marley and Leaver, *A method for confidentialising user-defined tables* (ISI, 2011);
//! Thompson, Broadfoot and Elazar, *Methodology for the automatic confidentialisation of statistical outputs from
//! remote servers at the ABS* (UNECE/Eurostat, 2013); and for the distributions, Giessing, *Computational issues in
//! the design of transition probabilities and disclosure risk estimation for additive noise* (Privacy in Statistical
//! Databases, 2016).
//!
//! **Rounding** is simpler and weaker: see [`Rounding`].
//!
//! Only numbers of *patients* are perturbed. A sum, a mean or a number of rows depends also on how much each patient
//! brings, and whoever asks can bend that as they like while the people stay the same. With the same noise for
//! `sum(x)` and `sum(-x)` half their difference is the sum itself; with noise of its own for each argument,
//! `sum(x + y / 1001)`, `sum(x + y / 1002)` … average it out. Noise scaled by the largest contributions, as tables of
//! magnitudes get it where an office chooses the tables (Giessing and Tent; τ-ARGUS), does not stand up to that, and
//! rounding does so less. So the gate withholds them while somebody explores.
//!
//! Out of scope: making the keys, deciding who explores, and **the averaging attack**: who asks for a set of people
//! many times over, each time with other people whose number they know, gets independent noises and can average these
//! (Asghar and Kaafar, *Averaging attacks on bounded noise-based disclosure control algorithms*, PoPETs 2020). With
//! variance 3, 65 pairs of questions tell with 95 % certainty whether one patient is in a set. Noise makes that dear,
//! not impossible: what is asked while exploring is in the audit log, and what leaves the enclave goes through the
//! exact gate.

mod additive;
mod entropy;
mod exponential;
mod key;
mod parameters;
mod rounding;
mod shares;
mod table;

#[cfg(test)]
mod tests;

pub use additive::{NotAdditive, Sum, additive};
pub use key::CellKey;
pub use parameters::{Infeasible, Parameters};
pub use rounding::{Base, Rounding};
pub use table::NoiseTable;
