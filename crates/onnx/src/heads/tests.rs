//! Small graphs whose heads are known.

use super::*;
use crate::proto::{Dimension, ModelProto};
use crate::write::nodes::{Name, Nodes, int, ints};
use crate::{Beside, Graph, Model, Prompt};
use prost::Message;
use spec::Dtype;

/// Three tokens are read and two are generated.
const PROMPT: &str = "prompt = \"{a:0>1}+{b:0>1}\"\ntokens = { \"+\" = 0 }\nanswer = \"least-first:2\"";

/// The graph whose logits `build` makes of two numbers for each token, `[batch, length, 2]`, with these axes of tokens.
fn model(axes: [Option<i64>; 2], build: impl FnOnce(&mut Nodes, &str) -> Name) -> Model {
    let mut nodes = Nodes::new(Dtype::F32);
    let table: Vec<f64> = (0..20).map(|at| f64::from(at * at % 7) / 4.0).collect();
    let table = nodes.numbers("embed", &[10, 2], &table);
    let x = nodes.op("Gather", &[&table, "input_ids"]);
    let read = build(&mut nodes, &x);
    let head: Vec<f64> = (0..20).map(f64::from).collect();
    let head = nodes.numbers("head", &[2, 10], &head);
    let logits = nodes.op("MatMul", &[&read, &head]);
    nodes.name_output(&logits, "logits");
    // What is around the nodes is that of a model of the zoo, which has ten logits too.
    let around = crate::write(&zoo::find(zoo::DEFAULT).unwrap().model().unwrap());
    let mut file = ModelProto::decode(around.as_slice()).unwrap();
    let graph = file.graph.as_mut().unwrap();
    (graph.node, graph.initializer) = (nodes.list, nodes.initializers);
    let shape = graph.input[0].r#type.as_mut().unwrap().tensor_type.as_mut().unwrap().shape.as_mut();
    for (dim, axis) in shape.unwrap().dim.iter_mut().zip(axes) {
        if axis.is_some() {
            *dim = Dimension { dim_value: axis, dim_param: None };
        }
    }
    let nothing: &mut Beside<'_> = &mut |_: &str| Err("nothing lies beside it".into());
    let graph = Graph::read(&file.encode_to_vec(), nothing).unwrap();
    graph.model("graph", &Prompt::from_toml("task", PROMPT)).unwrap()
}

fn scores(nodes: &mut Nodes, queries: &str, keys: &str) -> Name {
    let keys = nodes.with("Transpose", &[keys], vec![ints("perm", &[0, 2, 1])]);
    nodes.op("MatMul", &[queries, &keys])
}

fn softmax(nodes: &mut Nodes, scores: &str) -> Name {
    nodes.with("Softmax", &[scores], vec![int("axis", -1)])
}

/// What every token reads of all tokens.
fn attention(nodes: &mut Nodes, x: &str) -> Name {
    let scores = scores(nodes, x, x);
    let weights = softmax(nodes, &scores);
    nodes.op("MatMul", &[&weights, x])
}

/// The layer and the number of keys of each head, step by step; every key has a weight, in order.
fn shown(model: &Model) -> Vec<Vec<(usize, usize)>> {
    assert_eq!(model.unknown(), [""; 0]);
    let head = |head: &Head| {
        for (place, key) in head.keys.iter().enumerate() {
            assert!(matches!(*key, Key::Share { index, .. } if index as usize == place), "{:?}", head.keys);
        }
        (head.layer, head.keys.len())
    };
    model.decode().steps().iter().map(|step| step.heads.iter().map(head).collect()).collect()
}

fn unknown(model: &Model) -> String {
    assert!(model.decode().steps().iter().all(|step| step.heads.is_empty()));
    model.unknown().join("\n")
}

#[test]
fn heads_and_layers_are_those_of_the_graph() {
    let one = model([None, None], attention);
    assert_eq!(shown(&one), [[(0, 3)], [(0, 4)]]);
    // Two heads side by side, and one behind them.
    let three = model([None, None], |nodes, x| {
        let half = nodes.number("half", 0.5);
        let less = nodes.op("Mul", &[x, &half]);
        let (a, b) = (attention(nodes, x), attention(nodes, &less));
        let both = nodes.op("Add", &[&a, &b]);
        let x = nodes.op("Add", &[x, &both]);
        attention(nodes, &x)
    });
    assert_eq!(shown(&three), [[(0, 3), (0, 3), (1, 3)], [(0, 4), (0, 4), (1, 4)]]);
}

/// What no logit reads is shown too.
#[test]
fn a_head_that_is_multiplied_by_zero_still_looks() {
    let model = model([None, None], |nodes, x| {
        let nothing = nodes.number("nothing", 0.0);
        let read = attention(nodes, x);
        let read = nodes.op("Mul", &[&read, &nothing]);
        nodes.op("Add", &[x, &read])
    });
    assert_eq!(shown(&model), [[(0, 3)], [(0, 4)]]);
}

#[test]
fn the_padding_of_a_fixed_length_is_told_apart() {
    let model = model([None, Some(6)], attention);
    // Nothing masks it here.
    assert_eq!(shown(&model), [[(0, 6)], [(0, 6)]]);
}

#[test]
fn a_batch_is_read_once() {
    let model = model([Some(2), None], attention);
    assert_eq!(shown(&model), [[(0, 3)], [(0, 4)]]);
}

#[test]
fn a_softmax_over_anything_else_is_not_shown() {
    let units = |nodes: &mut Nodes, x: &str| {
        let up = nodes.numbers("up", &[2, 6], &[0.25; 12]);
        let down = nodes.numbers("down", &[6, 2], &[0.5; 12]);
        let hidden = nodes.op("MatMul", &[x, &up]);
        let hidden = softmax(nodes, &hidden);
        nodes.op("MatMul", &[&hidden, &down])
    };
    let found = unknown(&model([None, None], units));
    assert!(found.contains("(Softmax): they are not one for each token"), "{found}");
    // Six units of six tokens say nothing of tokens either.
    let found = unknown(&model([None, Some(6)], units));
    assert!(found.contains("whether they are those of tokens is not known"), "{found}");
}

#[test]
fn keys_in_another_order_or_number_are_not_numbered() {
    let backwards = model([None, None], |nodes, x| {
        let (last, before) = (nodes.integers("last", &[-1]), nodes.integers("before", &[i64::MIN]));
        let one = nodes.integers("one", &[1]);
        let keys = nodes.op("Slice", &[x, &last, &before, &one, &last]);
        let scores = scores(nodes, x, &keys);
        let weights = softmax(nodes, &scores);
        nodes.op("MatMul", &[&weights, &keys])
    });
    let found = unknown(&backwards);
    assert!(found.contains("what they weigh at a place depends on a later token"), "{found}");
    let more = model([None, None], |nodes, x| {
        let (zero, one) = (nodes.integers("zero", &[0]), nodes.integers("one", &[1]));
        let first = nodes.op("Slice", &[x, &zero, &one, &one]);
        let keys = nodes.with("Concat", &[&first, x], vec![int("axis", 1)]);
        let scores = scores(nodes, x, &keys);
        let weights = softmax(nodes, &scores);
        nodes.op("MatMul", &[&weights, &keys])
    });
    let found = unknown(&more);
    assert!(found.contains("they are not one for each token"), "{found}");
}
