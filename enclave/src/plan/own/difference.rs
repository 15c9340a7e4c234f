//! `date_diff(unit, from, to)`: how many boundaries of a unit lie between two dates, as DuckDB and SQL Server count.

use std::sync::Arc;

use chrono::{Datelike, NaiveDate};
use datafusion::arrow::array::{ArrayRef, Int64Array};
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::temporal_conversions::date32_to_datetime;
use datafusion::common::cast::{as_date32_array, as_string_array};
use datafusion::common::{Result, internal_err};
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

/// The function: a unit and two dates to a whole number.
pub(in crate::plan) fn date_diff() -> Arc<ScalarUDF> {
    let types = vec![DataType::Utf8, DataType::Date32, DataType::Date32];
    let signature = Signature::exact(types, Volatility::Immutable);
    Arc::new(ScalarUDF::new_from_impl(Difference { signature }))
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Difference {
    signature: Signature,
}

impl ScalarUDFImpl for Difference {
    fn name(&self) -> &str {
        "date_diff"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Int64)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(&args.args)?;
        let [units, from, to] = arrays.as_slice() else {
            return internal_err!("date_diff takes three arguments");
        };
        let (units, from, to) = (as_string_array(units)?, as_date32_array(from)?, as_date32_array(to)?);
        let rows = units.iter().zip(from).zip(to);
        let apart: Int64Array =
            rows.map(|((unit, from), to)| Some(index(unit?, to?)? - index(unit?, from?)?)).collect();
        Ok(ColumnarValue::Array(Arc::new(apart) as ArrayRef))
    }
}

/// The number of a day's unit, counted from some fixed one.
fn index(unit: &str, day: i32) -> Option<i64> {
    let date: NaiveDate = date32_to_datetime(day)?.date();
    let year = i64::from(date.year());
    let month = i64::from(date.month0());
    match unit {
        "day" => Some(i64::from(day)),
        // Weeks begin on Monday; 1970 began on a Thursday.
        "week" => Some((i64::from(day) + 3).div_euclid(7)),
        "month" => Some(year * 12 + month),
        "quarter" => Some(year * 4 + month / 3),
        "year" => Some(year),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> i32 {
        let epoch = NaiveDate::from_ymd_opt(1970, 1, 1).unwrap();
        i32::try_from((text.parse::<NaiveDate>().unwrap() - epoch).num_days()).unwrap()
    }

    #[test]
    fn boundaries_are_counted() {
        for (unit, from, to, expected) in [
            ("year", "2024-12-31", "2025-01-01", 1),
            ("quarter", "2024-03-31", "2024-10-01", 3),
            ("month", "2024-01-31", "2024-03-01", 2),
            ("month", "2024-03-01", "2024-01-31", -2),
            // A Sunday and the Monday after it; the same around 1970.
            ("week", "2024-11-17", "2024-11-18", 1),
            ("week", "1969-12-28", "1969-12-29", 1),
            ("day", "2024-02-28", "2024-03-01", 2),
        ] {
            let apart = index(unit, day(to)).unwrap() - index(unit, day(from)).unwrap();
            assert_eq!(apart, expected, "{unit} {from} {to}");
        }
        assert_eq!(index("year", i32::MAX), None, "no such date");
        assert_eq!(index("hour", 0), None);
    }
}
