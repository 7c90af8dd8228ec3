//! Operators that work element by element on numbers.

use crate::arena::{Arena, Id};
use crate::call::{Call, Outputs, one};
use crate::constant::{Elementary, Width};
use crate::ops::activation::Builder;
use crate::ops::discrete::{fold, map};
use crate::ops::integers;
use crate::ops::power::power;
use crate::tensor::{Cell, Tensor, broadcast_shape};
use program::{Binary, Constant, Function};
use spec::figures::counted;

/// Operators on two or more tensors that are broadcast to one shape.
pub(crate) fn many(call: &mut Call<'_>) -> Outputs {
    let op = call.node.op().to_owned();
    if op == "Pow" {
        return power(call);
    }
    let fmod = op == "Mod" && call.int("fmod")? != 0;
    let step = if matches!(op.as_str(), "Sum" | "Mean") { "Add" } else { &op };
    let mut total = (*call.tensor(0)?).clone();
    for index in 1..call.inputs.len() {
        let next = call.tensor(index)?;
        total = pairwise(call, step, &total, &next, fmod)?;
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

/// The operator `op` on the elements of two tensors of one type, in the shape that both are broadcast to.
fn pairwise(call: &mut Call<'_>, op: &str, x: &Tensor, y: &Tensor, fmod: bool) -> Result<Tensor, String> {
    let shape = broadcast_shape(&x.shape, &y.shape)?;
    let (x, y) = (x.broadcast(&shape)?, y.broadcast(&shape)?);
    let width = x.dtype.is_float().then(|| call.width(&x)).transpose()?;
    let mut cells = Vec::with_capacity(x.cells.len());
    for (&a, &b) in x.cells.iter().zip(&y.cells) {
        cells.push(match width {
            Some(width) => {
                let (a, b) = (call.arena.float(a)?, call.arena.float(b)?);
                Cell::Float(two(call.arena, width, op, a, b, fmod)?)
            }
            None => fold(call.arena, x.dtype, a, b, |a, b| integers::two(op, x.dtype, a, b, fmod))?,
        });
    }
    Ok(Tensor::new(x.dtype, shape, cells))
}

fn two(arena: &mut Arena, width: Width, op: &str, x: Id, y: Id, fmod: bool) -> Result<Id, String> {
    Ok(match op {
        "Add" => arena.binary(width, Binary::Add, x, y),
        "Sub" => arena.binary(width, Binary::Sub, x, y),
        "Mul" => arena.binary(width, Binary::Mul, x, y),
        "Div" => arena.binary(width, Binary::Div, x, y),
        "Max" => arena.binary(width, Binary::Max, x, y),
        "Min" => Builder { arena, width }.min(x, y),
        _ if fmod => remainder(arena, x, y)?,
        _ => return Err("of floats with fmod = 0: ONNX leaves it undefined".into()),
    })
}

/// The remainder of C's `fmod`, which is exact and has the sign of the dividend.
fn remainder(arena: &mut Arena, x: Id, y: Id) -> Result<Id, String> {
    let (Some(a), Some(b)) = (arena.known(x), arena.known(y)) else {
        return Err("the remainder of a number that depends on tokens is not supported".into());
    };
    if a.radius() > 0.0 || b.radius() > 0.0 {
        arena.breaks();
    }
    Ok(arena.constant(a.value() % b.value()))
}

/// Operators on one tensor, some with a parameter.
pub(crate) fn each(call: &mut Call<'_>) -> Outputs {
    let op = call.node.op().to_owned();
    match op.as_str() {
        "Clip" => return clip(call),
        "PRelu" => return prelu(call),
        _ => {}
    }
    let mut x = (*call.tensor(0)?).clone();
    if !x.dtype.is_float() {
        return one(map(call.arena, &x, |value| integers::one(&op, x.dtype, value))?);
    }
    let width = call.width(&x)?;
    if op == "BiasGelu" || (op == "FastGelu" && call.optional(1)?.is_some()) {
        let bias = call.tensor(1)?;
        x = pairwise(call, "Add", &x, &bias, false)?;
    }
    let parameters = Parameters::of(call, &op)?;
    let cells = call.floats(&x)?;
    let mut found = Vec::with_capacity(cells.len());
    for x in cells {
        found.push(Cell::Float(apply(call.arena, width, &op, x, &parameters)?));
    }
    one(Tensor::new(x.dtype, x.shape.clone(), found))
}

/// The attributes of an operator on one tensor.
#[derive(Default)]
struct Parameters {
    alpha: f64,
    beta: f64,
    gamma: f64,
    tanh: bool,
}

impl Parameters {
    fn of(call: &Call<'_>, op: &str) -> Result<Self, String> {
        let mut found = Self::default();
        match op {
            "LeakyRelu" | "Elu" | "Celu" | "ThresholdedRelu" | "Swish" | "QuickGelu" => {
                found.alpha = call.float("alpha")?;
            }
            "HardSigmoid" => (found.alpha, found.beta) = (call.float("alpha")?, call.float("beta")?),
            "Selu" => (found.alpha, found.gamma) = (call.float("alpha")?, call.float("gamma")?),
            "FastGelu" => found.tanh = true,
            // ONNX Runtime's own has no attribute.
            "Gelu" if call.declares("approximate") => {
                found.tanh = match call.text("approximate")?.as_str() {
                    "tanh" => true,
                    "none" => false,
                    other => return Err(format!("`approximate` is `{other}`: expected `none` or `tanh`")),
                }
            }
            _ => {}
        }
        Ok(found)
    }
}

fn apply(arena: &mut Arena, width: Width, op: &str, x: Id, with: &Parameters) -> Result<Id, String> {
    let mut build = Builder { arena, width };
    Ok(match op {
        "Neg" => build.arena.neg(width, x),
        "Sqrt" => build.arena.unary(width, Function::Sqrt, x),
        "Exp" => build.arena.unary(width, Function::Exp, x),
        "Tanh" => build.arena.unary(width, Function::Tanh, x),
        "Erf" => build.arena.unary(width, Function::Erf, x),
        "Sigmoid" => build.arena.unary(width, Function::Sigmoid, x),
        "Softplus" => build.arena.unary(width, Function::Softplus, x),
        "Log" if build.arena.known(x).is_some() => build.arena.elementary(width, Elementary::Ln, x)?,
        "Log" => build.arena.unary(width, Function::Ln, x),
        "Sin" => build.arena.elementary(width, Elementary::Sin, x)?,
        "Cos" => build.arena.elementary(width, Elementary::Cos, x)?,
        "Tan" => build.arena.elementary(width, Elementary::Tan, x)?,
        "Reciprocal" => {
            let one = build.arena.one();
            build.arena.binary(width, Binary::Div, one, x)
        }
        "Abs" => build.abs(x),
        "Relu" => build.relu(x),
        "Swish" | "QuickGelu" => build.swish(x, with.alpha),
        "Gelu" | "FastGelu" | "BiasGelu" => build.gelu(x, with.tanh),
        "LeakyRelu" => {
            let slope = build.arena.constant(with.alpha);
            build.leaky(x, slope)
        }
        "Elu" => build.elu(x, with.alpha),
        "Celu" if with.alpha > 0.0 => build.celu(x, with.alpha),
        "Selu" => build.selu(x, with.alpha, with.gamma),
        "Softsign" => build.softsign(x),
        "Mish" => build.mish(x),
        "HardSigmoid" => {
            let alpha = build.arena.constant(with.alpha);
            build.hard_sigmoid(x, alpha, with.beta)
        }
        "HardSwish" => build.hard_swish(x),
        "ThresholdedRelu" => build.thresholded(x, with.alpha)?,
        "Floor" | "Ceil" | "Round" | "Sign" => whole(build.arena, op, x)?,
        _ => return Err("with these attributes is not supported".into()),
    })
}

/// `Clip`, of integers too. Of crossed bounds the upper one is the result.
fn clip(call: &mut Call<'_>) -> Outputs {
    let x = call.tensor(0)?;
    let mut bounds = [None, None];
    for (index, name) in [(1, "min"), (2, "max")] {
        // Before version 11 the bounds are attributes. Left out they are those of the type and bound nothing that is finite.
        bounds[index - 1] = if call.declares(name) {
            let value = call.optional_float(name)?.filter(|value| value.abs() < f64::from(f32::MAX));
            value.map(|value| Cell::Float(call.arena.constant(value)))
        } else {
            match call.optional(index)?.as_deref().map(|bound| bound.cells.as_slice()) {
                None => None,
                Some(&[bound]) => Some(bound),
                Some(cells) => {
                    return Err(format!("`{name}` of {}: expected one", counted(cells.len(), "element")));
                }
            }
        };
    }
    let mut cells = Vec::with_capacity(x.cells.len());
    if !x.dtype.is_float() {
        for &cell in &x.cells {
            let mut clipped = cell;
            for (bound, op) in bounds.into_iter().zip(["Max", "Min"]) {
                if let Some(bound) = bound {
                    let bounded = |a, b| integers::two(op, x.dtype, a, b, false);
                    clipped = fold(call.arena, x.dtype, clipped, bound, bounded)?;
                }
            }
            cells.push(clipped);
        }
        return one(Tensor::new(x.dtype, x.shape.clone(), cells));
    }
    let width = call.width(&x)?;
    let mut numbers = [None, None];
    for (number, bound) in numbers.iter_mut().zip(bounds) {
        *number = bound.map(|bound| call.arena.float(bound)).transpose()?;
    }
    for x in call.floats(&x)? {
        let mut build = Builder { arena: call.arena, width };
        cells.push(Cell::Float(build.clip(x, numbers[0], numbers[1])?));
    }
    one(Tensor::new(x.dtype, x.shape.clone(), cells))
}

/// `PRelu`, whose slopes are broadcast to the first input.
fn prelu(call: &mut Call<'_>) -> Outputs {
    let x = call.tensor(0)?;
    let slopes = call.tensor(1)?.broadcast(&x.shape)?;
    let mut cells = Vec::with_capacity(x.cells.len());
    for (&cell, &slope) in x.cells.iter().zip(&slopes.cells) {
        cells.push(if x.dtype.is_float() {
            let width = call.width(&x)?;
            let (cell, slope) = (call.arena.float(cell)?, call.arena.float(slope)?);
            Cell::Float(Builder { arena: call.arena, width }.leaky(cell, slope))
        } else {
            fold(call.arena, x.dtype, cell, slope, |a, b| Ok(if a < 0 { a.wrapping_mul(b) } else { a }))?
        });
    }
    one(Tensor::new(x.dtype, x.shape.clone(), cells))
}

/// Rounding to whole numbers, ties to even, and signs, of known numbers alone.
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
    if op == "Sign" && value.is_nan() {
        return Err("of a NaN: ONNX leaves it undefined".into());
    }
    let ends = [(value - radius).next_down(), (value + radius).next_up()];
    if radius > 0.0 && ends.iter().any(|&end| found(end) != found(value)) {
        arena.breaks();
    }
    Ok(arena.constant_near(Constant::exact(found(value))))
}
