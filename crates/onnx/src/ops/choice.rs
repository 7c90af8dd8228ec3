//! Comparisons, logic, and choices by truth values.

use crate::arena::{Arena, Discrete, Id};
use crate::call::{Call, Outputs, one};
use crate::constant::Width;
use crate::ops::discrete::{fold, map};
use crate::ops::integers;
use crate::range::Range;
use crate::tensor::{Cell, Dtype, Tensor, broadcast_shape};
use program::{Binary, Constant};

/// Comparisons and logic.
pub(crate) fn compare(call: &mut Call<'_>) -> Outputs {
    let op = call.node.op().to_owned();
    let x = call.tensor(0)?;
    match op.as_str() {
        "BitwiseNot" => return one(map(call.arena, &x, |a| integers::one(&op, x.dtype, a))?),
        "Not" => return one(map(call.arena, &x, |a| Ok(i64::from(a == 0)))?),
        "IsNaN" | "IsInf" => return special(call, &x, &op),
        _ => {}
    }
    let dtype = if op.starts_with("Bitwise") { x.dtype } else { Dtype::Bool };
    let y = call.tensor(1)?;
    let shape = broadcast_shape(&x.shape, &y.shape)?;
    let (x, y) = (x.broadcast(&shape)?, y.broadcast(&shape)?);
    let mut cells = Vec::with_capacity(x.cells.len());
    for (&a, &b) in x.cells.iter().zip(&y.cells) {
        cells.push(match (a, b) {
            (Cell::Float(a), Cell::Float(b)) => Cell::Int(i64::from(numbers(call.arena, &op, a, b)?)),
            _ => fold(call.arena, dtype, a, b, |a, b| Ok(test(&op, a, b)))?,
        });
    }
    one(Tensor::new(dtype, shape, cells))
}

fn test(op: &str, a: i64, b: i64) -> i64 {
    match op {
        "Equal" => i64::from(a == b),
        "Less" => i64::from(a < b),
        "LessOrEqual" => i64::from(a <= b),
        "Greater" => i64::from(a > b),
        "GreaterOrEqual" => i64::from(a >= b),
        "And" => i64::from(a != 0 && b != 0),
        "Or" => i64::from(a != 0 || b != 0),
        "Xor" => i64::from((a != 0) != (b != 0)),
        "BitwiseAnd" => a & b,
        _ => a | b,
    }
}

/// Whether numbers are NaN, or infinite on a side that is asked for. What depends on tokens must be shown to be finite.
fn special(call: &mut Call<'_>, x: &Tensor, op: &str) -> Outputs {
    let (negative, positive) = match op {
        "IsInf" => (call.int("detect_negative")? != 0, call.int("detect_positive")? != 0),
        _ => (false, false),
    };
    let mut cells = Vec::with_capacity(x.cells.len());
    for &cell in &x.cells {
        let id = call.arena.float(cell)?;
        let known = call.arena.known(id);
        // Another evaluation may overflow where ours does not.
        if known.is_some_and(|known| known.radius() > 0.0 && !Range::of(known).finite()) {
            call.arena.breaks();
        }
        let found = match known.map(Constant::value) {
            Some(value) if op == "IsNaN" => value.is_nan(),
            Some(value) => (negative && value == f64::NEG_INFINITY) || (positive && value == f64::INFINITY),
            None if call.arena.range(id).finite() => false,
            None => return Err("of a number that is not shown to be finite is not supported".into()),
        };
        cells.push(Cell::Int(i64::from(found)));
    }
    one(Tensor::new(Dtype::Bool, x.shape.clone(), cells))
}

