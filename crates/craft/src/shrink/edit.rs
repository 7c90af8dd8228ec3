//! Changes to the text of a model.

use crate::text::{Document, Item, Key, Kind, Value};
use spec::Span;

/// A value that is written as `raw`.
pub(super) fn scalar(raw: impl Into<String>) -> Value {
    Value { kind: Kind::Scalar(raw.into()), span: 0..0 }
}

/// `[…]`.
pub(super) fn array(values: Vec<Value>) -> Value {
    let item = |value| Item { before: Vec::new(), broken: false, key: None, value, comment: None };
    Value { kind: Kind::Array(values.into_iter().map(item).collect(), Vec::new()), span: 0..0 }
}

/// `{ … }`.
pub(super) fn table(entries: Vec<(&str, Value)>) -> Value {
    let item = |(name, value): (&str, Value)| {
        let key = Some(Key { path: vec![name.to_owned()], raw: name.to_owned(), start: 0 });
        Item { before: Vec::new(), broken: false, key, value, comment: None }
    };
    Value { kind: Kind::Table(entries.into_iter().map(item).collect(), Vec::new()), span: 0..0 }
}

/// The formula `text` as a value: a plain number where it is one.
pub(super) fn formula(text: &str) -> Value {
    if text.parse::<f64>().is_ok() { scalar(text) } else { scalar(format!("\"{text}\"")) }
}

/// Replaces parts of the plain values that stand in `document`: `spans` are places in the text it was read from.
///
/// A number that becomes a formula is quoted.
pub(super) fn splice(document: &mut Document, spans: &[(Span, String)]) {
    let mut spans = spans.to_vec();
    // From the last to the first, so that places stay right.
    spans.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
    spans.dedup_by(|(a, _), (b, _)| a.start == b.start);
    for section in &mut document.sections {
        for item in &mut section.items {
            splice_value(&mut item.value, &spans);
        }
    }
}

fn splice_value(value: &mut Value, spans: &[(Span, String)]) {
    match &mut value.kind {
        Kind::Array(items, _) | Kind::Table(items, _) => {
            items.iter_mut().for_each(|item| splice_value(&mut item.value, spans));
        }
        Kind::Scalar(raw) => {
            let quoted = raw.starts_with(['"', '\'']);
            for (span, text) in spans {
                if value.span.start <= span.start && span.end <= value.span.end {
                    let place = span.start - value.span.start..span.end - value.span.start;
                    if raw.get(place.clone()).is_some() {
                        raw.replace_range(place, text);
                    }
                }
            }
            if !quoted && raw.parse::<f64>().is_err() {
                *raw = format!("\"{raw}\"");
            } else if let Some(inner) = raw.strip_prefix('"').and_then(|raw| raw.strip_suffix('"'))
                && inner.parse::<f64>().is_ok()
            {
                *raw = inner.to_owned();
            }
        }
    }
}

/// Where a weight is written: a value, or the keys of a section.
pub(super) enum Place<'a> {
    Value(&'a mut Value),
    Keys(&'a mut Vec<Item>),
}

/// The place of the weight that the ledger calls `name`: `embed`, `layer.0.mlp.up.bias`, `head[1]`.
pub(super) fn weight<'a>(document: &'a mut Document, name: &str) -> Option<Place<'a>> {
    let (name, factor) = match name.strip_suffix(']').and_then(|name| name.rsplit_once('[')) {
        Some((name, factor)) => (name, Some(factor.parse::<usize>().ok()?)),
        None => (name, None),
    };
    let mut path: Vec<&str> = name.split('.').collect();
    let layer = if path[0] == "layer" { Some(path.remove(1).parse::<usize>().ok()?) } else { None };
    let place = find(document, &path, layer)?;
    let Some(factor) = factor else { return Some(place) };
    let items = match place {
        Place::Keys(items) | Place::Value(Value { kind: Kind::Table(items, _), .. }) => items,
        Place::Value(_) => return None,
    };
    let list = items.iter_mut().find(|item| key(item) == ["low_rank"])?;
    match &mut list.value.kind {
        Kind::Array(items, _) => items.get_mut(factor).map(|item| Place::Value(&mut item.value)),
        Kind::Scalar(_) | Kind::Table(..) => None,
    }
}

