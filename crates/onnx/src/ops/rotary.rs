//! `RotaryEmbedding` of ONNX 23 and of ONNX Runtime.

use crate::call::{Call, Outputs, one};
use crate::ops::schema::MICROSOFT;
use crate::tensor::{Cell, Tensor};
use program::Binary;
use std::rc::Rc;

pub(crate) fn rotary(call: &mut Call<'_>) -> Outputs {
    let x = call.tensor(0)?;
    // The extension has the positions second, the standard operator last.
    let extension = call.row.domain == MICROSOFT;
    let (cos, sin, positions) = if extension {
        (call.tensor(2)?, call.tensor(3)?, call.optional(1)?)
    } else {
        (call.tensor(1)?, call.tensor(2)?, call.optional(3)?)
    };
    let interleaved = call.optional_int("interleaved")?.unwrap_or(0) != 0;
    let (batch, heads, length, size, by_head) = match *x.shape.as_slice() {
        [batch, heads, length, size] => (batch, heads, length, size, true),
        [batch, length, hidden] => {
            let heads = call.optional_int("num_heads")?.unwrap_or(0).max(0) as usize;
            let heads = if heads == 0 && extension { hidden / (2 * cos.shape[1]) } else { heads };
            if heads == 0 || hidden % heads != 0 {
                return Err("three axes: expected `num_heads`, which divides the last one".into());
            }
            (batch, heads, length, hidden / heads, false)
        }
        _ => return Err(format!("the shape {:?}: expected three or four axes", x.shape)),
    };
    let turned = match call.optional_int("rotary_embedding_dim")?.unwrap_or(0) {
        0 => size,
        dim => usize::try_from(dim).ok().filter(|&dim| dim <= size).ok_or("`rotary_embedding_dim`")?,
    };
    let half = turned / 2;
    let position = |call: &Call<'_>, at: usize, place: usize, tensor: &Option<Rc<Tensor>>| match tensor {
        None => Ok(at * length + place),
        Some(tensor) => {
            // One number is an offset, a table has a position for each token.
            let index = if tensor.cells.len() == 1 { 0 } else { at * length + place };
            match tensor.cells.get(index) {
                Some(&Cell::Int(value)) if tensor.cells.len() == 1 && length > 1 => {
                    Ok(value as usize + place)
                }
                Some(&Cell::Int(value)) => Ok(value as usize),
                _ => Err(format!("{}: expected known positions", call.node.op())),
            }
        }
    };
    let table_row = |tensor: &Tensor, row: usize| -> Result<Vec<Cell>, String> {
        let width = *tensor.shape.last().ok_or("an empty table")?;
        let cells = tensor.cells.get(row * width..(row + 1) * width);
        cells.map(<[Cell]>::to_vec).ok_or_else(|| format!("position {row} lies outside of the table"))
    };
    let width = call.width(&x)?;
    let mut out = (*x).clone();
    for at in 0..batch {
        for place in 0..length {
            let row = position(call, at, place, &positions)?;
            let (cos, sin) = (table_row(&cos, row)?, table_row(&sin, row)?);
            for head in 0..heads {
                let start = if by_head {
                    ((at * heads + head) * length + place) * size
                } else {
                    ((at * length + place) * heads + head) * size
                };
                for pair in 0..half {
                    let (i, j) = if interleaved { (2 * pair, 2 * pair + 1) } else { (pair, pair + half) };
                    let arena = &mut *call.arena;
                    let (a, b) = (arena.float(x.cells[start + i])?, arena.float(x.cells[start + j])?);
                    let (c, s) = (arena.float(cos[pair])?, arena.float(sin[pair])?);
                    let mut product = |x, y| arena.binary(width, Binary::Mul, x, y);
                    let (ac, bs, as_, bc) = (product(a, c), product(b, s), product(a, s), product(b, c));
                    out.cells[start + i] = Cell::Float(arena.binary(width, Binary::Sub, ac, bs));
                    out.cells[start + j] = Cell::Float(arena.binary(width, Binary::Add, as_, bc));
                }
            }
        }
    }
    one(out)
}
