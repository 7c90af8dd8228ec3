//! Parts of a network that may not be needed: biases, norms and what they multiply by, gains, scales.

use super::edit::remove;
use super::structure::Change;
use crate::text::Document;
use spec::Model;

/// Changes that leave one part out.
pub(super) fn changes(model: &Model, document: &Document) -> Vec<Change> {
    let places = model.ledger().places();
    let mut names: Vec<String> = Vec::new();
    for place in places {
        let last = place.name.rsplit('.').next().unwrap_or("");
        if ["bias", "weight", "gain", "scale"].contains(&last) {
            names.push(place.name.clone());
        }
        if last == "eps" {
            names.push(place.name.clone());
            names.extend(place.name.strip_suffix(".eps").map(str::to_owned));
        }
    }
    if model.net::<f64>().position().is_some() {
        names.push("position".into());
    }
    let change = |name: String| {
        let mut document = document.clone();
        let mut path: Vec<&str> = name.split('.').collect();
        let layer = if path[0] == "layer" { path.remove(1).parse().ok() } else { None };
        remove(&mut document, &path, layer).then(|| Change { what: format!("leave out {name}"), document })
    };
    names.into_iter().filter_map(change).collect()
}
