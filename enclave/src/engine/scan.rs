//! A table's files in one shard, as DataFusion reads them: one partition, in patient order.

use std::sync::Arc;

use datafusion::arrow::compute::SortOptions;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::Session;
use datafusion::common::stats::Precision;
use datafusion::common::{Result, ScalarValue, Statistics};
use datafusion::config::EncryptionFactoryOptions;
use datafusion::datasource::TableProvider;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::memory::DataSourceExec;
use datafusion::datasource::physical_plan::{FileScanConfigBuilder, ParquetSource};
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::execution::parquet_encryption::EncryptionFactory;
use datafusion::logical_expr::{Expr, TableType};
use datafusion::object_store::path::Path;
use datafusion::parquet::encryption::decrypt::FileDecryptionProperties;
use datafusion::parquet::encryption::encrypt::FileEncryptionProperties;
use datafusion::physical_expr::{LexOrdering, PhysicalSortExpr};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::expressions::Column;

use crate::catalog::Table;
use crate::snapshot::Part;

/// One table's files in one shard.
#[derive(Debug)]
pub(super) struct ShardTable {
    schema: SchemaRef,
    patient: Option<usize>,
    parts: Vec<Part>,
    decryption: Option<Arc<FileDecryptionProperties>>,
}

impl ShardTable {
    pub(super) fn new(
        table: &Table,
        schema: SchemaRef,
        parts: Vec<Part>,
        decryption: Option<Arc<FileDecryptionProperties>>,
    ) -> Self {
        let patient = table.patient().and_then(|column| schema.index_of(&column.name).ok());
        Self { schema, patient, parts, decryption }
    }

    fn file(&self, part: &Part) -> Result<PartitionedFile> {
        let path = Path::from_absolute_path(&part.file)?;
        let mut statistics = Statistics::new_unknown(&self.schema);
        statistics.num_rows = Precision::Exact(usize::try_from(part.rows).unwrap_or(usize::MAX));
        if let (Some(index), Some(range)) = (self.patient, &part.patients)
            && let Some(column) = statistics.column_statistics.get_mut(index)
        {
            // What the part may hold, not what it does: enough to see that parts don't overlap.
            column.min_value = Precision::Inexact(ScalarValue::UInt32(Some(range.start)));
            column.max_value = Precision::Inexact(ScalarValue::UInt32(Some(range.end.saturating_sub(1))));
            column.null_count = Precision::Exact(0);
        }
        Ok(PartitionedFile::new(path.to_string(), part.bytes).with_statistics(Arc::new(statistics)))
    }

    fn ordering(&self) -> Vec<LexOrdering> {
        let Some((index, field)) = self.patient.and_then(|i| Some((i, self.schema.fields().get(i)?))) else {
            return Vec::new();
        };
        let key = PhysicalSortExpr::new(Arc::new(Column::new(field.name(), index)), SortOptions::default());
        LexOrdering::new([key]).into_iter().collect()
    }
}

#[async_trait::async_trait]
impl TableProvider for ShardTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let options = state.table_options().parquet.clone();
        let mut source = ParquetSource::new(Arc::clone(&self.schema)).with_table_parquet_options(options);
        if let Some(decryption) = &self.decryption {
            source = source.with_encryption_factory(Arc::new(Decrypt(Arc::clone(decryption))));
        }
        let files = self.parts.iter().map(|part| self.file(part)).collect::<Result<Vec<_>>>()?;
        let config = FileScanConfigBuilder::new(ObjectStoreUrl::local_filesystem(), Arc::new(source))
            .with_file_group(files.into())
            .with_projection_indices(projection.cloned())?
            .with_limit(limit)
            .with_output_ordering(self.ordering())
            .build();
        Ok(DataSourceExec::from_data_source(config))
    }
}

/// The snapshot's key for every file; writing is not what a session does.
struct Decrypt(Arc<FileDecryptionProperties>);

impl std::fmt::Debug for Decrypt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Decrypt")
    }
}

#[async_trait::async_trait]
impl EncryptionFactory for Decrypt {
    async fn get_file_encryption_properties(
        &self,
        _config: &EncryptionFactoryOptions,
        _schema: &SchemaRef,
        _path: &Path,
    ) -> Result<Option<Arc<FileEncryptionProperties>>> {
        datafusion::common::not_impl_err!("a session writes no tables")
    }

    async fn get_file_decryption_properties(
        &self,
        _config: &EncryptionFactoryOptions,
        _path: &Path,
    ) -> Result<Option<Arc<FileDecryptionProperties>>> {
        Ok(Some(Arc::clone(&self.0)))
    }
}

/// Rows that a plan's leaves have read so far.
pub(super) fn rows_read(plan: &Arc<dyn ExecutionPlan>) -> u64 {
    let children = plan.children();
    if children.is_empty() {
        let rows = plan.metrics().and_then(|m| m.output_rows()).unwrap_or(0);
        return u64::try_from(rows).unwrap_or(u64::MAX);
    }
    children.into_iter().map(rows_read).sum()
}
