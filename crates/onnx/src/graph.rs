//! Walking a graph: every node in order, with functions and branches followed.

use crate::arena::Arena;
use crate::call::{Call, HALF};
use crate::flat::called;
use crate::ops::schema::{self, Run};
use crate::ops::types;
use crate::proto::{
    AttributeProto, FunctionProto, GraphProto, ModelProto, NodeProto, OperatorSetIdProto, TensorProto,
};
use crate::tensor::{Cell, Numbers, Tensor, Value, numbers};
use spec::figures::counted;
use std::collections::BTreeMap;
use std::rc::Rc;

/// The most nodes that one walk evaluates: functions that call each other twice grow without bound.
const MOST_NODES: usize = 1 << 20;

/// What names stand for.
pub(crate) type Names = BTreeMap<String, Value>;

/// How deep functions and branches may lie in each other.
const DEEPEST: usize = 32;

/// The tensor in a file, as known numbers.
pub(crate) fn load(arena: &mut Arena, tensor: &TensorProto) -> Result<Tensor, String> {
    let (dtype, shape, values) = numbers(tensor)?;
    let cells = match values {
        Numbers::Floats(values) => values.into_iter().map(|x| Cell::Float(arena.constant(x))).collect(),
        Numbers::Ints(values) => values.into_iter().map(Cell::Int).collect(),
    };
    Ok(Tensor::new(dtype, shape, cells))
}

/// Evaluates the nodes of one model.
pub(crate) struct Walk<'a> {
    model: &'a ModelProto,
    pub(crate) arena: &'a mut Arena,
    /// The operator sets of the file, or of the function that is being evaluated.
    imports: &'a [OperatorSetIdProto],
    depth: usize,
    evaluated: usize,
}

impl<'a> Walk<'a> {
    pub(crate) fn new(model: &'a ModelProto, arena: &'a mut Arena) -> Self {
        Self { model, arena, imports: &model.opset_import, depth: 0, evaluated: 0 }
    }

    /// The initialisers, and everything that follows from them alone.
    pub(crate) fn constants(&mut self, graph: &GraphProto) -> Result<Names, String> {
        let mut names = self.initializers(graph)?;
        for (index, node) in graph.node.iter().enumerate() {
            self.arena.trace.order = (index, 0);
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
                load(self.arena, tensor).map_err(|what| format!("the initialiser `{name}`: {what}"))?;
            names.insert(name, loaded.into());
        }
        Ok(names)
    }

    /// Evaluates every node whose outputs are not known yet.
    pub(crate) fn nodes(&mut self, nodes: &[NodeProto], names: &mut Names) -> Result<(), String> {
        for (index, node) in nodes.iter().enumerate() {
            let inside = self.arena.trace.order;
            self.arena.trace.order = if self.depth == 0 { (index, 0) } else { (inside.0, inside.1 + 1) };
            let known = |output: &String| output.is_empty() || names.contains_key(output);
            if node.output.is_empty() || !node.output.iter().all(known) {
                self.node(node, names)?;
            }
        }
        Ok(())
    }

    fn node(&mut self, node: &NodeProto, names: &mut Names) -> Result<(), String> {
        self.evaluated += 1;
        if self.evaluated > MOST_NODES {
            return Err(format!("more than {MOST_NODES} nodes, those of functions included"));
        }
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
        self.arena.node = node.label();
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
        if let Some(function) = called(self.model, node) {
            return self.call(function, node, inputs);
        }
        let (row, opset) = schema::find(node, self.imports)?;
        schema::check(node, row)?;
        let half = |input: &Option<Value>| match input {
            Some(Value::Tensor(tensor)) if tensor.dtype.is_half() => Some(tensor.dtype),
            _ => None,
        };
        if let Some(dtype) = inputs.iter().find_map(half).filter(|_| !row.moves()) {
            return Err(format!("an input of type {}: {HALF}", dtype.name()));
        }
        match row.run {
            Run::Branch => self.branch(node, &inputs, names),
            Run::Compute(compute) => {
                types::check(node.op(), opset, &inputs)?;
                let first = self.arena.expressions.list.len();
                let outputs = compute(&mut Call { node, row, inputs, arena: self.arena, opset })?;
                self.arena.trace.evaluated(node, &outputs, &self.arena.expressions, first);
                Ok(outputs)
            }
        }
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
        schema::version(self.imports, schema::domain(node.domain.as_deref()))?;
        fits(function, node)?;
        let given = function.input.iter().cloned().zip(inputs);
        let mut names: Names = given.filter_map(|(name, value)| Some((name, value?))).collect();
        let call = Binding { function, caller: node, given: names.keys().cloned().collect() };
        let nodes = function.node.iter().map(|inner| call.node(inner)).collect::<Result<Vec<_>, _>>()?;
        for inner in &nodes {
            let [own, outer] =
                [&function.opset_import[..], self.imports].map(|imports| schema::find(inner, imports));
            if let (Ok((own, a)), Ok((outer, b))) = (own, outer)
                && own.since != outer.since
            {
                // Runtimes take the version of the file, and the definition of the format that of the function.
                return Err(format!(
                    "{}: the operator changed between version {a} of the operator set, which the function imports, \
                     and {b}, which is imported around it: expected versions that agree",
                    inner.label()
                ));
            }
        }
        let around = std::mem::replace(&mut self.imports, &function.opset_import);
        let outside = self.arena.trace.enter(node, &function.input);
        let done = self.nodes(&nodes, &mut names);
        let depth = self.arena.trace.depth(&function.output);
        self.arena.trace.leave(outside);
        self.arena.trace.behind(node, depth);
        done?;
        self.imports = around;
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
        if graph.output.len() != node.output.len() {
            let (have, want) = (graph.output.len(), node.output.len());
            return Err(format!("`{name}` has {}: expected {want}", counted(have, "output")));
        }
        self.deeper()?;
        let mut inner = names.clone();
        inner.extend(self.initializers(graph)?);
        self.nodes(&graph.node, &mut inner)?;
        self.depth -= 1;
        let outputs: Vec<String> =
            graph.output.iter().map(|output| output.name.clone().unwrap_or_default()).collect();
        let depth = self.arena.trace.depth(&outputs);
        self.arena.trace.behind(node, depth);
        found(&outputs, &inner)
    }
}

