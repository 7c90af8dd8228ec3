//! The names that a formula can use.

use crate::document::{Entry, Node, Value};
use crate::figures::counted;
use crate::problem::{Problem, nearest};
use crate::tensors::Tensors;
use std::collections::{BTreeMap, BTreeSet};

/// An index word: it stands for a position inside the weight that the formula fills.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// `row`.
    Row,
    /// `col`.
    Col,
    /// `token`.
    Token,
    /// `pos`.
    Pos,
    /// `head`.
    Head,
    /// `unit`.
    Unit,
    /// `query`.
    Query,
    /// `key`.
    Key,
}

impl Word {
    pub(crate) const ALL: [(&'static str, Self); 8] = [
        ("row", Self::Row),
        ("col", Self::Col),
        ("token", Self::Token),
        ("pos", Self::Pos),
        ("head", Self::Head),
        ("unit", Self::Unit),
        ("query", Self::Query),
        ("key", Self::Key),
    ];
}

/// A tensor of stored numbers.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Stored {
    pub(crate) name: String,
    pub(crate) entry: Entry,
    /// The sizes of its axes; empty for a single number.
    pub(crate) shape: Vec<usize>,
    /// Row by row, as written.
    pub(crate) values: Vec<f64>,
}

/// A number of `[const]`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Const {
    pub(crate) name: String,
    pub(crate) entry: Entry,
    pub(crate) value: f64,
}

/// What a name stands for: an index into [`Names::stored`] or into [`Names::consts`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Name {
    /// A stored tensor.
    Stored(usize),
    /// A number of `[const]`.
    Const(usize),
}

/// Everything that a formula can refer to.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Names {
    pub(crate) stored: Vec<Stored>,
    pub(crate) consts: Vec<Const>,
    /// Where each name of both stands.
    places: BTreeMap<String, Name>,
    /// Names of both whose values could not be read, which is a problem of its own.
    broken: BTreeSet<String>,
}

/// The names that formulas give a meaning of their own.
const RESERVED: [&str; 5] = ["if", "div", "mod", "pi", "tau"];

impl Names {
    /// Reads `[const]`: one number for each name.
    pub(crate) fn add_consts(&mut self, entries: &[Entry], problems: &mut Vec<Problem>) {
        for entry in entries {
            match entry.node.value {
                Value::Number(value) if value.is_finite() => {
                    if self.take(&entry.key, Name::Const(self.consts.len()), entry, problems) {
                        self.consts.push(Const { name: entry.key.clone(), entry: entry.clone(), value });
                    }
                }
                _ => {
                    self.broken.insert(entry.key.clone());
                    problems.push(entry.node.wrong(&format!("const `{}`", entry.key), "a finite number"));
                }
            }
        }
    }

    /// Reads `[params]`: numbers, arrays of numbers, arrays of rows; `{ tensor = "…" }` names a tensor of the weights file; other
    /// tables group names with dots.
    pub(crate) fn add_params(
        &mut self,
        prefix: &str,
        entries: &[Entry],
        tensors: &Tensors,
        problems: &mut Vec<Problem>,
    ) {
        for entry in entries {
            let name = format!("{prefix}{}", entry.key);
            let found = match &entry.node.value {
                Value::Table(inner) => match reference(inner) {
                    Some(node) => published(node, inner, tensors),
                    None => {
                        self.add_params(&format!("{name}."), inner, tensors, problems);
                        continue;
                    }
                },
                _ => {
                    let (mut shape, mut values) = (Vec::new(), Vec::new());
                    tensor(&entry.node, 0, &mut shape, &mut values).map(|()| (shape, values))
                }
            };
            match found {
                Ok((shape, values)) => {
                    if self.take(&name, Name::Stored(self.stored.len()), entry, problems) {
                        self.stored.push(Stored { name, entry: entry.clone(), shape, values });
                    }
                }
                Err(problem) => {
                    self.broken.insert(name);
                    problems.push(problem);
                }
            }
        }
    }

    /// `problem`, which is that nothing is called `name`: no news where its value could not be read.
    pub(crate) fn unknown(&self, name: &str, problem: Problem) -> Problem {
        if self.broken.contains(name) { problem.following() } else { problem }
    }

