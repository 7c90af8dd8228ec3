//! Operators that move elements without changing them, one shape to another.

use crate::call::{Call, Outputs, axes, axis, one};
use crate::tensor::{Cell, Tensor, broadcast_shape, strides};
use spec::figures::counted;

/// The input as it is.
pub(crate) fn identity(call: &mut Call<'_>) -> Outputs {
    Ok(vec![call.inputs.first().cloned().flatten().ok_or("input 0 is missing")?])
}

pub(crate) fn trilu(call: &mut Call<'_>) -> Outputs {
    let x = call.tensor(0)?;
    let upper = call.int("upper")? != 0;
    let offset = call.ints(1)?.and_then(|k| k.first().copied()).unwrap_or(0);
    let &[.., rows, columns] = x.shape.as_slice() else { return Err("expected at least two axes".into()) };
    let zero = if x.dtype.is_float() { Cell::Float(call.arena.zero()) } else { Cell::Int(0) };
    let keep = |index: usize| {
        let (row, column) = ((index / columns % rows) as i64, (index % columns) as i64);
        if upper { column - row >= offset } else { column - row <= offset }
    };
    let cells = x.cells.iter().enumerate().map(|(index, &cell)| if keep(index) { cell } else { zero });
    one(Tensor::new(x.dtype, x.shape.clone(), cells.collect()))
}

pub(crate) fn reshape(call: &mut Call<'_>) -> Outputs {
    let x = call.tensor(0)?;
    let wanted = call.ints(1)?.ok_or("a shape is missing")?;
    let zero_is_zero = call.declares("allowzero") && call.int("allowzero")? != 0;
    let mut shape = Vec::with_capacity(wanted.len());
    let mut open = None;
    for (at, &size) in wanted.iter().enumerate() {
        shape.push(match size {
            -1 => {
                if open.replace(at).is_some() {
                    return Err(format!("the shape {wanted:?}: expected -1 at most once"));
                }
                1
            }
            0 if !zero_is_zero => *x.shape.get(at).ok_or("a size of 0 where the input has no axis")?,
            size => usize::try_from(size).map_err(|_| format!("an axis of size {size}"))?,
        });
    }
    if let Some(at) = open {
        let known = Tensor::size(&shape)?;
        if known == 0 || x.cells.len() % known != 0 {
            return Err(format!("cannot give {:?} the shape {wanted:?}", x.shape));
        }
        shape[at] = x.cells.len() / known;
    }
    one(x.reshaped(shape)?)
}

pub(crate) fn flatten(call: &mut Call<'_>) -> Outputs {
    let x = call.tensor(0)?;
    let place = call.int("axis")?;
    let at = if place == x.rank() as i64 { x.rank() } else { axis(place, x.rank())? };
    one(x.reshaped(vec![x.shape[..at].iter().product(), x.shape[at..].iter().product()])?)
}

pub(crate) fn squeeze(call: &mut Call<'_>) -> Outputs {
    let x = call.tensor(0)?;
    let gone = match call.ints_of("axes", 1)? {
        Some(named) => axes(&named, x.rank())?,
        None => (0..x.rank()).filter(|&at| x.shape[at] == 1).collect(),
    };
    if let Some(&at) = gone.iter().find(|&&at| x.shape[at] != 1) {
        return Err(format!("axis {at} has {} places: expected 1", x.shape[at]));
    }
    let shape = (0..x.rank()).filter(|at| !gone.contains(at)).map(|at| x.shape[at]).collect();
    one(x.reshaped(shape)?)
}

pub(crate) fn unsqueeze(call: &mut Call<'_>) -> Outputs {
    let x = call.tensor(0)?;
    let named = call.ints_of("axes", 1)?.ok_or("axes are missing")?;
    let new = axes(&named, x.rank() + named.len())?;
    if new.len() != named.len() {
        return Err(format!("the axes {named:?}: expected each once"));
    }
    let mut shape = x.shape.clone();
    for at in new {
        shape.insert(at, 1);
    }
    one(x.reshaped(shape)?)
}

pub(crate) fn transpose(call: &mut Call<'_>) -> Outputs {
    let x = call.tensor(0)?;
    let order = call.optional_ints("perm")?.unwrap_or_else(|| (0..x.rank() as i64).rev().collect());
    let order = order.iter().map(|&at| axis(at, x.rank())).collect::<Result<Vec<_>, _>>()?;
    one(permuted(&x, &order)?)
}

/// The tensor whose axis `i` is the axis `order[i]` of `x`.
pub(crate) fn permuted(x: &Tensor, order: &[usize]) -> Result<Tensor, String> {
    let mut seen = order.to_vec();
    seen.sort_unstable();
    if seen != (0..x.rank()).collect::<Vec<_>>() {
        return Err(format!("the order {order:?}: expected each of {} once", counted(x.rank(), "axis")));
    }
    let strides = strides(&x.shape);
    let shape = order.iter().map(|&at| x.shape[at]).collect();
    x.picked(shape, |index| index.iter().zip(order).map(|(&i, &at)| i * strides[at]).sum())
}

pub(crate) fn expand(call: &mut Call<'_>) -> Outputs {
    let x = call.tensor(0)?;
    let wanted = call.ints(1)?.ok_or("a shape is missing")?;
    let size = |&axis: &i64| usize::try_from(axis).map_err(|_| format!("an axis of size {axis}"));
    let wanted = wanted.iter().map(size).collect::<Result<Vec<_>, _>>()?;
    one(x.broadcast(&broadcast_shape(&x.shape, &wanted)?)?)
}

pub(crate) fn tile(call: &mut Call<'_>) -> Outputs {
    let x = call.tensor(0)?;
    let times = call.ints(1)?.ok_or("repeats are missing")?;
    if times.len() != x.rank() {
        return Err(format!("{}: expected {}", counted(times.len(), "repeat"), x.rank()));
    }
    let sized = |(&axis, &times): (&usize, &i64)| {
        usize::try_from(times).ok().and_then(|times| axis.checked_mul(times))
    };
    let shape = x.shape.iter().zip(&times).map(sized).collect::<Option<Vec<_>>>();
    let shape = shape.ok_or_else(|| format!("the repeats {times:?}"))?;
    let strides = strides(&x.shape);
    let sizes = x.shape.clone();
    one(x.picked(shape, |index| {
        index.iter().zip(&sizes).zip(&strides).map(|((&i, &axis), &stride)| i % axis * stride).sum()
    })?)
}
