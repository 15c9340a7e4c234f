//! The real engine inside a confined process: it works there, and its worst does no harm.

use std::fs::File;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray, RecordBatch, StringArray, UInt32Array};
use datafusion::arrow::datatypes::{Int64Type, UInt32Type};
use parquet::arrow::ArrowWriter;

use super::*;

const ROWS: u32 = 200_000;

/// 200,000 rows in two files, keys scattered: 7919 is prime to the number of rows.
fn fill(house: &House) {
    std::fs::remove_file(house.path("snapshot/part")).unwrap();
    for part in 0..2_u32 {
        let keys: Vec<u32> =
            (0..ROWS).filter(|i| i % 2 == part).map(|i| i.wrapping_mul(7919) % ROWS).collect();
        let text: ArrayRef = Arc::new(StringArray::from_iter_values(keys.iter().map(|k| format!("{k:090}"))));
        let keys: ArrayRef = Arc::new(UInt32Array::from(keys));
        let batch = RecordBatch::try_from_iter([("key", keys), ("text", text)]).unwrap();
        let file = File::create(house.path(&format!("snapshot/{part}.parquet"))).unwrap();
        let mut writer = ArrowWriter::try_new(file, batch.schema(), None).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
    }
}

#[tokio::test]
async fn it_reads_joins_groups_and_spills() {
    let house = House::new();
    fill(&house);
    let session = house.session_with(|order| order.limits.spill_mib = 200).await;
    let count = "sql SELECT count(*) FROM t a JOIN t b ON a.key = b.key + 1 WHERE a.text LIKE '%5'";
    let Verdict::Released(table) = put(&session, count).await else { panic!("not released") };
    assert_eq!(table.batches()[0].column(0).as_primitive::<Int64Type>().value(0), 20_000);

    let Verdict::Released(table) = put(&session, "sql SELECT key, text FROM t ORDER BY text DESC").await
    else {
        panic!("not released")
    };
    let keys: Vec<u32> = table
        .batches()
        .iter()
        .flat_map(|b| b.column(0).as_primitive::<UInt32Type>().values().to_vec())
        .collect();
    assert!(keys.iter().copied().eq((0..ROWS).rev()), "{} rows", keys.len());
    let spilled: u64 = table.notices()[0].code.parse().unwrap();
    assert!(spilled > 1 << 20, "{spilled} bytes");
    assert!(session.is_alive());
}

#[tokio::test]
async fn its_worst_ends_as_it_should() {
    let house = House::new();
    fill(&house);
    let session = house.session_with(|order| order.limits.question_seconds = 1).await;
    // Whether the engine lets go in time or must be killed is its business; the person hears the same.
    let cartesian = "sql SELECT count(*) FROM t a, t b, t c WHERE a.key + b.key + c.key = 1";
    assert_eq!(fail_code(&put(&session, cartesian).await), FailCode::Time);
    tokio::time::sleep(Duration::from_secs(3)).await;
    let again = if session.is_alive() { session } else { house.session().await };
    assert!(matches!(put(&again, "sql SELECT count(*) FROM t").await, Verdict::Released(_)));

    // The planner moves to new stacks as it goes deeper, until the memory limit ends that.
    let long = format!("sql SELECT {}1", "1+".repeat(30_000));
    assert_eq!(fail_code(&put(&again, &long).await), FailCode::TooLarge);
    assert!(matches!(put(&again, "sql SELECT count(*) FROM t").await, Verdict::Released(_)));
}
