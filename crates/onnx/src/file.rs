//! Reading a file: the messages, and the numbers that lie in files beside it.

use crate::Error;
use crate::proto::{GraphProto, ModelProto, NodeProto, TensorProto};
use prost::Message;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The largest file that is read, in bytes.
const LARGEST: u64 = 256 << 20;

/// Gives the bytes of a file beside the graph, by its name, or says why it cannot.
pub type Beside<'a> = dyn FnMut(&str) -> Result<Vec<u8>, String> + 'a;

/// Reads the files of `folder` and of the folders in it; links that lead out of it are not followed.
pub fn beside(folder: &Path) -> impl FnMut(&str) -> Result<Vec<u8>, String> {
    let folder: PathBuf = if folder.as_os_str().is_empty() { ".".into() } else { folder.to_owned() };
    move |name| {
        let real = |path: &Path| std::fs::canonicalize(path).map_err(|error| error.to_string());
        let path = real(&folder.join(name))?;
        if !path.starts_with(real(&folder)?) {
            return Err("a link leads out of the folder of the graph".into());
        }
        let about = std::fs::metadata(&path).map_err(|error| error.to_string())?;
        if !about.is_file() {
            return Err("expected a file".into());
        }
        if about.len() > LARGEST {
            return Err(format!("{} bytes: expected at most {LARGEST}", about.len()));
        }
        std::fs::read(&path).map_err(|error| error.to_string())
    }
}

/// The model in `bytes`, with its external numbers in place.
pub(crate) fn read(bytes: &[u8], beside: &mut Beside<'_>) -> Result<ModelProto, Error> {
    if bytes.len() as u64 > LARGEST {
        return Err(Error::new(format!("{} bytes: expected an ONNX file of at most {LARGEST}", bytes.len())));
    }
    let mut model =
        ModelProto::decode(bytes).map_err(|error| Error::new(format!("not an ONNX file: {error}")))?;
    let graph = model.graph.as_mut().ok_or_else(|| Error::new("not an ONNX file: it holds no graph"))?;
    let mut files = Files { beside, read: BTreeMap::new(), taken: 0 };
    files.graph(graph)?;
    for function in &mut model.functions {
        files.nodes(&mut function.node)?;
    }
    Ok(model)
}

/// Files beside the graph, each read once.
struct Files<'a, 'b> {
    beside: &'a mut Beside<'b>,
    read: BTreeMap<String, Vec<u8>>,
    /// The bytes of all tensors so far.
    taken: u64,
}

impl Files<'_, '_> {
    fn graph(&mut self, graph: &mut GraphProto) -> Result<(), Error> {
        if !graph.sparse_initializer.is_empty() {
            return Err(Error::new("sparse initialisers are not supported"));
        }
        for tensor in &mut graph.initializer {
            self.fill(tensor)?;
        }
        self.nodes(&mut graph.node)
    }

    fn nodes(&mut self, nodes: &mut [NodeProto]) -> Result<(), Error> {
        for attribute in nodes.iter_mut().flat_map(|node| &mut node.attribute) {
            if let Some(tensor) = &mut attribute.t {
                self.fill(tensor)?;
            }
            if let Some(graph) = &mut attribute.g {
                self.graph(graph)?;
            }
        }
        Ok(())
    }

    /// Puts external numbers into the tensor itself.
    fn fill(&mut self, tensor: &mut TensorProto) -> Result<(), Error> {
        if tensor.data_location != Some(1) {
            return Ok(());
        }
        let name = tensor.name.clone().unwrap_or_default();
        let wrong = |what: String| Error::new(format!("the external numbers of `{name}`: {what}"));
        for (index, entry) in tensor.external_data.iter().enumerate() {
            if tensor.external_data[..index].iter().any(|other| other.key == entry.key) {
                return Err(wrong(format!("the key `{}` stands twice", entry.key.as_deref().unwrap_or(""))));
            }
        }
        let find = |key: &str| {
            let entry = tensor.external_data.iter().find(|entry| entry.key.as_deref() == Some(key));
            entry.and_then(|entry| entry.value.clone())
        };
        let own = tensor.raw_data.as_ref().is_some_and(|bytes| !bytes.is_empty())
            || !(tensor.float_data.is_empty() && tensor.double_data.is_empty())
            || !(tensor.int32_data.is_empty()
                && tensor.int64_data.is_empty()
                && tensor.uint64_data.is_empty());
        if own {
            return Err(wrong("there are numbers in the graph, too: expected one place".into()));
        }
        let file = find("location").ok_or_else(|| wrong("no location".into()))?;
        // A graph may come from anywhere, so it cannot name a place.
        let plain = file.strip_prefix("./").unwrap_or(&file);
        let named = |part: &str| !part.is_empty() && part != "." && part != "..";
        if plain.contains(['\\', ':', '\0']) || !plain.split('/').all(named) {
            return Err(wrong(format!(
                "the location `{file}`: expected a file in the folder of the graph, or in one below it"
            )));
        }
        let number = |key: &str| {
            find(key)
                .map(|text| text.parse::<usize>().map_err(|_| wrong(format!("{key} `{text}`"))))
                .transpose()
        };
        let (offset, length) = (number("offset")?.unwrap_or(0), number("length")?);
        if !self.read.contains_key(plain) {
            let bytes = (self.beside)(plain).map_err(|why| wrong(format!("cannot read `{plain}`: {why}")))?;
            self.read.insert(plain.to_owned(), bytes);
        }
        let bytes = &self.read[plain];
        let end = length.map_or(Some(bytes.len()), |length| offset.checked_add(length));
        let part = end.and_then(|end| bytes.get(offset..end)).ok_or_else(|| {
            wrong(format!(
                "bytes from {offset} on: expected them within the {} bytes of `{plain}`",
                bytes.len()
            ))
        })?;
        self.taken += part.len() as u64;
        if self.taken > LARGEST {
            return Err(wrong(format!("more than {LARGEST} bytes with those before")));
        }
        tensor.raw_data = Some(part.to_vec());
        tensor.data_location = None;
        Ok(())
    }
}