fn found(outputs: &[String], names: &Names) -> Result<Vec<Value>, String> {
    let find =
        |name: &String| names.get(name).cloned().ok_or_else(|| format!("the output `{name}` is missing"));
    outputs.iter().map(find).collect()
}

/// Makes sure that `node` calls `function` with no more than it takes.
fn fits(function: &FunctionProto, node: &NodeProto) -> Result<(), String> {
    let counts = [("input", &node.input, &function.input), ("output", &node.output, &function.output)];
    for (what, found, declared) in counts {
        if found.len() > declared.len() {
            return Err(format!("{} {what}s: the function has {}", found.len(), declared.len()));
        }
    }
    schema::once(node)?;
    let with_default =
        |name: &str| function.attribute_proto.iter().any(|attribute| attribute.name.as_deref() == Some(name));
    for found in &node.attribute {
        schema::no_reference(found)?;
        let name = found.name.as_deref().unwrap_or("");
        if !with_default(name) && !function.attribute.iter().any(|known| known == name) {
            return Err(format!("the function has no attribute `{name}`"));
        }
    }
    match function.attribute.iter().find(|name| node.attribute(name).is_none()) {
        Some(missing) => Err(format!("the attribute `{missing}` of the function is missing")),
        None => Ok(()),
    }
}

/// A call of a function.
struct Binding<'a> {
    function: &'a FunctionProto,
    caller: &'a NodeProto,
    /// The inputs that the caller gives.
    given: Vec<String>,
}

impl Binding<'_> {
    /// A node of the function with the attributes of the caller, and without inputs that the caller leaves out.
    fn node(&self, inner: &NodeProto) -> Result<NodeProto, String> {
        let mut node = inner.clone();
        for input in &mut node.input {
            if self.function.input.contains(input) && !self.given.contains(input) {
                input.clear();
            }
        }
        let mut attributes = Vec::with_capacity(inner.attribute.len());
        for attribute in &inner.attribute {
            let bound = self.attribute(attribute).map_err(|what| format!("{}: {what}", inner.label()))?;
            attributes.extend(bound);
        }
        node.attribute = attributes;
        Ok(node)
    }

    /// An attribute of a node, if it has a value: one that refers to an attribute that the caller leaves out has none.
    fn attribute(&self, inner: &AttributeProto) -> Result<Option<AttributeProto>, String> {
        if let Some(graph) = &inner.g {
            let mut graph = graph.clone();
            graph.node = graph.node.iter().map(|node| self.node(node)).collect::<Result<_, _>>()?;
            return Ok(Some(AttributeProto { g: Some(graph), ..inner.clone() }));
        }
        let Some(from) = inner.ref_attr_name.as_deref().filter(|from| !from.is_empty()) else {
            return Ok(Some(inner.clone()));
        };
        let default = || {
            let mut defaults = self.function.attribute_proto.iter();
            defaults.find(|attribute| attribute.name.as_deref() == Some(from))
        };
        let declared = default().is_some() || self.function.attribute.iter().any(|known| known == from);
        if !declared {
            let name = inner.name.as_deref().unwrap_or("");
            return Err(format!(
                "the attribute `{name}` refers to `{from}`, which the function does not have"
            ));
        }
        let value = self.caller.attribute(from).or_else(default);
        Ok(value.map(|value| AttributeProto { name: inner.name.clone(), ..value.clone() }))
    }
}

/// The tensor called `name`.
pub(crate) fn tensor(names: &Names, name: &str) -> Option<Rc<Tensor>> {
    match names.get(name) {
        Some(Value::Tensor(tensor)) => Some(Rc::clone(tensor)),
        _ => None,
    }
}
