//! What a client's object browser asks: catalogues, schemas, tables, table types, keys.
//!
//! One catalogue (the snapshot's name), one schema (the study), plain tables. Keys between tables
//! are not told: what joins is the patient key, and the columns' remarks say which that is.
//! Out of scope: who may see what; the house shows only what the visitor may see.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow_flight::error::Result;
use arrow_flight::sql::{CommandGetCatalogs, CommandGetDbSchemas, CommandGetTableTypes, CommandGetTables};
use enclave::catalog::{Class, Column, Table};

use super::house::Shown;
use super::types;

const TABLE: &str = "TABLE";
/// A pattern longer than this is longer than any name; matching it would only cost memory.
const LONGEST_PATTERN: usize = 256;

/// The one catalogue.
pub fn catalogs(command: CommandGetCatalogs, shown: &Shown) -> Result<RecordBatch> {
    let mut builder = command.into_builder();
    builder.append(&shown.catalog);
    builder.build()
}

/// The one schema, if it matches.
pub fn schemas(command: CommandGetDbSchemas, shown: &Shown) -> Result<RecordBatch> {
    let modest = is_modest(&command.db_schema_filter_pattern);
    let mut builder = command.into_builder();
    if modest {
        builder.append(&shown.catalog, &shown.study);
    }
    builder.build()
}

/// The tables that match, with their columns if wanted.
pub fn tables(mut command: CommandGetTables, shown: &Shown) -> Result<RecordBatch> {
    let any_type = command.table_types.is_empty() || command.table_types.iter().any(|t| t == TABLE);
    let modest =
        is_modest(&command.db_schema_filter_pattern) && is_modest(&command.table_name_filter_pattern);
    if !any_type || !modest {
        return Ok(RecordBatch::new_empty(command.into_builder().schema()));
    }
    command.table_types.clear();
    let mut builder = command.into_builder();
    for table in &shown.tables {
        builder.append(&shown.catalog, &shown.study, &table.name, TABLE, &columns(table, shown))?;
    }
    builder.build()
}

/// The one type of table.
pub fn table_types(command: CommandGetTableTypes) -> Result<RecordBatch> {
    let mut builder = command.into_builder();
    builder.append(TABLE);
    builder.build()
}

fn is_modest(pattern: &Option<String>) -> bool {
    pattern.as_ref().is_none_or(|p| p.len() <= LONGEST_PATTERN)
}

fn columns(table: &Table, shown: &Shown) -> Schema {
    Schema::new(table.columns.iter().map(|c| field(c, table, shown)).collect::<Vec<_>>())
}

/// A column with the metadata that FlightSql.proto names for `CommandGetTables`.
fn field(column: &Column, table: &Table, shown: &Shown) -> Field {
    let data_type = types::plain(&column.data_type);
    let metadata = [
        ("CATALOG_NAME", shown.catalog.as_str()),
        ("SCHEMA_NAME", &shown.study),
        ("TABLE_NAME", &table.name),
        ("TYPE_NAME", types::sql_name(&data_type)),
        ("IS_CASE_SENSITIVE", "1"),
        ("IS_READ_ONLY", "1"),
        ("IS_SEARCHABLE", if column.class == Class::Text { "0" } else { "1" }),
        ("REMARKS", remarks(column.class)),
    ];
    let metadata = metadata.into_iter().map(|(k, v)| (format!("ARROW:FLIGHT:SQL:{k}"), v.to_owned()));
    Field::new(&column.name, data_type, column.nullable).with_metadata(metadata.collect())
}

const fn remarks(class: Class) -> &'static str {
    match class {
        Class::Patient => "patient key: join, group, count / 患者キー: 結合・グループ化・件数のみ",
        Class::Institution => {
            "institution key: join, group, count / 医療機関キー: 結合・グループ化・件数のみ"
        }
        Class::Measure => "measure: sum, avg / 量: 合計・平均",
        Class::Quasi => "quasi-identifier: rare values are left out / 準識別子: まれな値は省かれます",
        Class::Code => "code / コード",
        Class::Text => "free text: count only / 自由記載: 件数のみ",
    }
}

/// The answer to `CommandGetPrimaryKeys`: its columns (FlightSql.proto) and no rows.
pub fn primary_keys() -> RecordBatch {
    RecordBatch::new_empty(columns_of(&[
        ("catalog_name", DataType::Utf8, true),
        ("db_schema_name", DataType::Utf8, true),
        ("table_name", DataType::Utf8, false),
        ("column_name", DataType::Utf8, false),
        ("key_name", DataType::Utf8, true),
        ("key_sequence", DataType::Int32, false),
    ]))
}

/// The answer to the commands on exported and imported keys and cross references: their columns
/// (FlightSql.proto, the same for all three) and no rows.
pub fn foreign_keys() -> RecordBatch {
    RecordBatch::new_empty(columns_of(&[
        ("pk_catalog_name", DataType::Utf8, true),
        ("pk_db_schema_name", DataType::Utf8, true),
        ("pk_table_name", DataType::Utf8, false),
        ("pk_column_name", DataType::Utf8, false),
        ("fk_catalog_name", DataType::Utf8, true),
        ("fk_db_schema_name", DataType::Utf8, true),
        ("fk_table_name", DataType::Utf8, false),
        ("fk_column_name", DataType::Utf8, false),
        ("key_sequence", DataType::Int32, false),
        ("fk_key_name", DataType::Utf8, true),
        ("pk_key_name", DataType::Utf8, true),
        ("update_rule", DataType::UInt8, false),
        ("delete_rule", DataType::UInt8, false),
    ]))
}

fn columns_of(columns: &[(&str, DataType, bool)]) -> SchemaRef {
    let fields = columns.iter().map(|(name, t, nullable)| Field::new(*name, t.clone(), *nullable));
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}
