//! What the user names or types: models and operands.

use anyhow::{Context, anyhow};
use run::Adder;
use spec::Model;
use std::io::Read;
use std::path::{Path, PathBuf};

/// The largest model file that is read, in bytes.
const LARGEST_FILE: u64 = 16 << 20;

/// The model that `name` names: one of the zoo, or a path to a model file.
pub(crate) fn model(name: &str) -> anyhow::Result<Model> {
    if let Some(entry) = zoo::find(name) {
        return Ok(entry.model()?);
    }
    let path = Path::new(name);
    let is_path = path.extension().is_some() || path.components().count() > 1 || path.exists();
    if !is_path {
        return Err(anyhow!(
            "no model is named `{name}`: expected a name that `nanoadder list` shows, or a path to a model file"
        ));
    }
    if path.extension().is_some_and(|extension| extension == "safetensors") {
        return Ok(Model::from_safetensors(name, &bytes(name)?)?);
    }
    let text = text(name)?;
    // Weights lie beside the model file, or where the user keeps them.
    let mut folders = vec![path.parent().unwrap_or(Path::new("")).to_owned()];
    folders.extend(std::env::var_os("NANOADDER_WEIGHTS").map(PathBuf::from));
    Ok(Model::parse_with(name, &text, &mut spec::weights_in(&folders))?)
}

/// The text of the model file at the path `name`, model or not.
pub(crate) fn text(name: &str) -> anyhow::Result<String> {
    utf8(name, bytes(name)?)
}

fn bytes(name: &str) -> anyhow::Result<Vec<u8>> {
    let size = std::fs::metadata(name).with_context(|| format!("cannot read the model file `{name}`"))?.len();
    if size > LARGEST_FILE {
        return Err(anyhow!("`{name}` has {size} bytes: expected a model file of at most {LARGEST_FILE}"));
    }
    std::fs::read(name).with_context(|| format!("cannot read the model file `{name}`"))
}

/// The text of a model file that comes through stdin.
pub(crate) fn stdin() -> anyhow::Result<String> {
    let mut bytes = Vec::new();
    std::io::stdin().take(LARGEST_FILE + 1).read_to_end(&mut bytes).context("cannot read stdin")?;
    if bytes.len() as u64 > LARGEST_FILE {
        return Err(anyhow!("stdin: expected a model file of at most {LARGEST_FILE} bytes"));
    }
    utf8("stdin", bytes)
}

fn utf8(name: &str, bytes: Vec<u8>) -> anyhow::Result<String> {
    String::from_utf8(bytes).map_err(|error| {
        anyhow!("`{name}`: byte {} is not UTF-8: expected a TOML text", error.utf8_error().valid_up_to())
    })
}

/// The model that `name` names, ready to add.
pub(crate) fn adder(name: &str) -> anyhow::Result<Adder> {
    Ok(Adder::new(model(name)?))
}

/// The operand that `text` writes in decimal digits.
pub(crate) fn operand(text: &str, adder: &Adder) -> anyhow::Result<u64> {
    let greatest = adder.model().task().greatest();
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse().ok().filter(|&number: &u64| digits && number <= greatest);
    number.ok_or_else(|| anyhow!("operand `{text}`: expected an integer from 0 to {greatest}"))
}
