//! Operators that make tensors: constants, shapes, ranges.

use crate::call::{Call, Outputs, axis, one};
use crate::graph::load;
use crate::ops::discrete::fold;
use crate::tensor::{Cell, Dtype, Tensor};
use program::Constant;

pub(crate) fn shape(call: &mut Call<'_>) -> Outputs {
    let x = call.tensor(0)?;
    let rank = x.rank() as i64;
    let clamp = |at: i64| (if at < 0 { at + rank } else { at }).clamp(0, rank) as usize;
    let (start, end) = if call.declares("start") {
        (clamp(call.int("start")?), clamp(call.optional_int("end")?.unwrap_or(rank)))
    } else {
        (0, x.rank())
    };
    let sizes: Vec<i64> = x.shape[start..end.max(start)].iter().map(|&axis| axis as i64).collect();
    one(Tensor::ints(vec![sizes.len()], sizes))
}

pub(crate) fn size(call: &mut Call<'_>) -> Outputs {
    let size = call.tensor(0)?.cells.len() as i64;
    one(Tensor::ints(vec![], [size]))
}

pub(crate) fn constant(call: &mut Call<'_>) -> Outputs {
    let node = call.node;
    if node.attribute.len() != 1 {
        return Err(format!("{} values: expected one", node.attribute.len()));
    }
    for attribute in &node.attribute {
        match attribute.name.as_deref() {
            Some("value") => {
                let tensor = attribute.t.as_ref().ok_or("`value` holds no tensor")?;
                return one(load(call.arena, tensor)?);
            }
            Some("value_float") => {
                let cell = Cell::Float(call.arena.constant(call.float("value_float")?));
                return one(Tensor::new(Dtype::F32, vec![], vec![cell]));
            }
            Some("value_floats") => {
                let values = attribute.floats.iter();
                let cells: Vec<_> = values.map(|&x| Cell::Float(call.arena.constant(f64::from(x)))).collect();
                return one(Tensor::new(Dtype::F32, vec![cells.len()], cells));
            }
            Some("value_int") => return one(Tensor::ints(vec![], attribute.i)),
            Some("value_ints") => {
                return one(Tensor::ints(vec![attribute.ints.len()], attribute.ints.iter().copied()));
            }
            _ => {}
        }
    }
    Err("expected a value of numbers".into())
}

fn sizes(values: Option<Vec<i64>>) -> Result<Vec<usize>, String> {
    let size = |&axis: &i64| usize::try_from(axis).map_err(|_| format!("an axis of size {axis}"));
    values.ok_or("a shape is missing")?.iter().map(size).collect()
}

pub(crate) fn constant_of_shape(call: &mut Call<'_>) -> Outputs {
    let shape = sizes(call.ints(0)?)?;
    let size = Tensor::size(&shape)?;
    let (dtype, cell) = match call.node.attribute("value").and_then(|attribute| attribute.t.as_ref()) {
        Some(tensor) => {
            let tensor = load(call.arena, tensor)?;
            let &[cell] = tensor.cells.as_slice() else {
                return Err(format!("`value` holds {} numbers: expected one", tensor.cells.len()));
            };
            (tensor.dtype, cell)
        }
        None => (Dtype::F32, Cell::Float(call.arena.zero())),
    };
    one(Tensor::new(dtype, shape, vec![cell; size]))
}

pub(crate) fn range(call: &mut Call<'_>) -> Outputs {
    let (start, limit, step) = (call.tensor(0)?, call.tensor(1)?, call.tensor(2)?);
    let (from, to, by) = (call.number(&start)?, call.number(&limit)?, call.number(&step)?);
    let count = ((to - from) / by).ceil();
    if !count.is_finite() {
        return Err(format!("from {from} to {to} by {by}"));
    }
    let count = count.max(0.0) as usize;
    Tensor::size(&[count])?;
    let cells = (0..count).map(|index| {
        let value = from + index as f64 * by;
        if start.dtype.is_float() {
            let value = if start.dtype == Dtype::F32 { f64::from(value as f32) } else { value };
            Cell::Float(call.arena.constant(value))
        } else {
            Cell::Int(value as i64)
        }
    });
    let cells = cells.collect();
    one(Tensor::new(start.dtype, vec![count], cells))
}

