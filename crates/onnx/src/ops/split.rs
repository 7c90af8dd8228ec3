//! Operators that cut tensors and put them together.

use crate::call::{Call, Outputs, axes, axis, one};
use crate::tensor::{Cell, Tensor, strides};
use spec::figures::counted;
use std::rc::Rc;

pub(crate) fn concat(call: &mut Call<'_>) -> Outputs {
    let parts = (0..call.inputs.len()).map(|index| call.tensor(index)).collect::<Result<Vec<_>, _>>()?;
    one(join(&parts, call.int("axis")?)?)
}

/// The tensors `parts` side by side along an axis.
pub(crate) fn join(parts: &[Rc<Tensor>], along: i64) -> Result<Tensor, String> {
    let first = parts.first().ok_or("nothing to put together")?;
    let at = axis(along, first.rank())?;
    for part in parts {
        if part.dtype != first.dtype {
            return Err(format!(
                "tensors of {} and {}: expected one type",
                first.dtype.name(),
                part.dtype.name()
            ));
        }
        let fits = part.rank() == first.rank()
            && (0..first.rank()).all(|other| other == at || part.shape[other] == first.shape[other]);
        if !fits {
            return Err(format!("the shapes {:?} and {:?} do not fit together", first.shape, part.shape));
        }
    }
    let mut shape = first.shape.clone();
    shape[at] = parts.iter().map(|part| part.shape[at]).sum();
    let outer: usize = shape[..at].iter().product();
    let mut cells = Vec::with_capacity(Tensor::size(&shape)?);
    for index in 0..outer {
        for part in parts {
            let size: usize = part.shape[at..].iter().product();
            cells.extend_from_slice(&part.cells[index * size..][..size]);
        }
    }
    Ok(Tensor::new(first.dtype, shape, cells))
}

/// The places from `start`, `count` of them, `step` apart, along one axis.
pub(crate) fn cut(x: &Tensor, at: usize, start: i64, step: i64, count: usize) -> Result<Tensor, String> {
    let strides = strides(&x.shape);
    let mut shape = x.shape.clone();
    shape[at] = count;
    x.picked(shape, |index| {
        let place = |axis: usize| {
            if axis == at { (start + index[axis] as i64 * step) as usize } else { index[axis] }
        };
        (0..index.len()).map(|axis| place(axis) * strides[axis]).sum()
    })
}

pub(crate) fn split(call: &mut Call<'_>) -> Outputs {
    let x = call.tensor(0)?;
    let at = axis(call.int("axis")?, x.rank())?;
    let (places, outputs) = (x.shape[at], call.node.output.len());
    let count = if call.declares("num_outputs") { call.optional_int("num_outputs")? } else { None };
    let sizes = match (call.ints_of("split", 1)?, count) {
        (Some(_), Some(_)) => return Err("`split` and `num_outputs`: expected one of the two".into()),
        (Some(sizes), None) => given(&sizes, places)?,
        (None, Some(count)) => parts(places, count)?,
        (None, None) if outputs == 0 || places % outputs != 0 => {
            return Err(format!("{} in {outputs} equal parts", counted(places, "place")));
        }
        (None, None) => vec![places / outputs; outputs],
    };
    if sizes.len() != outputs {
        return Err(format!(
            "{}: expected one for each of {}",
            counted(sizes.len(), "part"),
            counted(outputs, "output")
        ));
    }
    Ok(pieces(&x, at, &sizes)?.into_iter().map(Into::into).collect())
}

/// The sizes of parts as a graph gives them, if they fill the axis.
pub(crate) fn given(sizes: &[i64], places: usize) -> Result<Vec<usize>, String> {
    let found: Option<Vec<usize>> = sizes.iter().map(|&size| usize::try_from(size).ok()).collect();
    let total = |sizes: &Vec<usize>| sizes.iter().try_fold(0_usize, |sum, &size| sum.checked_add(size));
    found
        .filter(|sizes| total(sizes) == Some(places))
        .ok_or_else(|| format!("parts of {sizes:?}: expected {}", counted(places, "place")))
}

/// The sizes of `count` parts, all alike but for the last, which may be smaller.
fn parts(places: usize, count: i64) -> Result<Vec<usize>, String> {
    let wrong =
        || format!("{} in {} of one size but for the last", counted(places, "place"), counted(count, "part"));
    let count = usize::try_from(count).ok().filter(|&count| count > 0).ok_or_else(wrong)?;
    let size = places.div_ceil(count);
    let last = size.checked_mul(count - 1).and_then(|before| places.checked_sub(before)).ok_or_else(wrong)?;
    Tensor::size(&[count])?;
    Ok((0..count).map(|index| if index + 1 == count { last } else { size }).collect())
}

