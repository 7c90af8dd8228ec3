//! Operators that make one number of many: sums, means, softmaxes.

use crate::arena::{Arena, Id};
use crate::call::{Call, Outputs, axes, axis, one};
use crate::constant::Width;
use crate::ops::integers;
use crate::tensor::{Cell, Dtype, Tensor, advance, strides};
use program::{Binary, Constant, Function};

/// For each place of what is left the elements that are reduced to it, in the order of the input.
fn groups(x: &Tensor, over: &[usize]) -> (Vec<usize>, Vec<Vec<usize>>) {
    let kept: Vec<usize> =
        x.shape.iter().enumerate().map(|(at, &size)| if over.contains(&at) { 1 } else { size }).collect();
    let own = strides(&kept);
    let mut groups = vec![Vec::new(); kept.iter().product()];
    let mut index = vec![0; x.rank()];
    for element in 0..x.cells.len() {
        let place: usize = (0..x.rank()).filter(|at| !over.contains(at)).map(|at| index[at] * own[at]).sum();
        groups[place].push(element);
        advance(&mut index, &x.shape);
    }
    (kept, groups)
}

pub(crate) fn reduce(call: &mut Call<'_>) -> Outputs {
    let op = call.node.op().to_owned();
    let x = call.tensor(0)?;
    let named = call.ints_of("axes", 1)?.filter(|named| !named.is_empty());
    let over = match named {
        Some(named) => axes(&named, x.rank())?,
        // Nothing is summed, and what else the operator does is done to each element: `ReduceL1` gives its size.
        None if call.declares("noop_with_empty_axes") && call.int("noop_with_empty_axes")? != 0 => Vec::new(),
        None => (0..x.rank()).collect(),
    };
    let (kept, groups) = groups(&x, &over);
    let mut cells = Vec::with_capacity(groups.len());
    for group in groups {
        let elements: Vec<Cell> = group.into_iter().map(|element| x.cells[element]).collect();
        cells.push(if x.dtype.is_float() {
            floats(call, &op, &x, &elements)?
        } else {
            ints(&op, x.dtype, &elements)?
        });
    }
    let shape = if call.int("keepdims")? != 0 {
        kept
    } else {
        (0..x.rank()).filter(|at| !over.contains(at)).map(|at| x.shape[at]).collect()
    };
    one(Tensor::new(x.dtype, shape, cells))
}

fn ints(op: &str, dtype: Dtype, elements: &[Cell]) -> Result<Cell, String> {
    let known = |cell: &Cell| if let Cell::Int(value) = cell { Some(*value) } else { None };
    let all: Option<Vec<i64>> = elements.iter().map(known).collect();
    let all = all.ok_or("integers that depend on tokens are not supported here")?;
    integers::all(op, dtype, &all).map(Cell::Int)
}

fn floats(call: &mut Call<'_>, op: &str, x: &Tensor, elements: &[Cell]) -> Result<Cell, String> {
    let width = call.width(x)?;
    let mut terms = Vec::with_capacity(elements.len());
    for &cell in elements {
        terms.push(call.arena.float(cell)?);
    }
    let arena = &mut *call.arena;
    let empty = || "nothing to reduce".to_owned();
    Ok(Cell::Float(match op {
        "ReduceSum" => arena.sum(width, terms),
        "ReduceMean" => {
            let count = arena.constant(terms.len() as f64);
            let sum = arena.sum(width, terms);
            arena.binary(width, Binary::Div, sum, count)
        }
        "ReduceSumSquare" => arena.dot(width, terms.clone(), terms),
        "ReduceL2" => {
            let square = arena.dot(width, terms.clone(), terms);
            arena.unary(width, Function::Sqrt, square)
        }
        "ReduceMax" => greatest(arena, width, terms).ok_or_else(empty)?,
        "ReduceMin" => {
            let negative = terms.into_iter().map(|x| arena.neg(width, x)).collect();
            let most = greatest(arena, width, negative).ok_or_else(empty)?;
            arena.neg(width, most)
        }
        "ReduceProd" => {
            terms.into_iter().reduce(|x, y| arena.binary(width, Binary::Mul, x, y)).ok_or_else(empty)?
        }
        "ReduceL1" => {
            let mut sizes = Vec::with_capacity(terms.len());
            for x in terms {
                let negative = arena.neg(width, x);
                sizes.push(arena.binary(width, Binary::Max, x, negative));
            }
            arena.sum(width, sizes)
        }
        _ => {
            // Some runtimes take the greatest from all first, and then nothing overflows.
            if terms.iter().any(|&x| arena.range(x).hi > MILD || arena.range(x).nan) {
                return Err(format!("of numbers that are not shown to be at most {MILD} is not supported"));
            }
            let sum = exponentials(arena, width, &terms);
            arena.unary(width, Function::Ln, sum)
        }
    }))
}

/// Numbers up to this have exponentials whose sum does not overflow.
const MILD: f64 = 80.0;

/// The greatest of `terms`. Some runtimes leave a NaN out, which the operator does not settle.
fn greatest(arena: &mut Arena, width: Width, terms: Vec<Id>) -> Option<Id> {
    let nan = terms.iter().any(|&x| arena.range(x).nan);
    let found = terms.into_iter().reduce(|x, y| arena.binary(width, Binary::Max, x, y))?;
    if nan {
        arena.doubt_of(found, "runtimes differ in the greatest of numbers of which one is a NaN");
    }
    Some(found)
}

/// The sum of the exponentials of `terms`.
fn exponentials(arena: &mut Arena, width: Width, terms: &[Id]) -> Id {
    let powers = terms.iter().map(|&x| arena.unary(width, Function::Exp, x)).collect();
    arena.sum(width, powers)
}

