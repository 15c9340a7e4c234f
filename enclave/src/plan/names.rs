//! What the names in a question mean: the study's tables and the functions on the list.

use std::collections::HashMap;
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

use super::parse::Parsed;
use super::places::Places;
use super::source::Listed;
use super::{allowed, own};
use crate::catalog::Catalog;
use crate::words::{FailCode, Failure, Halt, Place};

/// Plans the statement over the catalogue's tables, and nothing else.
pub(super) fn plan(parsed: &Parsed, catalog: &Catalog) -> Result<LogicalPlan, Halt> {
    let names = Names::new(catalog);
    let options = ParserOptions::default().with_collect_spans(true);
    SqlToRel::new_with_options(&names, options)
        .sql_statement_to_plan(parsed.statement.clone())
        .map_err(|error| names.explain(&error, &parsed.places))
}

/// What our own error says, to be told from the planner's.
const NO_TABLE: &str = "no such table";

struct Names<'a> {
    tables: HashMap<&'a str, Arc<dyn TableSource>>,
    snapshot: &'a str,
    missing: Mutex<Option<String>>,
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
        }
    }

    /// The engine's error as ours. Its text is dropped: it lists columns of tables that the reader
    /// may not see.
    fn explain(&self, error: &DataFusionError, places: &Places) -> Halt {
        let spanned = error
            .diagnostic()
            .and_then(|d| d.span)
            .map(|span| Place { line: span.start.line, column: span.start.column });
        match error.find_root() {
            DataFusionError::SchemaError(schema, _) => match column_of(schema) {
                Some(name) => {
                    let at = spanned.or_else(|| places.word(&[&name]));
                    Failure::new(FailCode::UnknownColumn).at(at).into()
                }
                None => Failure::new(FailCode::Meaning).at(spanned).into(),
            },
            DataFusionError::Plan(text) if text.starts_with(NO_TABLE) => {
                let missing = self.missing.lock().unwrap_or_else(PoisonError::into_inner).take();
                let at = missing.and_then(|table| places.word(&[&table.to_lowercase()]));
                Failure::new(FailCode::UnknownTable).at(at).into()
            }
            DataFusionError::SQL(..) => Failure::new(FailCode::Syntax).at(spanned).into(),
            DataFusionError::ResourcesExhausted(_) => FailCode::TooLarge.into(),
            _ => Failure::new(FailCode::Meaning).at(spanned).into(),
        }
    }
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
        match self.tables.get(name.table()) {
            Some(source) if ours => Ok(Arc::clone(source)),
            _ => {
                *self.missing.lock().unwrap_or_else(PoisonError::into_inner) = Some(name.table().to_owned());
                Err(DataFusionError::Plan(NO_TABLE.to_owned()))
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
