//! From the name of a model, or the path of a file, to what adds.
//!
//! A model is named by a name of the zoo or by a path: of a model file (`.toml`), of a model in a `.safetensors` file, or of an
//! ONNX graph. Every front end takes what people name through here, so all of them accept the same and say the same.

mod error;
mod file;

pub use error::Error;
pub use file::utf8;

use onnx::{Graph, Prompt};
use run::Subject;
use spec::Model;
use std::path::{Path, PathBuf};

/// The largest text of a model file that is read, in bytes. Reading TOML takes up to ninety times as much memory (an array of one
/// digit and a comma after the other), which is to stay below 200 MB. Models of more numbers keep them in a weights file.
pub const LARGEST_TEXT: u64 = 2 << 20;

/// The largest model in a safetensors file that is read, in bytes.
const LARGEST_FILE: u64 = 16 << 20;

/// The largest graph that is read, in bytes.
const LARGEST_GRAPH: u64 = 256 << 20;

/// How operands become tokens and tokens become the answer, for a graph, which does not say it.
#[derive(Clone, Debug, Default)]
pub struct Task {
    /// The prompt: a template such as `{a:0>10}+{b:0>10}=`, or the name of a format.
    pub prompt: Option<String>,
    /// The characters of the prompt, each at the place of its token.
    pub tokens: Option<String>,
    /// The answer, such as `least-first:11`.
    pub answer: Option<String>,
    /// The token that ends an answer.
    pub end: Option<String>,
    /// The output of the graph that gives the logits, by its name or its number from 0, where the graph does not say it.
    pub logits: Option<String>,
    /// A file with the keys of a model file's `[task]`. Without it and without a prompt, `NAME.prompt.toml` beside `NAME.onnx`.
    pub file: Option<PathBuf>,
}

impl Task {
    /// Refuses what would not be read with the model `name`, which is a graph or not.
    fn check(&self, name: &str, graph: bool) -> Result<(), Error> {
        let beside = [("tokens", &self.tokens), ("answer", &self.answer), ("end", &self.end)];
        let mut given = beside.iter().filter(|(_, value)| value.is_some()).map(|&(key, _)| key);
        if graph {
            return match given.next() {
                Some(key) if self.prompt.is_none() => {
                    Err(Error::new(&format!("`{key}` is read together with `prompt`: expected that, too")))
                }
                _ if self.prompt.is_some() && self.file.is_some() => {
                    Err(Error::new("found a `prompt` and a task file: expected one of them"))
                }
                _ => Ok(()),
            };
        }
        let given = given
            .next()
            .or(self.prompt.as_ref().map(|_| "prompt"))
            .or(self.logits.as_ref().map(|_| "logits"))
            .or(self.file.as_ref().map(|_| "task"));
        match given {
            Some(key) => Err(Error::new(&format!(
                "`{key}` is for an ONNX graph: `{name}` says by itself how operands become tokens"
            ))),
            None => Ok(()),
        }
    }
}

/// The model that `name` names: one of the zoo, or a path to a model file.
///
/// # Errors
///
/// Nothing has that name, the file cannot be read, or it is no model.
pub fn model(name: impl AsRef<Path>) -> Result<Model, Error> {
    let path = name.as_ref();
    if let Some(entry) = path.to_str().and_then(zoo::find) {
        return Ok(entry.model()?);
    }
    let name = &shown(path);
    let is_path = path.extension().is_some() || path.components().count() > 1 || path.exists();
    if !is_path {
        let near = spec::nearest(name, zoo::ENTRIES.iter().map(|entry| entry.name));
        let near = near.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
        return Err(Error::new(&format!(
            "no model is named `{name}`: expected a name that `nanoadder list` shows, or a path to a model file{near}"
        )));
    }
    if path.extension().is_some_and(|extension| extension == "safetensors") {
        return Ok(Model::from_safetensors(name, &file::bytes(path, LARGEST_FILE)?)?);
    }
    // Weights lie beside the model file, or where the user keeps them.
    let mut folders = vec![path.parent().unwrap_or(Path::new("")).to_owned()];
    folders.extend(std::env::var_os("NANOADDER_WEIGHTS").map(PathBuf::from));
    Ok(Model::parse_with(name, &text(path)?, &mut spec::weights_in(&folders))?)
}

/// `path` as messages have it. What is no Unicode has a mark in its place.
fn shown(path: &Path) -> String {
    path.display().to_string()
}

fn is_graph(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "onnx")
}

