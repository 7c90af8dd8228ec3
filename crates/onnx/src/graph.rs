//! Walking a graph: every node in order, with functions and branches followed.

use crate::arena::Arena;
use crate::call::Call;
use crate::ops;
use crate::proto::{AttributeProto, FunctionProto, GraphProto, ModelProto, NodeProto, TensorProto};
use crate::tensor::{Cell, Numbers, Tensor, Value, numbers};
use std::collections::BTreeMap;
use std::rc::Rc;

/// What names stand for.
pub(crate) type Names = BTreeMap<String, Value>;

/// How deep functions and branches may lie in each other.
const DEEPEST: usize = 32;

/// The tensor in a file, as known numbers.
pub(crate) fn load(arena: &mut Arena, tensor: &TensorProto, bytes: Option<&[u8]>) -> Result<Tensor, String> {
    let (dtype, shape, values) = numbers(tensor, bytes)?;
    let cells = match values {
        Numbers::Floats(values) => values.into_iter().map(|x| Cell::Float(arena.constant(x))).collect(),
        Numbers::Ints(values) => values.into_iter().map(|x| Cell::Int(dtype.wrap(x))).collect(),
    };
    Ok(Tensor::new(dtype, shape, cells))
}

/// Evaluates the nodes of one model.
pub(crate) struct Walk<'a> {
    model: &'a ModelProto,
    pub(crate) arena: &'a mut Arena,
    depth: usize,
}

impl<'a> Walk<'a> {
    pub(crate) fn new(model: &'a ModelProto, arena: &'a mut Arena) -> Self {
        Self { model, arena, depth: 0 }
    }

    /// The initialisers, and everything that follows from them alone.
    pub(crate) fn constants(&mut self, graph: &GraphProto) -> Result<Names, String> {
        let mut names = self.initializers(graph)?;
        for node in &graph.node {
            let known = node.input.iter().all(|input| input.is_empty() || names.contains_key(input));
            let branches = node.attribute.iter().any(|attribute| attribute.g.is_some());
            // A product of known numbers that is large is computed where it is needed, if it is.
            if known && !branches {
                self.node(node, &mut names)?;
            }
        }
        Ok(names)
    }

    fn initializers(&mut self, graph: &GraphProto) -> Result<Names, String> {
        let mut names = Names::new();
        for tensor in &graph.initializer {
            let name = tensor.name.clone().unwrap_or_default();
            let loaded =
                load(self.arena, tensor, None).map_err(|what| format!("the initialiser `{name}`: {what}"))?;
            names.insert(name, loaded.into());
        }
        Ok(names)
    }

    /// Evaluates every node whose outputs are not known yet.
    pub(crate) fn nodes(&mut self, nodes: &[NodeProto], names: &mut Names) -> Result<(), String> {
        for node in nodes {
            let known = |output: &String| output.is_empty() || names.contains_key(output);
            if node.output.is_empty() || !node.output.iter().all(known) {
                self.node(node, names)?;
            }
        }
        Ok(())
    }

    fn node(&mut self, node: &NodeProto, names: &mut Names) -> Result<(), String> {
        let mut inputs = Vec::with_capacity(node.input.len());
        for input in &node.input {
            inputs.push(match names.get(input) {
                Some(value) => Some(value.clone()),
                None if input.is_empty() => None,
                None => {
                    return Err(format!(
                        "{}: the input `{input}` comes from no node before it",
                        node.label()
                    ));
                }
            });
        }
        let outputs = self.outputs(node, inputs, names).map_err(|what| {
            if what.starts_with("node `") { what } else { format!("{}: {what}", node.label()) }
        })?;
        for (name, value) in node.output.iter().zip(outputs) {
            if !name.is_empty() {
                names.insert(name.clone(), value);
            }
        }
        Ok(())
    }

    fn outputs(
        &mut self,
        node: &NodeProto,
        inputs: Vec<Option<Value>>,
        names: &Names,
    ) -> Result<Vec<Value>, String> {
        if let Some(function) = self.function(node) {
            return self.call(function, node, inputs);
        }
        if node.op() == "If" {
            return self.branch(node, &inputs, names);
        }
        let known = matches!(node.domain.as_deref(), None | Some("" | "ai.onnx" | "com.microsoft"));
        let op = ops::find(node.op()).filter(|_| known).ok_or_else(|| {
            let domain = node.domain.as_deref().filter(|domain| !domain.is_empty());
            let from = domain.map_or(String::new(), |domain| format!(" of `{domain}`"));
            format!("the operator `{}`{from} is not supported", node.op())
        })?;
        let version = |import: &&crate::proto::OperatorSetIdProto| {
            matches!(import.domain.as_deref(), None | Some("" | "ai.onnx"))
        };
        let opset = self.model.opset_import.iter().find(version).and_then(|import| import.version);
        op(&mut Call { node, inputs, arena: self.arena, opset: opset.unwrap_or(1) })
    }

