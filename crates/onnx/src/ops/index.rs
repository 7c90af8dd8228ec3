//! Operators that pick elements by integers, tokens among them.

use crate::arena::Discrete;
use crate::call::{Call, Outputs, axis, one};
use crate::tensor::{Cell, Tensor, advance, strides};
use program::Constant;
use spec::figures::counted;
use std::collections::BTreeSet;

/// `index` as a place of an axis of `size` places.
fn place(index: i64, size: usize) -> Result<usize, String> {
    let at = if index < 0 { index + size as i64 } else { index };
    usize::try_from(at)
        .ok()
        .filter(|&at| at < size)
        .ok_or_else(|| format!("the index {index} lies outside of an axis of {}", counted(size, "place")))
}

/// What `at` picks at `index`: an element, or a table of elements if the index depends on a token.
fn pick(call: &mut Call<'_>, index: Cell, size: usize, at: impl Fn(usize) -> Cell) -> Result<Cell, String> {
    let Discrete { position, table } = match index {
        Cell::Int(index) => return Ok(at(place(index, size)?)),
        Cell::Token(index) => call.arena.discrete[index as usize].clone(),
        Cell::Float(_) => return Err("floats as indices: expected integers".into()),
    };
    let entry = |&index: &i64| place(index, size).map(&at);
    let entries = table.iter().map(entry).collect::<Result<Vec<Cell>, _>>()?;
    let ints = |cell: &Cell| if let Cell::Int(value) = cell { Some(*value) } else { None };
    if let Some(values) = entries.iter().map(ints).collect::<Option<Vec<i64>>>() {
        return Ok(call.arena.integers(position, values));
    }
    let known = |cell: &Cell| match *cell {
        Cell::Float(id) => call.arena.known(id),
        Cell::Int(value) => Some(Constant::exact(value as f64)),
        Cell::Token(_) => None,
    };
    let numbers: Option<Vec<Constant>> = entries.iter().map(known).collect();
    let numbers =
        numbers.ok_or("a choice by a token among numbers that depend on tokens is not supported")?;
    Ok(Cell::Float(call.arena.look_up(position, numbers)))
}

pub(crate) fn gather(call: &mut Call<'_>) -> Outputs {
    let (x, indices) = (call.tensor(0)?, call.tensor(1)?);
    let at = axis(call.int("axis")?, x.rank())?;
    let size = x.shape[at];
    let (outer, inner): (usize, usize) = (x.shape[..at].iter().product(), x.shape[at + 1..].iter().product());
    let shape = [&x.shape[..at], &indices.shape, &x.shape[at + 1..]].concat();
    let mut cells = Vec::with_capacity(Tensor::size(&shape)?);
    for row in 0..outer {
        for &index in &indices.cells {
            for column in 0..inner {
                let source = |place: usize| x.cells[(row * size + place) * inner + column];
                cells.push(pick(call, index, size, source)?);
            }
        }
    }
    one(Tensor::new(x.dtype, shape, cells))
}

pub(crate) fn gather_elements(call: &mut Call<'_>) -> Outputs {
    let (x, indices) = (call.tensor(0)?, call.tensor(1)?);
    let at = axis(call.int("axis")?, x.rank())?;
    beside(&x, &indices, at)?;
    let strides = strides(&x.shape);
    let mut cells = Vec::with_capacity(indices.cells.len());
    let mut index = vec![0; indices.rank()];
    for &chosen in &indices.cells {
        let rest: usize = (0..x.rank()).filter(|&axis| axis != at).map(|a| index[a] * strides[a]).sum();
        cells.push(pick(call, chosen, x.shape[at], |place| x.cells[rest + place * strides[at]])?);
        advance(&mut index, &indices.shape);
    }
    one(Tensor::new(x.dtype, indices.shape.clone(), cells))
}

/// Makes sure that `indices` lies within `x` along every axis but one.
fn beside(x: &Tensor, indices: &Tensor, along: usize) -> Result<(), String> {
    let within = |axis: usize| axis == along || indices.shape[axis] <= x.shape[axis];
    if indices.rank() == x.rank() && (0..x.rank()).all(within) {
        Ok(())
    } else {
        Err(format!("indices of shape {:?} into {:?}", indices.shape, x.shape))
    }
}

/// The known integers of `tensor`.
fn known(tensor: &Tensor) -> Result<Vec<i64>, String> {
    let int = |cell: &Cell| if let Cell::Int(value) = cell { Some(*value) } else { None };
    let all: Option<Vec<i64>> = tensor.cells.iter().map(int).collect();
    all.ok_or_else(|| "indices that depend on tokens are not supported".into())
}

