//! A desk that does as it is told, however bad.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use datafusion::arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::execution::TempFileFactory;
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::prelude::{ParquetReadOptions, SessionConfig, SessionContext};
use futures::StreamExt;

use super::super::{Ask, Order, Progress, Secrets, Teller};
use crate::engine::spill::SpillFolder;
use crate::gate::{ExploredTable, SafeTable, Suppressed, Verdict};
use crate::words::{Bilingual, FailCode, Failure, Notice, Reason, Refusal, RefusalCode};

pub(in super::super) struct Desk {
    order: Order,
    spill: SpillFolder,
}

impl Desk {
    pub(in super::super) async fn open(
        order: &Order,
        secrets: Secrets,
        spill: SpillFolder,
    ) -> Result<Self, Failure> {
        if order.tables.allows("nowhere") {
            return Err(Failure::new(FailCode::UnknownTable));
        }
        if *secrets.data_key.expose() != [42; 32]
            || String::from(order.manifest_key.clone()) != "07".repeat(32)
        {
            return Err(Failure::new(FailCode::Internal));
        }
        Ok(Self { order: order.clone(), spill })
    }

    pub(in super::super) async fn answer(&self, ask: &Ask, progress: &Progress, _: &mut Teller) -> Verdict {
        let (word, rest) = ask.sql.split_once(' ').unwrap_or((&ask.sql, ""));
        match word {
            "hello" => hello(),
            "big" => big(rest.parse().unwrap(), true),
            "numbers" => big(rest.parse().unwrap(), false),
            "parameters" => outcome(ask.parameters.as_deref()),
            "limits" => outcome(&self.order.limits),
            "sleep" => loop {
                progress.rows_read(100);
                tokio::time::sleep(Duration::from_millis(10)).await;
            },
            "spin" => spin(),
            "spin-elsewhere" => {
                let _ = tokio::spawn(async { spin() }).await;
                outcome("unreachable")
            }
            "eat" => eat(),
            "overflow" => outcome(overflow(1)),
            "abort" => std::process::abort(),
            "panic" => panic!("{rest}"),
            "babble" => {
                eprintln!("{rest}");
                std::process::abort()
            }
            "read" => outcome(std::fs::read_to_string(rest)),
            "list" => outcome(std::fs::read_dir(rest).map(Iterator::count)),
            "write" => outcome(std::fs::write(rest, "x")),
            "truncate" => outcome(std::fs::File::options().write(true).open(rest).and_then(|f| f.set_len(0))),
            "remove" => outcome(std::fs::remove_file(rest)),
            "connect" => outcome(std::net::TcpStream::connect(rest)),
            "run" => outcome(std::process::Command::new(rest).status()),
            "call" => outcome(call(rest.parse().unwrap())),
            "thread" => outcome(std::thread::spawn(|| 1 + 1).join()),
            "sql" => self.sql(rest, progress).await,
            "spill" => self.spill(rest.parse().unwrap()),
            _ => Verdict::Failed(Failure::new(FailCode::Syntax)),
        }
    }

    pub(in super::super) async fn describe(&self, ask: &Ask) -> Result<SchemaRef, Verdict> {
        match hello() {
            Verdict::Released(table) if ask.sql == "hello" => Ok(Arc::clone(table.schema())),
            _ => Err(Verdict::Failed(Failure::new(FailCode::Syntax))),
        }
    }

    pub(in super::super) async fn explore(&self, _: &Ask, _: &Progress) -> Verdict {
        match hello() {
            Verdict::Released(table) => Verdict::Explored(ExploredTable::new(table, 3)),
            other => other,
        }
    }

    pub(in super::super) async fn explain(&self, _: &Ask) -> Verdict {
        hello()
    }

