//! The tables: their columns, their public masters, and the manifest that imports them.

use arrow::datatypes::DataType::{self, Boolean, Date32, Float64, Int64, Utf8};

type Columns = &'static [(&'static str, DataType)];

/// One row a patient.
pub const PATIENT: Columns = &[
    ("patient_id", Int64),
    ("sex", Utf8),
    ("birth_year", Int64),
    ("prefecture", Utf8),
    ("area", Utf8),
    ("municipality", Utf8),
];

/// One row a hospital or clinic: its key is the one in the tables below. A public register, as the health bureaux publish.
pub const INSTITUTION: Columns =
    &[("institution_id", Int64), ("kind", Utf8), ("prefecture", Utf8), ("area", Utf8)];

/// One row an outpatient visit or a stay; `days` is 1 for a visit.
pub const VISIT: Columns = &[
    ("patient_id", Int64),
    ("institution_id", Int64),
    ("visit_date", Date32),
    ("setting", Utf8),
    ("days", Int64),
];

/// One row a diagnosis at a visit; chronic ones come again.
pub const DIAGNOSIS: Columns = &[
    ("patient_id", Int64),
    ("institution_id", Int64),
    ("diagnosis_date", Date32),
    ("icd10", Utf8),
    ("suspected", Boolean),
];

/// One row a drug given at a visit; `quantity` in tablets, grams or ampoules.
pub const DRUG: Columns = &[
    ("patient_id", Int64),
    ("institution_id", Int64),
    ("drug_date", Date32),
    ("atc", Utf8),
    ("route", Utf8),
    ("days", Int64),
    ("quantity", Int64),
    ("yen", Int64),
];

/// One row a result; missing where the sample could not be measured.
pub const LAB: Columns = &[
    ("patient_id", Int64),
    ("institution_id", Int64),
    ("lab_date", Date32),
    ("test", Utf8),
    ("value", Float64),
    ("unit", Utf8),
];

/// One row a line of a claim; a point is ten yen.
pub const CLAIM_LINE: Columns = &[
    ("patient_id", Int64),
    ("institution_id", Int64),
    ("claim_date", Date32),
    ("section", Utf8),
    ("points", Int64),
    ("yen", Int64),
];

/// Public tables that are the same for every recipe.
pub const MASTERS: [(&str, &str); 5] = [
    ("prefecture.csv", include_str!("masters/prefecture.csv")),
    ("icd10.csv", include_str!("masters/icd10.csv")),
    ("atc.csv", include_str!("masters/atc.csv")),
    ("section.csv", include_str!("masters/section.csv")),
    ("lab_test.csv", include_str!("masters/lab_test.csv")),
];

/// The manifest beside the files.
pub const MANIFEST: &str = include_str!("masters/manifest.toml");
