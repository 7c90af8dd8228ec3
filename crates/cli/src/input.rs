//! What the user names or types: models and operands.

use crate::args::{Common, Task};
use anyhow::{Context, anyhow};
use onnx::{Graph, Prompt};
use run::{Adder, Subject};
use spec::Model;
use std::io::Read;
use std::path::{Path, PathBuf};

/// The largest model file that is read, in bytes.
const LARGEST_FILE: u64 = 16 << 20;

/// The largest graph that is read, in bytes.
const LARGEST_GRAPH: u64 = 256 << 20;

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
    read(Path::new(name), LARGEST_FILE)
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

/// What `name` names, a model file or a graph.
pub(crate) fn subject(name: &str, task: &Task) -> anyhow::Result<Subject> {
    let path = Path::new(name);
    if path.extension().is_none_or(|extension| extension != "onnx") {
        return Ok(model(name)?.into());
    }
    let folder = path.parent().unwrap_or(Path::new(""));
    let bytes = read(path, LARGEST_GRAPH)?;
    let wrong = |error: onnx::Error| anyhow!("`{name}`: {error}");
    let graph = Graph::read(&bytes, &mut onnx::beside(folder)).map_err(wrong)?;
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    Ok(graph.model(&stem, &prompt(path, task, &graph)?).map_err(wrong)?.into())
}

/// How the operands of the graph at `path` become tokens: from the command line, from a file beside it, or from the graph itself,
/// if we wrote it.
fn prompt(path: &Path, task: &Task, graph: &Graph) -> anyhow::Result<Prompt> {
    if let Some(prompt) = &task.prompt {
        let (tokens, answer, end) = (task.tokens.as_deref(), task.answer.as_deref(), task.end.as_deref());
        return Ok(Prompt::new(prompt, tokens, answer, end)?);
    }
    let beside = path.with_extension("prompt.toml");
    let file = match &task.task {
        Some(file) => file.clone(),
        None if beside.exists() => beside,
        None => {
            if let Some(prompt) = graph.prompt() {
                return Ok(prompt);
            }
            return Err(anyhow!(
                "`{}` does not say how operands become tokens: expected `--prompt`, such as \
                 `--prompt '{{a:0>10}}+{{b:0>10}}=' --answer least-first:11`, or the file `{}`",
                path.display(),
                beside.display()
            ));
        }
    };
    let file = file.display().to_string();
    let text = text(&file)?;
    Ok(Prompt::from_toml(file, text))
}

/// The bytes of the file at `path`, at most `largest`.
fn read(path: &Path, largest: u64) -> anyhow::Result<Vec<u8>> {
    let name = path.display();
    let cannot = || format!("cannot read the model file `{name}`");
    let size = std::fs::metadata(path).with_context(cannot)?.len();
    if size > largest {
        return Err(anyhow!("`{name}` has {size} bytes: expected a model file of at most {largest}"));
    }
    std::fs::read(path).with_context(cannot)
}

/// What `name` names, ready to add.
pub(crate) fn adder(name: &str, common: &Common) -> anyhow::Result<Adder> {
    Ok(Adder::new(subject(name, &common.task)?))
}

/// The operand that `text` writes in decimal digits.
pub(crate) fn operand(text: &str, adder: &Adder) -> anyhow::Result<u64> {
    let greatest = adder.model().task().greatest();
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse().ok().filter(|&number: &u64| digits && number <= greatest);
    number.ok_or_else(|| anyhow!("operand `{text}`: expected an integer from 0 to {greatest}"))
}
