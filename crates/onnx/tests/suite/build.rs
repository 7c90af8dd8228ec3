//! Small graphs, written field by field as `onnx.proto` numbers them, so that the reader's own messages are tested too.

use onnx::{Graph, Model, Prompt};

/// The bytes of a message, or of a part of one.
pub(crate) type Bytes = Vec<u8>;

fn varint(mut value: u64) -> Bytes {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
    bytes
}

/// A field that holds a message, a text or packed numbers.
pub(crate) fn field(tag: u64, value: impl AsRef<[u8]>) -> Bytes {
    let value = value.as_ref();
    [varint(tag << 3 | 2), varint(value.len() as u64), value.to_vec()].concat()
}

/// A field that holds an integer.
pub(crate) fn number(tag: u64, value: i64) -> Bytes {
    [varint(tag << 3), varint(value as u64)].concat()
}

fn single(tag: u64, value: f32) -> Bytes {
    [varint(tag << 3 | 5), value.to_le_bytes().to_vec()].concat()
}

/// An attribute of type `kind`, whose value is the field `value`.
pub(crate) fn attribute(name: &str, kind: i64, value: Bytes) -> Bytes {
    field(5, [field(1, name), value, number(20, kind)].concat())
}

pub(crate) fn int(name: &str, value: i64) -> Bytes {
    attribute(name, 2, number(3, value))
}

pub(crate) fn float(name: &str, value: f32) -> Bytes {
    attribute(name, 1, single(2, value))
}

pub(crate) fn text(name: &str, value: &str) -> Bytes {
    attribute(name, 3, field(4, value))
}

pub(crate) fn floats(name: &str, values: &[f32]) -> Bytes {
    attribute(name, 6, values.iter().flat_map(|&x| single(7, x)).collect())
}

pub(crate) fn ints(name: &str, values: &[i64]) -> Bytes {
    attribute(name, 7, values.iter().flat_map(|&x| number(8, x)).collect())
}

/// An attribute that holds the tensor `value`, which [`tensor`] made.
pub(crate) fn held(name: &str, value: Bytes) -> Bytes {
    attribute(name, 4, field(5, value))
}

/// An attribute that refers to the attribute `from` of a function.
pub(crate) fn reference(name: &str, kind: i64, from: &str) -> Bytes {
    field(5, [field(1, name), number(20, kind), field(21, from)].concat())
}

/// A branch of an `If`: its nodes and its output.
pub(crate) fn branch(name: &str, nodes: &[Bytes], output: &str) -> Bytes {
    let inner: Bytes = nodes.iter().flat_map(|node| field(1, node)).collect();
    attribute(name, 5, field(6, [inner, field(12, field(1, output))].concat()))
}

/// A node called as its operator; inputs and outputs are parted by blanks, `-` is one that is absent.
pub(crate) fn node(op: &str, inputs: &str, outputs: &str, attributes: &[Bytes]) -> Bytes {
    let names = |tag, names: &str| -> Bytes {
        let name = |name| field(tag, if name == "-" { "" } else { name });
        names.split_whitespace().flat_map(name).collect()
    };
    [names(1, inputs), names(2, outputs), field(3, op), field(4, op), attributes.concat()].concat()
}

/// A node of the domain `domain`.
pub(crate) fn of(domain: &str, node: Bytes) -> Bytes {
    [node, field(7, domain)].concat()
}

/// A tensor with its data, a field of `TensorProto`.
pub(crate) fn tensor(name: &str, kind: i64, shape: &[i64], data: Bytes) -> Bytes {
    let dims: Bytes = shape.iter().flat_map(|&axis| number(1, axis)).collect();
    [dims, number(2, kind), field(8, name), data].concat()
}

/// The raw bytes of a tensor.
pub(crate) fn raw(bytes: impl AsRef<[u8]>) -> Bytes {
    field(9, bytes)
}

pub(crate) fn float_tensor(name: &str, shape: &[i64], values: &[f32]) -> Bytes {
    tensor(name, 1, shape, raw(values.iter().flat_map(|x| x.to_le_bytes()).collect::<Bytes>()))
}

pub(crate) fn int_tensor(name: &str, shape: &[i64], values: &[i64]) -> Bytes {
    tensor(name, 7, shape, raw(values.iter().flat_map(|x| x.to_le_bytes()).collect::<Bytes>()))
}

/// An input or output with its axes; a size of 0 is not fixed.
pub(crate) fn value(name: &str, kind: i64, axes: &[i64]) -> Bytes {
    let dim = |&size: &i64| field(1, if size == 0 { field(2, "any") } else { number(1, size) });
    let shape: Bytes = axes.iter().flat_map(dim).collect();
    [field(1, name), field(2, field(1, [number(1, kind), field(2, shape)].concat()))].concat()
}

