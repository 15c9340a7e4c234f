//! A snapshot read back by DataFusion, as a session reads it: the same rows that went in.

use std::collections::BTreeMap;
use std::path::Path;

use arrow::array::AsArray;
use arrow::datatypes::Int64Type;
use chrono::{DateTime, Utc};
use datafusion::common::config::ConfigFileDecryptionProperties;
use datafusion::prelude::{ParquetReadOptions, SessionContext};
use enclave::keys::{DataKey, KeyStore};
use enclave::snapshot::{Sizes, Snapshot, decryption, folder, prepare};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use ring::rand::SystemRandom;
use tempfile::TempDir;

const ROWS: usize = 30_000;
const PATIENTS: u32 = 2_000;

/// What the source adds up to.
#[derive(Debug, Default, PartialEq, Eq)]
struct Sums {
    rows: i64,
    by_code: BTreeMap<String, i64>,
    by_patient: Vec<i64>,
}

#[tokio::test]
async fn what_went_in_comes_out() {
    let source = TempDir::new().unwrap();
    let home = TempDir::new().unwrap();
    let expected = write_source(source.path(), &mut ChaCha8Rng::seed_from_u64(2_026));
    let snapshot = import(home.path(), &source.path().join("manifest.toml"));
    assert!(snapshot.parts("claim").len() > 4, "several parts were asked for");

    let keys = KeyStore::open(home.path()).unwrap();
    let key = keys.data_key(snapshot.data_key_id()).unwrap();
    assert_eq!(read(&snapshot, &key).await.unwrap(), expected);
    assert!(read(&snapshot, &DataKey::from_bytes([1; 32])).await.is_err(), "another key reads nothing");

    keys.destroy_data_key(snapshot.data_key_id()).unwrap();
    assert!(keys.data_key(snapshot.data_key_id()).is_err(), "the snapshot is forgotten");
}

/// Claims in no order, in plain and packed files, in Shift_JIS.
fn write_source(dir: &Path, rng: &mut ChaCha8Rng) -> Sums {
    let codes = ["E11", "I10", "胃炎", "ソ"];
    let mut files = vec![String::from("患者,yen,code,氏名\n"); 2];
    let mut sums = Sums { rows: ROWS as i64, ..Sums::default() };
    let mut by_patient = BTreeMap::new();
    for row in 0..ROWS {
        // Every patient once, so that the number of patients is known.
        let patient = if row < PATIENTS as usize { row as u32 } else { rng.random_range(0..PATIENTS) };
        let code = codes[rng.random_range(0..codes.len())];
        let yen: i64 = rng.random_range(100..1_000_000);
        files[rng.random_range(0..2)].push_str(&format!("{patient:06},{yen},{code},山田{patient}\n"));
        *sums.by_code.entry(code.to_owned()).or_default() += yen;
        *by_patient.entry(patient).or_default() += yen;
    }
    sums.by_patient = by_patient.into_values().collect();
    sums.by_patient.sort_unstable();

    let packed = dir.join("claims");
    std::fs::create_dir(&packed).unwrap();
    for (i, text) in files.iter().enumerate() {
        std::fs::write(packed.join(format!("{i}.csv")), shift_jis(text)).unwrap();
    }
    let manifest = "name = 'claims'\npolicy = './test.toml'\n[[table]]\nname = 'claim'\nsource = 'claims'\n\
                    encoding = 'shift_jis'\npatient = '患者'\ndrop = ['氏名']\n";
    std::fs::write(dir.join("manifest.toml"), manifest).unwrap();
    let bundle = "name = 'test'\nversion = 1\npatients = 10\nshow_zero = true\n";
    std::fs::write(dir.join("test.toml"), bundle).unwrap();
    sums
}

/// The few characters that the source has, by hand: JIS X 0208 in Shift_JIS.
fn shift_jis(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for c in text.chars() {
        match c {
            '患' => bytes.extend([0x8a, 0xb3]),
            '者' => bytes.extend([0x8e, 0xd2]),
            '氏' => bytes.extend([0x8e, 0x81]),
            '名' => bytes.extend([0x96, 0xbc]),
            '山' => bytes.extend([0x8e, 0x52]),
            '田' => bytes.extend([0x93, 0x63]),
            '胃' => bytes.extend([0x88, 0xdd]),
            '炎' => bytes.extend([0x89, 0x8a]),
            // Its second byte is a backslash.
            'ソ' => bytes.extend([0x83, 0x5c]),
            c => bytes.push(u8::try_from(c).unwrap()),
        }
    }
    bytes
}

fn import(home: &Path, manifest: &Path) -> Snapshot {
    let keys = KeyStore::open(home).unwrap();
    let sizes = Sizes { part_rows: 5_000, group_rows: 1_000, threads: 2, ..Sizes::default() };
    let now: DateTime<Utc> = DateTime::from_timestamp(1_790_000_000, 0).unwrap();
    let prepared = prepare(home, manifest, &keys, now, &SystemRandom::new(), &|_| (), &sizes).unwrap();
    let seen = folder(home, &prepared.imported().id);
    assert!(!seen.exists(), "nothing is seen before it is published");
    prepared.publish(&keys).unwrap();
    Snapshot::open(&seen, &keys.manifest_key().unwrap()).unwrap()
}

async fn read(snapshot: &Snapshot, key: &DataKey) -> datafusion::error::Result<Sums> {
    let decryption = decryption(key).unwrap();
    let options = ParquetReadOptions::default()
        .file_decryption_properties(ConfigFileDecryptionProperties::try_from(&decryption)?);
    let context = SessionContext::new();
    let folder = snapshot.dir().join("tables/claim");
    context.register_parquet("claim", folder.to_str().unwrap(), options).await?;

    let mut sums = Sums::default();
    let query = "SELECT code, count(*), sum(yen) FROM claim GROUP BY code";
    for batch in context.sql(query).await?.collect().await? {
        let code = arrow::compute::cast(batch.column(0), &arrow::datatypes::DataType::Utf8)?;
        for row in 0..batch.num_rows() {
            sums.rows += batch.column(1).as_primitive::<Int64Type>().value(row);
            let yen = batch.column(2).as_primitive::<Int64Type>().value(row);
            sums.by_code.insert(code.as_string::<i32>().value(row).to_owned(), yen);
        }
    }
    let query = "SELECT sum(yen) AS yen FROM claim GROUP BY \"患者\" ORDER BY yen";
    for batch in context.sql(query).await?.collect().await? {
        sums.by_patient.extend(batch.column(0).as_primitive::<Int64Type>().values());
    }
    Ok(sums)
}