pub(crate) fn gather_nd(call: &mut Call<'_>) -> Outputs {
    let (x, indices) = (call.tensor(0)?, call.tensor(1)?);
    let batch = if call.declares("batch_dims") { call.int("batch_dims")? } else { 0 };
    let batch = usize::try_from(batch).map_err(|_| format!("`batch_dims` is {batch}"))?;
    let (&depth, front) = indices.shape.split_last().ok_or("indices without an axis")?;
    let fits = batch.saturating_add(depth) <= x.rank() && batch <= front.len();
    if depth == 0 || !fits || front[..batch] != x.shape[..batch] {
        return Err(format!("indices of shape {:?} into {:?}", indices.shape, x.shape));
    }
    let strides = strides(&x.shape);
    let inner: usize = x.shape[batch + depth..].iter().product();
    let per_batch: usize = front[batch..].iter().product();
    let shape = [front, &x.shape[batch + depth..]].concat();
    let mut cells = Vec::with_capacity(Tensor::size(&shape)?);
    let values = &indices.cells;
    for (row, chosen) in values.chunks(depth).enumerate() {
        // A batch's elements lie side by side.
        let of_batch: usize = x.shape[batch..].iter().product();
        let mut start = row / per_batch.max(1) * of_batch;
        let mut token = None;
        for (axis, &index) in chosen.iter().enumerate() {
            match index {
                Cell::Int(index) => start += place(index, x.shape[batch + axis])? * strides[batch + axis],
                other if token.is_none() => token = Some((other, batch + axis)),
                _ => return Err("indices that depend on tokens are not supported".into()),
            }
        }
        for column in 0..inner {
            cells.push(match token {
                None => x.cells[start + column],
                Some((index, axis)) => {
                    pick(call, index, x.shape[axis], |at| x.cells[start + at * strides[axis] + column])?
                }
            });
        }
    }
    one(Tensor::new(x.dtype, shape, cells))
}

/// Makes sure that no place is written twice, of which ONNX does not say which one stays.
fn once(written: &mut BTreeSet<usize>, place: usize) -> Result<(), String> {
    if written.insert(place) {
        Ok(())
    } else {
        Err("two updates of one place: ONNX leaves it undefined".into())
    }
}

pub(crate) fn scatter_elements(call: &mut Call<'_>) -> Outputs {
    let (x, indices, updates) = (call.tensor(0)?, call.tensor(1)?, call.tensor(2)?);
    let at = axis(call.int("axis")?, x.rank())?;
    beside(&x, &indices, at)?;
    if updates.shape != indices.shape {
        return Err(format!("updates of shape {:?}: expected {:?}", updates.shape, indices.shape));
    }
    let strides = strides(&x.shape);
    let mut out = (*x).clone();
    let mut written = BTreeSet::new();
    let mut index = vec![0; indices.rank()];
    for (chosen, &update) in known(&indices)?.into_iter().zip(&updates.cells) {
        let rest: usize = (0..x.rank()).filter(|&axis| axis != at).map(|a| index[a] * strides[a]).sum();
        let target = rest + place(chosen, x.shape[at])? * strides[at];
        once(&mut written, target)?;
        out.cells[target] = update;
        advance(&mut index, &indices.shape);
    }
    one(out)
}

pub(crate) fn scatter_nd(call: &mut Call<'_>) -> Outputs {
    let (x, indices, updates) = (call.tensor(0)?, call.tensor(1)?, call.tensor(2)?);
    let (&depth, front) = indices.shape.split_last().ok_or("indices without an axis")?;
    if depth == 0 || depth > x.rank() {
        return Err(format!("indices of {} into {:?}", counted(depth, "place"), x.shape));
    }
    let expected = [front, &x.shape[depth..]].concat();
    if updates.shape != expected {
        return Err(format!("updates of shape {:?}: expected {expected:?}", updates.shape));
    }
    let strides = strides(&x.shape);
    let inner: usize = x.shape[depth..].iter().product();
    let mut out = (*x).clone();
    let mut written = BTreeSet::new();
    for (chosen, updates) in known(&indices)?.chunks(depth).zip(updates.cells.chunks(inner.max(1))) {
        let mut start = 0;
        for (axis, &index) in chosen.iter().enumerate() {
            start += place(index, x.shape[axis])? * strides[axis];
        }
        once(&mut written, start)?;
        out.cells[start..start + inner].copy_from_slice(updates);
    }
    one(out)
}

pub(crate) fn non_zero(call: &mut Call<'_>) -> Outputs {
    let x = call.tensor(0)?;
    if x.rank() == 0 {
        return Err("of a single number is not supported".into());
    }
    let mut found: Vec<Vec<i64>> = vec![Vec::new(); x.rank()];
    let mut index = vec![0; x.rank()];
    for &cell in &x.cells {
        let value = match cell {
            Cell::Int(value) => value != 0,
            Cell::Float(id) => {
                let known = call.arena.known(id).ok_or("a number depends on tokens: expected known ones")?;
                if known.radius() > 0.0 && known.value().abs() <= known.radius().next_up() {
                    call.arena.breaks();
                }
                known.value() != 0.0
            }
            Cell::Token(_) => return Err("an integer depends on a token: expected known ones".into()),
        };
        if value {
            for (list, &i) in found.iter_mut().zip(&index) {
                list.push(i as i64);
            }
        }
        advance(&mut index, &x.shape);
    }
    let count = found.first().map_or(0, Vec::len);
    one(Tensor::ints(vec![x.rank(), count], found.concat()))
}