pub(crate) fn eye_like(call: &mut Call<'_>) -> Outputs {
    let x = call.tensor(0)?;
    let &[rows, columns] = x.shape.as_slice() else { return Err("expected two axes".into()) };
    let dtype = match call.optional_int("dtype")? {
        Some(code) => Dtype::of(code as i32)?,
        None => x.dtype,
    };
    let offset = call.int("k")?;
    let (zero, unit) = if dtype.is_float() {
        (Cell::Float(call.arena.zero()), Cell::Float(call.arena.one()))
    } else {
        (Cell::Int(0), Cell::Int(1))
    };
    let at = |index: usize| {
        let (row, column) = ((index / columns) as i64, (index % columns) as i64);
        if column - row == offset { unit } else { zero }
    };
    one(Tensor::new(dtype, x.shape.clone(), (0..rows * columns).map(at).collect()))
}

pub(crate) fn one_hot(call: &mut Call<'_>) -> Outputs {
    let (indices, depth, values) = (call.tensor(0)?, call.tensor(1)?, call.tensor(2)?);
    let depth = call.number(&depth)? as i64;
    let &[off, on] = values.cells.as_slice() else { return Err("expected two values".into()) };
    let place = call.int("axis")?;
    let rank = indices.rank() + 1;
    let at = axis(place, rank)?;
    let size = usize::try_from(depth).map_err(|_| format!("a depth of {depth}"))?;
    let mut shape = indices.shape.clone();
    shape.insert(at, size);
    // First the truth of each place, then the two values by it.
    let inner: usize = indices.shape[at..].iter().product();
    let mut cells = Vec::with_capacity(Tensor::size(&shape)?);
    for outer in indices.cells.chunks(inner.max(1)) {
        for hot in 0..depth {
            for &index in outer {
                let index = if indices.dtype.is_float() { int_of(call, index)? } else { index };
                let truth = fold(call.arena, index, Cell::Int(hot), |index, hot| {
                    Ok(i64::from(if index < 0 { index + depth } else { index } == hot))
                })?;
                cells.push(match truth {
                    Cell::Int(truth) => {
                        if truth != 0 {
                            on
                        } else {
                            off
                        }
                    }
                    Cell::Token(table) if values.dtype.is_float() => {
                        let discrete = call.arena.discrete[table as usize].clone();
                        let known = |cell: Cell| match cell {
                            Cell::Float(id) => call.arena.known(id),
                            Cell::Int(value) => Some(Constant::exact(value as f64)),
                            Cell::Token(_) => None,
                        };
                        let both = known(on).zip(known(off)).ok_or("expected known values")?;
                        let entry = |&truth: &i64| if truth != 0 { both.0 } else { both.1 };
                        let entries = discrete.table.iter().map(entry).collect();
                        Cell::Float(call.arena.look_up(discrete.position, entries))
                    }
                    truth => {
                        let on = fold(call.arena, truth, on, |truth, value| Ok(truth * value))?;
                        let off = fold(call.arena, truth, off, |truth, value| Ok((1 - truth) * value))?;
                        fold(call.arena, on, off, |a, b| Ok(a + b))?
                    }
                });
            }
        }
    }
    one(Tensor::new(values.dtype, shape, cells))
}

fn int_of(call: &Call<'_>, cell: Cell) -> Result<Cell, String> {
    match cell {
        Cell::Float(id) => {
            let known = call.arena.known(id).ok_or("indices that depend on tokens: expected integers")?;
            Ok(Cell::Int(known.value() as i64))
        }
        cell => Ok(cell),
    }
}