    /// What is called `name`.
    pub(crate) fn find(&self, name: &str) -> Option<Name> {
        self.places.get(name).copied()
    }

    /// Notes what is called `name`, if it can be: whether it is.
    fn take(&mut self, name: &str, what: Name, entry: &Entry, problems: &mut Vec<Problem>) -> bool {
        let well_formed = name.starts_with(|c: char| c.is_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '.');
        let functions = super::Function::ALL.iter().map(|(name, _)| *name);
        let mut reserved = Word::ALL.iter().map(|(name, _)| *name).chain(functions).chain(RESERVED);
        let message = if !well_formed {
            format!("the name `{name}` cannot be used in a formula")
        } else if reserved.any(|word| word == name) {
            format!("the name `{name}` is taken by the formula language")
        } else if self.places.contains_key(name) {
            format!("the name `{name}` is already used")
        } else {
            self.places.insert(name.to_owned(), what);
            return true;
        };
        let expected = "a new name of letters, digits, `_` and `.`";
        problems.push(Problem::new(entry.key_span.clone(), message).expected(expected));
        false
    }
}

/// The name in `{ tensor = "name" }`. A group of stored numbers has no strings in it.
fn reference(entries: &[Entry]) -> Option<&Node> {
    let node = entries.iter().find(|entry| entry.key == "tensor").map(|entry| &entry.node)?;
    matches!(node.value, Value::String(_)).then_some(node)
}

/// Shape and numbers of the tensor that `node` names.
fn published(node: &Node, entries: &[Entry], tensors: &Tensors) -> Result<(Vec<usize>, Vec<f64>), Problem> {
    if let Some(other) = entries.iter().find(|entry| entry.key != "tensor") {
        let message = format!("a tensor of the weights file: unknown key `{}`", other.key);
        return Err(Problem::new(other.key_span.clone(), message).expected("`tensor` alone"));
    }
    let name = node.string("the name of a tensor")?;
    let problem = |message: String| Problem::new(node.span.clone(), message);
    if tensors.is_empty() {
        let message = format!("the tensor `{name}` of no weights file");
        return Err(problem(message).expected("`weights = \"….safetensors\"` above all sections"));
    }
    let tensor = tensors.get(name).ok_or_else(|| {
        let problem = problem(format!("the weights file has no tensor `{name}`"));
        match nearest(name, tensors.keys().map(String::as_str)) {
            Some(near) => problem.expected(format!("`{near}`")),
            None => problem,
        }
    })?;
    let tensor = tensor.as_ref().map_err(|dtype| {
        problem(format!("the tensor `{name}` holds {dtype}")).expected("F32, F64, F16 or BF16")
    })?;
    if tensor.shape.len() > 2 || tensor.values.is_empty() {
        let message = format!("the tensor `{name}` has shape {:?}", tensor.shape);
        return Err(problem(message).expected("a number, a row or a matrix"));
    }
    Ok((tensor.shape.clone(), tensor.values.clone()))
}

fn tensor(node: &Node, depth: usize, shape: &mut Vec<usize>, values: &mut Vec<f64>) -> Result<(), Problem> {
    match &node.value {
        Value::Number(number) if number.is_finite() && shape.len() == depth => {
            values.push(*number);
            Ok(())
        }
        Value::Array(items) if depth < 2 && !items.is_empty() => {
            if depth == shape.len() {
                if !values.is_empty() {
                    return Err(node.wrong("a stored tensor", "a number, as before"));
                }
                shape.push(items.len());
            } else if shape[depth] != items.len() {
                let message =
                    format!("a row of {} among rows of {}", counted(items.len(), "number"), shape[depth]);
                return Err(
                    Problem::new(node.span.clone(), message).expected(counted(shape[depth], "number"))
                );
            }
            items.iter().try_for_each(|item| tensor(item, depth + 1, shape, values))
        }
        _ => {
            Err(node
                .wrong("a stored tensor", "finite numbers: one, an array, or an array of equally long rows"))
        }
    }
}
