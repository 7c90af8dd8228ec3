//! From one type to another.

use crate::call::{Call, HALF, Outputs, one};
use crate::ops::discrete::fold;
use crate::tensor::{Cell, Dtype, Tensor};
use program::Constant;

pub(crate) fn cast(call: &mut Call<'_>) -> Outputs {
    let x = call.tensor(0)?;
    let to = match call.node.op() {
        "CastLike" => call.tensor(1)?.dtype,
        _ => Dtype::of(i32::try_from(call.int("to")?).unwrap_or(0))?,
    };
    if to == x.dtype {
        return Ok(vec![(*x).clone().into()]);
    }
    if to.is_half() {
        return Err(format!("to {}: {HALF}", to.name()));
    }
    if x.dtype.is_half() && to.is_float() {
        // Every number of two bytes is one of the wider types.
        return one(Tensor::new(to, x.shape.clone(), x.cells.clone()));
    }
    let mut cells = Vec::with_capacity(x.cells.len());
    for &cell in &x.cells {
        cells.push(match (x.dtype.is_float(), to.is_float()) {
            (false, false) => fold(call.arena, cell, Cell::Int(0), |value, _| Ok(to.wrap(value)))?,
            (_, true) => {
                let id = call.arena.float(cell)?;
                narrow(call, id, x.dtype, to)
            }
            (true, false) => whole(call, cell, to)?,
        });
    }
    one(Tensor::new(to, x.shape.clone(), cells))
}

/// A number in another float type: known ones round.
///
/// Numbers that depend on tokens keep their precision: the whole decode runs in the widest type that its graph uses.
fn narrow(call: &mut Call<'_>, id: crate::arena::Id, from: Dtype, to: Dtype) -> Cell {
    let convert = |known: Constant| {
        let value = if to == Dtype::F64 { known.value() } else { f64::from(known.value() as f32) };
        // What is off may round to the other side.
        let radius = known.radius();
        let round = if radius > 0.0 && to == Dtype::F32 {
            (value.abs() + radius) * f64::from(f32::EPSILON)
        } else {
            0.0
        };
        Constant::near(value, radius + round)
    };
    if let Some(known) = call.arena.known(id) {
        let function = if to == Dtype::F32 { call.arena.narrowed_function(id) } else { None };
        return Cell::Float(match function {
            Some(function) => function,
            None if from == Dtype::F32 => call.arena.widened(id, convert(known)),
            None => call.arena.constant_near(convert(known)),
        });
    }
    if let Some((position, table)) = call.arena.table(id) {
        let (position, table) = (position as usize, table.iter().map(|&entry| convert(entry)).collect());
        return Cell::Float(call.arena.look_up(position, table));
    }
    if to == Dtype::F32 {
        call.arena.narrowed(id);
    }
    Cell::Float(id)
}

/// A number as an integer, which rounds towards zero.
fn whole(call: &mut Call<'_>, cell: Cell, to: Dtype) -> Result<Cell, String> {
    let id = call.arena.float(cell)?;
    let convert = |value: f64| {
        if to == Dtype::Bool { i64::from(value != 0.0) } else { to.wrap(value as i64) }
    };
    if let Some(known) = call.arena.known(id) {
        let (value, radius) = (known.value(), known.radius());
        if convert(value - radius) != convert(value + radius) {
            call.arena.breaks();
        }
        return Ok(Cell::Int(convert(value)));
    }
    let (position, table) = call
        .arena
        .table(id)
        .map(|(position, table)| {
            (position as usize, table.iter().map(|entry| convert(entry.value())).collect())
        })
        .ok_or("an integer of a number that depends on tokens in more than one way is not supported")?;
    Ok(call.arena.integers(position, table))
}
