//! The last operator of a graph: where the logits are a softmax, its logarithm or a sigmoid of the scores.

use crate::threads;
use onnx::{Beside, Graph};
use prove::{Layer, Options, Verdict, prove};
use run::Adder;
use std::sync::atomic::AtomicBool;

/// A field of a message that holds another, or a text.
fn field(tag: u8, value: &[u8]) -> Vec<u8> {
    let mut bytes = vec![tag << 3 | 2];
    let mut length = value.len();
    while length >= 0x80 {
        bytes.push(length as u8 | 0x80);
        length >>= 7;
    }
    bytes.push(length as u8);
    [bytes, value.to_vec()].concat()
}

fn node(op: &str, inputs: &[&str], output: &str) -> Vec<u8> {
    let inputs: Vec<u8> = inputs.iter().flat_map(|input| field(1, input.as_bytes())).collect();
    field(
        1,
        &[inputs, field(2, output.as_bytes()), field(3, op.as_bytes()), field(4, op.as_bytes())].concat(),
    )
}

/// The default model as a graph whose logits are multiplied by `scale`, and then go through `last`.
///
/// A message that follows another of its kind adds to it, so that the nodes stand behind those that are there.
fn ending(scale: f32, last: &str) -> onnx::Model {
    let model = zoo::find(zoo::DEFAULT).unwrap().model().unwrap();
    let mut bytes = onnx::write(&model);
    for at in 0..bytes.len() - 6 {
        if bytes[at..].starts_with(b"logits") {
            bytes[at..at + 6].copy_from_slice(b"scores");
        }
    }
    // A tensor of one f32, and an output of any shape.
    let scale = [vec![0x10, 1], field(8, b"the_scale"), field(9, &scale.to_le_bytes())].concat();
    let kind = field(2, &field(1, &[0x08, 1]));
    let graph = [
        node("Mul", &["scores", "the_scale"], "scaled"),
        node(last, &["scaled"], "weights"),
        node("Identity", &["weights"], "logits"),
        field(5, &scale),
        field(12, &[field(1, b"logits"), kind].concat()),
    ];
    bytes.extend(field(7, &graph.concat()));
    let nothing: &mut Beside<'_> = &mut |_: &str| Err("nothing lies beside it".into());
    let graph = Graph::read(&bytes, nothing).unwrap();
    graph.model("ending", &graph.prompt().unwrap()).unwrap()
}

fn verdict(scale: f32, last: &str) -> Verdict {
    let adder = Adder::new(ending(scale, last));
    prove(
        &adder,
        Options { most_states: 300_000, ..Options::new(threads()) },
        &AtomicBool::new(false),
        &|_| (),
    )
    .verdict
}

/// Scores that lead by about 0.6 are far from what a softmax rounds away.
#[test]
fn a_softmax_at_the_end_is_passed_where_the_lead_survives_it() {
    for last in ["Softmax", "LogSoftmax"] {
        assert_eq!(verdict(1.0, last), Verdict::Proved { layer: Layer::Portable }, "{last}");
        assert_eq!(verdict(1.0 / 1024.0, last), Verdict::Proved { layer: Layer::Portable }, "{last}");
    }
}

/// With scores 2^-27 times as large nearly all weights are equal, and the first of equals is taken.
#[test]
fn a_softmax_whose_weights_tie_is_not() {
    for last in ["Softmax", "LogSoftmax"] {
        let found = verdict(1.0 / 134_217_728.0, last);
        assert!(matches!(found, Verdict::Refuted(_)), "{last}: {found:?}");
    }
    // In between, where some evaluation may tie, there is no proof for every one.
    for last in ["Softmax", "LogSoftmax"] {
        let found = verdict(1.0 / 524_288.0, last);
        assert_ne!(found, Verdict::Proved { layer: Layer::Portable }, "{last}");
    }
}

/// A sigmoid of what is far from zero is 0 or 1, and ties.
#[test]
fn a_sigmoid_at_the_end_is_bounded_as_it_is() {
    let found = verdict(1.0, "Sigmoid");
    assert!(matches!(found, Verdict::Refuted(_)), "{found:?}");
    assert_eq!(verdict(1.0 / 64.0, "Sigmoid"), Verdict::Proved { layer: Layer::Portable });
}
