//! What registrars keep: organisations, handlers with their logins, studies with their reviews and grants.
//!
//! Each change is in the log before it is made, and asks for the receipt. Out of scope: whether a review is one (`enclave::access`).

pub mod grants;
pub mod handlers;
pub mod history;
pub mod organisations;
pub mod reviews;
pub mod studies;

use enclave::words::Bilingual;

use super::door::{By, right};
use super::trouble::Trouble;

type Seeing = By<right::SeeRegister>;
type Keeping = By<right::KeepRegister>;

/// A name that is one; else the words that say what a name is.
fn named<T, E: std::fmt::Display>(name: Result<T, E>) -> Result<T, Trouble> {
    name.map_err(|error| {
        let text = error.to_string();
        Trouble::field("name", Bilingual::new(text.clone(), text))
    })
}
