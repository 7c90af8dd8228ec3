//! Operators that make tensors: constants, shapes, ranges.

use crate::call::{Call, Outputs, axis, one};
use crate::constant::Width;
use crate::graph::load;
use crate::ops::discrete::fold;
use crate::tensor::{Cell, Dtype, Tensor};
use program::Constant;
use spec::figures::counted;

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
        return Err(format!("{}: expected one", counted(node.attribute.len(), "value")));
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
                return Err(format!("`value` of {}: expected one", counted(tensor.cells.len(), "element")));
            };
            (tensor.dtype, cell)
        }
        None => (Dtype::F32, Cell::Float(call.arena.zero())),
    };
    one(Tensor::new(dtype, shape, vec![cell; size]))
}

/// `Range`: `start + i · step`, for as many i as lie before the limit.
pub(crate) fn range(call: &mut Call<'_>) -> Outputs {
    let (start, limit, step) = (call.tensor(0)?, call.tensor(1)?, call.tensor(2)?);
    if start.dtype.is_float() {
        return steps(call, &start, &limit, &step);
    }
    let known = |tensor: &Tensor| match tensor.cells.as_slice() {
        &[Cell::Int(value)] => Ok(i128::from(value)),
        _ => Err("expected three known integers".to_owned()),
    };
    let (from, to, by) = (known(&start)?, known(&limit)?, known(&step)?);
    if by == 0 {
        return Err("a step of 0".into());
    }
    let way = if by > 0 { to - from } else { from - to };
    let count = (way.max(0) as u128).div_ceil(by.unsigned_abs());
    let count = Tensor::size(&[usize::try_from(count).unwrap_or(usize::MAX)])?;
    // Each lies between the start and the limit, and so in the type.
    let cells = (0..count).map(|index| Cell::Int((from + index as i128 * by) as i64)).collect();
    one(Tensor::new(start.dtype, vec![count], cells))
}

/// `Range` of floats. Runtimes multiply or add up, so that only what neither rounds is the same in all of them; and where the limit
/// is next to a step, their number may differ.
fn steps(call: &mut Call<'_>, start: &Tensor, limit: &Tensor, step: &Tensor) -> Outputs {
    let width = call.width(start)?;
    let (from, to, by) = (call.constant(start)?, call.constant(limit)?, call.constant(step)?);
    let ratio = (to.value() - from.value()) / by.value();
    if !ratio.is_finite() {
        return Err(format!("from {} to {} by {}", from.value(), to.value(), by.value()));
    }
    let count = Tensor::size(&[ratio.ceil().max(0.0) as usize])?;
    let exact = [from, to, by].iter().all(|known| known.radius() == 0.0 && on_grid(width, known.value()));
    if !exact {
        let off = (from.radius() + to.radius() + by.radius() * (1.0 + ratio.abs())) / by.value().abs()
            + 4.0 * width.unit() * (1.0 + ratio.abs());
        if ratio > -1.0 && (ratio - ratio.round()).abs() <= off {
            call.arena.breaks();
        }
    }
    let mut cells = Vec::with_capacity(count);
    for index in 0..count {
        let index = index as f64;
        let value = width.round(from.value() + width.round(index * by.value()));
        let most = from.value().abs() + index * by.value().abs();
        let radius = if exact && on_grid(width, most) {
            0.0
        } else {
            from.radius() + index * by.radius() + (index + 2.0) * width.unit() * most
        };
        cells.push(Cell::Float(call.arena.constant_near(Constant::near(value, radius))));
    }
    one(Tensor::new(start.dtype, vec![count], cells))
}

/// Whether a number is a multiple of 2^−10 so small that sums of such numbers are exact in the type.
fn on_grid(width: Width, value: f64) -> bool {
    let grid = value.abs() * 1024.0;
    grid.fract() == 0.0 && grid * width.unit() <= 1.0
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
    let depth = whole(call.constant(&depth)?)?;
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
                // A place outside of all is hot nowhere.
                let truth = fold(call.arena, Dtype::Bool, index, Cell::Int(hot), |index, hot| {
                    Ok(i64::from(if index < 0 { index.saturating_add(depth) } else { index } == hot))
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
                        let dtype = values.dtype;
                        let on = fold(call.arena, dtype, truth, on, |truth, value| Ok(truth * value))?;
                        let off =
                            fold(call.arena, dtype, truth, off, |truth, value| Ok((1 - truth) * value))?;
                        fold(call.arena, dtype, on, off, |a, b| Ok(a.wrapping_add(b)))?
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
            whole(known).map(Cell::Int)
        }
        cell => Ok(cell),
    }
}

/// A whole number that is the same in every evaluation.
fn whole(known: Constant) -> Result<i64, String> {
    let value = known.value();
    if known.radius() == 0.0 && value.fract() == 0.0 && value.abs() < 9.0e15 {
        Ok(value as i64)
    } else {
        Err(format!("{value}: expected a whole number"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grid_of_exact_sums() {
        assert!(on_grid(Width::Single, 16_383.75) && !on_grid(Width::Single, 16_385.0));
        assert!(!on_grid(Width::Single, 0.1) && !on_grid(Width::Double, 1.0 / 2048.0));
        assert!(on_grid(Width::Double, -1e9) && on_grid(Width::Single, 0.0));
    }
}