    /// The real engine over the snapshot's files, without any gate.
    async fn sql(&self, sql: &str, progress: &Progress) -> Verdict {
        let pool = Arc::new(FairSpillPool::new(24 << 20));
        let env = RuntimeEnvBuilder::new()
            .with_disk_manager_builder(self.spill.disk_manager())
            .with_memory_pool(pool)
            .build_arc()
            .unwrap();
        let mut config = SessionConfig::new().with_target_partitions(1).with_batch_size(1024);
        config.options_mut().execution.sort_spill_reservation_bytes = 4 << 20;
        config.options_mut().execution.parquet.schema_force_view_types = false;
        let context = SessionContext::new_with_config_rt(config, env);
        let path = self.order.snapshot.display().to_string();
        context.register_parquet("t", &path, ParquetReadOptions::default()).await.unwrap();
        let rows = match context.sql(sql).await {
            Ok(rows) => rows,
            Err(_) => return Verdict::Failed(Failure::new(FailCode::Syntax)),
        };
        let schema = Arc::clone(rows.schema().inner());
        let mut rows = rows.execute_stream().await.unwrap();
        let (mut batches, mut spilled) = (Vec::new(), 0);
        while let Some(batch) = rows.next().await {
            let Ok(batch) = batch else { return Verdict::Failed(Failure::new(FailCode::Memory)) };
            spilled = spilled.max(self.spill.used());
            progress.rows_read(batch.num_rows() as u64);
            batches.push(batch);
        }
        let notice = Notice { code: spilled.to_string(), message: Bilingual::new("", "") };
        Verdict::Released(SafeTable::inspected(schema, batches, Vec::new(), vec![notice]))
    }

    fn spill(&self, bytes: usize) -> Verdict {
        let file = match self.spill.create_temp_file("test") {
            Ok(file) => file,
            Err(error) => return outcome(error),
        };
        let mut writer = file.open_writer().unwrap();
        let written = std::io::Write::write_all(&mut writer, &vec![1; bytes]);
        outcome(written.map_err(|error| error.kind()))
    }
}

fn outcome(what: impl std::fmt::Debug) -> Verdict {
    Verdict::Refused(Refusal::new(RefusalCode::Node, &format!("{what:?}")))
}

fn hello() -> Verdict {
    let batch = |numbers: Vec<Option<i64>>, words: Vec<&str>| {
        let numbers: ArrayRef = Arc::new(Int64Array::from(numbers));
        let words: ArrayRef = Arc::new(StringArray::from(words));
        RecordBatch::try_from_iter_with_nullable([("n", numbers, true), ("w", words, false)]).unwrap()
    };
    let batches = vec![batch(vec![Some(10), None], vec!["a", "b"]), batch(vec![Some(30)], vec!["ç"])];
    let suppressed = vec![Suppressed { row: 1, column: 0, reason: Reason::Patients }];
    let notices = vec![Notice { code: "some".to_owned(), message: Bilingual::new("注", "note") }];
    Verdict::Released(SafeTable::inspected(batches[0].schema(), batches, suppressed, notices))
}

/// A column of numbers, all of its cells marked as suppressed or none.
fn big(rows: i64, marked: bool) -> Verdict {
    let numbers: ArrayRef = Arc::new(Int64Array::from_iter_values(0..rows));
    let batch = RecordBatch::try_from_iter([("n", numbers)]).unwrap();
    let cell = |row| Suppressed { row, column: 0, reason: Reason::Dominance };
    let marks = if marked { rows.cast_unsigned() } else { 0 };
    let suppressed = (0..marks).map(cell).collect();
    Verdict::Released(SafeTable::inspected(batch.schema(), vec![batch], suppressed, Vec::new()))
}

fn spin() -> Verdict {
    loop {
        std::thread::sleep(Duration::from_millis(1));
    }
}

fn eat() -> Verdict {
    let mut eaten = Vec::new();
    loop {
        eaten.push(black_box(vec![1_u8; 16 << 20]));
    }
}

#[allow(unconditional_recursion)]
fn overflow(depth: u64) -> u64 {
    let page = black_box([depth; 512]);
    black_box(overflow(depth + 1)) + page[0]
}

#[allow(unsafe_code)]
fn call(number: i64) -> (i64, std::io::Error) {
    // SAFETY: all arguments are null or zero, which every call that the tests try answers with an
    // error, where it is not forbidden.
    let result = unsafe { libc::syscall(number, 0, 0, 0, 0, 0, 0) };
    (result, std::io::Error::last_os_error())
}