pub(crate) fn cum_sum(call: &mut Call<'_>) -> Outputs {
    let x = call.tensor(0)?;
    let at = axis(call.ints(1)?.and_then(|axis| axis.first().copied()).unwrap_or(0), x.rank())?;
    let (exclusive, reverse) = (call.int("exclusive")? != 0, call.int("reverse")? != 0);
    let (_, groups) = groups(&x, &[at]);
    let mut out = (*x).clone();
    for mut group in groups {
        if reverse {
            group.reverse();
        }
        for count in 0..group.len() {
            let upto = if exclusive { count } else { count + 1 };
            let elements: Vec<Cell> = group[..upto].iter().map(|&element| x.cells[element]).collect();
            out.cells[group[count]] = match x.dtype.is_float() {
                true => floats(call, "ReduceSum", &x, &elements)?,
                false => ints("CumSum", x.dtype, &elements)?,
            };
        }
    }
    one(out)
}

/// Where the greatest of some integers stands, or the `least`: the first of equals, or the `last`.
fn place(values: &[i64], least: bool, last: bool) -> usize {
    let mut best = 0;
    for (at, value) in values.iter().enumerate().skip(1) {
        let order = if least { values[best].cmp(value) } else { value.cmp(&values[best]) };
        if order.is_gt() || (last && order.is_eq()) {
            best = at;
        }
    }
    best
}

pub(crate) fn arg_max(call: &mut Call<'_>) -> Outputs {
    let x = call.tensor(0)?;
    let at = axis(call.int("axis")?, x.rank())?;
    let last = call.declares("select_last_index") && call.int("select_last_index")? != 0;
    let sign = if call.node.op() == "ArgMin" { -1.0 } else { 1.0 };
    let (kept, groups) = groups(&x, &[at]);
    let mut cells = Vec::with_capacity(groups.len());
    for group in groups {
        if group.is_empty() {
            return Err("of nothing".into());
        }
        let int = |&element: &usize| if let Cell::Int(value) = x.cells[element] { Some(value) } else { None };
        if let Some(values) = group.iter().map(int).collect::<Option<Vec<i64>>>() {
            cells.push(Cell::Int(place(&values, sign < 0.0, last) as i64));
            continue;
        }
        let (mut best, mut index) = (Constant::exact(f64::NEG_INFINITY), 0);
        for (place, element) in group.into_iter().enumerate() {
            let value = match x.cells[element] {
                Cell::Float(id) => match call.arena.known(id) {
                    Some(known) if known.value().is_nan() => return Err("of a NaN is not supported".into()),
                    Some(known) => known,
                    None => return Err("of numbers that depend on tokens is not supported".into()),
                },
                Cell::Int(_) | Cell::Token(_) => {
                    return Err("of integers that depend on tokens is not supported".into());
                }
            };
            let lead = sign * (value.value() - best.value());
            let room = value.radius() + best.radius();
            if place > 0 && room > 0.0 && lead.abs() <= room {
                call.arena.breaks();
            }
            if place == 0 || lead > 0.0 || (last && value.value() == best.value()) {
                (best, index) = (value, place);
            }
        }
        cells.push(Cell::Int(index as i64));
    }
    let out = Tensor::new(Dtype::I64, kept, cells);
    if call.int("keepdims")? != 0 {
        return one(out);
    }
    let shape = (0..x.rank()).filter(|&other| other != at).map(|at| x.shape[at]).collect();
    one(out.reshaped(shape)?)
}

/// The axes that a softmax runs over: one; before version 13 all from it on.
fn softmax_axes(call: &Call<'_>, x: &Tensor) -> Result<Vec<usize>, String> {
    let new = call.opset >= 13;
    let at = axis(call.int("axis")?, x.rank())?;
    Ok(if new { vec![at] } else { (at..x.rank()).collect() })
}

pub(crate) fn softmax(call: &mut Call<'_>) -> Outputs {
    let x = call.tensor(0)?;
    let over = softmax_axes(call, &x)?;
    let (width, scores) = (call.width(&x)?, call.floats(&x)?);
    let mut cells = x.cells.clone();
    for group in groups(&x, &over).1 {
        let row: Vec<Id> = group.iter().map(|&element| scores[element]).collect();
        for (&element, weight) in group.iter().zip(call.arena.softmax(width, &row)) {
            cells[element] = Cell::Float(weight);
        }
    }
    one(Tensor::new(x.dtype, x.shape.clone(), cells))
}

/// The logarithm of a softmax, as libraries compute it: `(x − greatest) − ln Σ exp(x − greatest)`.
pub(crate) fn log_softmax(call: &mut Call<'_>) -> Outputs {
    let x = call.tensor(0)?;
    let over = softmax_axes(call, &x)?;
    let (width, scores) = (call.width(&x)?, call.floats(&x)?);
    let mut cells = x.cells.clone();
    for group in groups(&x, &over).1 {
        let row: Vec<Id> = group.iter().map(|&element| scores[element]).collect();
        let arena = &mut *call.arena;
        // A NaN makes every element one, whether the greatest shows it or not.
        let Some(most) = row.iter().copied().reduce(|x, y| arena.binary(width, Binary::Max, x, y)) else {
            continue;
        };
        let shifted: Vec<Id> = row.iter().map(|&x| arena.binary(width, Binary::Sub, x, most)).collect();
        let sum = exponentials(arena, width, &shifted);
        let logarithm = arena.unary(width, Function::Ln, sum);
        for (&element, shifted) in group.iter().zip(shifted) {
            cells[element] = Cell::Float(arena.binary(width, Binary::Sub, shifted, logarithm));
        }
    }
    one(Tensor::new(x.dtype, x.shape.clone(), cells))
}
