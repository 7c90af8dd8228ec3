//! `Attention` of ONNX 23: scaled dot products, mask, softmax, mixture.

use crate::arena::{Arena, Id};
use crate::call::{Call, Outputs};
use crate::constant::Width;
use crate::ops::movement::permuted;
use crate::tensor::{Cell, Tensor};
use program::{Binary, Constant, Function};
use spec::figures::counted;
use std::rc::Rc;

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

/// How a score is masked.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Masked {
    /// Not at all, or by a number that is added.
    No,
    /// By the lowest numbers of its type, which some runtimes take for minus infinity.
    Lowest,
    /// By minus infinity.
    Shut,
}

/// Masks that are at most this are among the lowest numbers.
const LOWEST: f64 = -1e37;

const ALL_MASKED: &str =
    "every key of a row is masked, and runtimes differ in what is read then: zeros, the mean, or NaN";

const MAY_BE_NAN: &str = "a masked score is not shown to be finite, and a NaN would not be masked";

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
    // A scale that is written out is taken as it is, zero too. The operator's definition scales queries and keys by its root; which
    // comes first is rounding.
    let scale = call.optional_float("scale")?.unwrap_or(1.0 / (size as f64).sqrt());
    if scale < 0.0 {
        return Err(format!("`scale` is {scale}: expected a number that has a root"));
    }
    let scale = call.arena.constant_near(scaling(width, scale));
    let cap = call.float("softcap")?;
    let mask = call.optional(3)?;
    if let Some(&last) = mask.as_ref().and_then(|mask| mask.shape.last())
        && last != keys
    {
        return Err(format!("a mask of {} for {keys}: expected one number for each", counted(last, "key")));
    }
    let mask = mask.map(|mask| mask.broadcast(&[batch, heads, rows, keys])).transpose()?;
    let (qs, ks, vs) = (call.floats(&q)?, call.floats(&k)?, call.floats(&v)?);
    let arena = &mut *call.arena;
    let mut cells = Vec::with_capacity(batch * heads * rows * value_size);
    let mut looks = Vec::with_capacity(batch * heads * rows * keys);
    for at in 0..batch * heads {
        let group = at / heads * groups + at % heads / (heads / groups);
        for row in 0..rows {
            let (mut scores, mut masked, mut open) = (Vec::with_capacity(keys), Masked::Shut, false);
            for key in 0..keys {
                let left = qs[(at * rows + row) * size..][..size].to_vec();
                let right = ks[(group * keys + key) * size..][..size].to_vec();
                let score = arena.dot(width, left, right);
                let score = arena.binary(width, Binary::Mul, score, scale);
                let score = capped(arena, width, score, cap);
                let shut = causal && key > row;
                let cell = mask.as_ref().map(|mask| mask.cells[(at * rows + row) * keys + key]);
                let (found, how) = behind_mask(arena, width, score, (shut, cell))?;
                open |= how == Masked::Shut && !arena.range(score).finite();
                masked = if how < masked { how } else { masked };
                scores.push(found);
            }
            let weights = arena.softmax(width, &scores);
            looks.extend(weights.iter().map(|&weight| Cell::Float(weight)));
            for unit in 0..value_size {
                if masked == Masked::Shut {
                    cells.push(Cell::Float(arena.doubtful(0.0, ALL_MASKED)));
                    continue;
                }
                let values = (0..keys).map(|key| vs[(group * keys + key) * value_size + unit]).collect();
                let read = arena.dot(width, weights.clone(), values);
                if masked == Masked::Lowest || open {
                    arena.doubt_of(read, if open { MAY_BE_NAN } else { ALL_MASKED });
                }
                cells.push(Cell::Float(read));
            }
        }
    }
    let looks = Tensor::new(q.dtype, vec![batch, heads, rows, keys], looks);
    call.arena.trace.note(call.node, Rc::new(looks));
    let out = Tensor::new(q.dtype, vec![batch, heads, rows, value_size], cells);
    if !flat {
        return Ok(vec![out.into()]);
    }
    Ok(vec![permuted(&out, &[0, 2, 1, 3])?.reshaped(vec![batch, rows, heads * value_size])?.into()])
}

/// The scale of scores. ONNX Runtime takes its root in f32, in an operator of f64 too, and scales both sides by that.
fn scaling(width: Width, scale: f64) -> Constant {
    let root = f64::from(scale.sqrt() as f32);
    if width == Width::Single || root * root == scale {
        return Constant::exact(width.round(scale));
    }
    // The root is off by half a unit of f32 at most, its square by a whole one.
    Constant::near(scale, scale * f64::from(f32::EPSILON))
}

/// `cap · tanh(score / cap)`.
fn capped(arena: &mut Arena, width: Width, score: Id, cap: f64) -> Id {
    if cap == 0.0 {
        return score;
    }
    let cap = arena.constant(cap);
    let score = arena.binary(width, Binary::Div, score, cap);
    let score = arena.unary(width, Function::Tanh, score);
    arena.binary(width, Binary::Mul, score, cap)
}

/// `score` with its mask, and how that masks it.
fn behind_mask(
    arena: &mut Arena,
    width: Width,
    score: Id,
    (shut, mask): (bool, Option<Cell>),
) -> Result<(Id, Masked), String> {
    let hidden = |arena: &mut Arena| (arena.constant(f64::NEG_INFINITY), Masked::Shut);
    Ok(match mask {
        _ if shut => hidden(arena),
        Some(Cell::Int(0)) => hidden(arena),
        None | Some(Cell::Int(_)) => (score, Masked::No),
        Some(Cell::Float(bias)) if arena.is(bias, f64::NEG_INFINITY) => hidden(arena),
        Some(Cell::Float(bias)) => {
            let low = arena.range(bias).lo <= LOWEST;
            let sum = arena.binary(width, Binary::Add, score, bias);
            (sum, if low { Masked::Lowest } else { Masked::No })
        }
        Some(Cell::Token(_)) => return Err("a mask that depends on tokens is not supported".into()),
    })
}