/// The model in `bytes`, which were read or sent: the bytes of a safetensors file or the text of a model file; `name` is what messages
/// call it. No file is read: a text that names a weights file is no model here.
///
/// # Errors
///
/// There are more than 16 MiB of a safetensors file, or more than [`LARGEST_TEXT`] of a text, or they are no model.
pub fn contents(name: &str, bytes: &[u8]) -> Result<Model, Error> {
    // A safetensors file begins with the length of its header, whose first character is a brace.
    let tensors = bytes.get(8) == Some(&b'{') && bytes[..8].contains(&0);
    let (size, largest) = (bytes.len(), if tensors { LARGEST_FILE } else { LARGEST_TEXT });
    if size as u64 > largest {
        return Err(Error::new(&format!("`{name}` has {size} bytes: expected a model of at most {largest}")));
    }
    if tensors {
        return Ok(Model::from_safetensors(name, bytes)?);
    }
    Ok(Model::parse(name, &utf8(name, bytes.to_vec())?)?)
}

/// The text of the model file at `path`, model or not.
///
/// # Errors
///
/// It cannot be read, is too large or is no text.
pub fn text(path: impl AsRef<Path>) -> Result<String, Error> {
    let path = path.as_ref();
    let name = &shown(path);
    if is_graph(path) && path.exists() {
        return Err(Error::new(&format!("`{name}` is an ONNX graph: expected a model file here")));
    }
    utf8(name, file::bytes(path, LARGEST_TEXT)?)
}

/// What `name` names: what [`model`] does, or a path to an ONNX graph, whose operands become tokens by `task`.
///
/// # Errors
///
/// As for [`model`]; or the graph does not load, or nothing says how operands become tokens.
pub fn subject(name: impl AsRef<Path>, task: &Task) -> Result<Subject, Error> {
    let path = name.as_ref();
    let name = &shown(path);
    task.check(name, is_graph(path))?;
    if !is_graph(path) {
        return Ok(model(path)?.into());
    }
    let folder = path.parent().unwrap_or(Path::new(""));
    let bytes = file::bytes(path, LARGEST_GRAPH)?;
    let wrong = |error: onnx::Error| Error::within(name, &error);
    let graph = Graph::read(&bytes, &mut onnx::beside(folder)).map_err(wrong)?;
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let mut prompt = prompt(path, task, &graph)?;
    if let Some(logits) = &task.logits {
        prompt = prompt.with_logits(logits);
    }
    Ok(graph.model(&spec::name_of_file(&stem), &prompt).map_err(wrong)?.into())
}