    /// The function of the file that `node` calls.
    fn function(&self, node: &NodeProto) -> Option<&'a FunctionProto> {
        let domain = node.domain.as_deref().unwrap_or("");
        self.model.functions.iter().find(|function| {
            function.name.as_deref() == Some(node.op())
                && function.domain.as_deref().unwrap_or("") == domain
                && function.overload.as_deref().unwrap_or("") == node.overload.as_deref().unwrap_or("")
        })
    }

    fn deeper(&mut self) -> Result<(), String> {
        self.depth += 1;
        if self.depth > DEEPEST { Err(format!("functions more than {DEEPEST} deep")) } else { Ok(()) }
    }

    fn call(
        &mut self,
        function: &'a FunctionProto,
        node: &NodeProto,
        inputs: Vec<Option<Value>>,
    ) -> Result<Vec<Value>, String> {
        self.deeper()?;
        let given = function.input.iter().cloned().zip(inputs);
        let mut names: Names = given.filter_map(|(name, value)| Some((name, value?))).collect();
        let nodes: Vec<NodeProto> = function
            .node
            .iter()
            .map(|inner| bound(inner, node, &function.attribute_proto, &function.input, &names))
            .collect();
        self.nodes(&nodes, &mut names)?;
        self.depth -= 1;
        found(&function.output, &names)
    }

    fn branch(
        &mut self,
        node: &NodeProto,
        inputs: &[Option<Value>],
        names: &Names,
    ) -> Result<Vec<Value>, String> {
        let truth = match inputs.first() {
            Some(Some(Value::Tensor(tensor))) => match tensor.cells.as_slice() {
                &[Cell::Int(truth)] => truth != 0,
                _ => return Err("a branch that depends on tokens is not supported".into()),
            },
            _ => return Err("the condition is missing".into()),
        };
        let name = if truth { "then_branch" } else { "else_branch" };
        let graph = node.attribute(name).and_then(|attribute| attribute.g.as_deref());
        let graph = graph.ok_or_else(|| format!("`{name}` is missing"))?;
        self.deeper()?;
        let mut inner = names.clone();
        inner.extend(self.initializers(graph)?);
        // What a branch computes hides the names around it.
        for output in graph.node.iter().flat_map(|node| &node.output) {
            inner.remove(output);
        }
        self.nodes(&graph.node, &mut inner)?;
        self.depth -= 1;
        let outputs: Vec<String> =
            graph.output.iter().map(|output| output.name.clone().unwrap_or_default()).collect();
        found(&outputs, &inner)
    }
}

fn found(outputs: &[String], names: &Names) -> Result<Vec<Value>, String> {
    let find =
        |name: &String| names.get(name).cloned().ok_or_else(|| format!("the output `{name}` is missing"));
    outputs.iter().map(find).collect()
}

/// The node of a function with the attributes of its caller, and without inputs that the caller leaves out.
fn bound(
    inner: &NodeProto,
    caller: &NodeProto,
    defaults: &[AttributeProto],
    inputs: &[String],
    given: &Names,
) -> NodeProto {
    let mut node = inner.clone();
    for input in &mut node.input {
        if inputs.contains(input) && !given.contains_key(input) {
            input.clear();
        }
    }
    node.attribute = inner
        .attribute
        .iter()
        .filter_map(|attribute| {
            let Some(from) = attribute.ref_attr_name.as_deref().filter(|from| !from.is_empty()) else {
                return Some(attribute.clone());
            };
            let default = || defaults.iter().find(|attribute| attribute.name.as_deref() == Some(from));
            let value = caller.attribute(from).or_else(default)?;
            Some(AttributeProto { name: attribute.name.clone(), ..value.clone() })
        })
        .collect();
    node
}

/// The tensor called `name`.
pub(crate) fn tensor(names: &Names, name: &str) -> Option<Rc<Tensor>> {
    match names.get(name) {
        Some(Value::Tensor(tensor)) => Some(Rc::clone(tensor)),
        _ => None,
    }
}
