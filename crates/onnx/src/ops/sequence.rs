//! Lists of tensors, which the older exporter makes of splits.

use crate::call::{Call, Outputs, axis, one};
use crate::ops::split::{chunks, given, join, pieces};
use crate::tensor::{Tensor, Value};
use std::rc::Rc;

pub(crate) fn sequence(call: &mut Call<'_>) -> Outputs {
    let list = |call: &Call<'_>| match call.inputs.first() {
        Some(Some(Value::Sequence(list))) => Ok(list.clone()),
        _ => Err("input 0: expected a sequence".to_owned()),
    };
    let place = |at: i64, len: usize| -> Result<usize, String> {
        let at = if at < 0 { at + len as i64 } else { at };
        usize::try_from(at).map_err(|_| format!("place {at} of a sequence of {len}"))
    };
    match call.node.op() {
        "SequenceEmpty" => Ok(vec![Value::Sequence(Vec::new())]),
        "SequenceConstruct" => {
            let all = (0..call.inputs.len()).map(|index| call.tensor(index)).collect::<Result<_, _>>()?;
            Ok(vec![Value::Sequence(all)])
        }
        "SequenceLength" => one(Tensor::ints(vec![], [list(call)?.len() as i64])),
        "SequenceAt" => {
            let list = list(call)?;
            let at = call.ints(1)?.and_then(|at| at.first().copied()).unwrap_or(0);
            let at = place(at, list.len())?;
            let found = list.get(at).ok_or_else(|| format!("place {at} of a sequence of {}", list.len()))?;
            Ok(vec![Value::Tensor(Rc::clone(found))])
        }
        "SequenceInsert" => {
            let mut list = list(call)?;
            let at = match call.ints(2)?.and_then(|at| at.first().copied()) {
                Some(at) => place(at, list.len())?,
                None => list.len(),
            };
            if at > list.len() {
                return Err(format!("place {at} of a sequence of {}", list.len()));
            }
            list.insert(at, call.tensor(1)?);
            Ok(vec![Value::Sequence(list)])
        }
        "ConcatFromSequence" => {
            let (list, along) = (list(call)?, call.int("axis")?);
            if call.int("new_axis")? == 0 {
                return one(join(&list, along)?);
            }
            let rank = list.first().map_or(0, |part| part.rank()) + 1;
            let at = axis(along, rank)?;
            let widened = |part: &Rc<Tensor>| {
                let mut shape = part.shape.clone();
                shape.insert(at, 1);
                part.reshaped(shape).map(Rc::new)
            };
            one(join(&list.iter().map(widened).collect::<Result<Vec<_>, _>>()?, at as i64)?)
        }
        _ => {
            let x = call.tensor(0)?;
            let at = axis(call.int("axis")?, x.rank())?;
            let keep = call.int("keepdims")? != 0 || call.optional(1)?.is_some();
            let sizes = match (call.optional(1)?, call.ints(1)?) {
                (Some(tensor), Some(sizes)) if tensor.rank() == 1 => given(&sizes, x.shape[at])?,
                (_, Some(size)) => match size.as_slice() {
                    &[size] if size > 0 => chunks(x.shape[at], size as usize),
                    _ => return Err(format!("parts of {size:?}: expected a positive size")),
                },
                _ => chunks(x.shape[at], 1),
            };
            let mut parts = Vec::with_capacity(sizes.len());
            for mut part in pieces(&x, at, &sizes)? {
                if !keep {
                    part.shape.remove(at);
                }
                parts.push(Rc::new(part));
            }
            Ok(vec![Value::Sequence(parts)])
        }
    }
}
