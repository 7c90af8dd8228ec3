//! Nodes as they are written: names, constants, and sums in order.

use crate::proto::{AttributeProto, NodeProto, TensorProto};
use spec::Dtype;

/// The nodes and numbers of a graph that is being written.
pub(crate) struct Nodes {
    pub(crate) list: Vec<NodeProto>,
    pub(crate) initializers: Vec<TensorProto>,
    pub(crate) dtype: Dtype,
    /// The part of the network that is being written: it names nodes.
    pub(crate) place: String,
}

/// The name of a value.
pub(crate) type Name = String;

/// An attribute that holds an integer.
pub(crate) fn int(name: &str, value: i64) -> AttributeProto {
    AttributeProto { name: Some(name.into()), r#type: Some(2), i: Some(value), ..AttributeProto::default() }
}

/// An attribute that holds integers.
pub(crate) fn ints(name: &str, values: &[i64]) -> AttributeProto {
    AttributeProto {
        name: Some(name.into()),
        r#type: Some(7),
        ints: values.to_vec(),
        ..AttributeProto::default()
    }
}

impl Nodes {
    pub(crate) fn new(dtype: Dtype) -> Self {
        Self { list: Vec::new(), initializers: Vec::new(), dtype, place: String::new() }
    }

    /// The number of the model's type in `onnx.proto`.
    pub(crate) fn float(&self) -> i64 {
        if self.dtype == Dtype::F32 { 1 } else { 11 }
    }

    fn push(&mut self, op: &str, inputs: &[&str], outputs: Vec<Name>, attribute: Vec<AttributeProto>) {
        let label = format!("{}.{op}.{}", self.place, self.list.len());
        self.list.push(NodeProto {
            input: inputs.iter().map(|&input| input.to_owned()).collect(),
            output: outputs,
            name: Some(label),
            op_type: Some(op.into()),
            attribute,
            ..NodeProto::default()
        });
    }

    /// A node with attributes and one output.
    pub(crate) fn with(&mut self, op: &str, inputs: &[&str], attribute: Vec<AttributeProto>) -> Name {
        let name = format!("{}.{}", self.place, self.list.len());
        self.push(op, inputs, vec![name.clone()], attribute);
        name
    }

    /// A node without attributes.
    pub(crate) fn op(&mut self, op: &str, inputs: &[&str]) -> Name {
        self.with(op, inputs, Vec::new())
    }

    /// Gives the value `name` the name of an output.
    pub(crate) fn name_output(&mut self, name: &str, output: &str) {
        self.place = output.into();
        self.push("Identity", &[name], vec![output.into()], Vec::new());
    }

    /// A tensor of numbers of the model's type. Equal tensors are stored once.
    pub(crate) fn numbers(&mut self, name: &str, shape: &[usize], values: &[f64]) -> Name {
        let raw: Vec<u8> = match self.dtype {
            Dtype::F32 => values.iter().flat_map(|&x| (x as f32).to_le_bytes()).collect(),
            Dtype::F64 => values.iter().flat_map(|&x| x.to_le_bytes()).collect(),
        };
        let data_type = self.float() as i32;
        self.tensor(name, shape, data_type, raw)
    }

    /// A list of integers.
    pub(crate) fn integers(&mut self, name: &str, values: &[i64]) -> Name {
        let raw = values.iter().flat_map(|x| x.to_le_bytes()).collect();
        self.tensor(name, &[values.len()], 7, raw)
    }

    /// A number of the model's type.
    pub(crate) fn number(&mut self, name: &str, value: f64) -> Name {
        self.numbers(name, &[], &[value])
    }

    fn tensor(&mut self, name: &str, shape: &[usize], data_type: i32, raw: Vec<u8>) -> Name {
        let dims: Vec<i64> = shape.iter().map(|&axis| axis as i64).collect();
        let same = |known: &&TensorProto| {
            known.dims == dims && known.data_type == Some(data_type) && known.raw_data.as_ref() == Some(&raw)
        };
        if let Some(known) = self.initializers.iter().find(same) {
            return known.name.clone().unwrap_or_default();
        }
        self.initializers.push(TensorProto {
            dims,
            data_type: Some(data_type),
            name: Some(name.into()),
            raw_data: Some(raw),
            ..TensorProto::default()
        });
        name.to_owned()
    }

    /// The parts of size one of `x` along `axis`, of which there are `count`.
    pub(crate) fn split(&mut self, x: &str, axis: i64, count: usize) -> Vec<Name> {
        if count == 1 {
            return vec![x.to_owned()];
        }
        let first = format!("{}.{}", self.place, self.list.len());
        let names: Vec<Name> = (0..count).map(|part| format!("{first}.{part}")).collect();
        let outputs = int("num_outputs", count as i64);
        self.push("Split", &[x], names.clone(), vec![int("axis", axis), outputs]);
        names
    }

    /// `terms` added from the first to the last.
    pub(crate) fn sum(&mut self, terms: &[Name]) -> Name {
        let mut total = terms[0].clone();
        for term in &terms[1..] {
            total = self.op("Add", &[&total, term]);
        }
        total
    }

    /// The dot product of two lists, product by product and sum by sum.
    pub(crate) fn dot(&mut self, left: &[Name], right: &[Name]) -> Name {
        let products: Vec<Name> = left.iter().zip(right).map(|(x, y)| self.op("Mul", &[x, y])).collect();
        self.sum(&products)
    }

    /// The sum of `x` over its last axis, in order: the last of its running sums.
    pub(crate) fn sum_of_last_axis(&mut self, x: &str) -> Name {
        let axis = self.scalar("last_axis", -1);
        let sums = self.op("CumSum", &[x, &axis]);
        let last = self.integers("last", &[-1]);
        let end = self.integers("end", &[i64::MAX]);
        self.op("Slice", &[&sums, &last, &end, &last])
    }

    /// An integer.
    pub(crate) fn scalar(&mut self, name: &str, value: i64) -> Name {
        self.tensor(name, &[], 7, value.to_le_bytes().to_vec())
    }

    /// The greatest of the last axis, which stays with one place.
    pub(crate) fn reduce_max(&mut self, x: &str) -> Name {
        let last = self.integers("last", &[-1]);
        self.op("ReduceMax", &[x, &last])
    }

    /// `parts` side by side along the last axis.
    pub(crate) fn joined(&mut self, parts: &[Name]) -> Name {
        if let [only] = parts {
            return only.clone();
        }
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        self.with("Concat", &parts, vec![int("axis", -1)])
    }

    /// The two parts that `attribute` says.
    pub(crate) fn halves(&mut self, x: &str, attribute: Vec<AttributeProto>) -> (Name, Name) {
        let first = format!("{}.{}", self.place, self.list.len());
        let (a, b) = (format!("{first}.0"), format!("{first}.1"));
        self.push("Split", &[x], vec![a.clone(), b.clone()], attribute);
        (a, b)
    }

    /// A function that is computed in f64 and rounded once, as ours are.
    pub(crate) fn function(&mut self, op: &str, x: &str) -> Name {
        if self.dtype == Dtype::F64 {
            return self.op(op, &[x]);
        }
        let wide = self.with("Cast", &[x], vec![int("to", 11)]);
        let found = self.op(op, &[&wide]);
        self.with("Cast", &[&found], vec![int("to", 1)])
    }
}
