//! The operators as they are declared: which versions of them are read, with which inputs, outputs and attributes.
//!
//! The table says all of it, defaults included; an operator's code asks [`crate::call::Call`] for an attribute and gets what the node or the
//! table says. What a node holds beyond its declaration is an error ([`check()`]), because what is not read could change
//! what the graph computes. `xtask/seams/operators.py` compares the table with the schemas of the `onnx` package, and with
//! ONNX Runtime's for its own operators.

mod check;
#[cfg(test)]
mod json;
mod numbers;
mod shapes;

pub(crate) use check::{check, no_reference, once};

use crate::call::{Call, Outputs};
use crate::proto::{NodeProto, OperatorSetIdProto};

/// The newest version of ONNX's operators that the table was compared with.
pub(crate) const NEWEST: i64 = 28;

/// The newest version of the file format that goes with it.
pub(crate) const NEWEST_FORMAT: i64 = 14;

/// The newest version of ONNX Runtime's operators.
const NEWEST_MICROSOFT: i64 = 1;

/// The domain of ONNX Runtime's own operators.
pub(crate) const MICROSOFT: &str = "com.microsoft";

/// Every declaration.
pub(crate) fn rows() -> impl Iterator<Item = &'static Operator> {
    numbers::ROWS.iter().chain(shapes::ROWS)
}

/// An operator as it is from one version of its domain's operator set on.
#[derive(Debug)]
pub(crate) struct Operator {
    /// Empty for ONNX's own.
    pub(crate) domain: &'static str,
    pub(crate) name: &'static str,
    /// The first version in which this declaration holds.
    pub(crate) since: i64,
    /// The version in which it ended.
    pub(crate) before: Option<i64>,
    /// The names of the inputs, `->`, the names of the outputs. With `?` behind it one may be absent, with `*` it stands for any
    /// number of them, and one with `!` is part of the operator, but not supported. An input with `#` says how elements are laid out,
    /// one with `@` which are picked.
    pub(crate) signature: &'static str,
    pub(crate) attributes: &'static [Attribute],
    pub(crate) run: Run,
}

/// What computes an operator.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Run {
    Compute(fn(&mut Call<'_>) -> Outputs),
    /// `If`, whose branches the walk follows itself.
    Branch,
}

/// An attribute of an operator.
#[derive(Debug)]
pub(crate) struct Attribute {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) default: Default,
    pub(crate) accepted: Accepted,
}

/// The type of an attribute, with its number in `onnx.proto`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Float = 1,
    Int = 2,
    String = 3,
    Tensor = 4,
    Graph = 5,
    Floats = 6,
    Ints = 7,
    Strings = 8,
    SparseTensor = 11,
}

/// What holds where a node does not have the attribute.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Default {
    Int(i64),
    Float(f32),
    Text(&'static str),
    /// Nothing: the operator says what an absent attribute means.
    Absent,
    /// Every node must have it.
    Required,
}

/// The values that are supported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Accepted {
    Any,
    /// The default alone.
    Default,
    /// None: the attribute must be absent.
    Never,
}

const fn op(
    name: &'static str,
    since: i64,
    run: fn(&mut Call<'_>) -> Outputs,
    signature: &'static str,
) -> Operator {
    Operator { domain: "", name, since, before: None, signature, attributes: &[], run: Run::Compute(run) }
}

impl Operator {
    const fn before(self, version: i64) -> Self {
        Self { before: Some(version), ..self }
    }

    const fn with(self, attributes: &'static [Attribute]) -> Self {
        Self { attributes, ..self }
    }

    const fn microsoft(self) -> Self {
        Self { domain: MICROSOFT, ..self }
    }

    /// The attribute `name`, if it is declared.
    pub(crate) fn attribute(&self, name: &str) -> Option<&'static Attribute> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }

    /// Whether it moves elements or converts them, and computes nothing of them: then it takes numbers of two bytes.
    pub(crate) fn moves(&self) -> bool {
        let listed = shapes::ROWS.iter().any(|row| std::ptr::eq(row, self));
        (listed && self.name != "Range") || matches!(self.name, "Cast" | "CastLike")
    }

    /// The inputs.
    pub(crate) fn inputs(&self) -> Vec<Value> {
        Value::list(self.signature.split("->").next())
    }

    /// The outputs.
    pub(crate) fn outputs(&self) -> Vec<Value> {
        Value::list(self.signature.split("->").nth(1))
    }
}

/// An input or output of an operator.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Value {
    pub(crate) name: &'static str,
    pub(crate) optional: bool,
    /// Whether it stands for any number of values.
    pub(crate) many: bool,
    pub(crate) supported: bool,
    pub(crate) role: Role,
}

/// What an operator does with an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Its elements, or what is computed from them, are among the output's.
    Elements,
    /// It picks elements by their places.
    Index,
    /// It says how the output is laid out: a shape, axes, a size.
    Layout,
}

