//! What the names in a question mean: the study's tables and the functions on the list.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use datafusion::arrow::datatypes::DataType;
use datafusion::common::{DataFusionError, SchemaError, TableReference};
use datafusion::config::ConfigOptions;
use datafusion::execution::SessionStateDefaults;
use datafusion::logical_expr::planner::{ContextProvider, ExprPlanner};
use datafusion::logical_expr::{
    AggregateUDF, HigherOrderUDF, LogicalPlan, ScalarUDF, TableSource, WindowUDF,
};
use datafusion::sql::planner::{ParserOptions, SqlToRel};

use super::case::{self, Cases, Unknown, same_but_for_case};
use super::parse::{self, Parsed};
use super::places::{self, Places};
use super::source::Listed;
use super::{allowed, own};
use crate::catalog::Catalog;
use crate::words::{FailCode, Failure, Halt, Place};

/// Plans the statement over the catalogue's tables, and nothing else. Names that are stored in another case than they
/// are written in are put right on the way.
pub(super) fn plan(mut parsed: Parsed, catalog: &Catalog) -> Result<(LogicalPlan, Places), Halt> {
    let mut cases = Cases::new(&parsed.tokens);
    let mut first = None;
    loop {
        let names = Names::new(catalog);
        let options = ParserOptions::default().with_collect_spans(true);
        let planned =
            SqlToRel::new_with_options(&names, options).sql_statement_to_plan(parsed.statement.clone());
        let error = match planned {
            Ok(plan) => return Ok((plan, parsed.places)),
            Err(error) => error,
        };
        let halt = names.explain(&error, &parsed.places);
        let again = match names.unknown_column(&error) {
            Some(unknown) => cases.put_right(&mut parsed.tokens, &unknown)?,
            None => {
                first.get_or_insert(halt.clone());
                cases.put_all_right(&mut parsed.tokens)
            }
        };
        if !again {
            return Err(first.unwrap_or(halt));
        }
        parsed = parse::again(parsed.tokens)?;
    }
}

/// What our own errors say, to be told from the planner's.
const NO_TABLE: &str = "no such table";
const MANY_TABLES: &str = "several such tables";

struct Names<'a> {
    tables: HashMap<&'a str, Arc<dyn TableSource>>,
    snapshot: &'a str,
    missing: Mutex<Option<String>>,
    /// The columns of the tables that the question named so far.
    columns: Mutex<BTreeSet<String>>,
}

static OPTIONS: LazyLock<ConfigOptions> = LazyLock::new(ConfigOptions::new);
static PLANNERS: LazyLock<Vec<Arc<dyn ExprPlanner>>> =
    LazyLock::new(|| [vec![own::planner()], SessionStateDefaults::default_expr_planners()].concat());

impl<'a> Names<'a> {
    fn new(catalog: &'a Catalog) -> Self {
        let source = |t: &crate::catalog::Table| Arc::new(Listed::new(t.clone())) as Arc<dyn TableSource>;
        Self {
            tables: catalog.tables.iter().map(|t| (t.name.as_str(), source(t))).collect(),
            snapshot: catalog.snapshot.name().as_str(),
            missing: Mutex::new(None),
            columns: Mutex::new(BTreeSet::new()),
        }
    }

    /// The column that an error did not find, where it looked and what else it may have been.
    fn unknown_column(&self, error: &DataFusionError) -> Option<Unknown> {
        let DataFusionError::SchemaError(schema, _) = error.find_root() else { return None };
        let SchemaError::FieldNotFound { field, valid_fields } = schema.as_ref() else { return None };
        Some(Unknown {
            name: field.name.clone(),
            of: field.relation.as_ref().map(|table| table.table().to_owned()),
            at: spanned(error),
            in_sight: valid_fields.iter().map(|column| column.name.clone()).collect(),
            stored: self.columns.lock().unwrap_or_else(PoisonError::into_inner).clone(),
        })
    }

