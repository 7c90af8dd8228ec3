//! A model file as an ONNX graph.
//!
//! The graph does what [`net::Net`] does, operation for operation, in operators of ONNX alone: every sum runs from its first term to
//! its last, and exponentials of f32 are computed in f64 and rounded once. So a runtime whose single operations round as
//! IEEE 754 says gives the same logits, and models with thin margins answer as they do here.

mod attention;
mod blocks;
pub(crate) mod nodes;
mod task;

use crate::proto::{
    Dimension, GraphProto, ModelProto, OperatorSetIdProto, StringStringEntryProto, TensorShapeProto,
    TensorType, TypeProto, ValueInfoProto,
};
use nodes::Nodes;
use prost::Message;
use spec::{Dtype, Model};

/// The version of ONNX's operators that graphs are written in.
pub const OPSET: i64 = 18;

/// The version of the file format that goes with it.
const IR_VERSION: i64 = 8;

/// The entry of the metadata that holds the task, in the words of a model file's `[task]`.
pub(crate) const TASK_KEY: &str = "nanoadder.task";

/// The bytes of `model` as an ONNX file: `input_ids`, int64 `[batch, length]`, to `logits`, `[batch, length, outputs]` in the model's
/// own type. Both axes are dynamic; at most the model's block size of tokens can be read.
pub fn write(model: &Model) -> Vec<u8> {
    let net = model.net::<f64>();
    let mut nodes = Nodes::new(model.dtype());
    let logits = nodes.network(&net);
    nodes.name_output(&logits, "logits");
    let float = if model.dtype() == Dtype::F32 { 1 } else { 11 };
    let entry =
        |key: &str, value: String| StringStringEntryProto { key: Some(key.into()), value: Some(value) };
    let file = ModelProto {
        ir_version: Some(IR_VERSION),
        producer_name: Some("nanoadder".into()),
        producer_version: None,
        doc_string: Some(if model.sums().any_fused() {
            format!(
                "{}. Its dot products, or some of them, are meant to be fused, which ONNX cannot say.",
                model.identity().title
            )
        } else {
            model.identity().title.clone()
        }),
        graph: Some(GraphProto {
            node: nodes.list,
            name: Some(model.name().into()),
            initializer: nodes.initializers,
            input: vec![value("input_ids", 7, &[Err("batch"), Err("length")])],
            output: vec![value("logits", float, &[Err("batch"), Err("length"), Ok(net.outputs())])],
            sparse_initializer: Vec::new(),
        }),
        opset_import: vec![OperatorSetIdProto { domain: Some(String::new()), version: Some(OPSET) }],
        metadata_props: vec![entry(TASK_KEY, task::toml(model.task()))],
        functions: Vec::new(),
    };
    file.encode_to_vec()
}

fn value(name: &str, elem_type: i32, axes: &[Result<usize, &str>]) -> ValueInfoProto {
    let dim = |axis: &Result<usize, &str>| match axis {
        Ok(size) => Dimension { dim_value: Some(*size as i64), dim_param: None },
        Err(name) => Dimension { dim_value: None, dim_param: Some((*name).into()) },
    };
    let shape = TensorShapeProto { dim: axes.iter().map(dim).collect() };
    let tensor_type = TensorType { elem_type: Some(elem_type), shape: Some(shape) };
    ValueInfoProto { name: Some(name.into()), r#type: Some(TypeProto { tensor_type: Some(tensor_type) }) }
}
