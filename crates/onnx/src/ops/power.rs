//! Powers.
//!
//! A power with a known exponent is written out in products, a root and a quotient. Runtimes square by a product, and compute other
//! powers by products or by a library's `pow`, which is one rounding and an error of its own; so beside the roundings of the
//! products the result may be 8 units off, as any function of a library.

use crate::arena::{Arena, Id};
use crate::call::{Call, Outputs, one};
use crate::constant::{self, Width};
use crate::ops::discrete::fold;
use crate::ops::integers;
use crate::tensor::{Cell, Tensor, broadcast_shape};
use program::{Binary, Constant, Function};

/// What a library's power may be off, in units of the type.
const UNITS: f64 = 8.0;

/// The greatest whole exponent that is written out.
const MOST: f64 = 16.0;

/// `Pow`, whose exponent may have another type than its base and result.
pub(crate) fn power(call: &mut Call<'_>) -> Outputs {
    let (x, y) = (call.tensor(0)?, call.tensor(1)?);
    let shape = broadcast_shape(&x.shape, &y.shape)?;
    let (x, y) = (x.broadcast(&shape)?, y.broadcast(&shape)?);
    if !x.dtype.is_float() && y.dtype.is_float() {
        return Err("an integer to the power of a float is not supported".into());
    }
    let mut cells = Vec::with_capacity(x.cells.len());
    for (&base, &exponent) in x.cells.iter().zip(&y.cells) {
        cells.push(if x.dtype.is_float() {
            let width = call.width(&x)?;
            let (base, exponent) = (call.arena.float(base)?, call.arena.float(exponent)?);
            Cell::Float(raised(call.arena, width, base, exponent)?)
        } else {
            fold(call.arena, x.dtype, base, exponent, |a, b| integers::two("Pow", x.dtype, a, b, false))?
        });
    }
    one(Tensor::new(x.dtype, shape, cells))
}

/// `x` to the power of `y`.
///
/// # Errors
///
/// If it is no power that can be written out, or would differ from it where `x` is zero or infinite.
fn raised(arena: &mut Arena, width: Width, x: Id, y: Id) -> Result<Id, String> {
    let exponent = arena.known(y).ok_or("an exponent that depends on tokens is not supported")?;
    if let Some(base) = arena.known(x) {
        return Ok(arena.constant_near(constant::power(width, base, exponent)));
    }
    if exponent.radius() > 0.0 {
        return Err("an exponent that is not the same in every evaluation is not supported".into());
    }
    let exponent = exponent.value();
    let (size, least) = (exponent.abs(), arena.range(x).lo);
    let power = match size {
        // Even of a NaN.
        0.0 => return Ok(arena.one()),
        // The root of −∞ is a NaN, the power is ∞; and over a negative zero they differ in sign.
        0.5 if least > if exponent > 0.0 { f64::NEG_INFINITY } else { 0.0 } => {
            arena.unary(width, Function::Sqrt, x)
        }
        _ if size.fract() == 0.0 && size <= MOST => whole(arena, width, x, size as usize),
        _ => return Err(format!("the power {exponent} of a number that depends on tokens is not supported")),
    };
    if exponent > 0.0 {
        return Ok(power);
    }
    // Where the product overflows, the quotient is zero and a library's power still a number.
    if size >= 2.0 && !arena.range(power).finite() {
        return Err(format!(
            "the power {exponent} of a number that may be too large for it is not supported"
        ));
    }
    let one = arena.one();
    Ok(arena.binary(width, Binary::Div, one, power))
}

/// `x` to the power of `exponent`, at least 1, by products from the left: x³ is (x · x) · x.
///
/// From the cube on it is multiplied by a one that another evaluation may find a little off.
pub(crate) fn whole(arena: &mut Arena, width: Width, x: Id, exponent: usize) -> Id {
    let power = (1..exponent).fold(x, |power, _| arena.binary(width, Binary::Mul, power, x));
    if exponent < 3 || arena.known(power).is_some() {
        return power;
    }
    let near_one = arena.constant_near(Constant::near(1.0, UNITS * width.unit()));
    arena.binary(width, Binary::Mul, power, near_one)
}
