//! Arithmetic of integers as the types of a graph hold them.
//!
//! Sums, differences, products and negations wrap at the width of the type, as they do in every runtime. Where C leaves the result
//! undefined, or runtimes go through floats, it is an error: quotients by zero, a least number by −1, powers that do not fit.

use crate::tensor::Dtype;

/// The least and the greatest integer of a type.
pub(crate) fn limits(dtype: Dtype) -> (i64, i64) {
    match dtype {
        Dtype::I32 => (i32::MIN.into(), i32::MAX.into()),
        Dtype::I16 => (i16::MIN.into(), i16::MAX.into()),
        Dtype::I8 => (i8::MIN.into(), i8::MAX.into()),
        Dtype::U8 => (0, u8::MAX.into()),
        Dtype::Bool => (0, 1),
        Dtype::I64 | Dtype::F32 | Dtype::F64 | Dtype::F16 | Dtype::Bf16 => (i64::MIN, i64::MAX),
    }
}

/// The operator `op` on two integers of `dtype`; the remainder has the sign of the dividend if `fmod`, else that of the divisor.
///
/// # Errors
///
/// If the result is not defined.
pub(crate) fn two(op: &str, dtype: Dtype, a: i64, b: i64, fmod: bool) -> Result<i64, String> {
    let (least, most) = limits(dtype);
    let found = match op {
        "Add" => a.wrapping_add(b),
        "Sub" => a.wrapping_sub(b),
        "Mul" => a.wrapping_mul(b),
        "Min" => a.min(b),
        "Max" => a.max(b),
        "Div" | "Mod" if b == 0 => return Err(format!("{a} divided by zero")),
        "Div" | "Mod" if b == -1 && a == least => {
            return Err(format!("{a} divided by -1 is beyond its type"));
        }
        // ONNX leaves the sign of integer quotients to C, which rounds towards zero.
        "Div" => a / b,
        "Mod" => {
            let rest = a % b;
            if !fmod && rest != 0 && (rest < 0) != (b < 0) { rest + b } else { rest }
        }
        // Runtimes compute powers of integers in double.
        "Pow" => u32::try_from(b)
            .ok()
            .and_then(|exponent| a.checked_pow(exponent))
            .filter(|power| (least..=most).contains(power) && power.unsigned_abs() <= 1 << 53)
            .ok_or_else(|| format!("{a} to the power of {b}: expected an integer of its type"))?,
        _ => return Err("integers: expected floats".into()),
    };
    Ok(dtype.wrap(found))
}

/// The operator `op` on one integer of `dtype`.
///
/// # Errors
///
/// If it is none of integers.
pub(crate) fn one(op: &str, dtype: Dtype, a: i64) -> Result<i64, String> {
    Ok(dtype.wrap(match op {
        "Neg" => a.wrapping_neg(),
        "Abs" => a.wrapping_abs(),
        "Sign" => a.signum(),
        "Relu" => a.max(0),
        "BitwiseNot" => !a,
        _ => return Err("integers: expected floats".into()),
    }))
}

