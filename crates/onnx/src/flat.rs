//! A file as one list of nodes, for counting: functions stand where they are called, and both branches of an `If` where it is.

use crate::ops::schema;
use crate::proto::{AttributeProto, FunctionProto, GraphProto, ModelProto, NodeProto, TensorProto};
use std::collections::{BTreeMap, BTreeSet};

/// The most nodes of such a list.
const MOST: usize = 1 << 20;

/// How deep functions and branches may lie in each other.
const DEEPEST: usize = 32;

/// A node with the names of its inputs and outputs as they are in the whole list. An `If` has the outputs of its branches among its
/// inputs.
pub(crate) struct Step<'a> {
    pub(crate) node: &'a NodeProto,
    pub(crate) inputs: Vec<String>,
    pub(crate) outputs: Vec<String>,
    pub(crate) attributes: Vec<&'a AttributeProto>,
}

/// A file as one list.
#[derive(Default)]
pub(crate) struct Flat<'a> {
    pub(crate) steps: Vec<Step<'a>>,
    /// The initialisers, those of branches among them.
    pub(crate) tensors: Vec<(String, &'a TensorProto)>,
    calls: usize,
}

/// What names mean in one graph or function.
type Scope = BTreeMap<String, String>;

impl<'a> Flat<'a> {
    /// The list of `graph`.
    ///
    /// # Errors
    ///
    /// If functions call each other too often.
    pub(crate) fn new(model: &'a ModelProto, graph: &'a GraphProto) -> Result<Self, String> {
        let mut flat = Self::default();
        let mut scope: Scope = graph.input.iter().filter_map(|input| same(input.name.as_deref()?)).collect();
        flat.graph(model, graph, &mut scope, "", &[], 0)?;
        Ok(flat)
    }

    fn graph(
        &mut self,
        model: &'a ModelProto,
        graph: &'a GraphProto,
        scope: &mut Scope,
        prefix: &str,
        given: &[&'a AttributeProto],
        depth: usize,
    ) -> Result<(), String> {
        for tensor in &graph.initializer {
            let name = tensor.name.clone().unwrap_or_default();
            let shown = format!("{prefix}{name}");
            self.tensors.push((shown.clone(), tensor));
            scope.insert(name, shown);
        }
        self.nodes(model, &graph.node, scope, prefix, given, depth)
    }

    fn nodes(
        &mut self,
        model: &'a ModelProto,
        nodes: &'a [NodeProto],
        scope: &mut Scope,
        prefix: &str,
        given: &[&'a AttributeProto],
        depth: usize,
    ) -> Result<(), String> {
        if depth > DEEPEST {
            return Err(format!("functions more than {DEEPEST} deep"));
        }
        for node in nodes {
            if self.steps.len() >= MOST {
                return Err(format!("more than {MOST} nodes, those of functions included"));
            }
            let of = |name: &String, scope: &Scope| scope.get(name).cloned().unwrap_or_default();
            let mut inputs: Vec<String> = node.input.iter().map(|name| of(name, scope)).collect();
            let attributes: Vec<&'a AttributeProto> =
                node.attribute.iter().filter_map(|attribute| bound(attribute, given)).collect();
            if let Some(function) = called(model, node) {
                self.calls += 1;
                let prefix = format!("{prefix}{}.{}/", node.op(), self.calls);
                let absent =
                    |default: &&AttributeProto| !attributes.iter().any(|found| found.name == default.name);
                let defaults = function.attribute_proto.iter().filter(absent);
                let given: Vec<&'a AttributeProto> = attributes.iter().copied().chain(defaults).collect();
                let mut inner: Scope = function.input.iter().cloned().zip(inputs).collect();
                self.nodes(model, &function.node, &mut inner, &prefix, &given, depth + 1)?;
                for (name, output) in node.output.iter().zip(&function.output) {
                    scope.insert(name.clone(), of(output, &inner));
                }
                continue;
            }
            for graph in attributes.iter().filter_map(|attribute| attribute.g.as_deref()) {
                let mut inner = scope.clone();
                self.graph(model, graph, &mut inner, prefix, given, depth + 1)?;
                let outputs = graph.output.iter().filter_map(|output| output.name.as_ref());
                inputs.extend(outputs.map(|name| of(name, &inner)));
            }
            let outputs: Vec<String> = node.output.iter().map(|name| format!("{prefix}{name}")).collect();
            scope.extend(node.output.iter().cloned().zip(outputs.clone()));
            self.steps.push(Step { node, inputs, outputs, attributes });
        }
        Ok(())
    }

    /// The values that depend on what the graph is given, `inputs`.
    pub(crate) fn vary(&self, inputs: impl Iterator<Item = String>) -> BTreeSet<&str> {
        let inputs: BTreeSet<String> = inputs.collect();
        let mut vary = BTreeSet::new();
        for step in &self.steps {
            let varies = |name: &String| inputs.contains(name) || vary.contains(name.as_str());
            if step.inputs.iter().any(varies) {
                vary.extend(step.outputs.iter().map(String::as_str));
            }
        }
        vary
    }

    /// The values of whose elements `output` is made: not those that say a shape, and those that pick elements only where `varies`
    /// says that they depend on tokens.
    pub(crate) fn elements(&self, output: &str, varies: impl Fn(&str) -> bool) -> BTreeSet<&str> {
        let mut found: BTreeSet<&str> = BTreeSet::new();
        for step in self.steps.iter().rev() {
            if !step.outputs.iter().any(|name| name == output || found.contains(name.as_str())) {
                continue;
            }
            let domain = schema::domain(step.node.domain.as_deref());
            // Versions of an operator differ in how many inputs they have, not in what these are for.
            let rows = schema::rows().filter(|row| row.name == step.node.op() && row.domain == domain);
            let declared = rows.map(schema::Operator::inputs).max_by_key(Vec::len).unwrap_or_default();
            for (index, name) in step.inputs.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
                let counts = match declared.get(index).map_or(schema::Role::Elements, |known| known.role) {
                    schema::Role::Elements => true,
                    schema::Role::Index => varies(name),
                    schema::Role::Layout => false,
                };
                if counts {
                    found.insert(name);
                }
            }
        }
        found
    }
}

fn same(name: &str) -> Option<(String, String)> {
    Some((name.to_owned(), name.to_owned()))
}

/// The function of the file that `node` calls.
pub(crate) fn called<'a>(model: &'a ModelProto, node: &NodeProto) -> Option<&'a FunctionProto> {
    model.functions.iter().find(|function| {
        let key = (function.name.as_deref(), function.overload.as_deref().unwrap_or(""));
        key == (Some(node.op()), node.overload.as_deref().unwrap_or(""))
            && schema::domain(function.domain.as_deref()) == schema::domain(node.domain.as_deref())
    })
}

/// The attribute itself, or the one of the call that it refers to.
fn bound<'a>(attribute: &'a AttributeProto, given: &[&'a AttributeProto]) -> Option<&'a AttributeProto> {
    match attribute.ref_attr_name.as_deref().filter(|from| !from.is_empty()) {
        Some(from) => given.iter().find(|found| found.name.as_deref() == Some(from)).copied(),
        None => Some(attribute),
    }
}
