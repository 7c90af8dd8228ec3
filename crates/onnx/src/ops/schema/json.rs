//! Tests of the table, and the table as JSON for the test that compares it with the schemas of the `onnx` package.

use super::{Accepted, Attribute, Default, NEWEST, NEWEST_FORMAT, Operator, Value, rows};
use crate::ops::types;
use std::collections::BTreeSet;

fn attribute(attribute: &Attribute) -> String {
    let default = match attribute.default {
        Default::Int(value) => value.to_string(),
        Default::Float(value) => format!("{value:?}"),
        Default::Text(value) => format!("{value:?}"),
        Default::Absent | Default::Required => "null".into(),
    };
    format!(
        r#"{{"name": {:?}, "type": {}, "default": {default}, "required": {}}}"#,
        attribute.name,
        attribute.kind as i32,
        attribute.default == Default::Required
    )
}

fn list(values: &[Value]) -> String {
    let value = |value: &Value| {
        format!(
            r#"{{"name": {:?}, "optional": {}, "many": {}, "supported": {}}}"#,
            value.name, value.optional, value.many, value.supported
        )
    };
    values.iter().map(value).collect::<Vec<_>>().join(", ")
}

/// For each version of the operator set what types the inputs can have.
fn types(row: &Operator) -> String {
    let of = |version: i64| {
        let input = |index| match types::allowed(row.name, version, index) {
            Some((letters, shared)) => format!(r#"{{"letters": {letters:?}, "shared": {shared}}}"#),
            None => "null".into(),
        };
        let inputs: Vec<String> = (0..row.inputs().len()).map(input).collect();
        format!(r#""{version}": [{}]"#, inputs.join(", "))
    };
    let end = row.before.unwrap_or(NEWEST + 1);
    let versions = if row.domain.is_empty() { row.since..end } else { 0..0 };
    versions.map(of).collect::<Vec<_>>().join(", ")
}

fn operator(row: &Operator) -> String {
    let attributes: Vec<String> = row.attributes.iter().map(attribute).collect();
    format!(
        r#"{{"domain": {:?}, "name": {:?}, "since": {}, "before": {}, "inputs": [{}], "outputs": [{}], "types": {{{}}}, "attributes": [{}]}}"#,
        row.domain,
        row.name,
        row.since,
        row.before.map_or("null".into(), |before| before.to_string()),
        list(&row.inputs()),
        list(&row.outputs()),
        types(row),
        attributes.join(", ")
    )
}

/// Writes the table to the file that `ONNX_OPERATORS` names, if it names one.
#[test]
fn the_table_is_written_where_it_is_asked_for() {
    let operators: Vec<String> = rows().map(operator).collect();
    let text = format!(
        "{{\"newest\": {NEWEST}, \"format\": {NEWEST_FORMAT}, \"operators\": [\n{}\n]}}\n",
        operators.join(",\n")
    );
    if let Some(path) = std::env::var_os("ONNX_OPERATORS") {
        std::fs::write(path, text).unwrap();
    }
}

#[test]
fn no_version_of_an_operator_has_two_declarations() {
    for row in rows() {
        let same = |other: &&Operator| (other.domain, other.name) == (row.domain, row.name);
        for other in rows().filter(same).filter(|other| !std::ptr::eq(*other, row)) {
            let end = |row: &Operator| row.before.unwrap_or(i64::MAX);
            assert!(end(row) <= other.since || end(other) <= row.since, "{}", row.name);
        }
        let names: BTreeSet<&str> = row.attributes.iter().map(|attribute| attribute.name).collect();
        assert_eq!(names.len(), row.attributes.len(), "{}", row.name);
    }
}

/// An attribute supported at its default alone has one.
#[test]
fn only_a_default_can_be_the_only_value() {
    for attribute in rows().flat_map(|row| row.attributes) {
        let has = !matches!(attribute.default, Default::Absent | Default::Required);
        assert!(has || attribute.accepted != Accepted::Default, "{}", attribute.name);
    }
}

/// The names that operators ask for are declared somewhere; that each is declared where it is asked for is seen when it runs, since
/// [`crate::call::Call`] stops at one that is not.
#[test]
fn attributes_that_operators_read_are_declared() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/ops");
    let declared: BTreeSet<&str> = rows().flat_map(|row| row.attributes).map(|found| found.name).collect();
    let mut read = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if !path.is_file() {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let kinds = [
            "int",
            "float",
            "text",
            "declares",
            "ints_of",
            "optional_int",
            "optional_ints",
            "optional_float",
        ];
        for part in kinds.map(|kind| format!("call.{kind}(\"")) {
            for found in text.split(&part).skip(1) {
                let name = found.split('"').next().unwrap();
                assert!(declared.contains(name), "`{name}` in {}", path.display());
                read += 1;
            }
        }
    }
    assert!(read > 30, "{read}");
}
