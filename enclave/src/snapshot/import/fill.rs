//! From texts to typed columns.

use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, BooleanBuilder, Date32Builder, Float64Builder, Int64Builder, StringBuilder,
    TimestampMicrosecondBuilder,
};

use super::kind::{Kind, parse_bool, parse_date, parse_float, parse_timestamp};

/// A growing column of one kind.
pub(super) enum Filler {
    Bool(BooleanBuilder),
    Int64(Int64Builder),
    Float64(Float64Builder),
    Date(Date32Builder),
    Timestamp(TimestampMicrosecondBuilder),
    Text(StringBuilder),
}

impl Filler {
    pub fn new(kind: Kind) -> Self {
        match kind {
            Kind::Bool => Self::Bool(BooleanBuilder::new()),
            Kind::Int64 => Self::Int64(Int64Builder::new()),
            Kind::Float64 => Self::Float64(Float64Builder::new()),
            Kind::Date => Self::Date(Date32Builder::new()),
            Kind::Timestamp => Self::Timestamp(TimestampMicrosecondBuilder::new()),
            Kind::Text => Self::Text(StringBuilder::new()),
        }
    }

    /// Appends a value. If it is not of the kind, appends null and says `false`.
    pub fn push(&mut self, text: &str) -> bool {
        let trimmed = text.trim();
        match self {
            Self::Bool(column) => {
                let value = parse_bool(trimmed);
                column.append_option(value);
                value.is_some()
            }
            Self::Int64(column) => {
                let value = trimmed.parse().ok();
                column.append_option(value);
                value.is_some()
            }
            Self::Float64(column) => {
                let value = parse_float(trimmed);
                column.append_option(value);
                value.is_some()
            }
            Self::Date(column) => {
                let value = parse_date(trimmed);
                column.append_option(value);
                value.is_some()
            }
            Self::Timestamp(column) => {
                let value = parse_timestamp(trimmed);
                column.append_option(value);
                value.is_some()
            }
            Self::Text(column) => {
                column.append_value(text);
                true
            }
        }
    }

    pub fn push_null(&mut self) {
        match self {
            Self::Bool(column) => column.append_null(),
            Self::Int64(column) => column.append_null(),
            Self::Float64(column) => column.append_null(),
            Self::Date(column) => column.append_null(),
            Self::Timestamp(column) => column.append_null(),
            Self::Text(column) => column.append_null(),
        }
    }

    /// The column so far; the next begins empty.
    pub fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Bool(column) => Arc::new(column.finish()),
            Self::Int64(column) => Arc::new(column.finish()),
            Self::Float64(column) => Arc::new(column.finish()),
            Self::Date(column) => Arc::new(column.finish()),
            Self::Timestamp(column) => Arc::new(column.finish()),
            Self::Text(column) => Arc::new(column.finish()),
        }
    }
}