/// A comparison of two numbers, if it comes out the same in every problem. With a NaN each is false.
pub(crate) fn numbers(arena: &mut Arena, op: &str, x: Id, y: Id) -> Result<bool, String> {
    if let (Some(a), Some(b)) = (arena.known(x), arena.known(y)) {
        let radius = a.radius() + b.radius();
        // An infinite radius says nothing; a NaN that has one may be a number elsewhere.
        let apart = (a.value() - b.value()).abs();
        if radius > 0.0 && (apart.is_nan() || apart <= radius.next_up()) {
            arena.breaks();
        }
        let (a, b) = (a.value(), b.value());
        return Ok(match op {
            "Equal" => a == b,
            "Less" => a < b,
            "LessOrEqual" => a <= b,
            "Greater" => a > b,
            _ => a >= b,
        });
    }
    let (a, b) = (arena.range(x), arena.range(y));
    let (less, greater) = (a.below(b), b.below(a));
    if !less && !greater {
        return Err("a comparison of numbers that depend on tokens is not supported".into());
    }
    Ok(match op {
        "Equal" => false,
        "Less" | "LessOrEqual" => less,
        _ => greater,
    })
}

/// `Where`: known choices pick; a choice that depends on one token becomes a look-up, or weights of 0 and 1.
pub(crate) fn choose(call: &mut Call<'_>) -> Outputs {
    let (condition, x, y) = (call.tensor(0)?, call.tensor(1)?, call.tensor(2)?);
    let shape = broadcast_shape(&condition.shape, &broadcast_shape(&x.shape, &y.shape)?)?;
    let (condition, x, y) = (condition.broadcast(&shape)?, x.broadcast(&shape)?, y.broadcast(&shape)?);
    let mut cells = Vec::with_capacity(condition.cells.len());
    for ((&truth, &yes), &no) in condition.cells.iter().zip(&x.cells).zip(&y.cells) {
        cells.push(match truth {
            Cell::Int(0) => no,
            Cell::Int(_) => yes,
            Cell::Token(index) if x.dtype.is_float() => {
                let width = call.width(&x)?;
                let (yes, no) = (call.arena.float(yes)?, call.arena.float(no)?);
                let truths = call.arena.discrete[index as usize].clone();
                Cell::Float(choice(call.arena, width, &truths, yes, no)?)
            }
            Cell::Token(_) => {
                let keep =
                    |of: bool| move |truth: i64, value: i64| Ok(if (truth != 0) == of { value } else { 0 });
                let on = fold(call.arena, x.dtype, truth, yes, keep(true))?;
                let off = fold(call.arena, x.dtype, truth, no, keep(false))?;
                // One of the two is zero.
                fold(call.arena, x.dtype, on, off, |a, b| Ok(a.wrapping_add(b)))?
            }
            Cell::Float(_) => return Err("a choice by a float: expected a truth value".into()),
        });
    }
    one(Tensor::new(x.dtype, shape, cells))
}

/// The number `yes` where the token makes `truths` true, and `no` elsewhere.
///
/// What depends on that token alone is looked up. Anything else is multiplied by 0 where it is not chosen, so it must be finite.
/// The sign of a zero is not kept.
fn choice(arena: &mut Arena, width: Width, truths: &Discrete, yes: Id, no: Id) -> Result<Id, String> {
    let Discrete { position, table } = truths;
    let sides = [(yes, true), (no, false)];
    let entries = sides.map(|(id, _)| arena.entries(id, *position));
    let mut looked_up = vec![Constant::exact(0.0); table.len()];
    for ((_, when), entries) in sides.iter().zip(&entries) {
        for ((found, truth), entry) in looked_up.iter_mut().zip(table).zip(entries.iter().flatten()) {
            if (*truth != 0) == *when {
                *found = *entry;
            }
        }
    }
    let mut total = arena.look_up(*position, looked_up);
    for ((id, when), _) in sides.into_iter().zip(&entries).filter(|(_, entries)| entries.is_none()) {
        if !arena.range(id).finite() {
            return Err(
                "a choice by a token of a number that is not shown to be finite is not supported".into()
            );
        }
        let weight = |&truth: &i64| Constant::exact(f64::from(u8::from((truth != 0) == when)));
        let weight = arena.look_up(*position, table.iter().map(weight).collect());
        let part = arena.binary(width, Binary::Mul, id, weight);
        total = arena.binary(width, Binary::Add, part, total);
    }
    Ok(total)
}
