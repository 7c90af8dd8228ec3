//! The numbers of a graph.

use crate::Error;
use crate::flat::{Flat, Step};
use crate::proto::{AttributeProto, GraphProto, ModelProto, NodeProto, TensorProto};
use crate::tensor::{Numbers, numbers};
use std::collections::BTreeSet;

/// The numbers of a graph, by the rules of `docs/counting.md`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Counts {
    /// The tensors of numbers that the logits depend on.
    pub stored: Vec<Stored>,
    /// The single numbers, other than 0 and 1, that nodes compute with.
    pub literals: Vec<Literal>,
    /// How many nodes compute with numbers that no token has touched: the graph's formulas.
    pub formulas: usize,
}

/// A tensor of numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Stored {
    /// Its name in the graph.
    pub name: String,
    /// The sizes of its axes.
    pub shape: Vec<usize>,
    /// The nodes that read it.
    pub uses: Vec<String>,
    /// The tensor that it repeats, as it is or transposed; then it does not count again.
    pub repeats: Option<String>,
    /// Whether it only lets through or shuts out, with zeros and numbers below all scores; then it does not count.
    pub mask: bool,
}

impl Stored {
    /// How many numbers it adds to the count.
    pub fn counted(&self) -> usize {
        if self.repeats.is_some() || self.mask { 0 } else { self.shape.iter().product() }
    }
}

/// A single number that a node computes with.
#[derive(Clone, Debug, PartialEq)]
pub struct Literal {
    /// The number.
    pub value: f64,
    /// The nodes that read it.
    pub place: String,
}

impl Counts {
    /// How many numbers are stored.
    pub fn total(&self) -> usize {
        self.stored.iter().map(Stored::counted).sum()
    }

    /// Stored numbers and literals.
    pub fn strict(&self) -> usize {
        self.total() + self.literals.len()
    }

    /// Stored numbers, literals, and the nodes that compute with them before any token is read.
    pub fn description(&self) -> usize {
        self.strict() + self.formulas
    }
}

/// Numbers that stand together in the file.
struct Source<'a> {
    /// What they are called in the list of nodes.
    name: String,
    shape: Vec<usize>,
    values: Numbers,
    /// Whether they stand in an attribute of the node that this is.
    at: Option<&'a Step<'a>>,
    /// Whether they are integers or truth values.
    whole: bool,
    /// Whether the node is a constant, whose readers are what uses them.
    constant: bool,
    /// The attribute that holds them: functions that are called twice show it twice.
    origin: Option<*const AttributeProto>,
}

/// Every number that `output` depends on, in a part of a file where all else is left out.
pub(crate) fn counts(model: &ModelProto, graph: &GraphProto, output: &str) -> Result<Counts, Error> {
    let flat = Flat::new(model, graph)?;
    let inputs: BTreeSet<String> = graph.input.iter().filter_map(|input| input.name.clone()).collect();
    let stored = |name: &String| graph.initializer.iter().any(|tensor| tensor.name.as_ref() == Some(name));
    let vary = flat.vary(inputs.iter().filter(|name| !stored(name)).cloned());
    let elements = flat.elements(output, |name| inputs.contains(name) || vary.contains(name));
    let mut found = Counts::default();
    let mut known: Vec<(usize, Vec<f64>)> = Vec::new();
    let mut seen = BTreeSet::new();
    for source in sources(&flat)? {
        let values = match source.values {
            Numbers::Floats(values) => values,
            // Integers that only say shapes and places are structure.
            Numbers::Ints(values) if source.name == output || elements.contains(source.name.as_str()) => {
                values.into_iter().map(|value| value as f64).collect()
            }
            Numbers::Ints(_) => continue,
        };
        // 0, 1, 2, … is where things stand, as everybody who numbers them gets it.
        if source.whole && values.len() > 1 && values.iter().enumerate().all(|(at, &x)| x == at as f64) {
            continue;
        }
        if values.is_empty() || source.origin.is_some_and(|origin| !seen.insert(origin)) {
            continue;
        }
        let uses: Vec<String> = match source.at {
            Some(step) if !source.constant => vec![label(step.node)],
            _ => {
                let reads = |step: &&Step<'_>| step.inputs.contains(&source.name);
                flat.steps.iter().filter(reads).map(|step| label(step.node)).collect()
            }
        };
        if source.shape.is_empty() || (values.len() == 1 && source.at.is_some()) {
            found.literal(values[0], uses.join(", "));
            continue;
        }
        let shape = source.shape;
        let twin =
            known.iter().find(|(index, other)| repeats(&found.stored[*index].shape, other, &shape, &values));
        let repeats = twin.map(|(index, _)| found.stored[*index].name.clone());
        let mask = values.len() > 1 && (is_mask(&values) || (source.whole && is_triangle(&shape, &values)));
        if repeats.is_none() {
            known.push((found.stored.len(), values));
        }
        let name = spec::text::name(&source.name);
        found.stored.push(Stored { name, shape, uses, repeats, mask });
    }
    for step in flat.steps.iter().filter(|step| step.node.op() != "Constant") {
        for attribute in
            step.attributes.iter().filter(|attribute| seen.insert(std::ptr::from_ref(**attribute)))
        {
            for &value in attribute.f.iter().chain(&attribute.floats) {
                found.literal(f64::from(value), label(step.node));
            }
        }
    }
    found.formulas = formulas(&flat);
    Ok(found)
}

impl Counts {
    /// Zero and one are structure, and what is not finite is a mask.
    fn literal(&mut self, value: f64, place: String) {
        if value != 0.0 && value != 1.0 && value.is_finite() {
            self.literals.push(Literal { value, place });
        }
    }
}

