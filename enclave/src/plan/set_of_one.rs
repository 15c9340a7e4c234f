//! One institution as a set of institutions, where a `UNION ALL` puts rows beside summaries of rows.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ListArray, new_empty_array};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::datatypes::{DataType, Field};
use datafusion::common::Result;
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

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
        Ok(DataType::new_list(DataType::UInt32, true))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let one = args.args.first().cloned().map(|value| value.into_array(args.number_rows)).transpose()?;
        let one = one.unwrap_or_else(|| new_empty_array(&DataType::UInt32));
        let offsets = OffsetBuffer::from_lengths(std::iter::repeat_n(1, one.len()));
        let nulls = one.nulls().cloned();
        let field = Arc::new(Field::new_list_field(DataType::UInt32, true));
        Ok(ColumnarValue::Array(Arc::new(ListArray::try_new(field, offsets, one, nulls)?)))
    }
}
