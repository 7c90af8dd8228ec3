//! Operators that work element by element on numbers.

use crate::arena::{Arena, Id};
use crate::call::{Call, Outputs, one};
use crate::constant::{self, Elementary, Width};
use crate::ops::discrete::{fold, map};
use crate::tensor::{Cell, Tensor, broadcast_shape};
use program::{Binary, Constant, Function};

/// Operators on two or more tensors that are broadcast to one shape.
pub(crate) fn many(call: &mut Call<'_>) -> Outputs {
    let op = call.node.op().to_owned();
    let fmod = op == "Mod" && call.int("fmod")? != 0;
    let mut total = (*call.tensor(0)?).clone();
    for index in 1..call.inputs.len() {
        let next = call.tensor(index)?;
        total = pairwise(call, &total, &next, |arena, width, x, y| {
            two(arena, width, if op == "Mean" { "Sum" } else { &op }, x, y, fmod)
        })?;
    }
    if op == "Mean" {
        let width = call.width(&total)?;
        let count = call.arena.constant(call.inputs.len() as f64);
        let cells = call.floats(&total)?;
        let mean = |&x: &Id| Cell::Float(call.arena.binary(width, Binary::Div, x, count));
        total.cells = cells.iter().map(mean).collect();
    }
    one(total)
}

/// Applies `f` to the elements of two tensors in the shape that both are broadcast to.
pub(crate) fn pairwise(
    call: &mut Call<'_>,
    x: &Tensor,
    y: &Tensor,
    f: impl Fn(&mut Arena, Option<Width>, Cell, Cell) -> Result<Cell, String>,
) -> Result<Tensor, String> {
    let shape = broadcast_shape(&x.shape, &y.shape)?;
    let (x, y) = (x.broadcast(&shape)?, y.broadcast(&shape)?);
    let width = x.dtype.is_float().then(|| call.width(&x)).transpose()?;
    if x.dtype.is_float() != y.dtype.is_float() {
        return Err(format!("inputs of types {:?} and {:?}: expected one type", x.dtype, y.dtype));
    }
    let mut cells = Vec::with_capacity(x.cells.len());
    for (&a, &b) in x.cells.iter().zip(&y.cells) {
        let cell = f(call.arena, width, a, b)?;
        cells.push(match cell {
            Cell::Int(value) => Cell::Int(x.dtype.wrap(value)),
            other => other,
        });
    }
    Ok(Tensor::new(x.dtype, shape, cells))
}

fn two(
    arena: &mut Arena,
    width: Option<Width>,
    op: &str,
    x: Cell,
    y: Cell,
    fmod: bool,
) -> Result<Cell, String> {
    let Some(width) = width else { return fold(arena, x, y, |a, b| integers(op, a, b, fmod)) };
    let (x, y) = (arena.float(x)?, arena.float(y)?);
    Ok(Cell::Float(match op {
        "Add" | "Sum" => arena.binary(width, Binary::Add, x, y),
        "Sub" => arena.binary(width, Binary::Sub, x, y),
        "Mul" => arena.binary(width, Binary::Mul, x, y),
        "Div" => arena.binary(width, Binary::Div, x, y),
        "Max" => arena.binary(width, Binary::Max, x, y),
        "Min" => min(arena, width, x, y),
        "Pow" => pow(arena, width, x, y)?,
        _ => remainder(arena, width, x, y, fmod)?,
    }))
}

fn integers(op: &str, a: i64, b: i64, fmod: bool) -> Result<i64, String> {
    let zero = || format!("{a} divided by zero");
    Ok(match op {
        "Add" | "Sum" => a.wrapping_add(b),
        "Sub" => a.wrapping_sub(b),
        "Mul" => a.wrapping_mul(b),
        // ONNX leaves the sign of integer quotients to C, which rounds towards zero.
        "Div" => a.checked_div(b).ok_or_else(zero)?,
        "Mod" if fmod => a.checked_rem(b).ok_or_else(zero)?,
        "Mod" => {
            let rest = a.checked_rem(b).ok_or_else(zero)?;
            if rest != 0 && (rest < 0) != (b < 0) { rest + b } else { rest }
        }
        "Min" => a.min(b),
        "Max" => a.max(b),
        "Pow" => u32::try_from(b)
            .ok()
            .and_then(|exponent| a.checked_pow(exponent))
            .ok_or_else(|| format!("{a} to the power of {b}"))?,
        _ => return Err("integers: expected floats".into()),
    })
}

