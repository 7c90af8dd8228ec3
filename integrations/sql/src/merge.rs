//! `merge_shards(found)`: the counts of all shards, and the first wrong answer of all.

use crate::counts::{self, Found};
use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue, plan_err};
use datafusion::logical_expr::function::AccumulatorArgs;
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{Accumulator, AggregateUDFImpl, Signature, Volatility};

/// Takes what `verify_shard` gives, without nulls, in any order and grouping, and gives the same type. Of no shards it gives zeros.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct Merge {
    signature: Signature,
}

impl Merge {
    pub(crate) fn new() -> Self {
        Self { signature: Signature::user_defined(Volatility::Immutable) }
    }
}

impl AggregateUDFImpl for Merge {
    fn name(&self) -> &str {
        "merge_shards"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    /// As they are: what is wrong is said by the type of the answer.
    fn coerce_types(&self, found: &[DataType]) -> Result<Vec<DataType>> {
        Ok(found.to_vec())
    }

    fn return_type(&self, found: &[DataType]) -> Result<DataType> {
        match found {
            [only] if *only == counts::data_type() => Ok(counts::data_type()),
            [only] => plan_err!("merge_shards: found {only}: expected what `verify_shard` gives"),
            _ => plan_err!("merge_shards: found {} arguments: expected (found)", found.len()),
        }
    }

    fn accumulator(&self, _: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        Ok(Box::<Merged>::default())
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }
}

/// What was found so far; its state is what it gives.
#[derive(Debug, Default)]
struct Merged {
    found: Found,
}

impl Accumulator for Merged {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        counts::read(&values[0])?.into_iter().try_for_each(|found| self.found.merge(found))
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        ScalarValue::try_from_array(&counts::column(&[Some(self.found.clone())]), 0)
    }

    fn size(&self) -> usize {
        size_of_val(self)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![self.evaluate()?])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.update_batch(states)
    }
}
