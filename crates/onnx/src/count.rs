//! The numbers of a graph.

use crate::Error;
use crate::proto::{GraphProto, ModelProto, NodeProto, TensorProto};
use crate::tensor::{Numbers, numbers};
use std::collections::{BTreeMap, BTreeSet};

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

/// Every number that `output` depends on.
pub(crate) fn counts(model: &ModelProto, graph: &GraphProto, output: &str) -> Result<Counts, Error> {
    let used = used(graph, output);
    let mut tensors: Vec<(String, &TensorProto)> = Vec::new();
    for tensor in &graph.initializer {
        tensors.push((tensor.name.clone().unwrap_or_default(), tensor));
    }
    let mut found = Counts::default();
    let mut constants = BTreeSet::new();
    for node in used.iter().map(|&index| &graph.node[index]) {
        let value = node.attribute("value").and_then(|attribute| attribute.t.as_ref());
        if let Some(tensor) = value.filter(|_| node.op() == "Constant") {
            let name = node.output.first().cloned().unwrap_or_default();
            constants.insert(name.clone());
            tensors.push((name, tensor));
        }
    }
    let readers = |name: &str| -> Vec<String> {
        let reads = |node: &&NodeProto| node.input.iter().any(|input| input == name);
        used.iter().map(|&index| &graph.node[index]).filter(reads).map(label).collect()
    };
    let mut known: Vec<(usize, Vec<f64>)> = Vec::new();
    for (name, tensor) in tensors {
        let (dtype, shape, values) = numbers(tensor, None).map_err(Error::from)?;
        let Numbers::Floats(values) = values else { continue };
        let uses = readers(&name);
        if uses.is_empty() || !dtype.is_float() || values.is_empty() {
            continue;
        }
        let alone = shape.is_empty() || (values.len() == 1 && constants.contains(&name));
        if alone {
            if values[0] != 0.0 && values[0] != 1.0 && values[0].is_finite() {
                found.literals.push(Literal { value: values[0], place: uses.join(", ") });
            }
            continue;
        }
        let twin =
            known.iter().find(|(index, other)| repeats(&found.stored[*index].shape, other, &shape, &values));
        let repeats = twin.map(|(index, _)| found.stored[*index].name.clone());
        let mask = values.len() > 1 && is_mask(&values);
        if repeats.is_none() {
            known.push((found.stored.len(), values));
        }
        found.stored.push(Stored { name, shape, uses, repeats, mask });
    }
    for node in used.iter().map(|&index| &graph.node[index]) {
        for attribute in ["value_float", "alpha", "beta", "epsilon", "scale", "softcap"] {
            let value = node.attribute(attribute).and_then(|attribute| attribute.f);
            if let Some(value) = value.filter(|&value| value != 0.0 && value != 1.0) {
                found.literals.push(Literal { value: f64::from(value), place: label(node) });
            }
        }
    }
    found.formulas = formulas(model, graph, &used);
    Ok(found)
}

fn label(node: &NodeProto) -> String {
    let name = node.name.as_deref().filter(|name| !name.is_empty());
    name.map_or_else(|| node.op().to_owned(), str::to_owned)
}

/// The nodes that `output` depends on, in order.
fn used(graph: &GraphProto, output: &str) -> BTreeSet<usize> {
    let mut maker: BTreeMap<&str, usize> = BTreeMap::new();
    for (index, node) in graph.node.iter().enumerate() {
        maker.extend(node.output.iter().map(|output| (output.as_str(), index)));
    }
    let (mut used, mut open) = (BTreeSet::new(), vec![output.to_owned()]);
    while let Some(name) = open.pop() {
        if let Some(&index) = maker.get(name.as_str())
            && used.insert(index)
        {
            open.extend(inputs(&graph.node[index]));
        }
    }
    used
}

/// What a node reads, its branches included.
fn inputs(node: &NodeProto) -> Vec<String> {
    let inner = node.attribute.iter().filter_map(|attribute| attribute.g.as_deref());
    node.input.iter().cloned().chain(inner.flat_map(|graph| graph.node.iter().flat_map(inputs))).collect()
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

/// The nodes that compute with floats and depend on no input.
fn formulas(model: &ModelProto, graph: &GraphProto, used: &BTreeSet<usize>) -> usize {
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
    let mut constant: BTreeSet<&str> =
        graph.initializer.iter().filter_map(|tensor| tensor.name.as_deref()).collect();
    let mut count = 0;
    for node in used.iter().map(|&index| &graph.node[index]) {
        if node.input.iter().all(|input| input.is_empty() || constant.contains(input.as_str())) {
            constant.extend(node.output.iter().map(String::as_str));
            let own = model.functions.iter().any(|function| function.name.as_deref() == Some(node.op()));
            count += usize::from(own || !moves.contains(&node.op()));
        }
    }
    count
}
