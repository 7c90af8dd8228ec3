//! Operators that cut tensors and put them together.

use crate::call::{Call, Outputs, axis, one};
use crate::tensor::{Cell, Tensor, strides};
use std::rc::Rc;

pub(crate) fn concat(call: &mut Call<'_>) -> Outputs {
    let parts = (0..call.inputs.len()).map(|index| call.tensor(index)).collect::<Result<Vec<_>, _>>()?;
    one(join(&parts, call.int("axis")?)?)
}

/// The tensors `parts` side by side along an axis.
pub(crate) fn join(parts: &[Rc<Tensor>], along: i64) -> Result<Tensor, String> {
    let first = parts.first().ok_or("nothing to put together")?;
    let at = axis(along, first.rank())?;
    for part in parts {
        let fits = part.rank() == first.rank()
            && (0..first.rank()).all(|other| other == at || part.shape[other] == first.shape[other]);
        if !fits {
            return Err(format!("the shapes {:?} and {:?} do not fit together", first.shape, part.shape));
        }
    }
    let mut shape = first.shape.clone();
    shape[at] = parts.iter().map(|part| part.shape[at]).sum();
    let outer: usize = shape[..at].iter().product();
    let mut cells = Vec::with_capacity(Tensor::size(&shape)?);
    for index in 0..outer {
        for part in parts {
            let size: usize = part.shape[at..].iter().product();
            cells.extend_from_slice(&part.cells[index * size..][..size]);
        }
    }
    Ok(Tensor::new(first.dtype, shape, cells))
}

/// The places from `start`, `count` of them, `step` apart, along one axis.
pub(crate) fn cut(x: &Tensor, at: usize, start: i64, step: i64, count: usize) -> Result<Tensor, String> {
    let strides = strides(&x.shape);
    let mut shape = x.shape.clone();
    shape[at] = count;
    x.picked(shape, |index| {
        let place = |axis: usize| {
            if axis == at { (start + index[axis] as i64 * step) as usize } else { index[axis] }
        };
        (0..index.len()).map(|axis| place(axis) * strides[axis]).sum()
    })
}

pub(crate) fn split(call: &mut Call<'_>) -> Outputs {
    let x = call.tensor(0)?;
    let at = axis(call.int("axis")?, x.rank())?;
    let sizes = match call.ints_of("split", 1)? {
        Some(sizes) => sizes.iter().map(|&size| size.max(0) as usize).collect(),
        None => {
            let parts = if call.declares("num_outputs") { call.optional_int("num_outputs")? } else { None };
            let parts = parts.unwrap_or(call.node.output.len() as i64).max(1) as usize;
            chunks(x.shape[at], x.shape[at].div_ceil(parts))
        }
    };
    if sizes.iter().sum::<usize>() != x.shape[at] {
        return Err(format!("parts of {sizes:?}: expected {} places", x.shape[at]));
    }
    let mut start = 0;
    let part = |size: usize| {
        let part = cut(&x, at, start as i64, 1, size);
        start += size;
        part.map(Into::into)
    };
    sizes.into_iter().map(part).collect()
}

/// Parts of `size` places, the last one what is left.
pub(crate) fn chunks(total: usize, size: usize) -> Vec<usize> {
    let size = size.max(1);
    (0..total.div_ceil(size)).map(|index| size.min(total - index * size)).collect()
}

pub(crate) fn slice(call: &mut Call<'_>) -> Outputs {
    let mut x = (*call.tensor(0)?).clone();
    let starts = call.ints_of("starts", 1)?.ok_or("starts are missing")?;
    let ends = call.ints_of("ends", 2)?.ok_or("ends are missing")?;
    let named = call.ints_of("axes", 3)?.unwrap_or_else(|| (0..starts.len() as i64).collect());
    let steps = call.ints(4)?.unwrap_or_else(|| vec![1; starts.len()]);
    if [ends.len(), named.len(), steps.len()].iter().any(|&len| len != starts.len()) {
        return Err("starts, ends, axes and steps of different lengths".into());
    }
    for (((&start, &end), &along), &step) in starts.iter().zip(&ends).zip(&named).zip(&steps) {
        let at = axis(along, x.rank())?;
        let size = x.shape[at] as i64;
        if step == 0 {
            return Err("a step of 0".into());
        }
        let from_end = |place: i64| if place < 0 { place.saturating_add(size) } else { place };
        let (low, high) = if step > 0 { (0, size) } else { (-1, size - 1) };
        let start = from_end(start).clamp(low.max(0), high);
        let end = from_end(end).clamp(low, high);
        let count = if step > 0 { (end - start + step - 1) / step } else { (end - start + step + 1) / step };
        x = cut(&x, at, start, step, count.max(0) as usize)?;
    }
    one(x)
}

pub(crate) fn pad(call: &mut Call<'_>) -> Outputs {
    let x = call.tensor(0)?;
    let pads = call.ints_of("pads", 1)?.ok_or("pads are missing")?;
    let fill = match call.optional(2)? {
        Some(value) => *value.cells.first().ok_or("the value is empty")?,
        None if x.dtype.is_float() && call.declares("value") => {
            let value = call.float("value")?;
            Cell::Float(call.arena.constant(value))
        }
        None if x.dtype.is_float() => Cell::Float(call.arena.zero()),
        None => Cell::Int(0),
    };
    let named = call.ints(3)?.unwrap_or_else(|| (0..x.rank() as i64).collect());
    if pads.len() != 2 * named.len() {
        return Err(format!("{} pads: expected {}", pads.len(), 2 * named.len()));
    }
    let mut x = (*x).clone();
    for (index, &along) in named.iter().enumerate() {
        let at = axis(along, x.rank())?;
        for (place, count) in [(false, pads[index]), (true, pads[named.len() + index])] {
            if count < 0 {
                let left = (x.shape[at] as i64 + count).max(0) as usize;
                x = cut(&x, at, if place { 0 } else { -count }, 1, left)?;
                continue;
            }
            let mut shape = x.shape.clone();
            shape[at] = count as usize;
            let filled = Rc::new(Tensor::new(x.dtype, shape.clone(), vec![fill; Tensor::size(&shape)?]));
            let own = Rc::new(x);
            x = join(&if place { [own, filled] } else { [filled, own] }, at as i64)?;
        }
    }
    one(x)
}
