//! Arguments of the functions: columns and literals of any integer type.

use arrow::array::{Array, ArrayRef, AsArray, UInt64Array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int64Type, UInt64Type};
use arrow::util::display::array_value_to_string;
use datafusion::common::{Result, ScalarValue, exec_err, plan_err};
use datafusion::logical_expr::ColumnarValue;
use datafusion::prelude::Expr;

/// The type that an integer argument is cast to: 64 bits, with a sign if it had one. What SQL makes of `UInt64 + Int64`, a decimal
/// without places, is an integer too, and stays what it is.
///
/// What is no integer stays too, and [`integers`] refuses it: what is said here the engine would wrap in its own words, three
/// times.
pub(crate) fn integer_type(found: &DataType) -> DataType {
    match found {
        found if found.is_signed_integer() => DataType::Int64,
        found if found.is_unsigned_integer() || found.is_null() => DataType::UInt64,
        other => other.clone(),
    }
}

/// The type that a model is cast to; what is none stays, and [`models`] refuses it.
pub(crate) fn model_type(found: &DataType) -> DataType {
    match found {
        DataType::LargeUtf8 | DataType::Utf8View => DataType::Utf8,
        DataType::LargeBinary | DataType::BinaryView => DataType::Binary,
        other => other.clone(),
    }
}

/// Checks that an argument is of integers, after [`integer_type`].
pub(crate) fn integers(function: &str, name: &str, found: &DataType) -> Result<()> {
    match found {
        DataType::Int64 | DataType::UInt64 => Ok(()),
        found if is_whole(found) => Ok(()),
        found => plan_err!(
            "{function}: {name}: found {found}: expected integers; cast it: `CAST({name} AS BIGINT UNSIGNED)`"
        ),
    }
}

/// Checks that an argument is a model, after [`model_type`].
pub(crate) fn models(function: &str, found: &DataType) -> Result<()> {
    match found {
        DataType::Utf8 | DataType::Binary => Ok(()),
        found => plan_err!("{function}: model: found {found}: expected text or bytes"),
    }
}

/// Whether a type is one of decimals without places.
fn is_whole(found: &DataType) -> bool {
    matches!(
        found,
        DataType::Decimal32(_, 0)
            | DataType::Decimal64(_, 0)
            | DataType::Decimal128(_, 0)
            | DataType::Decimal256(_, 0)
    )
}

/// The literal that a model is.
pub(crate) fn model<'a>(function: &str, value: &'a ColumnarValue) -> Result<&'a ScalarValue> {
    match value {
        ColumnarValue::Scalar(value) => Ok(value),
        ColumnarValue::Array(_) => exec_err!("{function}: model: found a column: expected a literal"),
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
        found if is_whole(found) => from_decimal(function, name, &column),
        other => exec_err!("{function}: {name}: found {other}: expected integers"),
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
        return exec_err!("{function}: {name}: found {found}: expected an integer from 0 on");
    }
    let values = column.values().iter().map(|&value| value.cast_unsigned()).collect::<Vec<_>>();
    Ok(UInt64Array::new(values.into(), column.nulls().cloned()))
}

fn from_decimal(function: &str, name: &str, column: &ArrayRef) -> Result<UInt64Array> {
    // What does not fit becomes null, so that it can be shown.
    let fits = cast(column, &DataType::UInt64)?;
    if let Some(row) = (0..column.len()).find(|&row| fits.is_null(row) && !column.is_null(row)) {
        let found = array_value_to_string(column, row)?;
        return exec_err!("{function}: {name}: found {found}: expected an integer from 0 on, of 64 bits");
    }
    Ok(fits.as_primitive::<UInt64Type>().clone())
}

/// A literal argument of a table function that is an integer from 0 on.
pub(crate) fn number(function: &str, name: &str, value: &Expr) -> Result<u64> {
    let number = match value {
        Expr::Literal(value, _) if value.data_type().is_integer() => value.cast_to(&DataType::UInt64).ok(),
        _ => None,
    };
    match number {
        Some(ScalarValue::UInt64(Some(number))) => Ok(number),
        _ => plan_err!("{function}: {name}: found {value}: expected an integer from 0 on, as a literal"),
    }
}

/// A literal argument of a table function that is a text.
pub(crate) fn text<'a>(function: &str, name: &str, value: &'a Expr) -> Result<&'a str> {
    match value {
        Expr::Literal(ScalarValue::Utf8(Some(text)) | ScalarValue::Utf8View(Some(text)), _) => Ok(text),
        _ => plan_err!("{function}: {name}: found {value}: expected a text, as a literal"),
    }
}