fn remainder(arena: &mut Arena, width: Width, x: Id, y: Id, fmod: bool) -> Result<Id, String> {
    let (Some(a), Some(b)) = (arena.known(x), arena.known(y)) else {
        return Err("the remainder of a number that depends on tokens is not supported".into());
    };
    let rest = a.value() % b.value();
    let rest =
        if !fmod && rest != 0.0 && (rest < 0.0) != (b.value() < 0.0) { rest + b.value() } else { rest };
    if a.radius() > 0.0 || b.radius() > 0.0 {
        arena.breaks();
    }
    Ok(arena.constant(width.round(rest)))
}

fn min(arena: &mut Arena, width: Width, x: Id, y: Id) -> Id {
    let (x, y) = (arena.neg(width, x), arena.neg(width, y));
    let greatest = arena.binary(width, Binary::Max, x, y);
    arena.neg(width, greatest)
}

/// Powers with a small whole exponent or a half one by products and roots; all powers of known numbers.
pub(crate) fn pow(arena: &mut Arena, width: Width, x: Id, y: Id) -> Result<Id, String> {
    let exponent = arena.known(y).ok_or("an exponent that depends on tokens is not supported")?;
    if let Some(base) = arena.known(x) {
        return Ok(arena.constant_near(constant::power(width, base, exponent)));
    }
    let exponent = exponent.value();
    let size = exponent.abs();
    let power = match size {
        0.0 => return Ok(arena.one()),
        0.5 => arena.unary(width, Function::Sqrt, x),
        _ if size.fract() == 0.0 && size <= 16.0 => {
            // From the left: x³ is (x · x) · x.
            (1..size as usize).fold(x, |power, _| arena.binary(width, Binary::Mul, power, x))
        }
        _ => return Err(format!("the power {exponent} of a number that depends on tokens is not supported")),
    };
    if exponent > 0.0 {
        return Ok(power);
    }
    let one = arena.one();
    Ok(arena.binary(width, Binary::Div, one, power))
}

/// Operators on one tensor, some with a parameter.
pub(crate) fn each(call: &mut Call<'_>) -> Outputs {
    let op = call.node.op().to_owned();
    let mut x = (*call.tensor(0)?).clone();
    if !x.dtype.is_float() {
        return one(map(call.arena, &x, |value| integer(&op, value))?);
    }
    let width = call.width(&x)?;
    if op == "BiasGelu" || (op == "FastGelu" && call.optional(1)?.is_some()) {
        let bias = call.tensor(1)?;
        x = pairwise(call, &x, &bias, |arena, width, x, y| two(arena, width, "Add", x, y, false))?;
    }
    let bound = |call: &Call<'_>, index: usize, name: &str| -> Result<Option<f64>, String> {
        if call.declares(name) {
            return call.optional_float(name);
        }
        call.optional(index)?.map(|bound| call.number(&bound)).transpose()
    };
    let limits = if op == "Clip" { (bound(call, 1, "min")?, bound(call, 2, "max")?) } else { (None, None) };
    let tanh = op == "FastGelu" || (call.declares("approximate") && call.text("approximate")? == "tanh");
    let slope = if op == "PRelu" { call.number(&*call.tensor(1)?)? } else { 0.0 };
    let (alpha, beta) = match op.as_str() {
        "PRelu" => (slope, 0.0),
        "HardSigmoid" => (call.float("alpha")?, call.float("beta")?),
        "HardSwish" => (width.round(1.0 / 6.0), 0.5),
        "LeakyRelu" | "QuickGelu" | "Swish" | "ThresholdedRelu" => (call.float("alpha")?, 0.0),
        _ => (1.0, 0.0),
    };
    let cells = call.floats(&x)?;
    let arena = &mut *call.arena;
    let mut apply = |x: Id| -> Result<Id, String> {
        Ok(match op.as_str() {
            "Neg" => arena.neg(width, x),
            "Sqrt" => arena.unary(width, Function::Sqrt, x),
            "Exp" => arena.unary(width, Function::Exp, x),
            "Tanh" => arena.unary(width, Function::Tanh, x),
            "Erf" => arena.unary(width, Function::Erf, x),
            "Log" if arena.known(x).is_some() => arena.elementary(width, Elementary::Ln, x)?,
            "Log" => arena.unary(width, Function::Ln, x),
            "Sin" => arena.elementary(width, Elementary::Sin, x)?,
            "Cos" => arena.elementary(width, Elementary::Cos, x)?,
            "Tan" => arena.elementary(width, Elementary::Tan, x)?,
            "Abs" => {
                let negative = arena.neg(width, x);
                arena.binary(width, Binary::Max, x, negative)
            }
            "Reciprocal" => {
                let one = arena.one();
                arena.binary(width, Binary::Div, one, x)
            }
            "Sigmoid" => arena.unary(width, Function::Sigmoid, x),
            "Softplus" => arena.unary(width, Function::Softplus, x),
            "Relu" => {
                let zero = arena.zero();
                arena.binary(width, Binary::Max, x, zero)
            }
            "Swish" | "QuickGelu" => {
                let alpha = arena.constant(alpha);
                let inner = arena.binary(width, Binary::Mul, x, alpha);
                let gate = arena.unary(width, Function::Sigmoid, inner);
                arena.binary(width, Binary::Mul, x, gate)
            }
            "Gelu" | "FastGelu" | "BiasGelu" => gelu(arena, width, x, tanh),
            "LeakyRelu" | "PRelu" if (0.0..=1.0).contains(&alpha) => {
                let alpha = arena.constant(alpha);
                let low = arena.binary(width, Binary::Mul, x, alpha);
                arena.binary(width, Binary::Max, x, low)
            }
            "HardSigmoid" | "HardSwish" => {
                let (alpha, beta) = (arena.constant(alpha), arena.constant(beta));
                let inner = arena.binary(width, Binary::Mul, x, alpha);
                let inner = arena.binary(width, Binary::Add, inner, beta);
                let gate = clip(arena, width, inner, (Some(0.0), Some(1.0)));
                if op == "HardSwish" { arena.binary(width, Binary::Mul, x, gate) } else { gate }
            }
            "Clip" => clip(arena, width, x, limits),
            "Floor" | "Ceil" | "Round" | "Sign" => whole(arena, &op, x)?,
            _ => return Err("with these attributes is not supported".into()),
        })
    };
    let cells = cells.into_iter().map(|x| apply(x).map(Cell::Float)).collect::<Result<_, _>>()?;
    one(Tensor::new(x.dtype, x.shape.clone(), cells))
}