/// A function of the domain `own`, with the operators of version `opset`.
pub(crate) fn function(
    name: &str,
    inputs: &str,
    outputs: &str,
    nodes: &[Bytes],
    opset: i64,
    more: Bytes,
) -> Bytes {
    let names =
        |tag, names: &str| names.split_whitespace().flat_map(|name| field(tag, name)).collect::<Bytes>();
    let nodes: Bytes = nodes.iter().flat_map(|node| field(7, node)).collect();
    let parts =
        [field(1, name), names(4, inputs), names(5, outputs), nodes, imports(9, "", opset), field(10, "own")];
    [parts.concat(), more].concat()
}

/// An entry of the metadata.
pub(crate) fn entry_of_metadata(key: &str, value: &str) -> Bytes {
    field(14, [field(1, key), field(2, value)].concat())
}

fn imports(tag: u64, domain: &str, version: i64) -> Bytes {
    field(tag, [field(1, domain), number(2, version)].concat())
}

/// A graph that reads tokens `ids`, `[1, any]`, looks each up among `table`, `[10, 10]`, as `x`, `[1, any, 10]`, and goes on with `nodes`
/// to the output `logits`.
pub(crate) struct File {
    pub(crate) opset: i64,
    pub(crate) nodes: Vec<Bytes>,
    pub(crate) tensors: Vec<Bytes>,
    pub(crate) functions: Vec<Bytes>,
    pub(crate) outputs: Vec<Bytes>,
    /// Further fields of the file.
    pub(crate) more: Bytes,
    /// The tokens that it takes, if that is fixed.
    pub(crate) length: i64,
    /// The version of the file format.
    pub(crate) format: i64,
}

/// The number in row `row` and column `column` of the table: no two are alike, and some are negative.
pub(crate) fn entry(row: usize, column: usize) -> f32 {
    (row * 10 + column) as f32 / 8.0 - 3.0
}

impl File {
    pub(crate) fn new(nodes: &[Bytes]) -> Self {
        let table: Vec<f32> = (0..100).map(|index| entry(index / 10, index % 10)).collect();
        let mut all = vec![node("Gather", "table ids", "x", &[])];
        all.extend_from_slice(nodes);
        Self {
            opset: 18,
            nodes: all,
            tensors: vec![float_tensor("table", &[10, 10], &table)],
            functions: vec![],
            outputs: vec![value("logits", 1, &[1, 0, 10])],
            more: vec![],
            length: 0,
            format: 10,
        }
    }

    pub(crate) fn opset(self, opset: i64) -> Self {
        Self { opset, ..self }
    }

    pub(crate) fn with(mut self, tensors: &[Bytes]) -> Self {
        self.tensors.extend_from_slice(tensors);
        self
    }

    /// With functions, whose domain is imported.
    pub(crate) fn functions(self, functions: &[Bytes]) -> Self {
        Self { functions: functions.to_vec(), more: imports(8, "own", 1), ..self }
    }

    pub(crate) fn outputs(self, outputs: &[Bytes]) -> Self {
        Self { outputs: outputs.to_vec(), ..self }
    }

    /// With the operators of another domain.
    pub(crate) fn import(self, domain: &str, version: i64) -> Self {
        Self { more: imports(8, domain, version), ..self }
    }

    pub(crate) fn bytes(&self) -> Bytes {
        let list = |tag, parts: &[Bytes]| parts.iter().flat_map(|part| field(tag, part)).collect::<Bytes>();
        let input = value("ids", 7, &[1, self.length]);
        let graph = [list(1, &self.nodes), list(5, &self.tensors), field(11, input), list(12, &self.outputs)];
        let opset = if self.opset > 0 { imports(8, "", self.opset) } else { vec![] };
        let parts = [
            number(1, self.format),
            field(7, graph.concat()),
            opset,
            list(25, &self.functions),
            self.more.clone(),
        ];
        parts.concat()
    }

    /// The model, with the sum of two digits as its task.
    pub(crate) fn read(&self) -> Result<Model, String> {
        self.read_with(&prompt())
    }

    pub(crate) fn read_with(&self, prompt: &Prompt) -> Result<Model, String> {
        let nothing: &mut onnx::Beside<'_> = &mut |_: &str| Err("nothing lies beside it".into());
        let graph = Graph::read(&self.bytes(), nothing).map_err(|error| error.to_string())?;
        graph.model("graph", prompt).map_err(|error| error.to_string())
    }

    /// Why it is not read.
    pub(crate) fn refused(&self) -> String {
        self.read().map(|_| ()).expect_err("expected an error")
    }

    /// The logits behind the prompt of 7 and 2.
    pub(crate) fn logits(&self) -> Vec<f64> {
        logits(&self.read().unwrap_or_else(|error| panic!("{error}")))
    }
}

pub(crate) fn prompt() -> Prompt {
    Prompt::new("{a:0>1}{b:0>1}", Some("0123456789"), Some("least-first:1"), None).unwrap()
}

pub(crate) fn logits(model: &Model) -> Vec<f64> {
    let mut seen = Vec::new();
    let decode = model.decode().read(|constant| constant.value() as f32);
    decode.generate(&[7, 2], |_, _, logits: &[f32]| seen = logits.iter().map(|&x| f64::from(x)).collect());
    seen
}
