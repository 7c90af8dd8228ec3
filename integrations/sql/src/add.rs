//! `nanoadder(model, a, b)`: what a model answers to each pair of two columns.

use crate::{arguments, models};
use arrow::array::{Array, ArrayRef, Int64Array, UInt64Array};
use arrow::buffer::{BooleanBuffer, NullBuffer};
use arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue, exec_datafusion_err, exec_err, plan_err};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility};
use std::num::NonZeroUsize;
use std::sync::Arc;

/// The function's name.
pub(crate) const NAME: &str = "nanoadder";

/// No answer is as large: the largest has 19 digits.
const NO_NUMBER: u64 = u64::MAX;

/// Columns of operands in, a column of answers out.
///
/// - A null operand gives null.
/// - An answer whose tokens spell no number is null.
/// - An operand that is negative or has more digits than the model's prompt ends the query with an error.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct Add {
    signature: Signature,
}

impl Add {
    pub(crate) fn new() -> Self {
        Self { signature: Signature::user_defined(Volatility::Immutable) }
    }
}

impl ScalarUDFImpl for Add {
    fn name(&self) -> &str {
        NAME
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, found: &[DataType]) -> Result<Vec<DataType>> {
        // What is wrong is said by the type of the answer.
        let integer = |found: &DataType| arguments::integer_type(found);
        let model = found.first().map(arguments::model_type);
        Ok(model.into_iter().chain(found.iter().skip(1).map(integer)).collect())
    }

    /// `BIGINT` where both operands have a sign, else `BIGINT UNSIGNED`: of 64 bits, as an answer is, and compared by its value
    /// with whatever `a + b` is. That is a decimal where only one has a sign, for no integer of SQL holds all such sums; answers
    /// fit in 64 bits.
    fn return_type(&self, found: &[DataType]) -> Result<DataType> {
        let [model, a, b] = found else {
            return plan_err!("{NAME}: found {} arguments: expected (model, a, b)", found.len());
        };
        arguments::models(NAME, model)?;
        arguments::integers(NAME, "a", a)?;
        arguments::integers(NAME, "b", b)?;
        match (a, b) {
            (DataType::Int64, DataType::Int64) => Ok(DataType::Int64),
            _ => Ok(DataType::UInt64),
        }
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let [model, a, b] = args.args.as_slice() else {
            return plan_err!("{NAME}: found {} arguments: expected (model, a, b)", args.args.len());
        };
        let adder = models::adder(arguments::model(NAME, model)?)?;
        let literals = matches!((a, b), (ColumnarValue::Scalar(_), ColumnarValue::Scalar(_)));
        let rows = if literals { 1 } else { args.number_rows };
        let a = arguments::unsigned(NAME, "a", a, rows)?;
        let b = arguments::unsigned(NAME, "b", b, rows)?;
        let answers = add(&adder, &a, &b)?;
        let answers: ArrayRef = match args.return_field.data_type() {
            DataType::Int64 => Arc::new(signed(&answers)?),
            _ => Arc::new(answers),
        };
        if literals {
            return Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&answers, 0)?));
        }
        Ok(ColumnarValue::Array(answers))
    }
}

/// The answers to two columns of one length, on the calling thread.
fn add(adder: &run::Adder, a: &UInt64Array, b: &UInt64Array) -> Result<UInt64Array> {
    let nulls = NullBuffer::union(a.nulls(), b.nulls());
    let mut answers = vec![0; a.len()];
    let spell = |answer: Option<u64>| answer.unwrap_or(NO_NUMBER);
    let wrong = |error: run::OperandError| exec_datafusion_err!("{NAME}: {error}");
    match &nulls {
        None => adder.add_columns((a.values(), b.values()), &mut answers, spell, NonZeroUsize::MIN),
        // Whatever lies under a null is no operand: 0 takes its place.
        Some(nulls) => {
            let shown = |column: &UInt64Array| -> Vec<u64> {
                column
                    .values()
                    .iter()
                    .zip(nulls)
                    .map(|(&value, shown)| if shown { value } else { 0 })
                    .collect()
            };
            adder.add_columns((&shown(a), &shown(b)), &mut answers, spell, NonZeroUsize::MIN)
        }
    }
    .map_err(wrong)?;
    let spelled = answers.contains(&NO_NUMBER).then(|| {
        NullBuffer::new(BooleanBuffer::from_iter(answers.iter().map(|&answer| answer != NO_NUMBER)))
    });
    Ok(UInt64Array::new(answers.into(), NullBuffer::union(nulls.as_ref(), spelled.as_ref())))
}

/// The same answers with a sign.
fn signed(answers: &UInt64Array) -> Result<Int64Array> {
    // Only an answer of 19 digits can be too large; what lies under a null is not an answer.
    let large = |answer: u64| i64::try_from(answer).is_err();
    if answers.values().iter().any(|&answer| large(answer))
        && let Some(found) = answers.iter().flatten().find(|&answer| large(answer))
    {
        return exec_err!(
            "{NAME}: the answer {found} has no place in BIGINT: expected an operand cast to BIGINT UNSIGNED"
        );
    }
    let values = answers.values().iter().map(|&answer| answer.cast_signed()).collect::<Vec<_>>();
    Ok(Int64Array::new(values.into(), answers.nulls().cloned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_keep_their_value_with_a_sign() {
        let answers = UInt64Array::from(vec![Some(7), None, Some(i64::MAX as u64)]);
        assert_eq!(signed(&answers).unwrap(), Int64Array::from(vec![Some(7), None, Some(i64::MAX)]));
        let error = signed(&UInt64Array::from(vec![1 << 63])).unwrap_err().strip_backtrace();
        assert!(error.contains("the answer 9223372036854775808 has no place in BIGINT"), "{error}");
    }

    #[test]
    fn nulls_stay_and_hide_what_lies_under_them() {
        let adder = run::Adder::new(zoo::find("nanoadder-58").unwrap().model().unwrap());
        let column = |values: &[u64], shown: &[bool]| {
            UInt64Array::new(values.to_vec().into(), Some(NullBuffer::from(shown.to_vec())))
        };
        let a = column(&[1, u64::MAX, 3], &[true, false, true]);
        let b = column(&[9_999_999_999, 2, 3], &[true, true, false]);
        let sums: Vec<Option<u64>> = add(&adder, &a, &b).unwrap().iter().collect();
        assert_eq!(sums, [Some(10_000_000_000), None, None]);
        let error =
            add(&adder, &UInt64Array::from(vec![10_000_000_000]), &UInt64Array::from(vec![0])).unwrap_err();
        assert!(
            error
                .strip_backtrace()
                .contains("nanoadder: operand 10000000000: expected an integer from 0 to 9999999999")
        );
    }
}
