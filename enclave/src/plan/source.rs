//! What a scan in a plan stands for: a table of the snapshot, or the safe result of a stage.

use std::sync::Arc;

use datafusion::arrow::datatypes::{Field, Schema, SchemaRef};
use datafusion::logical_expr::{TableSource, TableType};

use crate::catalog::Table;

/// A table of the snapshot, by name and shape. The engine puts files behind it.
#[derive(Debug)]
pub struct Listed {
    table: Table,
    schema: SchemaRef,
}

impl Listed {
    pub(super) fn new(table: Table) -> Self {
        let fields: Vec<Field> =
            table.columns.iter().map(|c| Field::new(&c.name, c.data_type.clone(), c.nullable)).collect();
        Self { table, schema: Arc::new(Schema::new(fields)) }
    }

    /// The table's description.
    #[must_use]
    pub fn table(&self) -> &Table {
        &self.table
    }
}

impl TableSource for Listed {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }
}

/// The safe result of an earlier stage. The engine puts the gated cells behind it.
#[derive(Debug)]
pub struct Staged {
    stage: usize,
    schema: SchemaRef,
}

impl Staged {
    pub(super) fn new(stage: usize, schema: SchemaRef) -> Self {
        Self { stage, schema }
    }

    /// Which stage, from 0.
    #[must_use]
    pub fn stage(&self) -> usize {
        self.stage
    }
}

impl TableSource for Staged {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Temporary
    }
}