/// All numbers of a file: initialisers, and the tensors and lists in attributes.
fn sources<'a>(flat: &'a Flat<'_>) -> Result<Vec<Source<'a>>, Error> {
    let of_tensor = |name: &str, tensor: &TensorProto| {
        numbers(tensor).map_err(|what| Error::new(format!("the numbers of `{name}`: {what}")))
    };
    let mut found = Vec::new();
    for (name, tensor) in &flat.tensors {
        let (_, shape, values) = of_tensor(name, tensor)?;
        let whole = matches!(values, Numbers::Ints(_));
        found.push(Source {
            name: name.clone(),
            shape,
            values,
            at: None,
            whole,
            constant: false,
            origin: None,
        });
    }
    for step in &flat.steps {
        let constant = step.node.op() == "Constant";
        let name = step.outputs.first().cloned().unwrap_or_default();
        for &attribute in &step.attributes {
            let floats = |values: &[f32]| Numbers::Floats(values.iter().map(|&x| f64::from(x)).collect());
            let (shape, values) = if let Some(tensor) = &attribute.t {
                let (_, shape, values) = of_tensor(&name, tensor)?;
                (shape, values)
            } else if !constant {
                continue;
            } else if let Some(value) = attribute.f {
                (vec![], floats(&[value]))
            } else if let Some(value) = attribute.i {
                (vec![], Numbers::Ints(vec![value]))
            } else if !attribute.floats.is_empty() {
                (vec![attribute.floats.len()], floats(&attribute.floats))
            } else {
                (vec![attribute.ints.len()], Numbers::Ints(attribute.ints.clone()))
            };
            let whole = matches!(values, Numbers::Ints(_));
            found.push(Source {
                name: name.clone(),
                whole,
                shape,
                values,
                at: Some(step),
                constant,
                origin: Some(std::ptr::from_ref(attribute)),
            });
        }
    }
    Ok(found)
}

fn label(node: &NodeProto) -> String {
    let name = node.name.as_deref().filter(|name| !name.is_empty());
    spec::text::name(name.unwrap_or_else(|| node.op()))
}

/// Whether the second tensor holds the numbers of the first, as they are or transposed. A few small numbers may be alike by
/// chance.
fn repeats(shape: &[usize], values: &[f64], other_shape: &[usize], other: &[f64]) -> bool {
    if values.len() != other.len() || values.len() < 2 {
        return false;
    }
    let same = |x: f64, y: f64| x.to_bits() == y.to_bits();
    if shape == other_shape && values.iter().zip(other).all(|(&x, &y)| same(x, y)) {
        return values.iter().any(|&x| x != 0.0 && x != 1.0);
    }
    match (shape, other_shape) {
        (&[rows, columns], &[a, b]) if (rows, columns) == (b, a) && rows > 1 && columns > 1 => (0..values
            .len())
            .all(|index| same(values[index], other[index % columns * rows + index / columns])),
        _ => false,
    }
}

/// Zeros and numbers so low that they shut out every score.
fn is_mask(values: &[f64]) -> bool {
    values.iter().all(|&x| x == 0.0 || x <= -1e9) && values.iter().any(|&x| x != 0.0)
}

/// Truth values on one side of a diagonal, and their opposites on the other, as they say what comes before what; or all alike.
fn is_triangle(shape: &[usize], values: &[f64]) -> bool {
    let &[.., rows, columns] = shape else { return false };
    if values.iter().any(|&x| x != 0.0 && x != 1.0) || rows * columns == 0 {
        return false;
    }
    // How far a place lies right of the diagonal, from 0 on.
    let of = |place: usize| (place % columns) + rows - 1 - (place / columns % rows);
    // The place farthest left of the diagonal: the first of the last row.
    let first = values[(rows - 1) * columns];
    let turn = (0..values.len()).filter(|&place| values[place] != first).map(of).min();
    let beyond = |place: usize| turn.is_some_and(|turn| of(place) >= turn);
    (0..values.len()).all(|place| (values[place] != first) == beyond(place))
}

/// The nodes that compute, and depend on no input.
fn formulas(flat: &Flat<'_>) -> usize {
    let moves = [
        "Constant",
        "Identity",
        "Transpose",
        "Reshape",
        "Unsqueeze",
        "Squeeze",
        "Cast",
        "Shape",
        "Expand",
        "Slice",
        "Gather",
        "Concat",
        "ConstantOfShape",
    ];
    let mut constant: BTreeSet<&str> = flat.tensors.iter().map(|(name, _)| name.as_str()).collect();
    let mut count = 0;
    for step in &flat.steps {
        if step.inputs.iter().all(|input| input.is_empty() || constant.contains(input.as_str())) {
            constant.extend(step.outputs.iter().map(String::as_str));
            count += usize::from(!moves.contains(&step.node.op()));
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn triangles_are_told_from_tables() {
        let of = |shape: &[usize], bits: &str| {
            let values: Vec<f64> = bits.chars().map(|bit| f64::from(u8::from(bit == '1'))).collect();
            is_triangle(shape, &values)
        };
        for bits in ["100110111", "011001000", "000000000", "111111111", "110111111", "000000100"] {
            assert!(of(&[3, 3], bits), "{bits}");
        }
        for bits in ["100010001", "101110111", "010000000", "110110111"] {
            assert!(!of(&[3, 3], bits), "{bits}");
        }
        assert!(of(&[1, 2, 2, 3], "100110100110") && !of(&[1, 2, 2, 3], "100110110111"));
        assert!(!of(&[3], "100") && !is_triangle(&[1, 2], &[0.0, 2.0]));
    }
}
