//! Where the stored numbers of a model stand in its text.

use super::{Document, Item, Kind, Value};
use spec::{Model, Span};

impl Document {
    /// The places of the stored numbers of `model`, which was read from this document's text: tensor by tensor in the order of
    /// its ledger, number by number. A tensor of a weights file has one place for all.
    pub(crate) fn numbers(&self, model: &Model) -> Vec<Vec<Span>> {
        let mut found = Vec::new();
        for section in &self.sections {
            let path = section.header.as_ref().map_or(&[][..], |header| &header.key.path);
            tensors(&section.items, &path.join("."), &mut found);
        }
        let spans = |tensor: &spec::StoredTensor| {
            let name = format!("params.{}", tensor.name);
            let value = found.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
            let mut spans = Vec::new();
            if let Some(value) = value {
                scalars(value, &mut spans);
                if spans.len() != tensor.len() {
                    spans = vec![value.span.clone(); tensor.len()];
                }
            }
            spans.resize(tensor.len(), 0..0);
            spans
        };
        model.ledger().tensors().iter().map(spans).collect()
    }
}

/// Every key below `path` with its value, tables inside of tables included.
fn tensors<'a>(items: &'a [Item], path: &str, found: &mut Vec<(String, &'a Value)>) {
    for item in items {
        let Some(key) = &item.key else { continue };
        let key = key.path.join(".");
        let name = if path.is_empty() { key } else { format!("{path}.{key}") };
        if let Kind::Table(items, _) = &item.value.kind {
            tensors(items, &name, found);
        }
        found.push((name, &item.value));
    }
}

fn scalars(value: &Value, spans: &mut Vec<Span>) {
    match &value.kind {
        Kind::Scalar(_) => spans.push(value.span.clone()),
        Kind::Array(items, _) => items.iter().for_each(|item| scalars(&item.value, spans)),
        Kind::Table(..) => {}
    }
}