/// The operator `op` on all of `values`, integers of `dtype`.
///
/// A running sum wraps. A reduced sum or product may go through double, as it does in ONNX Runtime, where it rounds beyond 2^53 and
/// stops at the ends of the type; so it must stay within both in any order.
///
/// # Errors
///
/// If it does not, if it is no operator of integers, or if there is nothing that it could give.
pub(crate) fn all(op: &str, dtype: Dtype, values: &[i64]) -> Result<i64, String> {
    let by = |op: &str| {
        values.iter().copied().try_fold(None, |found: Option<i64>, value| {
            found.map_or(Ok(value), |found| two(op, dtype, found, value, false)).map(Some)
        })
    };
    let exact = |start: u128, f: fn(u128, u128) -> Option<u128>| {
        let mut sizes = values.iter().map(|value| u128::from(value.unsigned_abs()));
        let most = sizes.try_fold(start, f);
        let (_, greatest) = limits(dtype);
        match most {
            Some(most) if most <= u128::from(greatest.unsigned_abs()).min(1 << 53) => Ok(()),
            _ => Err("a sum or product that may leave its type or the exact integers of double".to_owned()),
        }
    };
    match op {
        "CumSum" => Ok(by("Add")?.unwrap_or(0)),
        "ReduceSum" => {
            exact(0, u128::checked_add)?;
            Ok(by("Add")?.unwrap_or(0))
        }
        "ReduceProd" => {
            exact(1, |all, value| all.checked_mul(value.max(1)))?;
            Ok(by("Mul")?.unwrap_or(1))
        }
        "ReduceMax" => by("Max")?.ok_or_else(|| "nothing to reduce".into()),
        "ReduceMin" => by("Min")?.ok_or_else(|| "nothing to reduce".into()),
        _ => Err("integers: expected floats".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_wrap_at_their_width() {
        let add = |dtype, a, b| two("Add", dtype, a, b, false).unwrap();
        assert_eq!(add(Dtype::I32, i32::MAX.into(), 1), i64::from(i32::MIN));
        assert_eq!(add(Dtype::I64, i64::MAX, 1), i64::MIN);
        assert_eq!(add(Dtype::U8, 200, 100), 44);
        assert_eq!(two("Sub", Dtype::U8, 3, 5, false).unwrap(), 254);
        assert_eq!(two("Mul", Dtype::I8, 64, 2, false).unwrap(), -128);
        assert_eq!(one("Neg", Dtype::I8, -128).unwrap(), -128);
        assert_eq!(one("Abs", Dtype::I64, i64::MIN).unwrap(), i64::MIN);
        assert_eq!(one("BitwiseNot", Dtype::U8, 5).unwrap(), 250);
        assert_eq!(one("BitwiseNot", Dtype::I32, 5).unwrap(), -6);
        assert_eq!(all("CumSum", Dtype::I32, &[i32::MAX.into(), 1, 1]).unwrap(), i64::from(i32::MIN) + 1);
        assert_eq!(all("ReduceSum", Dtype::I32, &[5, -7]).unwrap(), -2);
        assert!(all("ReduceSum", Dtype::I32, &[i32::MAX.into(), 1]).is_err());
        assert!(all("ReduceSum", Dtype::I64, &[1 << 53, 1]).is_err());
        assert!(all("ReduceProd", Dtype::I64, &[0, 1 << 40, 1 << 40]).is_err());
        assert_eq!(all("ReduceProd", Dtype::I64, &[]).unwrap(), 1);
        assert_eq!(all("ReduceMin", Dtype::I64, &[3, -2, 5]).unwrap(), -2);
        assert!(all("ReduceMax", Dtype::I64, &[]).is_err());
    }

    #[test]
    fn quotients_and_remainders_round_as_in_c_and_in_python() {
        let by = |op, a, b, fmod| two(op, Dtype::I64, a, b, fmod).unwrap();
        assert_eq!([by("Div", -7, 2, false), by("Div", 7, -2, false)], [-3, -3]);
        assert_eq!([by("Mod", -7, 2, false), by("Mod", 7, -2, false), by("Mod", -7, -2, false)], [1, -1, -1]);
        assert_eq!([by("Mod", -7, 2, true), by("Mod", 7, -2, true)], [-1, 1]);
        assert_eq!(two("Div", Dtype::I32, 7, 0, false).unwrap_err(), "7 divided by zero");
        assert!(two("Mod", Dtype::I32, 7, 0, true).is_err());
        assert!(two("Div", Dtype::I32, i32::MIN.into(), -1, false).is_err());
        assert!(two("Mod", Dtype::I64, i64::MIN, -1, false).is_err());
        assert_eq!(two("Div", Dtype::I64, i32::MIN.into(), -1, false).unwrap(), 1 << 31);
    }

    #[test]
    fn powers_fit_or_are_refused() {
        let power = |dtype, a, b| two("Pow", dtype, a, b, false);
        assert_eq!(power(Dtype::I64, -3, 3).unwrap(), -27);
        assert_eq!(power(Dtype::I64, 2, 53).unwrap(), 1 << 53);
        assert_eq!(power(Dtype::I64, 7, 0).unwrap(), 1);
        assert!(power(Dtype::I64, 2, 54).is_err());
        assert!(power(Dtype::I32, 2, 31).is_err());
        assert!(power(Dtype::I64, 2, -1).is_err());
    }
}
