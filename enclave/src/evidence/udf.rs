//! The aggregate function that DataFusion plans and runs.

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, FieldRef};
use datafusion::error::Result;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, GroupsAccumulator, Signature, Volatility,
};

use super::groups::Groups;
use super::single::Single;
use super::state::state_fields;
use super::{InstitutionForm, Wanted, broken};

/// The aggregate that works out one figure and its evidence, see the module.
///
/// Arguments: the patient (`UInt32`, null if the row is nobody's), the institutions in the order of
/// `wanted`, and the value if there is one. A row feeds the figure if its `FILTER` lets it through and its
/// value is there. The result is a struct, never null; read it with [`EvidenceColumns`](super::EvidenceColumns).
///
/// For [`Mode::Streaming`](super::Mode::Streaming) set
/// `datafusion.execution.skip_partial_aggregation_probe_ratio_threshold` to 1: a partial stage that is
/// skipped costs much more than it saves.
#[must_use]
pub fn evidence(wanted: Wanted) -> AggregateUDF {
    AggregateUDF::new_from_impl(Evidence {
        wanted: Arc::new(wanted),
        signature: Signature::user_defined(Volatility::Immutable),
    })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Evidence {
    wanted: Arc<Wanted>,
    signature: Signature,
}

impl Evidence {
    fn groups(&self, arguments: &AccumulatorArgs<'_>) -> Result<Groups> {
        if arguments.is_distinct || !arguments.order_bys.is_empty() || arguments.ignore_nulls {
            return Err(broken("evidence takes no DISTINCT, ORDER BY or IGNORE NULLS"));
        }
        Ok(Groups::new(Arc::clone(&self.wanted)))
    }
}

impl AggregateUDFImpl for Evidence {
    fn name(&self) -> &str {
        "evidence"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    /// Checks the arguments; nothing is ever cast.
    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        let institution = |form: &InstitutionForm, given: &DataType| match (form, given) {
            (InstitutionForm::One, DataType::UInt32) => true,
            (InstitutionForm::Set, DataType::List(item)) => *item.data_type() == DataType::UInt32,
            _ => false,
        };
        let fit = match types.split_first() {
            Some((DataType::UInt32, rest)) if types.len() == self.wanted.arguments() => {
                let value = rest.get(self.wanted.institutions.len());
                self.wanted.institutions.iter().zip(rest).all(|(form, given)| institution(form, given))
                    && value.cloned() == self.wanted.value.map(super::ValueKind::data_type)
            }
            _ => false,
        };
        if fit { Ok(types.to_vec()) } else { Err(broken("arguments of the wrong number or type")) }
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Struct(self.wanted.result_fields()))
    }

    fn is_nullable(&self) -> bool {
        false
    }

    fn state_fields(&self, arguments: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        Ok(state_fields(&self.wanted, arguments.name).into_iter().map(Arc::new).collect())
    }

    fn accumulator(&self, arguments: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        let mut groups = self.groups(&arguments)?;
        groups.resize(1);
        Ok(Box::new(Single::new(groups)))
    }

    fn groups_accumulator_supported(&self, _: AccumulatorArgs<'_>) -> bool {
        true
    }

    fn create_groups_accumulator(
        &self,
        arguments: AccumulatorArgs<'_>,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(self.groups(&arguments)?))
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }
}
