//! The inside of a session: plan, run, gate, tell.
//!
//! Out of scope: the socket (`child`), limits of the process (`confine`), who may ask (`access`).

use std::sync::Arc;

use datafusion::arrow::datatypes::{Schema, SchemaRef};
use datafusion::arrow::ipc::reader::StreamReader;
use datafusion::common::{ParamValues, ScalarValue};
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;

use super::codes::Codes;
use super::{Ask, Order, Progress, Secrets, Teller, census};
use crate::catalog::Catalog;
use crate::engine::spill::SpillFolder;
use crate::engine::{Engine, Store};
use crate::evidence::PatientWeights;
use crate::gate::{ExploredTable, Explorer, Gate, Known, Linked, SafeTable, Totals, Verdict};
use crate::ledger::Weigher;
use crate::plan::{self, Stages};
use crate::snapshot::Snapshot;
use crate::words::{FailCode, Failure, Halt, Refusal, RefusalCode};

/// An opened snapshot and everything that answers questions about it.
#[derive(Debug)]
pub struct Desk {
    catalog: Catalog,
    gate: Gate,
    /// For those who explore, where the bundle offers that.
    explorer: Option<Explorer>,
    engine: Engine,
    codes: Codes,
}

impl Desk {
    /// Opens the snapshot. Runs in the confined process, on the runtime that computes.
    ///
    /// # Errors
    /// When the snapshot does not open, or its bundle asks for a rule that the gate does not have.
    pub async fn open(order: &Order, secrets: Secrets, spill: SpillFolder) -> Result<Self, Failure> {
        let internal = || Failure::new(FailCode::Internal);
        let snapshot = Snapshot::open(&order.snapshot, &order.manifest_key).map_err(|_| internal())?;
        let mut catalog = snapshot.catalog();
        order.tables.narrow(&mut catalog);
        let store = Store::of(&snapshot, &secrets.data_key).map_err(|_| internal())?;
        let pool = usize::try_from(order.limits.pool_bytes()).unwrap_or(usize::MAX);
        let runtime = RuntimeEnvBuilder::new()
            .with_disk_manager_builder(spill.disk_manager())
            .with_memory_pool(Arc::new(FairSpillPool::new(pool)))
            .build_arc()
            .map_err(|_| internal())?;
        let pool = Arc::clone(&runtime.memory_pool);
        let engine = Engine::new(store, runtime, order.limits.threads.get().into());
        let bundle = snapshot.bundle().clone();
        let census = census::count(&bundle, &snapshot.catalog(), &engine).await.map_err(|_| internal())?;
        let mut gate = Gate::new(bundle, census);
        if gate.remembers() || gate.offers_exploring() {
            let full = |_| Failure::new(FailCode::Memory);
            let room = PatientWeights::room(&pool, snapshot.patients()).map_err(full)?;
            let record_keys = snapshot.record_keys(&secrets.data_key).map_err(|_| internal())?;
            gate =
                gate.with_weights(PatientWeights::held(&Weigher::new(&secrets.weights), record_keys, room));
        }
        let explorer = gate.exploring();
        Ok(Self { catalog, gate, explorer, engine, codes: Codes::default() })
    }

    /// Answers one question. Dropping the future stops it at the next point where it waits.
    pub async fn answer(&self, ask: &Ask, progress: &Progress, teller: &mut Teller) -> Verdict {
        self.released(ask, progress, teller).await.map_or_else(Verdict::from, Verdict::Released)
    }

    /// Answers one question with perturbed figures, which need no ledger.
    pub async fn explore(&self, ask: &Ask, progress: &Progress) -> Verdict {
        self.explored(ask, progress).await.map_or_else(Verdict::from, Verdict::Explored)
    }

    /// The shape that an answer would have.
    ///
    /// # Errors
    /// What [`Desk::answer`] would say instead of releasing.
    pub async fn describe(&self, ask: &Ask) -> Result<SchemaRef, Verdict> {
        let stages = self.stages(ask)?;
        let fields: Vec<_> = stages.top().columns().iter().map(|column| column.field.clone()).collect();
        Ok(Arc::new(Schema::new(fields)))
    }

    /// What would be done with a question: where it is cut, and what each figure is held against.
    pub async fn explain(&self, ask: &Ask) -> Verdict {
        let explained = self.stages(ask).and_then(|stages| self.gate.explanation(&stages));
        explained.map_or_else(Verdict::from, Verdict::Released)
    }

    /// The way of a query behind the gatehouse: plan, then for each cut engine, gate and ledger, then what
    /// is worked out from safe cells.
    async fn released(&self, ask: &Ask, progress: &Progress, teller: &mut Teller) -> Result<SafeTable, Halt> {
        let stages = self.stages(ask)?;
        let (mut known, mut linked) = (Known::default(), Linked::default());
        for cut in stages.in_order() {
            let cells = self.engine.cells(cut, &known, &self.gate, progress).await?;
            let inspected = self.gate.inspect(cells, &linked)?;
            let telling = if stages.cuts().len() > 1 { Some(inspected.telling()?) } else { None };
            let safe = teller.settle(inspected).await?;
            telling.map_or(Ok(()), |telling| linked.add(telling, &safe))?;
            let lists = self.codes.of(cut, &self.catalog, &self.gate, &self.engine).await?;
            let safe = if let Some(lists) = lists { safe.with_groups(&lists)? } else { safe };
            known.insert(cut.stage(), safe);
        }
        self.engine.above(&stages, &known).await
    }

    async fn explored(&self, ask: &Ask, progress: &Progress) -> Result<ExploredTable, Halt> {
        let explorer = self.explorer.as_ref().ok_or_else(|| Refusal::new(RefusalCode::Exploring, ""))?;
        let stages = self.stages(ask)?;
        let (mut known, mut numbers) = (Known::default(), 0);
        for cut in stages.in_order() {
            let cells = self.engine.cells(cut, &known, explorer.gate(), progress).await?;
            let keys = explorer.keys(&cells)?;
            let explored = explorer.inspect(cells, &keys, Totals::Perturbed)?;
            numbers += Explorer::numbers(cut, &explored);
            known.insert(cut.stage(), explored);
        }
        Ok(ExploredTable::new(self.engine.above(&stages, &known).await?, numbers))
    }

    fn stages(&self, ask: &Ask) -> Result<Stages, Halt> {
        plan::stages(ask.written(), values(ask)?, &self.catalog)
    }
}

/// The values for `$1`, `$2` …: the one row of the parameters' batch.
fn values(ask: &Ask) -> Result<Option<ParamValues>, Halt> {
    let Some(bytes) = &ask.parameters else { return Ok(None) };
    let wrong = || Halt::from(FailCode::Parameter);
    let mut batches = StreamReader::try_new(bytes.as_slice(), None).map_err(|_| wrong())?;
    let batch = batches.next().ok_or_else(wrong)?.map_err(|_| wrong())?;
    if batch.num_rows() != 1 || batches.next().is_some() {
        return Err(wrong());
    }
    let values = batch
        .columns()
        .iter()
        .map(|column| ScalarValue::try_from_array(column, 0))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|_| wrong())?;
    Ok(Some(ParamValues::from(values)))
}
