//! `verify_shard(model, kind, seed, start, n)`: what is found when a model adds a part of a stream of pairs.

use crate::counts::{self, Found};
use crate::{arguments, models};
use arrow::array::{Array, AsArray};
use arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue, exec_datafusion_err, plan_err};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility};
use run::stream::{Kind, Part};

pub(crate) const NAME: &str = "verify_shard";
const EXPECTED: &str = "expected (model, kind, seed, start, n)";

/// Counts and the first wrong answer; null where an argument is null.
///
/// What it gives depends on its arguments alone. It is declared volatile all the same: else a call with literals would run while
/// the query is planned, wherever that is, and not where the other shards run.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct Verify {
    signature: Signature,
}

impl Verify {
    pub(crate) fn new() -> Self {
        Self { signature: Signature::user_defined(Volatility::Volatile) }
    }
}

impl ScalarUDFImpl for Verify {
    fn name(&self) -> &str {
        NAME
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, found: &[DataType]) -> Result<Vec<DataType>> {
        // What is wrong is said by the type of the answer.
        let coerced = |(place, found): (usize, &DataType)| match place {
            0 => arguments::model_type(found),
            1 if found.is_string() || found.is_null() => DataType::Utf8,
            1 => found.clone(),
            _ => arguments::integer_type(found),
        };
        Ok(found.iter().enumerate().map(coerced).collect())
    }

    fn return_type(&self, found: &[DataType]) -> Result<DataType> {
        let [model, kind, seed, start, pairs] = found else {
            return plan_err!("{NAME}: found {} arguments: {EXPECTED}", found.len());
        };
        arguments::models(NAME, model)?;
        if !kind.is_string() {
            return plan_err!("{NAME}: kind: found {kind}: expected the name of a stream");
        }
        for (name, found) in [("seed", seed), ("start", start), ("n", pairs)] {
            arguments::integers(NAME, name, found)?;
        }
        Ok(counts::data_type())
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let [model, kind, seed, start, pairs] = args.args.as_slice() else {
            return plan_err!("{NAME}: found {} arguments: {EXPECTED}", args.args.len());
        };
        let adder = models::adder(arguments::model(NAME, model)?)?;
        let literals = args.args.iter().all(|arg| matches!(arg, ColumnarValue::Scalar(_)));
        let rows = if literals { 1 } else { args.number_rows };
        let kinds = kind.to_array(rows)?;
        let kinds = kinds.as_string::<i32>();
        let number = |name, value| arguments::unsigned(NAME, name, value, rows);
        let (seed, start, pairs) = (number("seed", seed)?, number("start", start)?, number("n", pairs)?);
        let mut found = Vec::with_capacity(rows);
        for row in 0..rows {
            if kinds.is_null(row) || seed.is_null(row) || start.is_null(row) || pairs.is_null(row) {
                found.push(None);
                continue;
            }
            let wrong = |error| exec_datafusion_err!("{NAME}: {error}");
            let kind = Kind::find(kinds.value(row)).map_err(wrong)?;
            let part = Part { kind, seed: seed.value(row), start: start.value(row), pairs: pairs.value(row) };
            let counts = run::shard::verify(&adder, part).map_err(wrong)?;
            found.push(Some(Found::of(part, &counts)));
        }
        let column = counts::column(&found);
        if literals {
            return Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&column, 0)?));
        }
        Ok(ColumnarValue::Array(column))
    }
}