/// The parts of these sizes along one axis, which they fill.
pub(crate) fn pieces(x: &Tensor, at: usize, sizes: &[usize]) -> Result<Vec<Tensor>, String> {
    let mut start = 0;
    let mut found = Vec::with_capacity(sizes.len());
    for &size in sizes {
        found.push(cut(x, at, start as i64, 1, size)?);
        start += size;
    }
    Ok(found)
}

/// Parts of `size` places, the last one what is left.
pub(crate) fn chunks(total: usize, size: usize) -> Vec<usize> {
    let size = size.max(1);
    (0..total.div_ceil(size)).map(|index| size.min(total - index * size)).collect()
}

pub(crate) fn slice(call: &mut Call<'_>) -> Outputs {
    let mut x = (*call.tensor(0)?).clone();
    let starts = call.ints_of("starts", 1)?.ok_or("starts are missing")?;
    let ends = call.ints_of("ends", 2)?.ok_or("ends are missing")?;
    let named = call.ints_of("axes", 3)?.unwrap_or_else(|| (0..starts.len() as i64).collect());
    let steps = call.ints(4)?.unwrap_or_else(|| vec![1; starts.len()]);
    if [ends.len(), named.len(), steps.len()].iter().any(|&len| len != starts.len()) {
        return Err("starts, ends, axes and steps of different lengths".into());
    }
    each_once(&named, x.rank())?;
    for (((&start, &end), &along), &step) in starts.iter().zip(&ends).zip(&named).zip(&steps) {
        let at = axis(along, x.rank())?;
        let size = x.shape[at] as i64;
        if step == 0 {
            return Err("a step of 0".into());
        }
        let from_end = |place: i64| if place < 0 { place.saturating_add(size) } else { place };
        // From before the first place to behind the last one, as far as the direction reaches.
        let (low, high) = if step > 0 { (0, size) } else { (-1, size - 1) };
        let start = from_end(start).max(low.max(0)).min(high);
        let end = from_end(end).max(low).min(high);
        let way = if step > 0 { end - start } else { start - end };
        let count = (way.max(0) as u64).div_ceil(step.unsigned_abs());
        x = cut(&x, at, start, step, count as usize)?;
    }
    one(x)
}

/// Makes sure that no axis is named twice.
fn each_once(named: &[i64], rank: usize) -> Result<(), String> {
    if axes(named, rank)?.len() == named.len() {
        Ok(())
    } else {
        Err(format!("the axes {named:?}: expected each once"))
    }
}

pub(crate) fn pad(call: &mut Call<'_>) -> Outputs {
    let x = call.tensor(0)?;
    let pads = call.ints_of("pads", 1)?.ok_or("pads are missing")?;
    let fill = match call.optional(2)? {
        Some(value) => match value.cells.as_slice() {
            &[cell] => cell,
            cells => return Err(format!("a value of {}: expected one", counted(cells.len(), "element"))),
        },
        None if x.dtype.is_float() && call.declares("value") => {
            let value = call.float("value")?;
            Cell::Float(call.arena.constant(value))
        }
        None if x.dtype.is_float() => Cell::Float(call.arena.zero()),
        None => Cell::Int(0),
    };
    let named = call.ints(3)?.unwrap_or_else(|| (0..x.rank() as i64).collect());
    if pads.len() != 2 * named.len() {
        return Err(format!("{}: expected {}", counted(pads.len(), "pad"), 2 * named.len()));
    }
    each_once(&named, x.rank())?;
    let mut x = (*x).clone();
    for (index, &along) in named.iter().enumerate() {
        let at = axis(along, x.rank())?;
        let both = [pads[index], pads[named.len() + index]];
        let cropped = both.iter().map(|pad| pad.min(&0).unsigned_abs());
        // Where more is cut off than there is, runtimes differ in what is left.
        if cropped.fold(0, u64::saturating_add) > x.shape[at] as u64 {
            return Err(format!(
                "the pads {pads:?} cut more off axis {along} than its {}",
                counted(x.shape[at], "place")
            ));
        }
        for (place, count) in [(false, pads[index]), (true, pads[named.len() + index])] {
            if count < 0 {
                let left = (x.shape[at] as i64 + count) as usize;
                x = cut(&x, at, if place { 0 } else { -count }, 1, left)?;
                continue;
            }
            let mut shape = x.shape.clone();
            shape[at] = usize::try_from(count).unwrap_or(usize::MAX);
            let filled = Rc::new(Tensor::new(x.dtype, shape.clone(), vec![fill; Tensor::size(&shape)?]));
            let own = Rc::new(x);
            x = join(&if place { [own, filled] } else { [filled, own] }, at as i64)?;
        }
    }
    one(x)
}