fn integer(op: &str, value: i64) -> Result<i64, String> {
    Ok(match op {
        "Neg" => -value,
        "Abs" => value.abs(),
        "Sign" => value.signum(),
        "Relu" => value.max(0),
        "Floor" | "Ceil" | "Round" => value,
        _ => return Err("integers: expected floats".into()),
    })
}

fn gelu(arena: &mut Arena, width: Width, x: Id, tanh: bool) -> Id {
    let mul = |arena: &mut Arena, x, y| arena.binary(width, Binary::Mul, x, y);
    let (half, one) = (arena.constant(0.5), arena.one());
    let inner = if tanh {
        let cubic = arena.constant(width.round(0.044715));
        let scale = arena.constant(width.round((2.0 / std::f64::consts::PI).sqrt()));
        let square = mul(arena, x, x);
        let cube = mul(arena, square, x);
        let cube = mul(arena, cubic, cube);
        let inner = arena.binary(width, Binary::Add, x, cube);
        let inner = mul(arena, scale, inner);
        arena.unary(width, Function::Tanh, inner)
    } else {
        let root = arena.constant(width.round(std::f64::consts::FRAC_1_SQRT_2));
        let inner = mul(arena, x, root);
        arena.unary(width, Function::Erf, inner)
    };
    let gate = arena.binary(width, Binary::Add, one, inner);
    let halved = mul(arena, half, x);
    mul(arena, halved, gate)
}

fn clip(arena: &mut Arena, width: Width, mut x: Id, (low, high): (Option<f64>, Option<f64>)) -> Id {
    if let Some(low) = low.filter(|low| low.is_finite()) {
        let low = arena.constant(low);
        x = arena.binary(width, Binary::Max, x, low);
    }
    if let Some(high) = high.filter(|high| high.is_finite()) {
        let high = arena.constant(high);
        x = min(arena, width, x, high);
    }
    x
}

/// Rounding to whole numbers and signs, of known numbers alone.
fn whole(arena: &mut Arena, op: &str, x: Id) -> Result<Id, String> {
    let known =
        arena.known(x).ok_or("a step function of a number that depends on tokens is not supported")?;
    let found = |value: f64| match op {
        "Floor" => value.floor(),
        "Ceil" => value.ceil(),
        "Round" => value.round_ties_even(),
        _ if value == 0.0 => 0.0,
        _ => value.signum(),
    };
    let (value, radius) = (known.value(), known.radius());
    if found(value - radius) != found(value + radius) {
        arena.breaks();
    }
    Ok(arena.constant_near(Constant::exact(found(value))))
}
