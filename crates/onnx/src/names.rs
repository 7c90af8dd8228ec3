//! Every name of a graph has one definition, every function too: where there are two, runtimes may take either. And the file is of a
//! version of the format that we know.

use crate::Error;
use crate::ops::schema;
use crate::proto::{FunctionProto, GraphProto, ModelProto, NodeProto, ValueInfoProto};
use std::collections::BTreeSet;

type Names = BTreeSet<String>;

/// Makes sure that nothing in `model` is defined twice.
///
/// # Errors
///
/// Names what has a second definition, and the node that makes it.
pub(crate) fn check(model: &ModelProto, graph: &GraphProto) -> Result<(), Error> {
    if let Some(format) = model.ir_version.filter(|&format| format > schema::NEWEST_FORMAT) {
        let newest = schema::NEWEST_FORMAT;
        return Err(Error::new(format!(
            "the file is of version {format} of the format: expected at most {newest}, the newest that is tested"
        )));
    }
    let mut entries = BTreeSet::new();
    for key in model.metadata_props.iter().filter_map(|entry| entry.key.as_deref()) {
        if !entries.insert(key) {
            return Err(Error::new(format!("the metadata have the key `{key}` twice")));
        }
    }
    let mut keys = BTreeSet::new();
    for function in &model.functions {
        let name = function.name.as_deref().unwrap_or("");
        let domain = schema::domain(function.domain.as_deref());
        if domain.is_empty() || schema::rows().any(|row| row.domain == domain && row.name == name) {
            return Err(Error::new(format!(
                "the function `{name}` of the file is called as an operator: expected a domain of its own"
            )));
        }
        if !keys.insert((domain, name, function.overload.as_deref().unwrap_or(""))) {
            return Err(Error::new(format!("the function `{name}` of `{domain}` is defined twice")));
        }
        body(function).map_err(|what| Error::new(format!("the function `{name}`: {what}")))?;
    }
    twice(&graph.output, "output")?;
    Ok(scope(graph, &Names::new())?)
}

fn body(function: &FunctionProto) -> Result<(), String> {
    let mut seen = Names::new();
    for name in &function.input {
        if !seen.insert(name.clone()) {
            return Err(format!("the input `{name}` stands twice"));
        }
    }
    let mut attributes: Vec<&str> = function.attribute.iter().map(String::as_str).collect();
    attributes.extend(function.attribute_proto.iter().filter_map(|attribute| attribute.name.as_deref()));
    for (index, name) in attributes.iter().enumerate() {
        if attributes[..index].contains(name) {
            return Err(format!("the attribute `{name}` stands twice"));
        }
    }
    nodes(&function.node, seen, &Names::new())
}

/// One graph; `around` are the names that it can read besides its own.
fn scope(graph: &GraphProto, around: &Names) -> Result<(), String> {
    twice(&graph.input, "input")?;
    let mut seen = Names::new();
    for tensor in &graph.initializer {
        let name = tensor.name.clone().unwrap_or_default();
        if around.contains(&name) || !seen.insert(name.clone()) {
            return Err(format!(
                "the initialiser `{name}`: the name is taken: expected one definition of it"
            ));
        }
    }
    // An initialiser may be the default of an input.
    seen.extend(graph.input.iter().filter_map(|input| input.name.clone()));
    nodes(&graph.node, seen, around)
}

/// `seen` are the names of the inputs and initialisers of the graph or function.
fn nodes(nodes: &[NodeProto], mut seen: Names, around: &Names) -> Result<(), String> {
    for node in nodes {
        for name in node.output.iter().filter(|name| !name.is_empty()) {
            if around.contains(name) || !seen.insert(name.clone()) {
                return Err(format!(
                    "{}: its output `{name}` has a second definition: expected a name that no input, initialiser or other node has",
                    node.label()
                ));
            }
        }
    }
    for node in nodes {
        let graphs = node.attribute.iter().filter_map(|attribute| attribute.g.as_deref()).collect::<Vec<_>>();
        if !graphs.is_empty() {
            let visible = around.union(&seen).cloned().collect();
            for graph in graphs {
                scope(graph, &visible)?;
            }
        }
    }
    Ok(())
}

fn twice(values: &[ValueInfoProto], what: &str) -> Result<(), String> {
    let mut seen = BTreeSet::new();
    for name in values.iter().filter_map(|value| value.name.as_deref()) {
        if !seen.insert(name) {
            return Err(format!("the {what} `{name}` of the graph stands twice"));
        }
    }
    Ok(())
}
