//! `Attention` of ONNX 23: scaled dot products, mask, softmax, mixture.

use crate::arena::Id;
use crate::call::{Call, Outputs};
use crate::ops::movement::permuted;
use crate::tensor::{Cell, Tensor};
use program::{Binary, Function};

/// `[batch, heads, length, size]`.
fn by_heads(x: &Tensor, heads: i64, name: &str) -> Result<Tensor, String> {
    match x.shape.as_slice() {
        [_, _, _, _] => Ok(x.clone()),
        &[batch, length, hidden] => {
            let heads = usize::try_from(heads).ok().filter(|&heads| heads > 0 && hidden % heads == 0);
            let heads = heads.ok_or_else(|| format!("`{name}`: expected a divisor of {hidden}"))?;
            permuted(&x.reshaped(vec![batch, length, heads, hidden / heads])?, &[0, 2, 1, 3])
        }
        _ => Err(format!("the shape {:?}: expected three or four axes", x.shape)),
    }
}

pub(crate) fn attention(call: &mut Call<'_>) -> Outputs {
    let (q, k, v) = (call.tensor(0)?, call.tensor(1)?, call.tensor(2)?);
    let flat = q.rank() == 3;
    let q = by_heads(&q, call.optional_int("q_num_heads")?.unwrap_or(0), "q_num_heads")?;
    let groups = call.optional_int("kv_num_heads")?.unwrap_or(0);
    let k = by_heads(&k, groups, "kv_num_heads")?;
    let v = by_heads(&v, groups, "kv_num_heads")?;
    let &[batch, heads, rows, size] = q.shape.as_slice() else { unreachable!("by_heads gives four axes") };
    let (groups, keys, value_size) = (k.shape[1], k.shape[2], v.shape[3]);
    if groups == 0 || heads % groups != 0 || k.shape[3] != size || v.shape[2] != keys {
        return Err(format!("the shapes {:?}, {:?} and {:?} do not fit together", q.shape, k.shape, v.shape));
    }
    let width = call.width(&q)?;
    let causal = call.int("is_causal")? != 0;
    // A scale that is written out is taken as it is, zero too.
    let scale = call.optional_float("scale")?.unwrap_or(1.0 / (size as f64).sqrt());
    // The operator's definition scales queries and keys by the root of the scale; which comes first is rounding.
    let scale = call.arena.constant(width.round(scale));
    let cap = call.float("softcap")?;
    let mask = call.optional(3)?.map(|mask| mask.broadcast(&[batch, heads, rows, keys])).transpose()?;
    let (qs, ks, vs) = (call.floats(&q)?, call.floats(&k)?, call.floats(&v)?);
    let hidden = call.arena.constant(f64::NEG_INFINITY);
    let mut cells = Vec::with_capacity(batch * heads * rows * value_size);
    for at in 0..batch * heads {
        let group = at / heads * groups + at % heads / (heads / groups);
        for row in 0..rows {
            let mut scores: Vec<Id> = Vec::with_capacity(keys);
            for key in 0..keys {
                let left = qs[(at * rows + row) * size..][..size].to_vec();
                let right = ks[(group * keys + key) * size..][..size].to_vec();
                let mut score = call.arena.dot(width, left, right);
                score = call.arena.binary(width, Binary::Mul, score, scale);
                if cap != 0.0 {
                    let cap = call.arena.constant(cap);
                    score = call.arena.binary(width, Binary::Div, score, cap);
                    score = call.arena.unary(width, Function::Tanh, score);
                    score = call.arena.binary(width, Binary::Mul, score, cap);
                }
                if let Some(mask) = &mask {
                    score = match mask.cells[(at * rows + row) * keys + key] {
                        Cell::Int(0) => hidden,
                        Cell::Int(_) => score,
                        Cell::Float(bias) => call.arena.binary(width, Binary::Add, score, bias),
                        Cell::Token(_) => return Err("a mask that depends on tokens is not supported".into()),
                    };
                }
                scores.push(if causal && key > row { hidden } else { score });
            }
            let weights = call.arena.softmax(width, &scores);
            for unit in 0..value_size {
                let values = (0..keys).map(|key| vs[(group * keys + key) * value_size + unit]).collect();
                cells.push(Cell::Float(call.arena.dot(width, weights.clone(), values)));
            }
        }
    }
    let out = Tensor::new(q.dtype, vec![batch, heads, rows, value_size], cells);
    if !flat {
        return Ok(vec![out.into()]);
    }
    Ok(vec![permuted(&out, &[0, 2, 1, 3])?.reshaped(vec![batch, rows, heads * value_size])?.into()])
}