    /// The table of a name: as it is written, or the only one that differs in case alone.
    fn table(&self, name: &str) -> Result<&Arc<dyn TableSource>, &'static str> {
        if let Some(exact) = self.tables.get(name) {
            return Ok(exact);
        }
        let mut alike = self.tables.iter().filter(|(stored, _)| same_but_for_case(stored, name));
        match (alike.next(), alike.next()) {
            (Some((_, only)), None) => Ok(only),
            (Some(_), Some(_)) => Err(MANY_TABLES),
            (None, _) => Err(NO_TABLE),
        }
    }

    /// The engine's error as ours. Its text is dropped: it lists columns of tables that the reader
    /// may not see.
    fn explain(&self, error: &DataFusionError, places: &Places) -> Halt {
        let spanned = spanned(error);
        match error.find_root() {
            DataFusionError::SchemaError(schema, _) => match column_of(schema) {
                Some(name) => {
                    let at = spanned.or_else(|| places.word(&[&name]));
                    Failure::new(FailCode::UnknownColumn).at(at).into()
                }
                None => Failure::new(FailCode::Meaning).at(spanned).into(),
            },
            DataFusionError::Plan(text) if text.starts_with(NO_TABLE) || text.starts_with(MANY_TABLES) => {
                let missing = self.missing.lock().unwrap_or_else(PoisonError::into_inner).take();
                let at = missing.and_then(|table| places.word(&[&table.to_lowercase()]));
                let failure = Failure::new(FailCode::UnknownTable).at(at);
                if text.starts_with(MANY_TABLES) { case::several(failure).into() } else { failure.into() }
            }
            DataFusionError::SQL(..) => Failure::new(FailCode::Syntax).at(spanned).into(),
            DataFusionError::ResourcesExhausted(_) => FailCode::TooLarge.into(),
            _ => Failure::new(FailCode::Meaning).at(spanned).into(),
        }
    }
}

/// Where the planner was when it gave up.
fn spanned(error: &DataFusionError) -> Option<Place> {
    let span = error.diagnostic().and_then(|diagnostic| diagnostic.span)?;
    Some(places::spanned(span.start.line, span.start.column))
}

/// The column that was looked for; none where two columns of the question have one name.
fn column_of(error: &SchemaError) -> Option<String> {
    match error {
        SchemaError::AmbiguousReference { field } | SchemaError::FieldNotFound { field, .. } => {
            Some(field.name.to_lowercase())
        }
        SchemaError::DuplicateQualifiedField { .. } | SchemaError::DuplicateUnqualifiedField { .. } => None,
    }
}

impl ContextProvider for Names<'_> {
    fn get_table_source(&self, name: TableReference) -> datafusion::common::Result<Arc<dyn TableSource>> {
        // Flight clients write `catalog.schema.table`; the catalogue is the snapshot, the schema its study.
        let ours = name.catalog().is_none_or(|catalog| catalog == self.snapshot);
        match self.table(name.table()) {
            Ok(source) if ours => {
                let mut columns = self.columns.lock().unwrap_or_else(PoisonError::into_inner);
                columns.extend(source.schema().fields().iter().map(|field| field.name().clone()));
                Ok(Arc::clone(source))
            }
            other => {
                *self.missing.lock().unwrap_or_else(PoisonError::into_inner) = Some(name.table().to_owned());
                Err(DataFusionError::Plan(other.err().unwrap_or(NO_TABLE).to_owned()))
            }
        }
    }

    fn get_expr_planners(&self) -> &[Arc<dyn ExprPlanner>] {
        &PLANNERS
    }

    fn get_function_meta(&self, name: &str) -> Option<Arc<ScalarUDF>> {
        allowed::scalar(name)
    }

    fn get_higher_order_meta(&self, _name: &str) -> Option<Arc<HigherOrderUDF>> {
        None
    }

    fn get_aggregate_meta(&self, name: &str) -> Option<Arc<AggregateUDF>> {
        allowed::aggregate(name)
    }

    fn get_window_meta(&self, name: &str) -> Option<Arc<WindowUDF>> {
        allowed::window(name)
    }

    fn get_variable_type(&self, _names: &[String]) -> Option<DataType> {
        None
    }

    fn options(&self) -> &ConfigOptions {
        &OPTIONS
    }

    fn udf_names(&self) -> Vec<String> {
        allowed::scalar_names()
    }

    fn udaf_names(&self) -> Vec<String> {
        allowed::aggregate_names()
    }

    fn udwf_names(&self) -> Vec<String> {
        allowed::window_names()
    }

    fn higher_order_function_names(&self) -> Vec<String> {
        Vec::new()
    }
}
