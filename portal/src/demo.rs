//! Invented source files in the proportions of Japanese claims, for the demo, for tests and for benchmarks.
//!
//! One patient after another is drawn and written, so memory holds one patient and the row groups that are being
//! filled, whatever the number of patients. Each patient has a random stream of its own: the same seed gives the same
//! files. Labels of codes are our own short ones; medical areas and municipalities are invented, and so is everybody.
//!
//! Proportions: 41 million outpatient visits of 4.1 million patients a year, 1.5 million inpatients, about
//! three years each (FAST-HDJ business plan FY2025), hence 10 visits a year; the rest is round figures that look
//! like claims. Out of scope: epidemiology. Nothing true about any illness can be learned here.

mod illness;
mod manifest;
mod model;
mod person;
mod places;
mod sheet;

use std::fs;
use std::path::Path;

use manifest::MANIFEST;
use model::{Institution, Model};
use person::Person;
use places::Places;
use sheet::{Sheet, Value};

/// Days since 1970-01-01 of the first day of records: 2023-01-01.
const FIRST_DAY: i32 = 19_358;
/// Three years of records.
const DAYS: i32 = 1_096;
/// The last of them.
const LAST_YEAR: i32 = 2025;

/// What is to be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recipe {
    /// How many patients.
    pub patients: u32,
    /// The same seed gives the same files.
    pub seed: u64,
}

/// Why the files could not be made.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// A file could not be written.
    #[error("cannot write the demo's source files: {0}")]
    Io(#[from] std::io::Error),
    /// Parquet would not take a row.
    #[error("cannot write the demo's source files: {0}")]
    Parquet(#[from] parquet::errors::ParquetError),
    /// Arrow would not take a row.
    #[error("cannot write the demo's source files: {0}")]
    Arrow(#[from] arrow::error::ArrowError),
    /// The model or a master list does not make sense: a mistake in this module.
    #[error("the demo's model is wrong: {0}")]
    Model(&'static str),
}

impl Recipe {
    /// The snapshot's name: one for each recipe.
    #[must_use]
    pub fn name(&self) -> String {
        format!("demo-{}-{}", self.patients, self.seed)
    }
}

/// Writes all tables and `manifest.toml` into an existing folder; tells `progress` how many patients are done.
///
/// # Errors
/// When a file cannot be written.
pub fn write(folder: &Path, recipe: Recipe, progress: &mut dyn FnMut(u32)) -> Result<(), DemoError> {
    let manifest = MANIFEST.replacen("\"demo\"", &format!("\"{}\"", recipe.name()), 1);
    fs::write(folder.join("manifest.toml"), manifest)?;
    for (name, text) in manifest::MASTERS {
        fs::write(folder.join(name), text)?;
    }
    let places = Places::new()?;
    fs::write(folder.join("area.csv"), places.area_csv())?;
    fs::write(folder.join("municipality.csv"), places.municipality_csv())?;
    let model = Model::new(recipe, &places)?;
    write_institutions(folder, &model)?;
    let mut sheets = Sheets::create(folder)?;
    for number in 0..recipe.patients {
        Person::draw(&model, &places, number)?.live(&mut sheets)?;
        if number % 256 == 255 {
            progress(number + 1);
        }
    }
    sheets.finish()?;
    progress(recipe.patients);
    Ok(())
}

fn write_institutions(folder: &Path, model: &Model) -> Result<(), DemoError> {
    let mut sheet = Sheet::create(&folder.join("institution.parquet"), manifest::INSTITUTION)?;
    for Institution { number, kind, area } in model.institutions.items() {
        sheet.row([
            Value::Int(*number),
            Value::Text(kind),
            Value::Text(area.prefecture()),
            Value::Text(&area.code),
        ])?;
    }
    sheet.finish()
}

/// The tables of records, being written.
struct Sheets {
    patient: Sheet,
    visit: Sheet,
    diagnosis: Sheet,
    drug: Sheet,
    lab: Sheet,
    claim_line: Sheet,
}

impl Sheets {
    fn create(folder: &Path) -> Result<Self, DemoError> {
        let sheet =
            |name: &str, columns| Sheet::create(&folder.join(name).with_extension("parquet"), columns);
        Ok(Self {
            patient: sheet("patient", manifest::PATIENT)?,
            visit: sheet("visit", manifest::VISIT)?,
            diagnosis: sheet("diagnosis", manifest::DIAGNOSIS)?,
            drug: sheet("drug", manifest::DRUG)?,
            lab: sheet("lab", manifest::LAB)?,
            claim_line: sheet("claim_line", manifest::CLAIM_LINE)?,
        })
    }

    fn finish(self) -> Result<(), DemoError> {
        let Self { patient, visit, diagnosis, drug, lab, claim_line } = self;
        [patient, visit, diagnosis, drug, lab, claim_line].into_iter().try_for_each(Sheet::finish)
    }
}

#[cfg(test)]
mod tests;