/// Writes the rank of the low-rank map that the factor called `name` belongs to, which a stored factor would have shown.
pub(super) fn show_rank(document: &mut Document, name: &str, rank: usize) {
    let map = name.strip_suffix(']').and_then(|name| name.rsplit_once('[')).map(|(map, _)| map);
    let place = map.and_then(|map| weight(document, map));
    let Some(Place::Keys(items) | Place::Value(Value { kind: Kind::Table(items, _), .. })) = place else {
        return;
    };
    if !items.iter().any(|item| key(item) == ["rank"])
        && let Kind::Table(new, _) = table(vec![("rank", scalar(rank.to_string()))]).kind
    {
        items.extend(new);
    }
}

fn key(item: &Item) -> &[String] {
    item.key.as_ref().map_or(&[], |key| &key.path)
}

fn find<'a>(document: &'a mut Document, path: &[&str], layer: Option<usize>) -> Option<Place<'a>> {
    let mut layers = 0;
    for section in &mut document.sections {
        let header = section.header.as_ref();
        if header.is_some_and(|header| header.array && header.key.path == ["layer"]) {
            layers += 1;
        }
        let above = header.map_or(&[][..], |header| &header.key.path);
        let in_layer = above.first().is_some_and(|first| first == "layer");
        if in_layer && layer.is_some_and(|layer| layers != layer + 1) {
            continue;
        }
        if path.len() < above.len() || !path.iter().zip(above).all(|(a, b)| a == b) {
            continue;
        }
        let rest = &path[above.len()..];
        if rest.is_empty() {
            return Some(Place::Keys(&mut section.items));
        }
        if let Some(value) = descend(&mut section.items, rest) {
            return Some(Place::Value(value));
        }
    }
    None
}

fn descend<'a>(items: &'a mut [Item], path: &[&str]) -> Option<&'a mut Value> {
    for item in items {
        let known = key(item);
        if known.is_empty() || path.len() < known.len() || !path.iter().zip(known).all(|(a, b)| a == b) {
            continue;
        }
        let rest = &path[known.len()..];
        if rest.is_empty() {
            return Some(&mut item.value);
        }
        if let Kind::Table(items, _) = &mut item.value.kind {
            return descend(items, rest);
        }
    }
    None
}

/// Keys of a map that stay when its weight is written in another form.
const KEPT: [&str; 1] = ["bias"];

/// Writes another form at `place`: `form` is an inline table, or the name of a tensor.
pub(super) fn put(place: Place<'_>, form: Value) {
    let items = |value: Value| match value.kind {
        Kind::Table(items, _) => items,
        kind => match table(vec![("table", Value { kind, span: 0..0 })]).kind {
            Kind::Table(items, _) => items,
            Kind::Scalar(_) | Kind::Array(..) => Vec::new(),
        },
    };
    match place {
        Place::Keys(old) => {
            let comments: Vec<_> =
                old.first_mut().map(|item| std::mem::take(&mut item.before)).unwrap_or_default();
            let mut new = items(form);
            if let Some(first) = new.first_mut() {
                first.before = comments;
            }
            new.extend(old.drain(..).filter(|item| KEPT.iter().any(|kept| key(item) == [*kept])));
            for item in &mut new {
                item.broken = true;
            }
            *old = new;
        }
        Place::Value(value) => {
            if let Kind::Table(old, _) = &mut value.kind {
                let kept: Vec<Item> =
                    old.drain(..).filter(|item| KEPT.iter().any(|kept| key(item) == [*kept])).collect();
                if !kept.is_empty() {
                    let mut new = items(form);
                    new.extend(kept);
                    value.kind = Kind::Table(new, Vec::new());
                    return;
                }
            }
            *value = form;
        }
    }
}

