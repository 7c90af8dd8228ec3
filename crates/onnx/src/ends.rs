//! The ends of a graph: which input takes tokens, and which output gives logits.

use crate::Error;
use crate::proto::{Dimension, GraphProto, ValueInfoProto};
use crate::tensor::Dtype;
use spec::figures::counted;

/// The input of tokens.
#[derive(Clone, Debug)]
pub(crate) struct Input {
    pub(crate) name: String,
    pub(crate) dtype: Dtype,
    /// Whether there is an axis of batches, and its size if that is fixed.
    pub(crate) batch: Option<Option<usize>>,
    /// The number of tokens, if it is fixed.
    pub(crate) length: Option<usize>,
    /// Inputs of other kinds: masks and positions.
    pub(crate) others: Vec<(String, Dtype, usize)>,
}

/// The sizes of axes, where they are fixed.
type Axes = Vec<Option<usize>>;

/// The type of the elements of a value, and its axes, if the file says them.
fn axes(value: &ValueInfoProto) -> Result<(Dtype, Option<Axes>), String> {
    let tensor = value.r#type.as_ref().and_then(|kind| kind.tensor_type.as_ref());
    let tensor = tensor.ok_or("no tensor")?;
    let dtype = Dtype::of(tensor.elem_type.unwrap_or(0))?;
    let size = |dim: &Dimension| {
        dim.dim_value.filter(|_| dim.dim_param.is_none()).and_then(|size| usize::try_from(size).ok())
    };
    Ok((dtype, tensor.shape.as_ref().map(|shape| shape.dim.iter().map(size).collect())))
}

/// Which input takes tokens, and what else there is.
pub(crate) fn input(graph: &GraphProto) -> Result<Input, Error> {
    let stored = |name: &str| graph.initializer.iter().any(|tensor| tensor.name.as_deref() == Some(name));
    let mut found: Option<Input> = None;
    let mut others = Vec::new();
    for value in &graph.input {
        let name = value.name.clone().unwrap_or_default();
        if stored(&name) {
            continue;
        }
        let (dtype, axes) = axes(value).map_err(|what| Error::new(format!("the input `{name}`: {what}")))?;
        let axes = axes.unwrap_or_default();
        let helper = ["mask", "position"].iter().any(|word| name.contains(word));
        if helper {
            others.push((name, dtype, axes.len()));
            continue;
        }
        let (batch, length) = match *axes.as_slice() {
            [length] => (None, length),
            [batch, length] => (Some(batch), length),
            _ => {
                return Err(Error::new(format!(
                    "the input `{name}` has {}: expected tokens, [batch, length] or [length]",
                    counted(axes.len(), "axis")
                )));
            }
        };
        if dtype.is_float() || dtype == Dtype::Bool {
            return Err(Error::new(format!(
                "the input `{name}` is of type {}: expected tokens, which are integers",
                dtype.name()
            )));
        }
        if found.is_some() {
            return Err(Error::new(format!(
                "the input `{name}`: expected one input of tokens, without a cache"
            )));
        }
        found = Some(Input { name, dtype, batch, length, others: Vec::new() });
    }
    let found = found.ok_or_else(|| Error::new("the graph has no input: expected one of tokens"))?;
    Ok(Input { others, ..found })
}

/// The output of logits: the one that `asked` names or numbers, or the only one, or the one called `logits`, or the only one of floats whose
/// axes may be those of logits.
///
/// # Errors
///
/// If nothing says which it is; then the outputs are listed.
pub(crate) fn output(graph: &GraphProto, input: &Input, asked: Option<&str>) -> Result<String, Error> {
    let name = |value: &ValueInfoProto| value.name.clone().unwrap_or_default();
    let names: Vec<String> = graph.output.iter().map(name).collect();
    let list = || {
        let line =
            |(index, value): (usize, &ValueInfoProto)| format!("{index}: `{}` {}", name(value), shown(value));
        graph.output.iter().enumerate().map(line).collect::<Vec<_>>().join(", ")
    };
    if let Some(asked) = asked {
        let by_number = || asked.parse::<usize>().ok().and_then(|index| names.get(index));
        return names.iter().find(|name| *name == asked).or_else(by_number).cloned().ok_or_else(|| {
            Error::new(format!(
                "no output is called `{asked}`: expected the name or the number of one of {}",
                list()
            ))
        });
    }
    if let [only] = names.as_slice() {
        return Ok(only.clone());
    }
    if names.iter().any(|name| name == "logits") {
        return Ok("logits".into());
    }
    let fitting: Vec<&ValueInfoProto> =
        graph.output.iter().filter(|value| may_be_logits(value, input)).collect();
    match fitting.as_slice() {
        [only] => Ok(name(only)),
        _ if names.is_empty() => Err(Error::new("the graph has no output: expected logits")),
        found => Err(Error::new(format!(
            "{} of the {} outputs may be logits: expected `--logits` with the name or the number of one of {}",
            found.len(),
            names.len(),
            list()
        ))),
    }
}

/// The size of the last axis of an output, if the file fixes it.
pub(crate) fn last_axis(value: &ValueInfoProto) -> Option<usize> {
    axes(value).ok().and_then(|(_, axes)| axes?.last().copied().flatten())
}

/// Whether an output may hold logits by what the file says of it: floats, one row for each token or one for the last.
fn may_be_logits(value: &ValueInfoProto, input: &Input) -> bool {
    let Ok((dtype, axes)) = axes(value) else { return false };
    let Some(axes) = axes else { return dtype.is_float() };
    let most = if input.batch.is_some() { 3 } else { 2 };
    let wide = axes.last().is_some_and(|size| size.is_none_or(|size| size >= 2));
    dtype.is_float() && (most - 1..=most).contains(&axes.len()) && wide
}

/// The axes of an output as the file says them, such as `[batch, length, 10]`.
fn shown(value: &ValueInfoProto) -> String {
    let tensor = value.r#type.as_ref().and_then(|kind| kind.tensor_type.as_ref());
    let Some(shape) = tensor.and_then(|tensor| tensor.shape.as_ref()) else {
        return "of unknown axes".into();
    };
    let axis = |dim: &Dimension| match (&dim.dim_param, dim.dim_value) {
        (Some(name), _) => name.clone(),
        (None, Some(size)) => size.to_string(),
        (None, None) => "?".into(),
    };
    format!("[{}]", shape.dim.iter().map(axis).collect::<Vec<_>>().join(", "))
}
