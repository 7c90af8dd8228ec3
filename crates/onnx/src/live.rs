//! The part of a file that an output depends on: what else it holds changes nothing, so it need not be supported.

use crate::proto::{AttributeProto, FunctionProto, GraphProto, ModelProto, NodeProto};
use std::collections::BTreeSet;

/// `model` with the nodes and initialisers that the output `output` of its graph depends on. Outputs of nodes that nothing reads have
/// no name.
pub(crate) fn live(model: &ModelProto, output: &str) -> ModelProto {
    let function = |function: &FunctionProto| {
        let (node, _) = nodes(&function.node, &function.output);
        FunctionProto { node, ..function.clone() }
    };
    ModelProto {
        opset_import: model.opset_import.clone(),
        functions: model.functions.iter().map(function).collect(),
        graph: model.graph.as_ref().map(|all| graph(all, &[output.to_owned()]).0),
        ..ModelProto::default()
    }
}

/// The part of a graph that `outputs` depend on, and the names that it reads.
fn graph(all: &GraphProto, outputs: &[String]) -> (GraphProto, BTreeSet<String>) {
    let (node, read) = nodes(&all.node, outputs);
    let is_read = |name: Option<&str>| name.is_some_and(|name| read.contains(name));
    let initializer =
        all.initializer.iter().filter(|tensor| is_read(tensor.name.as_deref())).cloned().collect();
    let kept = GraphProto {
        node,
        initializer,
        name: all.name.clone(),
        input: all.input.clone(),
        output: all.output.clone(),
        sparse_initializer: Vec::new(),
    };
    (kept, read)
}

/// The nodes that `outputs` depend on, in order, and every name that they read. A node behind one that reads it is not found: the
/// walk says so.
fn nodes(all: &[NodeProto], outputs: &[String]) -> (Vec<NodeProto>, BTreeSet<String>) {
    let mut read: BTreeSet<String> = outputs.iter().cloned().collect();
    let mut kept = Vec::new();
    for node in all.iter().rev() {
        if !node.output.iter().any(|name| !name.is_empty() && read.contains(name)) {
            continue;
        }
        let mut node = node.clone();
        for name in &mut node.output {
            if !read.contains(name) {
                name.clear();
            }
        }
        for attribute in &mut node.attribute {
            read.extend(branch(attribute));
        }
        read.extend(node.input.iter().cloned());
        kept.push(node);
    }
    kept.reverse();
    (kept, read)
}

/// Leaves in a branch what its outputs depend on, and gives the names that it reads.
fn branch(attribute: &mut AttributeProto) -> BTreeSet<String> {
    let Some(inner) = &mut attribute.g else { return BTreeSet::new() };
    let outputs: Vec<String> = inner.output.iter().filter_map(|output| output.name.clone()).collect();
    let (kept, read) = graph(inner, &outputs);
    **inner = kept;
    read
}
