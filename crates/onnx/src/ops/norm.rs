//! Norms.

use crate::arena::{Arena, Id};
use crate::call::{Call, Outputs, axis};
use crate::constant::Width;
use crate::tensor::{Cell, Tensor, Value};
use program::{Binary, Function};

/// What `onnx.proto` calls the type of f64.
const DOUBLE: i64 = 11;

/// `x` divided by its size, after its mean is taken away where it is centred.
fn normalized(arena: &mut Arena, width: Width, x: &[Id], center: bool, epsilon: f64) -> Vec<Id> {
    let size = arena.constant(x.len() as f64);
    let mut x = x.to_vec();
    if center {
        let sum = arena.sum(width, x.clone());
        let mean = arena.binary(width, Binary::Div, sum, size);
        x = x.into_iter().map(|x| arena.binary(width, Binary::Sub, x, mean)).collect();
    }
    let square = arena.dot(width, x.clone(), x.clone());
    let mean = arena.binary(width, Binary::Div, square, size);
    let epsilon = arena.constant(epsilon);
    let mean = arena.binary(width, Binary::Add, mean, epsilon);
    let root = arena.unary(width, Function::Sqrt, mean);
    x.into_iter().map(|x| arena.binary(width, Binary::Div, x, root)).collect()
}

fn norm(call: &mut Call<'_>, x: &Tensor, center: bool, weight: usize, bias: Option<usize>) -> Outputs {
    // ONNX Runtime's sums with a norm have no axis: it is the last.
    let at = axis(if call.declares("axis") { call.int("axis")? } else { -1 }, x.rank())?;
    let size: usize = x.shape[at..].iter().product();
    let width = call.width(x)?;
    // PyTorch writes the type of doubles where its input is of doubles; runtimes compute in the type of the input.
    let stash = if call.declares("stash_type") { call.int("stash_type")? } else { 1 };
    if stash != 1 && (stash, width) != (DOUBLE, Width::Double) {
        return Err(format!(
            "the attribute `stash_type` = {stash} is not supported: expected 1, or {DOUBLE} for an input of f64"
        ));
    }
    let epsilon = width.round(call.float("epsilon")?);
    let mut list = |index: usize| -> Result<Option<Vec<Id>>, String> {
        let Some(tensor) = call.optional(index)? else { return Ok(None) };
        let spread = tensor.broadcast(&x.shape)?;
        call.floats(&spread).map(Some)
    };
    let weight = list(weight)?;
    let bias = match bias {
        Some(bias) => list(bias)?,
        None => None,
    };
    let mut numbers = Vec::new();
    for row in call.floats(x)?.chunks(size.max(1)) {
        numbers.extend(normalized(call.arena, width, row, center, epsilon));
    }
    for (after, list) in [(Binary::Mul, weight), (Binary::Add, bias)] {
        let Some(list) = list else { continue };
        for (number, with) in numbers.iter_mut().zip(list) {
            *number = call.arena.binary(width, after, *number, with);
        }
    }
    let cells = numbers.into_iter().map(Cell::Float).collect();
    let out: Value = Tensor::new(x.dtype, x.shape.clone(), cells).into();
    Ok(vec![out])
}

pub(crate) fn layer(call: &mut Call<'_>) -> Outputs {
    let x = call.tensor(0)?;
    norm(call, &x, true, 1, Some(2))
}

pub(crate) fn rms(call: &mut Call<'_>) -> Outputs {
    let x = call.tensor(0)?;
    norm(call, &x, false, 1, None)
}

/// ONNX Runtime's sum of two tensors with a norm behind it; the sum is its fourth output.
pub(crate) fn skip(call: &mut Call<'_>) -> Outputs {
    let simple = call.node.op().contains("Simplified");
    let (x, other) = (call.tensor(0)?, call.tensor(1)?);
    let width = call.width(&x)?;
    let mut sum = (*x).clone();
    for part in [Some(other), call.optional(if simple { 3 } else { 4 })?].into_iter().flatten() {
        let part = part.broadcast(&sum.shape)?;
        let (a, b) = (call.floats(&sum)?, call.floats(&part)?);
        let add = |(a, b)| Cell::Float(call.arena.binary(width, Binary::Add, a, b));
        sum.cells = a.into_iter().zip(b).map(add).collect();
    }
    let mut outputs = norm(call, &sum, !simple, 2, (!simple).then_some(3))?;
    let normed = outputs[0].clone();
    outputs.extend([normed.clone(), normed, sum.into()]);
    Ok(outputs)
}

/// A vector divided by its Euclidean length.
pub(crate) fn lp(call: &mut Call<'_>) -> Outputs {
    let x = call.tensor(0)?;
    let at = axis(call.int("axis")?, x.rank())?;
    if at + 1 != x.rank() {
        return Err("only the Euclidean length over the last axis is supported".into());
    }
    let (width, numbers) = (call.width(&x)?, call.floats(&x)?);
    let mut cells = Vec::with_capacity(numbers.len());
    for row in numbers.chunks(x.shape[at].max(1)) {
        let square = call.arena.dot(width, row.to_vec(), row.to_vec());
        let root = call.arena.unary(width, Function::Sqrt, square);
        // A vector without a length stays as it is, and 0 / 0 would not.
        if call.arena.range(root).lo <= 0.0 {
            return Err("of a vector that is not shown to have a length above zero is not supported".into());
        }
        cells.extend(row.iter().map(|&x| Cell::Float(call.arena.binary(width, Binary::Div, x, root))));
    }
    Ok(vec![Tensor::new(x.dtype, x.shape.clone(), cells).into()])
}
