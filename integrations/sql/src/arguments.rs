//! Arguments of the functions: columns and literals of any integer type.

use arrow::array::{Array, ArrayRef, AsArray, UInt64Array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int64Type, UInt64Type};
use datafusion::common::{Result, ScalarValue, exec_err, plan_err};
use datafusion::logical_expr::ColumnarValue;
use datafusion::prelude::Expr;

/// The type that an integer argument is cast to: 64 bits, with a sign if it had one. What SQL makes of `UInt64 + Int64`, a decimal
/// without places, is an integer too.
pub(crate) fn integer_type(function: &str, name: &str, found: &DataType) -> Result<DataType> {
    match found {
        found if found.is_signed_integer() => Ok(DataType::Int64),
        found if found.is_unsigned_integer() => Ok(DataType::UInt64),
        DataType::Null | DataType::Decimal128(_, 0) | DataType::Decimal256(_, 0) => Ok(DataType::UInt64),
        found => plan_err!("{function}: {name}: expected integers, found {found}"),
    }
}

/// The type that a model is cast to.
pub(crate) fn model_type(function: &str, found: &DataType) -> Result<DataType> {
    match found {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => Ok(DataType::Utf8),
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView => Ok(DataType::Binary),
        found => plan_err!("{function}: model: expected text or bytes, found {found}"),
    }
}

/// The literal that a model is.
pub(crate) fn model<'a>(function: &str, value: &'a ColumnarValue) -> Result<&'a ScalarValue> {
    match value {
        ColumnarValue::Scalar(value) => Ok(value),
        ColumnarValue::Array(_) => exec_err!("{function}: model: expected a literal, found a column"),
    }
}

/// Integers without a sign, `rows` of them; a literal stands for a column of itself.
pub(crate) fn unsigned(
    function: &str,
    name: &str,
    value: &ColumnarValue,
    rows: usize,
) -> Result<UInt64Array> {
    let column = value.to_array(rows)?;
    match column.data_type() {
        DataType::UInt64 => Ok(column.as_primitive::<UInt64Type>().clone()),
        DataType::Int64 => from_signed(function, name, &column),
        DataType::Null => Ok(cast(&column, &DataType::UInt64)?.as_primitive::<UInt64Type>().clone()),
        other => exec_err!("{function}: {name}: expected integers, found {other}"),
    }
}

fn from_signed(function: &str, name: &str, column: &ArrayRef) -> Result<UInt64Array> {
    let column = column.as_primitive::<Int64Type>();
    // What lies under a null is no value.
    let negative = |&(value, null): &(i64, bool)| value < 0 && !null;
    if column.values().iter().any(|&value| value < 0)
        && let Some((found, _)) = column
            .values()
            .iter()
            .enumerate()
            .map(|(row, &value)| (value, column.is_null(row)))
            .find(negative)
    {
        return exec_err!("{function}: {name}: expected an integer from 0 on, found {found}");
    }
    let values = column.values().iter().map(|&value| value.cast_unsigned()).collect::<Vec<_>>();
    Ok(UInt64Array::new(values.into(), column.nulls().cloned()))
}

/// A literal argument of a table function that is an integer from 0 on.
pub(crate) fn number(function: &str, name: &str, value: &Expr) -> Result<u64> {
    let number = match value {
        Expr::Literal(value, _) if value.data_type().is_integer() => value.cast_to(&DataType::UInt64).ok(),
        _ => None,
    };
    match number {
        Some(ScalarValue::UInt64(Some(number))) => Ok(number),
        _ => plan_err!("{function}: {name}: expected an integer from 0 on, as a literal, found {value}"),
    }
}

/// A literal argument of a table function that is a text.
pub(crate) fn text<'a>(function: &str, name: &str, value: &'a Expr) -> Result<&'a str> {
    match value {
        Expr::Literal(ScalarValue::Utf8(Some(text)) | ScalarValue::Utf8View(Some(text)), _) => Ok(text),
        _ => plan_err!("{function}: {name}: expected a text, as a literal, found {value}"),
    }
}
