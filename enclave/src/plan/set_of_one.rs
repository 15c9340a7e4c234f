//! One institution as a set of institutions, where a `UNION ALL` puts rows beside summaries of rows.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ListArray, new_empty_array};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::compute::{filter, is_not_null};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, internal_err};
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use crate::evidence::institution_set_type;

/// `[institution]`, and NULL for NULL.
pub(super) fn set_of_one(institution: Expr) -> Expr {
    let signature = Signature::exact(vec![DataType::UInt32], Volatility::Immutable);
    ScalarUDF::new_from_impl(SetOfOne { signature }).call(vec![institution])
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct SetOfOne {
    signature: Signature,
}

impl ScalarUDFImpl for SetOfOne {
    fn name(&self) -> &str {
        "set_of_one"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(institution_set_type())
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let one = args.args.first().cloned().map(|value| value.into_array(args.number_rows)).transpose()?;
        let one = one.unwrap_or_else(|| new_empty_array(&DataType::UInt32));
        let DataType::List(item) = institution_set_type() else {
            return internal_err!("a set that is no list");
        };
        let known = is_not_null(&one)?;
        let offsets = OffsetBuffer::from_lengths(known.values().iter().map(usize::from));
        let institutions = filter(&one, &known)?;
        let sets = ListArray::try_new(item, offsets, institutions, one.nulls().cloned())?;
        Ok(ColumnarValue::Array(Arc::new(sets)))
    }
}