/// Removes the key at `path`, and the section if it is one; says whether there was one.
pub(super) fn remove(document: &mut Document, path: &[&str], layer: Option<usize>) -> bool {
    let Some((last, parent)) = path.split_last() else { return false };
    let removed = match find(document, parent, layer) {
        Some(Place::Keys(items) | Place::Value(Value { kind: Kind::Table(items, _), .. })) => {
            remove_item(items, last)
        }
        _ => false,
    };
    if removed {
        return true;
    }
    let mut layers = 0;
    let before = document.sections.len();
    document.sections.retain(|section| {
        let Some(header) = &section.header else { return true };
        layers += usize::from(header.array && header.key.path == ["layer"]);
        let here = header.key.path.first().is_none_or(|first| first != "layer")
            || layer.is_none_or(|layer| layers == layer + 1);
        !(here && header.key.path == path)
    });
    before != document.sections.len()
}

fn remove_item(items: &mut Vec<Item>, name: &str) -> bool {
    let before = items.len();
    items.retain(|item| key(item) != [name]);
    before != items.len()
}

/// Gives `name` of `[params]` or `[const]` another value; none removes it.
pub(super) fn set(document: &mut Document, section: &str, name: &str, value: Option<Value>) {
    for part in &mut document.sections {
        let Some(header) = &part.header else { continue };
        if header.key.path.first().is_none_or(|first| first != section) {
            continue;
        }
        let above = header.key.path[1..].join(".");
        let full = |item: &Item| {
            let key = key(item).join(".");
            if above.is_empty() { key } else { format!("{above}.{key}") }
        };
        let Some(at) = part.items.iter().position(|item| full(item) == name) else { continue };
        match value {
            Some(value) => {
                part.items[at].value = value;
                // What the comment said of the old number may not hold.
                part.items[at].comment = None;
            }
            None => {
                part.items.remove(at);
            }
        }
        break;
    }
    // A section without a key says nothing.
    document.sections.retain(|part| {
        let empty = part.items.is_empty() && part.after.is_empty();
        let of = part.header.as_ref().is_some_and(|header| header.key.path[0] == section);
        !(empty && of)
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{read::read, write::write};

    #[test]
    fn weights_are_found_wherever_they_are_written() {
        let text = "[embed]\nouter = ['u', 'v']\n\n[[layer]]\n\n[[layer]]\nattention = { query = 'q' }\n\n[layer.mlp]\n\
                    up = { table = 'w', bias = 'b' }\ndown = { low_rank = ['x', 'y'] }\n";
        for (name, expected) in [
            ("layer.1.attention.query", "query = 'z'"),
            ("layer.1.mlp.up", "up = { table = 'z', bias = 'b' }"),
            ("layer.1.mlp.up.bias", "bias = 'z' }"),
            ("layer.1.mlp.down[1]", "['x', 'z']"),
            ("embed", "[embed]\ntable = 'z'\n"),
        ] {
            let mut document = read(text);
            put(weight(&mut document, name).unwrap(), scalar("'z'"));
            let found = write(&document);
            assert!(found.contains(expected), "{found}");
        }
        assert!(weight(&mut read(text), "layer.0.mlp.up").is_none());
    }

    #[test]
    fn parts_of_formulas_are_replaced() {
        let text = "[head]\nformula = \"2 * a\"\neps = 3\n";
        let mut document = read(text);
        let at = |part: &str| text.find(part).unwrap();
        splice(
            &mut document,
            &[(at("2 *")..at("2 *") + 1, "(a + 1)".into()), (at("3")..at("3") + 1, "a".into())],
        );
        assert_eq!(write(&document), "[head]\nformula = \"(a + 1) * a\"\neps = \"a\"\n");
    }
}
