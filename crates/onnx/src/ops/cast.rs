//! From one type to another.

use crate::call::{Call, Outputs, one};
use crate::ops::discrete::fold;
use crate::tensor::{Cell, Dtype, Tensor};
use program::Constant;

pub(crate) fn cast(call: &mut Call<'_>) -> Outputs {
    let x = call.tensor(0)?;
    let to = match call.node.op() {
        "CastLike" => call.tensor(1)?.dtype,
        _ => Dtype::of(i32::try_from(call.int("to", 0)).unwrap_or(0))?,
    };
    if to == x.dtype {
        return Ok(vec![(*x).clone().into()]);
    }
    let mut cells = Vec::with_capacity(x.cells.len());
    for &cell in &x.cells {
        cells.push(match (x.dtype.is_float(), to.is_float()) {
            (false, false) => fold(call.arena, cell, Cell::Int(0), |value, _| Ok(to.wrap(value)))?,
            (_, true) => {
                let id = call.arena.float(cell)?;
                narrow(call, id, to)
            }
            (true, false) => whole(call, cell, to)?,
        });
    }
    one(Tensor::new(to, x.shape.clone(), cells))
}

/// A number in another float type: known ones round.
///
/// Numbers that depend on tokens keep their precision: the whole decode runs in the widest type that its graph uses.
fn narrow(call: &mut Call<'_>, id: crate::arena::Id, to: Dtype) -> Cell {
    let Some(known) = call.arena.known(id) else {
        if to == Dtype::F32 {
            call.arena.narrowed(id);
        }
        return Cell::Float(id);
    };
    let value = if to == Dtype::F64 { known.value() } else { f64::from(known.value() as f32) };
    // What was computed in the other type is a number now: in this type it would come out differently.
    Cell::Float(call.arena.constant_near(Constant::near(value, known.radius())))
}

/// A number as an integer, which rounds towards zero.
fn whole(call: &mut Call<'_>, cell: Cell, to: Dtype) -> Result<Cell, String> {
    let id = call.arena.float(cell)?;
    let convert = |value: f64| {
        if to == Dtype::Bool { i64::from(value != 0.0) } else { to.wrap(value as i64) }
    };
    if let Some(known) = call.arena.known(id) {
        return Ok(Cell::Int(convert(known.value())));
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