impl Value {
    fn list(text: Option<&'static str>) -> Vec<Self> {
        text.unwrap_or("").split_whitespace().map(Self::new).collect()
    }

    fn new(text: &'static str) -> Self {
        let name = text.trim_end_matches(['?', '*', '!', '#', '@']);
        let has = |mark: char| text[name.len()..].contains(mark);
        let role = match (has('#'), has('@')) {
            (true, _) => Role::Layout,
            (_, true) => Role::Index,
            _ => Role::Elements,
        };
        Self { name, optional: has('?'), many: has('*'), supported: !has('!'), role }
    }
}

impl Attribute {
    const fn new(name: &'static str, kind: Kind, default: Default) -> Self {
        Self { name, kind, default, accepted: Accepted::Any }
    }

    /// Supported at its default alone.
    const fn only(self) -> Self {
        Self { accepted: Accepted::Default, ..self }
    }

    /// Supported where it is absent.
    const fn never(self) -> Self {
        Self { accepted: Accepted::Never, ..self }
    }
}

const fn int(name: &'static str, default: i64) -> Attribute {
    Attribute::new(name, Kind::Int, Default::Int(default))
}

const fn float(name: &'static str, default: f32) -> Attribute {
    Attribute::new(name, Kind::Float, Default::Float(default))
}

const fn text(name: &'static str, default: &'static str) -> Attribute {
    Attribute::new(name, Kind::String, Default::Text(default))
}

/// An attribute without a default that may be absent.
const fn optional(name: &'static str, kind: Kind) -> Attribute {
    Attribute::new(name, kind, Default::Absent)
}

const fn required(name: &'static str, kind: Kind) -> Attribute {
    Attribute::new(name, kind, Default::Required)
}

/// A domain in the one way that we write it: ONNX's own has two names.
pub(crate) fn domain(name: Option<&str>) -> &str {
    match name {
        None | Some("ai.onnx") => "",
        Some(name) => name,
    }
}

/// The version of the domain `name` that a file or a function imports.
///
/// # Errors
///
/// If it imports none, or two.
pub(crate) fn version(imports: &[OperatorSetIdProto], name: &str) -> Result<i64, String> {
    let shown = if name.is_empty() { "ai.onnx" } else { name };
    let mut found = imports.iter().filter(|import| domain(import.domain.as_deref()) == name);
    let first = found.next().ok_or_else(|| {
        format!("no version of the operator set `{shown}` is imported: expected an entry in `opset_import`")
    })?;
    match found.next() {
        Some(_) => Err(format!("the operator set `{shown}` is imported twice: expected one version of it")),
        None => Ok(first.version.unwrap_or(0)),
    }
}

/// The declaration of `node` in a file or function with these imports, and the version that holds.
///
/// # Errors
///
/// If the operator is not in the table, or not in this version.
pub(crate) fn find(
    node: &NodeProto,
    imports: &[OperatorSetIdProto],
) -> Result<(&'static Operator, i64), String> {
    let (name, domain) = (node.op(), domain(node.domain.as_deref()));
    let mut found = rows().filter(|row| row.name == name && row.domain == domain).peekable();
    let newest = match domain {
        "" => NEWEST,
        MICROSOFT if found.peek().is_none() => {
            return Err(format!(
                "the operator `{name}` of `{MICROSOFT}` is not supported: \
                 export the model without ONNX Runtime's optimisations, in operators of ONNX alone"
            ));
        }
        MICROSOFT => NEWEST_MICROSOFT,
        _ => return Err(format!("the operator `{name}` of `{domain}` is not supported")),
    };
    if found.peek().is_none() {
        return Err(format!("the operator `{name}` is not supported"));
    }
    if let Some(overload) = node.overload.as_deref().filter(|overload| !overload.is_empty()) {
        return Err(format!(
            "the operator `{name}` has no overload `{overload}`, and no function of the file has it"
        ));
    }
    let version = version(imports, domain)?;
    if version > newest {
        return Err(format!(
            "version {version} of the operator set is imported: expected at most {newest}, the newest that is tested"
        ));
    }
    let holds = |row: &&Operator| row.since <= version && row.before.is_none_or(|before| version < before);
    let spans = || {
        let span = |row: &Operator| match row.before {
            Some(before) => format!("{} to {}", row.since, before - 1),
            None => format!("{} to {newest}", row.since),
        };
        let all = rows().filter(|row| row.name == name && row.domain == domain);
        all.map(span).collect::<Vec<_>>().join(", ")
    };
    let row = found.find(holds).ok_or_else(|| {
        format!(
            "the operator `{name}` is not supported in version {version} of the operator set: expected {}",
            spans()
        )
    })?;
    Ok((row, version))
}