/// How the operands of the graph at `path` become tokens: as asked for, from a file beside it, or from the graph itself, if we wrote
/// it.
fn prompt(path: &Path, task: &Task, graph: &Graph) -> Result<Prompt, Error> {
    if let Some(prompt) = &task.prompt {
        let (tokens, answer, end) = (task.tokens.as_deref(), task.answer.as_deref(), task.end.as_deref());
        return Ok(Prompt::new(prompt, tokens, answer, end)?);
    }
    let beside = path.with_extension("prompt.toml");
    let file = match &task.file {
        Some(file) => file.clone(),
        None if beside.exists() => beside,
        None => {
            if let Some(prompt) = graph.prompt() {
                return Ok(prompt);
            }
            return Err(Error::new(&format!(
                "`{}` does not say how operands become tokens: expected `--prompt`, such as \
                 `--prompt '{{a:0>10}}+{{b:0>10}}=' --answer least-first:11`, or the file `{}`",
                path.display(),
                beside.display()
            )));
        }
    };
    Ok(Prompt::from_toml(shown(&file), text(&file)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_or_a_path() {
        assert_eq!(model("kiguli-7").unwrap().name(), "kiguli-7");
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mine.toml");
        std::fs::write(&path, zoo::find("kiguli-7").unwrap().text).unwrap();
        let name = path.to_str().unwrap();
        assert_eq!(model(name).unwrap().text(), zoo::find("kiguli-7").unwrap().text);
        assert!(matches!(subject(name, &Task::default()).unwrap(), Subject::File(_)));
    }

    /// On Linux a name is bytes; other systems refuse some of them.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_path_need_not_be_unicode() {
        use std::os::unix::ffi::OsStrExt;
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &[u8]| folder.path().join(std::ffi::OsStr::from_bytes(name));
        let entry = zoo::find("kiguli-7").unwrap();
        std::fs::write(path(b"\xff.toml"), entry.text).unwrap();
        std::fs::write(path(b"\xff.onnx"), onnx::write(&entry.model().unwrap())).unwrap();
        assert_eq!(model(path(b"\xff.toml")).unwrap().name(), "kiguli-7");
        assert!(subject(path(b"\xff.onnx"), &Task::default()).is_ok());
        let said = model(path(b"none\xff.toml")).unwrap_err().to_string();
        assert!(said.contains("/none\u{fffd}.toml`: "), "{said}");
        let said = model(Path::new(std::ffi::OsStr::from_bytes(b"\xff"))).unwrap_err().to_string();
        assert!(said.starts_with("no model is named `\u{fffd}`: expected a name"), "{said}");
    }

    #[test]
    fn what_is_said_of_a_task_is_read_or_refused() {
        let given = |key: &str, prompt: Option<&str>| {
            let value = |name: &str| (name == key).then(|| "banana".to_owned());
            let (tokens, answer, end, logits) =
                (value("tokens"), value("answer"), value("end"), value("logits"));
            let file = value("task").map(PathBuf::from);
            Task { prompt: prompt.map(str::to_owned), tokens, answer, end, logits, file }
        };
        for key in ["tokens", "answer", "end", "logits", "task"] {
            let said = subject("kiguli-7", &given(key, None)).unwrap_err().to_string();
            assert!(said.starts_with(&format!("`{key}` is for an ONNX graph: `kiguli-7`")), "{said}");
        }
        assert!(given("", Some("F22")).check("kiguli-7", false).is_err());
        for key in ["tokens", "answer", "end"] {
            let said = subject("any.onnx", &given(key, None)).unwrap_err().to_string();
            assert_eq!(said, format!("`{key}` is read together with `prompt`: expected that, too"));
        }
        assert!(given("task", Some("F22")).check("any.onnx", true).is_err());
        assert!(given("logits", None).check("any.onnx", true).is_ok());
        assert!(given("end", Some("F22")).check("any.onnx", true).is_ok());
    }

    #[test]
    fn contents_are_text_or_safetensors() {
        let entry = zoo::find("kiguli-7").unwrap();
        assert_eq!(contents("sent", entry.text.as_bytes()).unwrap().text(), entry.text);
        let blob = export::safetensors(&entry.model().unwrap()).unwrap();
        assert_eq!(contents("sent", &blob).unwrap().stored(), entry.model().unwrap().stored());
        let said = |bytes: &[u8]| contents("sent", bytes).unwrap_err().to_string();
        assert!(said(b"name = 3").contains("sent"));
        assert!(said(&[0xff]).contains("not UTF-8"));
        assert!(said(&blob[..40]).contains("no safetensors file"));
        assert!(said(&vec![b'#'; LARGEST_TEXT as usize + 1]).contains("expected a model of at most 2097152"));
        let padded = [&blob[..], &vec![0; LARGEST_FILE as usize]].concat();
        assert!(said(&padded).contains("expected a model of at most 16777216"));
    }

    #[test]
    fn what_is_wrong_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let said = |path: PathBuf| subject(path.to_str().unwrap(), &Task::default()).unwrap_err().to_string();
        assert!(model("nosuch").unwrap_err().to_string().starts_with("no model is named `nosuch`: expected"));
        let near = model("gist58").unwrap_err().to_string();
        assert!(
            near.starts_with("no model is named `gist58`: expected")
                && near.ends_with("; did you mean `gist-58`?"),
            "{near}"
        );
        let odd = model("x\n\u{1b}[2J").unwrap_err().to_string();
        assert!(odd.starts_with("no model is named `x\\u{a}\\u{1b}[2J`: expected"), "{odd}");
        let long = model("x".repeat(100_000)).unwrap_err().to_string();
        assert!(long.contains('…') && long.len() < 4096, "{}", long.len());
        assert!(said(path("none.toml")).starts_with("cannot read the model file `"));
        std::fs::write(path("bytes.toml"), [0xff]).unwrap();
        assert!(said(path("bytes.toml")).contains("byte 0 is not UTF-8"));
        std::fs::write(path("other.toml"), "name = 3").unwrap();
        assert!(said(path("other.toml")).contains("expected"));
        std::fs::write(path("graph.onnx"), [0xff; 9]).unwrap();
        assert!(said(path("graph.onnx")).contains("graph.onnx`: "));
        let graph = model(path("graph.onnx").to_str().unwrap()).unwrap_err().to_string();
        assert!(graph.ends_with("is an ONNX graph: expected a model file here"), "{graph}");
        std::fs::write(path("large.toml"), vec![b'#'; LARGEST_TEXT as usize + 1]).unwrap();
        assert!(said(path("large.toml")).contains("expected a model file of at most 2097152"));
    }
}
