//! A node against its declaration: everything that it holds must be declared, and supported.

use super::{Accepted, Attribute, Default, Kind, Operator, Value};
use crate::proto::{AttributeProto, NodeProto};
use spec::figures::counted;

/// Makes sure that `node` holds nothing but what its declaration says is read.
///
/// # Errors
///
/// Says what else there is: an input, an output, an attribute, or a value of one.
pub(crate) fn check(node: &NodeProto, row: &Operator) -> Result<(), String> {
    values("input", &node.input, &row.inputs())?;
    values("output", &node.output, &row.outputs())?;
    once(node)?;
    for found in &node.attribute {
        no_reference(found)?;
        let name = found.name.as_deref().unwrap_or("");
        let declared = row.attribute(name).ok_or_else(|| {
            let known: Vec<String> = row.attributes.iter().map(|known| format!("`{}`", known.name)).collect();
            let expected = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
            format!("the attribute `{name}`: expected {expected} in this version of the operator")
        })?;
        kind(found, declared)?;
        if found.f.iter().chain(&found.floats).any(|value| value.is_nan() || *value == f32::INFINITY) {
            return Err(format!("the attribute `{name}` holds NaN or infinity: expected finite numbers"));
        }
        accepted(found, declared)?;
    }
    let missing = |declared: &&Attribute| {
        declared.default == Default::Required && node.attribute(declared.name).is_none()
    };
    match row.attributes.iter().find(missing) {
        Some(missing) => Err(format!("the attribute `{}` is missing", missing.name)),
        None => Ok(()),
    }
}

/// Makes sure that no attribute stands twice at `node`.
pub(crate) fn once(node: &NodeProto) -> Result<(), String> {
    for (index, found) in node.attribute.iter().enumerate() {
        if node.attribute[..index].iter().any(|other| other.name == found.name) {
            return Err(format!("the attribute `{}` stands twice", found.name.as_deref().unwrap_or("")));
        }
    }
    Ok(())
}

/// Makes sure that an attribute has a value of its own: calls of functions put theirs in before.
pub(crate) fn no_reference(found: &AttributeProto) -> Result<(), String> {
    match found.ref_attr_name.as_deref().filter(|from| !from.is_empty()) {
        Some(from) => Err(format!(
            "the attribute `{}` refers to `{from}` of a function: expected a value, as no function is around it",
            found.name.as_deref().unwrap_or("")
        )),
        None => Ok(()),
    }
}

/// The names `found` of inputs or outputs against the declared ones; an empty name is an absent one.
fn values(what: &str, found: &[String], declared: &[Value]) -> Result<(), String> {
    let many = declared.last().is_some_and(|last| last.many);
    let supported = declared.iter().filter(|known| known.supported).count();
    for (index, name) in found.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
        match declared.get(index) {
            Some(known) if !known.supported => {
                return Err(format!("the {what} `{}` ({index}) is not supported", known.name));
            }
            None if !many => {
                return Err(format!(
                    "{what} {index}, `{name}`: expected at most {} in this version of the operator",
                    counted(supported, what)
                ));
            }
            _ => {}
        }
    }
    // An output that nobody reads need not have a name.
    if what == "output" {
        return Ok(());
    }
    let needed = |known: &&Value| known.supported && !known.optional && !known.many;
    for (index, known) in declared.iter().enumerate().filter(|(_, known)| needed(known)) {
        if found.get(index).is_none_or(String::is_empty) {
            return Err(format!("the input `{}` ({index}) is missing", known.name));
        }
    }
    if many && (found.is_empty() || found.iter().any(String::is_empty)) {
        return Err("an input is missing: expected at least one, and none without a name".into());
    }
    Ok(())
}

/// Makes sure that `found` is of the declared type and holds one value.
fn kind(found: &AttributeProto, declared: &Attribute) -> Result<(), String> {
    let name = declared.name;
    let of = found.kind().map_err(|what| format!("the attribute `{name}` {what}"))?;
    if of != declared.kind as i32 {
        return Err(format!(
            "the attribute `{name}` is of the type {}: expected {}",
            title(of),
            title(declared.kind as i32)
        ));
    }
    Ok(())
}

fn accepted(found: &AttributeProto, declared: &Attribute) -> Result<(), String> {
    let name = declared.name;
    // What the format leaves out is zero, or empty.
    let (same, shown, expected) = match declared.default {
        Default::Int(default) => {
            let value = found.i.unwrap_or(0);
            (value == default, value.to_string(), default.to_string())
        }
        Default::Float(default) => {
            let value = found.f.unwrap_or(0.0);
            (value.to_bits() == default.to_bits(), value.to_string(), default.to_string())
        }
        Default::Text(default) => {
            let value = found.s.as_deref().unwrap_or_default();
            let shown = String::from_utf8_lossy(value).into_owned();
            (value == default.as_bytes(), format!("\"{shown}\""), format!("\"{default}\""))
        }
        Default::Absent | Default::Required => (false, String::new(), String::new()),
    };
    match declared.accepted {
        Accepted::Never => {
            Err(format!("the attribute `{name}` is not supported: expected a node without it"))
        }
        Accepted::Default if !same => {
            Err(format!("the attribute `{name}` = {shown} is not supported: expected {expected}"))
        }
        _ => Ok(()),
    }
}

/// What a message calls the type with this number.
fn title(kind: i32) -> &'static str {
    const KINDS: [(Kind, &str); 9] = [
        (Kind::Float, "float"),
        (Kind::Int, "int"),
        (Kind::String, "string"),
        (Kind::Tensor, "tensor"),
        (Kind::Graph, "graph"),
        (Kind::Floats, "floats"),
        (Kind::Ints, "ints"),
        (Kind::Strings, "strings"),
        (Kind::SparseTensor, "sparse tensor"),
    ];
    KINDS.iter().find(|(known, _)| *known as i32 == kind).map_or("another kind", |(_, title)| title)
}
