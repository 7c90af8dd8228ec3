//! From one type to another.

use crate::arena::{Arena, Id};
use crate::call::{Call, HALF, Outputs, one};
use crate::constant::narrowed;
use crate::ops::discrete::fold;
use crate::ops::integers::limits;
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
        cells.push(match (cell, to.is_float()) {
            (Cell::Float(id), true) => Cell::Float(narrow(call.arena, id, x.dtype, to)),
            (Cell::Float(id), false) => whole(call.arena, id, to)?,
            (Cell::Int(value), true) => Cell::Float(call.arena.constant(float(value, to))),
            (Cell::Token(index), true) => {
                let discrete = call.arena.discrete[index as usize].clone();
                let entries = discrete.table.iter().map(|&value| Constant::exact(float(value, to)));
                Cell::Float(call.arena.look_up(discrete.position, entries.collect()))
            }
            (cell, false) => fold(call.arena, to, cell, Cell::Int(0), |value, _| Ok(value))?,
        });
    }
    one(Tensor::new(to, x.shape.clone(), cells))
}

/// An integer as a float: rounded once, to nearest, ties to even.
fn float(value: i64, to: Dtype) -> f64 {
    if to == Dtype::F32 { f64::from(value as f32) } else { value as f64 }
}

/// A number in another float type. What depends on tokens rounds where the graph goes through both types.
fn narrow(arena: &mut Arena, id: Id, from: Dtype, to: Dtype) -> Id {
    let convert = |known| if to == Dtype::F64 { known } else { narrowed(known) };
    if let Some(known) = arena.known(id) {
        let function = if to == Dtype::F32 { arena.narrowed_function(id) } else { None };
        let new = match function {
            Some(function) => function,
            None if from == Dtype::F32 => arena.widened(id, convert(known)),
            None => arena.constant_near(convert(known)),
        };
        arena.trace.renamed(id, new);
        return new;
    }
    if let Some((position, table)) = arena.table(id) {
        let (position, table) = (position as usize, table.iter().map(|&entry| convert(entry)).collect());
        return arena.look_up(position, table);
    }
    let new = if to == Dtype::F32 { arena.narrowed(id) } else { id };
    arena.trace.renamed(id, new);
    new
}

/// A number as an integer, which rounds towards zero.
fn whole(arena: &mut Arena, id: Id, to: Dtype) -> Result<Cell, String> {
    if let Some(known) = arena.known(id) {
        return integer(arena, known, to).map(Cell::Int);
    }
    let (position, table) = arena
        .table(id)
        .map(|(position, table)| (position as usize, table.to_vec()))
        .ok_or("an integer of a number that depends on tokens in more than one way is not supported")?;
    let table = table.into_iter().map(|entry| integer(arena, entry, to)).collect::<Result<_, _>>()?;
    Ok(arena.integers(position, table))
}

/// A known number as an integer. One that another evaluation may find on the other side of a whole number makes the graph fragile.
///
/// # Errors
///
/// If ONNX leaves it undefined: a NaN, an infinity, or what is beyond the type.
fn integer(arena: &mut Arena, known: Constant, to: Dtype) -> Result<i64, String> {
    let (value, radius) = (known.value(), known.radius());
    let ends = [(value - radius).next_down(), (value + radius).next_up()];
    if to == Dtype::Bool {
        // Both zeros are false; anything else is true, a NaN too.
        if radius > 0.0 && ends[0] <= 0.0 && ends[1] >= 0.0 {
            arena.breaks();
        }
        return Ok(i64::from(value != 0.0));
    }
    let (least, most) = limits(to);
    // One more than the greatest integer of a type is a power of two, and so a float.
    let fits = |x: f64| {
        x.trunc() >= least as f64 && x.trunc() < most as f64 + 1.0 && x < 9_223_372_036_854_775_808.0
    };
    if !fits(value) {
        return Err(format!("{value} as an integer of {}: ONNX leaves it undefined", to.name()));
    }
    if radius > 0.0 && !(ends.iter().all(|&end| fits(end)) && ends[0].trunc() == ends[1].trunc()) {
        arena.breaks();
    }
    Ok(value.trunc() as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_of_floats_by_hand() {
        let mut arena = Arena::new(2);
        let exact = Constant::exact;
        let mut of = |known, to| integer(&mut arena, known, to);
        assert_eq!(of(exact(-2.9), Dtype::I64), Ok(-2));
        assert_eq!(of(exact(255.9), Dtype::U8), Ok(255));
        assert_eq!(of(exact(-0.9), Dtype::U8), Ok(0));
        assert_eq!(of(exact(-2_147_483_648.0), Dtype::I32), Ok(i64::from(i32::MIN)));
        for (value, to) in [
            (256.0, Dtype::U8),
            (-1.0, Dtype::U8),
            (2_147_483_648.0, Dtype::I32),
            (9_223_372_036_854_775_808.0, Dtype::I64),
            (f64::NAN, Dtype::I64),
            (f64::NEG_INFINITY, Dtype::I32),
        ] {
            let message = of(exact(value), to).unwrap_err();
            assert!(message.contains("undefined"), "{message}");
        }
        assert_eq!([of(exact(-0.0), Dtype::Bool), of(exact(0.5), Dtype::Bool)], [Ok(0), Ok(1)]);
        assert_eq!(of(exact(f64::NAN), Dtype::Bool), Ok(1));
        assert_eq!(arena.caveat(&[]), None);
    }

    #[test]
    fn a_cast_that_hangs_on_a_rounding_is_fragile() {
        let fragile = |value: f64, radius: f64, to| {
            let near = Constant::near(value, radius);
            let (mut alone, mut beside) = (Arena::new(2), Arena::new(2));
            let known = alone.constant_near(near);
            whole(&mut alone, known, to).unwrap();
            // The same as one entry of a table.
            let table = beside.look_up(0, vec![Constant::exact(1.0), near]);
            whole(&mut beside, table, to).unwrap();
            assert_eq!(alone.caveat(&[]), beside.caveat(&[]));
            alone.caveat(&[]).is_some()
        };
        assert!(fragile(623.0, 1e-4, Dtype::I32));
        assert!(!fragile(623.5, 1e-4, Dtype::I32));
        assert!(fragile(1e-9, 1e-9, Dtype::Bool));
        assert!(fragile(255.99, 0.02, Dtype::U8));
        // From −1 to 1 all round to zero.
        assert!(!fragile(0.0, 0.5, Dtype::I8));
    }

    #[test]
    fn integers_round_once() {
        // 2^53 + 2^29 + 1 lies just above the middle between two of f32; by way of f64 it would fall on the middle.
        let value = (1_i64 << 53) + (1 << 29) + 1;
        assert_eq!(float(value, Dtype::F32), (1_i64 << 53) as f64 + (1_i64 << 30) as f64);
        assert_eq!(float(value, Dtype::F64), ((1_i64 << 53) + (1 << 29)) as f64);
        assert_eq!(float(-5, Dtype::F32), -5.0);
    }
}
