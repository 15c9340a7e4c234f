//! Types as plain clients know them: no views, no dictionaries; and their names in SQL.

use arrow::datatypes::DataType;
use arrow_flight::error::Result;
use arrow_flight::sql::metadata::{XdbcTypeInfo, XdbcTypeInfoData, XdbcTypeInfoDataBuilder};
use arrow_flight::sql::{Nullable, Searchable, XdbcDataType, XdbcDatetimeSubcode};

/// The type in which values of this type are sent.
pub fn plain(data_type: &DataType) -> DataType {
    match data_type {
        DataType::Utf8View | DataType::LargeUtf8 => DataType::Utf8,
        DataType::BinaryView | DataType::LargeBinary => DataType::Binary,
        DataType::Dictionary(_, values) => plain(values),
        other => other.clone(),
    }
}

/// The name of a plain type in SQL.
pub const fn sql_name(data_type: &DataType) -> &'static str {
    match data_type {
        DataType::Boolean => "BOOLEAN",
        DataType::Int8 | DataType::UInt8 => "TINYINT",
        DataType::Int16 | DataType::UInt16 => "SMALLINT",
        DataType::Int32 | DataType::UInt32 => "INTEGER",
        DataType::Int64 | DataType::UInt64 => "BIGINT",
        DataType::Float16 | DataType::Float32 => "REAL",
        DataType::Float64 => "DOUBLE",
        DataType::Decimal32(..)
        | DataType::Decimal64(..)
        | DataType::Decimal128(..)
        | DataType::Decimal256(..) => "DECIMAL",
        DataType::Date32 | DataType::Date64 => "DATE",
        DataType::Time32(_) | DataType::Time64(_) => "TIME",
        DataType::Timestamp(..) => "TIMESTAMP",
        DataType::Duration(_) | DataType::Interval(_) => "INTERVAL",
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => "VARCHAR",
        _ => "OTHER",
    }
}

/// The answer to `CommandGetXdbcTypeInfo`: the types that columns and answers have.
pub fn xdbc() -> Result<XdbcTypeInfoData> {
    use XdbcDataType as X;
    let mut builder = XdbcTypeInfoDataBuilder::new();
    for (name, data_type, size) in [
        ("BOOLEAN", X::XdbcBit, 1),
        ("TINYINT", X::XdbcTinyint, 3),
        ("SMALLINT", X::XdbcSmallint, 5),
        ("INTEGER", X::XdbcInteger, 10),
        ("BIGINT", X::XdbcBigint, 19),
        ("REAL", X::XdbcReal, 7),
        ("DOUBLE", X::XdbcDouble, 15),
        ("DECIMAL", X::XdbcDecimal, 38),
        ("VARCHAR", X::XdbcVarchar, i32::MAX),
        ("DATE", X::XdbcDate, 10),
        ("TIME", X::XdbcTime, 15),
        ("TIMESTAMP", X::XdbcTimestamp, 29),
    ] {
        builder.append(entry(name, data_type, size));
    }
    builder.build()
}

fn entry(name: &str, data_type: XdbcDataType, size: i32) -> XdbcTypeInfo {
    use XdbcDataType as X;
    let (prefix, datetime) = match data_type {
        X::XdbcVarchar => (Some("'"), None),
        // FlightSql.proto gives "year" and "date" the same number; prost kept one name.
        X::XdbcDate => (Some("DATE '"), Some(XdbcDatetimeSubcode::XdbcSubcodeYear)),
        X::XdbcTime => (Some("TIME '"), Some(XdbcDatetimeSubcode::XdbcSubcodeTime)),
        X::XdbcTimestamp => (Some("TIMESTAMP '"), Some(XdbcDatetimeSubcode::XdbcSubcodeTimestamp)),
        _ => (None, None),
    };
    let is_number = prefix.is_none() && data_type != X::XdbcBit;
    XdbcTypeInfo {
        type_name: name.to_owned(),
        data_type,
        column_size: Some(size),
        literal_prefix: prefix.map(str::to_owned),
        literal_suffix: prefix.map(|_| "'".to_owned()),
        create_params: (data_type == X::XdbcDecimal).then(|| vec!["precision".into(), "scale".into()]),
        nullable: Nullable::NullabilityNullable,
        case_sensitive: data_type == X::XdbcVarchar,
        searchable: Searchable::Full,
        unsigned_attribute: is_number.then_some(false),
        fixed_prec_scale: false,
        auto_increment: None,
        local_type_name: Some(name.to_owned()),
        minimum_scale: (data_type == X::XdbcDecimal).then_some(0),
        maximum_scale: (data_type == X::XdbcDecimal).then_some(38),
        // ODBC's "concise" and "verbose" types differ for dates and times only.
        sql_data_type: if datetime.is_some() { X::XdbcDatetime } else { data_type },
        datetime_subcode: datetime,
        num_prec_radix: is_number.then_some(10),
        interval_precision: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_types_is_whole_and_can_be_filtered() {
        let data = xdbc().unwrap();
        assert_eq!(data.record_batch(None).unwrap().num_rows(), 12);
        assert_eq!(data.record_batch(XdbcDataType::XdbcDate as i32).unwrap().num_rows(), 1);
    }
}
