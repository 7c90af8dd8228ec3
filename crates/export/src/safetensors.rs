//! A model as a safetensors file: its stored tensors, and the model file's text with them taken out.

use ::safetensors::tensor::{Dtype, TensorView};
use spec::{Dtype as ModelDtype, Model};
use toml_edit::{DocumentMut, InlineTable, Item, TableLike, Value};

/// The bytes of the file.
///
/// Each stored tensor is there once, in the model's type, under the name it has in `[params]`. The one entry of the metadata,
/// [`Model::SAFETENSORS_KEY`], is the text of the model file with references in place of the numbers: it says what is tied,
/// derived and literal, and [`Model::from_safetensors`] reads the same model back.
///
/// # Errors
///
/// What could not be written, as one line; none for a model that was read from a file.
pub fn safetensors(model: &Model) -> Result<Vec<u8>, String> {
    let dtype = match model.dtype() {
        ModelDtype::F32 => Dtype::F32,
        ModelDtype::F64 => Dtype::F64,
    };
    let bytes: Vec<Vec<u8>> =
        model.stored().iter().map(|values| little_endian(model.dtype(), values)).collect();
    let tensors = model.ledger().tensors();
    let views = tensors.iter().zip(&bytes).map(|(tensor, bytes)| {
        let view = TensorView::new(dtype, tensor.shape.clone(), bytes).map_err(|error| error.to_string())?;
        Ok((tensor.name.clone(), view))
    });
    let views = views.collect::<Result<Vec<_>, String>>()?;
    let metadata = [(Model::SAFETENSORS_KEY.to_owned(), with_references(model)?)].into_iter().collect();
    ::safetensors::serialize(views, Some(metadata)).map_err(|error| error.to_string())
}

fn little_endian(dtype: ModelDtype, values: &[f64]) -> Vec<u8> {
    match dtype {
        ModelDtype::F32 => values.iter().flat_map(|&value| (value as f32).to_le_bytes()).collect(),
        ModelDtype::F64 => values.iter().flat_map(|value| value.to_le_bytes()).collect(),
    }
}

/// The text of the model file with a reference in place of each stored tensor.
fn with_references(model: &Model) -> Result<String, String> {
    let mut document: DocumentMut =
        model.text().parse().map_err(|error: toml_edit::TomlError| error.to_string())?;
    if let Some(params) = document.get_mut("params").and_then(Item::as_table_like_mut) {
        refer(params, "");
    }
    document.remove("weights");
    document.insert("weights", toml_edit::value(Model::SELF_WEIGHTS));
    // What is inserted ends in a line feed; all lines end alike.
    Ok(document.to_string().replace("\r\n", "\n"))
}

fn refer(table: &mut dyn TableLike, prefix: &str) {
    for (key, item) in table.iter_mut() {
        let name = format!("{prefix}{}", key.get());
        match item.as_table_like_mut() {
            Some(group) if !group.contains_key("tensor") => refer(group, &format!("{name}.")),
            _ => {
                let mut reference = InlineTable::new();
                reference.insert("tensor", Value::from(name));
                *item = Item::Value(Value::InlineTable(reference));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_model_of_the_zoo_comes_back_the_same() {
        for entry in zoo::ENTRIES {
            let model = entry.model().unwrap();
            let bytes = safetensors(&model).unwrap();
            let back = Model::from_safetensors("back.safetensors", &bytes)
                .unwrap_or_else(|problems| panic!("{problems}"));
            assert_eq!(back.net::<f64>(), model.net::<f64>(), "{}", entry.name);
            assert_eq!((back.counts(), back.task()), (model.counts(), model.task()), "{}", entry.name);
            assert_eq!(back.ledger().literals(), model.ledger().literals(), "{}", entry.name);
            // What comes back can go out again.
            assert_eq!(safetensors(&back).unwrap(), bytes, "{}", entry.name);
        }
    }

    #[test]
    fn a_file_of_another_tool_is_told_so() {
        let bytes = ::safetensors::serialize(Vec::<(String, TensorView<'_>)>::new(), None).unwrap();
        let problems = Model::from_safetensors("other.safetensors", &bytes).unwrap_err();
        assert!(problems.to_string().contains("holds no model file"), "{problems}");
        assert!(Model::from_safetensors("no.safetensors", b"no").is_err());
    }
}
