//! Claim lines as a snapshot would hold them, without the encryption.

use std::error::Error;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{ArrayRef, Int32Array, Int64Array, RecordBatch, StringArray, UInt32Array};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::file::properties::WriterProperties;
use parquet::schema::types::ColumnPath;
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

const FILES: u32 = 4;

/// Claim lines sorted by patient, about ten a patient, in files of disjoint ranges; kept for the next time.
pub(crate) fn generate(lines: usize) -> Result<PathBuf, Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("claims-3-{lines}"));
    if folder.exists() {
        return Ok(folder);
    }
    let unfinished = folder.with_extension("new");
    fs::create_dir_all(&unfinished)?;
    let patients = u32::try_from(lines / 10)?;
    let each = patients.div_ceil(FILES);
    for file in 0..FILES {
        let range = file * each..patients.min((file + 1) * each);
        write_claims(&unfinished.join(format!("{file}.parquet")), range)?;
    }
    fs::rename(unfinished, &folder)?;
    Ok(folder)
}

fn write_claims(path: &Path, patients: std::ops::Range<u32>) -> Result<(), Box<dyn Error>> {
    let mut rng = ChaCha8Rng::seed_from_u64(patients.start.into());
    let [patient, hospital] = ["patient", "hospital"].map(ColumnPath::from);
    // Keys as imports write them.
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_column_compression(patient.clone(), Compression::UNCOMPRESSED)
        .set_column_dictionary_enabled(patient.clone(), false)
        .set_column_encoding(patient, Encoding::DELTA_BINARY_PACKED)
        .set_column_compression(hospital, Compression::UNCOMPRESSED)
        .build();
    let mut claims = Claims::default();
    let mut writer = ArrowWriter::try_new(File::create(path)?, claims.batch()?.schema(), Some(properties))?;
    for patient in patients {
        claims.add(patient, &mut rng);
        if claims.patient.len() > 100_000 {
            writer.write(&claims.batch()?)?;
            claims = Claims::default();
        }
    }
    writer.write(&claims.batch()?)?;
    writer.close()?;
    Ok(())
}

#[derive(Default)]
struct Claims {
    patient: Vec<u32>,
    hospital: Vec<u32>,
    sex_age: Vec<i32>,
    diagnosis: Vec<i32>,
    town: Vec<i32>,
    drug: Vec<i32>,
    yen: Vec<i64>,
}

impl Claims {
    fn add(&mut self, patient: u32, rng: &mut impl Rng) {
        let (sex_age, town) = (rng.random_range(0..18), rng.random_range(0..1_000));
        let home = skewed(20_000, rng);
        for _ in 0..rng.random_range(1..20) {
            let hospital = if rng.random_bool(0.8) { home } else { skewed(20_000, rng) };
            self.patient.push(patient);
            self.hospital.push(hospital);
            self.sex_age.push(sex_age);
            self.diagnosis.push(skewed(3_000, rng).cast_signed());
            self.town.push(town);
            self.drug.push(rng.random_range(0..400));
            self.yen.push((rng.random_range(4.0_f64..12.0)).exp() as i64);
        }
    }

    fn batch(&self) -> Result<RecordBatch, arrow::error::ArrowError> {
        let text = |numbers: &[i32], as_text: fn(i32) -> String| -> ArrayRef {
            Arc::new(numbers.iter().map(|&number| Some(as_text(number))).collect::<StringArray>())
        };
        let town_drug = self.town.iter().zip(&self.drug).map(|(town, drug)| town * 400 + drug);
        let columns: [(&str, ArrayRef); 11] = [
            ("patient", Arc::new(UInt32Array::from(self.patient.clone()))),
            ("hospital", Arc::new(UInt32Array::from(self.hospital.clone()))),
            ("sex", text(&self.sex_age, |n| if n % 2 == 0 { "M" } else { "F" }.to_owned())),
            ("age", text(&self.sex_age, |n| format!("{:02}-{:02}", n / 2 * 10, n / 2 * 10 + 9))),
            (
                "diagnosis",
                text(&self.diagnosis, |n| {
                    format!("{}{:02}.{}", char::from(b'A' + (n % 25) as u8), n / 30 % 100, n % 10)
                }),
            ),
            ("town", text(&self.town, |n| format!("{:05}", 1_101 + n * 47))),
            ("drug", text(&self.drug, |n| format!("6{:08}", 11_000 + n * 1_013))),
            ("sex_age_no", Arc::new(Int32Array::from(self.sex_age.clone()))),
            ("diagnosis_no", Arc::new(Int32Array::from(self.diagnosis.clone()))),
            ("town_drug_no", Arc::new(Int32Array::from_iter_values(town_drug))),
            ("yen", Arc::new(Int64Array::from(self.yen.clone()))),
        ];
        RecordBatch::try_from_iter(columns)
    }
}

/// A number below `limit`, small ones far more often (Zipf-like, exponent near one).
fn skewed(limit: u32, rng: &mut impl Rng) -> u32 {
    let uniform: f64 = rng.random_range(0.0..1.0);
    ((f64::from(limit) + 1.0).powf(uniform) as u32).saturating_sub(1).min(limit - 1)
}
