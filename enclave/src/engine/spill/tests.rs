use std::io::Write;

use datafusion::arrow::array::{ArrayRef, RecordBatch, StringArray, UInt32Array};
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::prelude::{SessionConfig, SessionContext};
use futures::{StreamExt, TryStreamExt};
use ring::rand::SystemRandom;

use super::*;

const MARK: &str = "PATIENT-MARK-";

fn folder(quota: u64) -> (tempfile::TempDir, SpillFolder) {
    let dir = tempfile::tempdir().unwrap();
    let folder = SpillFolder::new(dir.path(), quota, &SystemRandom::new()).unwrap();
    (dir, folder)
}

fn stored(file: &Sealed) -> Vec<u8> {
    let mut bytes = vec![0; usize::try_from(file.size().unwrap()).unwrap()];
    file.0.file.read_exact_at(&mut bytes, 0).unwrap();
    bytes
}

async fn read(file: &Sealed) -> Result<Vec<u8>> {
    let chunks: Vec<Bytes> = file.read_stream()?.try_collect().await?;
    Ok(chunks.concat())
}

#[tokio::test]
async fn what_was_written_reads_back_and_lies_sealed() {
    let (dir, folder) = folder(1 << 20);
    let file = folder.sealed_file().unwrap();
    let plain = MARK.repeat(30_000);
    let mut writer = file.open_writer().unwrap();
    writer.write_all(plain.as_bytes()).unwrap();
    writer.finish().unwrap();

    assert_eq!(read(&file).await.unwrap(), plain.as_bytes());
    let stored = stored(&file);
    assert_eq!(folder.used(), stored.len() as u64);
    assert!(stored.len() > plain.len(), "each chunk carries its tag");
    assert!(!stored.windows(MARK.len()).any(|w| w == MARK.as_bytes()));
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0, "the file has no name");
    drop((file, writer));
    assert_eq!(folder.used(), 0);
}

#[tokio::test]
async fn a_flush_shows_readers_what_is_there() {
    let (_dir, folder) = folder(1 << 20);
    let file = folder.sealed_file().unwrap();
    let mut writer = file.open_writer().unwrap();
    let mut reader = file.read_stream().unwrap();
    for part in ["one", "two"] {
        writer.write_all(part.as_bytes()).unwrap();
        writer.flush().unwrap();
        assert_eq!(reader.next().await.unwrap().unwrap(), part.as_bytes());
    }
}

#[tokio::test]
async fn altered_or_swapped_chunks_do_not_open() {
    let (_dir, folder) = folder(1 << 20);
    let write = |text: &str| {
        let file = folder.sealed_file().unwrap();
        let mut writer = file.open_writer().unwrap();
        writer.write_all(text.as_bytes()).unwrap();
        writer.finish().unwrap();
        file
    };
    let (one, two) = (write("aaaa"), write("bbbb"));
    let (first, second) = (stored(&one), stored(&two));
    one.0.file.write_all_at(&second, 0).unwrap();
    assert!(read(&one).await.is_err(), "another file's chunk");
    for place in 0..first.len() {
        let mut bytes = second.clone();
        bytes[place] ^= 1;
        two.0.file.write_all_at(&bytes, 0).unwrap();
        assert!(read(&two).await.is_err(), "flipped bit in byte {place}");
    }
    one.0.file.write_all_at(&first, 0).unwrap();
    assert_eq!(read(&one).await.unwrap(), b"aaaa");
    one.0.file.set_len(3).unwrap();
    assert!(read(&one).await.is_err(), "cut off");
}

#[tokio::test]
async fn the_quota_ends_it_and_is_given_back() {
    let (_dir, folder) = folder(300_000);
    let file = folder.sealed_file().unwrap();
    let mut writer = file.open_writer().unwrap();
    let error = writer.write_all(&vec![7; 1_000_000]).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::QuotaExceeded);
    drop((file, writer));
    assert_eq!(folder.used(), 0);
}

/// 100,000 rows of about 100 bytes, sorted in 6 MiB of memory.
async fn sort(folder: &SpillFolder) -> datafusion::execution::SendableRecordBatchStream {
    let env = RuntimeEnvBuilder::new()
        .with_disk_manager_builder(folder.disk_manager())
        .with_memory_pool(Arc::new(FairSpillPool::new(6 << 20)))
        .build_arc()
        .unwrap();
    let mut config = SessionConfig::new().with_target_partitions(1).with_batch_size(1024);
    config.options_mut().execution.sort_spill_reservation_bytes = 1 << 20;
    let context = SessionContext::new_with_config_rt(config, env);
    // Scattered keys, so that the sort has something to do: 7919 is prime to 100,000.
    let keys: Vec<u32> = (0..100_000).map(|i| i * 7919 % 100_000).collect();
    let batches: Vec<RecordBatch> = keys
        .chunks(1024)
        .map(|keys| {
            let text: ArrayRef =
                Arc::new(StringArray::from_iter_values(keys.iter().map(|k| format!("{MARK}{k:090}"))));
            let keys: ArrayRef = Arc::new(UInt32Array::from(keys.to_vec()));
            RecordBatch::try_from_iter([("key", keys), ("text", text)]).unwrap()
        })
        .collect();
    let table = datafusion::datasource::MemTable::try_new(batches[0].schema(), vec![batches]).unwrap();
    context.register_table("t", Arc::new(table)).unwrap();
    context.sql("SELECT * FROM t ORDER BY key").await.unwrap().execute_stream().await.unwrap()
}

/// The engine itself: a sort that does not fit in memory goes through this folder and nowhere else.
#[tokio::test]
async fn the_engine_spills_through_it() {
    let (_dir, folder) = folder(1 << 30);
    let mut rows = sort(&folder).await;
    let (mut expected, mut most) = (0, 0);
    while let Some(batch) = rows.next().await {
        let batch = batch.unwrap();
        most = most.max(folder.used());
        let keys = batch.column(0).as_any().downcast_ref::<UInt32Array>().unwrap();
        for key in keys.values() {
            assert_eq!(*key, expected);
            expected += 1;
        }
    }
    assert_eq!(expected, 100_000);
    assert!(most > 5_000_000, "it spilled {most} bytes");
    drop(rows);
    assert_eq!(folder.used(), 0);
}

#[tokio::test]
async fn the_engines_error_tells_of_the_quota() {
    let (_dir, folder) = folder(1 << 20);
    let rows: Result<Vec<RecordBatch>> = sort(&folder).await.try_collect().await;
    assert!(is_quota(&rows.unwrap_err()));
    assert!(!is_quota(&DataFusionError::Internal("else".to_owned())));
    assert_eq!(folder.used(), 0);
}
