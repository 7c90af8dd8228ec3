//! Integers and truth values: known ones, and those that depend on one token. And choices by them.

use crate::arena::{Arena, Discrete};
use crate::call::{Call, Outputs, one};
use crate::tensor::{Cell, Dtype, Tensor, broadcast_shape};
use program::{Binary, Constant};

const TWO_TOKENS: &str = "an integer that depends on two tokens at once is not supported";

impl Arena {
    /// The integers `table`, one for each token at `position`; a known integer if all are the same.
    pub(crate) fn integers(&mut self, position: usize, table: Vec<i64>) -> Cell {
        if table.iter().all(|entry| *entry == table[0]) {
            return Cell::Int(table[0]);
        }
        self.discrete.push(Discrete { position, table });
        Cell::Token(self.discrete.len() as u32 - 1)
    }
}

/// `f` of two integers, token by token where they depend on one.
pub(crate) fn fold(
    arena: &mut Arena,
    x: Cell,
    y: Cell,
    f: impl Fn(i64, i64) -> Result<i64, String>,
) -> Result<Cell, String> {
    if let (Cell::Int(a), Cell::Int(b)) = (x, y) {
        return f(a, b).map(Cell::Int);
    }
    let size = arena.vocabulary;
    let of = |cell: Cell| match cell {
        Cell::Int(value) => Ok((None, vec![value; size])),
        Cell::Token(index) => {
            let Discrete { position, table } = &arena.discrete[index as usize];
            Ok((Some(*position), table.clone()))
        }
        Cell::Float(_) => Err("floats: expected integers".to_owned()),
    };
    let ((p, a), (q, b)) = (of(x)?, of(y)?);
    if p.is_some() && q.is_some() && p != q {
        return Err(TWO_TOKENS.into());
    }
    let table = a.iter().zip(&b).map(|(&a, &b)| f(a, b)).collect::<Result<Vec<_>, _>>()?;
    let position = p.or(q).expect("one of the two depends on a token");
    Ok(arena.integers(position, table))
}

/// `f` of each integer of a tensor.
pub(crate) fn map(
    arena: &mut Arena,
    x: &Tensor,
    f: impl Fn(i64) -> Result<i64, String>,
) -> Result<Tensor, String> {
    let cells = x.cells.iter().map(|&cell| fold(arena, cell, Cell::Int(0), |a, _| f(a)));
    let cells = cells.collect::<Result<Vec<_>, _>>()?;
    let wrap = |cell| if let Cell::Int(value) = cell { Cell::Int(x.dtype.wrap(value)) } else { cell };
    Ok(Tensor::new(x.dtype, x.shape.clone(), cells.into_iter().map(wrap).collect()))
}

/// Comparisons and logic.
pub(crate) fn compare(call: &mut Call<'_>) -> Outputs {
    let op = call.node.op().to_owned();
    let x = call.tensor(0)?;
    let dtype = if op.starts_with("Bitwise") { x.dtype } else { Dtype::Bool };
    if matches!(op.as_str(), "Not" | "BitwiseNot" | "IsNaN" | "IsInf") {
        let infinite = op == "IsInf";
        let low = infinite && call.int("detect_negative")? != 0;
        let high = infinite && call.int("detect_positive")? != 0;
        let infinite = |value: f64| value.is_infinite() && if value > 0.0 { high } else { low };
        let test = |arena: &mut Arena, cell: Cell| match cell {
            Cell::Float(id) => {
                // What depends on tokens is taken to be finite.
                let value = arena.known(id).map_or(0.0, Constant::value);
                Ok(Cell::Int(i64::from(if op == "IsNaN" { value.is_nan() } else { infinite(value) })))
            }
            cell if op == "Not" => fold(arena, cell, Cell::Int(0), |a, _| Ok(i64::from(a == 0))),
            cell if dtype == Dtype::Bool => fold(arena, cell, Cell::Int(0), |a, _| Ok(i64::from(a == 0))),
            cell => fold(arena, cell, Cell::Int(0), |a, _| Ok(!a)),
        };
        let cells = x.cells.iter().map(|&cell| test(call.arena, cell)).collect::<Result<_, _>>()?;
        return one(Tensor::new(dtype, x.shape.clone(), cells));
    }
    let y = call.tensor(1)?;
    let shape = broadcast_shape(&x.shape, &y.shape)?;
    let (x, y) = (x.broadcast(&shape)?, y.broadcast(&shape)?);
    let mut cells = Vec::with_capacity(x.cells.len());
    for (&a, &b) in x.cells.iter().zip(&y.cells) {
        cells.push(test(call.arena, &op, a, b)?);
    }
    one(Tensor::new(dtype, shape, cells))
}

fn test(arena: &mut Arena, op: &str, x: Cell, y: Cell) -> Result<Cell, String> {
    if let (Cell::Float(a), Cell::Float(b)) = (x, y) {
        return numbers(arena, op, a, b).map(|truth| Cell::Int(i64::from(truth)));
    }
    fold(arena, x, y, |a, b| {
        Ok(match op {
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
        })
    })
}

/// A comparison of two numbers, if it comes out the same in every problem.
fn numbers(arena: &mut Arena, op: &str, x: program::ExprId, y: program::ExprId) -> Result<bool, String> {
    if let (Some(a), Some(b)) = (arena.known(x), arena.known(y)) {
        let apart = (a.value() - b.value()).abs();
        if apart <= a.radius() + b.radius() && a.radius() + b.radius() > 0.0 {
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
    let (less, greater) = (a.hi < b.lo, a.lo > b.hi);
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
    for ((&condition, &yes), &no) in condition.cells.iter().zip(&x.cells).zip(&y.cells) {
        cells.push(match condition {
            Cell::Int(truth) => {
                if truth != 0 {
                    yes
                } else {
                    no
                }
            }
            Cell::Token(index) if x.dtype.is_float() => {
                let width = call.width(&x)?;
                let (yes, no) = (call.arena.float(yes)?, call.arena.float(no)?);
                let Discrete { position, table } = call.arena.discrete[index as usize].clone();
                if let (Some(a), Some(b)) = (call.arena.known(yes), call.arena.known(no)) {
                    let entries = table.iter().map(|&truth| if truth != 0 { a } else { b }).collect();
                    Cell::Float(call.arena.look_up(position, entries))
                } else {
                    let weight = |one: bool| {
                        move |&truth: &i64| Constant::exact(f64::from(u8::from((truth != 0) == one)))
                    };
                    let on = call.arena.look_up(position, table.iter().map(weight(true)).collect());
                    let off = call.arena.look_up(position, table.iter().map(weight(false)).collect());
                    let yes = call.arena.binary(width, Binary::Mul, yes, on);
                    let no = call.arena.binary(width, Binary::Mul, no, off);
                    Cell::Float(call.arena.binary(width, Binary::Add, yes, no))
                }
            }
            truth @ Cell::Token(_) => {
                let on = fold(call.arena, truth, yes, |truth, value| Ok(if truth != 0 { value } else { 0 }))?;
                let off = fold(call.arena, truth, no, |truth, value| Ok(if truth == 0 { value } else { 0 }))?;
                fold(call.arena, on, off, |a, b| Ok(a + b))?
            }
            Cell::Float(_) => return Err("a choice by a float: expected a truth value".into()),
        });
    }
    one(Tensor::new(x.dtype, shape, cells))
}
