//! Compiled models, by hash: a model of a query is compiled once in a process.

use crate::pin::Pinned;
use datafusion::common::{Result, ScalarValue, exec_datafusion_err, plan_err};
use run::Adder;
use sha2::{Digest, Sha256};
use spec::Model;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// How many models are kept; whichever was not used for longest goes first.
const MOST: usize = 32;

type Compiled = Arc<OnceLock<Result<Arc<Adder>, String>>>;

/// The newest use stands last.
static KEPT: Mutex<Vec<([u8; 32], Compiled)>> = Mutex::new(Vec::new());

/// The SHA-256 of `bytes`.
pub(crate) fn hash(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// The bytes of a literal that names or is a model.
pub(crate) fn literal(value: &ScalarValue) -> Result<&[u8]> {
    match value {
        ScalarValue::Utf8(Some(text))
        | ScalarValue::LargeUtf8(Some(text))
        | ScalarValue::Utf8View(Some(text)) => Ok(text.as_bytes()),
        ScalarValue::Binary(Some(bytes))
        | ScalarValue::LargeBinary(Some(bytes))
        | ScalarValue::BinaryView(Some(bytes))
        | ScalarValue::FixedSizeBinary(_, Some(bytes)) => Ok(bytes),
        other => plan_err!(
            "model: expected the name of a model, its text or the bytes of its safetensors file, found {other}"
        ),
    }
}

/// The model that `bytes` name or are.
pub(crate) fn read(bytes: &[u8]) -> Result<Model, String> {
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    if let Some(entry) = zoo::find(text) {
        return entry.model().map_err(|problems| problems.to_string());
    }
    // A name has no equals sign, and every model's text has one.
    if !text.is_empty() && !text.contains(['=', '\n']) {
        return Err(format!(
            "no model is named `{text}`: expected a name that `nanoadder list` shows, the text of a model file, or the bytes of a \
             safetensors file"
        ));
    }
    load::contents("the query's model", bytes).map_err(|error| error.to_string().trim_end().to_owned())
}

/// The model of a literal, compiled.
pub(crate) fn adder(value: &ScalarValue) -> Result<Arc<Adder>> {
    let bytes = literal(value)?;
    let pinned = Pinned::read(bytes)?;
    let key = pinned.map_or_else(|| hash(bytes), |pinned| pinned.hash);
    let compiled = slot(key);
    // Others that want the same model wait here, and those that want another do not.
    let adder = compiled.get_or_init(|| {
        let content = pinned.map_or(Ok(bytes), Pinned::content)?;
        read(content).map(|model| Arc::new(Adder::new(model)))
    });
    adder.clone().map_err(|error| exec_datafusion_err!("{error}"))
}

/// Where the model of this hash is or will be.
fn slot(key: [u8; 32]) -> Compiled {
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    let entry = match kept.iter().position(|(known, _)| *known == key) {
        Some(at) => kept.remove(at),
        None => (key, Compiled::default()),
    };
    if kept.len() == MOST {
        kept.remove(0);
    }
    let compiled = Arc::clone(&entry.1);
    kept.push(entry);
    compiled
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> ScalarValue {
        ScalarValue::Utf8(Some(text.into()))
    }

    #[test]
    fn names_texts_and_bytes_are_models() {
        let entry = zoo::find("kiguli-7").unwrap();
        let blob = include_bytes!("../tests/kiguli-7.safetensors").to_vec();
        for literal in [text("kiguli-7"), text(entry.text), ScalarValue::Binary(Some(blob))] {
            assert_eq!(adder(&literal).unwrap().add(5, 7).unwrap().value, Some(12));
        }
        assert!(Arc::ptr_eq(&adder(&text("kiguli-7")).unwrap(), &adder(&text("kiguli-7")).unwrap()));
    }

    #[test]
    fn other_literals_are_told_what_a_model_is() {
        let said = |literal: ScalarValue| adder(&literal).unwrap_err().strip_backtrace();
        assert!(said(text("nosuch")).contains("no model is named `nosuch`: expected"));
        assert!(said(text("name = 3")).contains("the query's model"));
        assert!(said(ScalarValue::Utf8(None)).contains("model: expected the name of a model"));
        assert!(said(ScalarValue::Int64(Some(3))).contains("found 3"));
        assert!(said(text("")).contains("the query's model"));
    }
}
