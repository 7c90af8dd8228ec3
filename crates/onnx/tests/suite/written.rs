//! Model files written as graphs, and read back: the same logits, to the bit.

use net::{Net, Site, State};
use num::Float;
use onnx::{Graph, Prompt};
use spec::{Dtype, Model, Operand, PromptToken};

/// The logits of every step of one decode of the network itself, with its tokens.
fn direct<T: Float>(model: &Model, prompt: &[usize]) -> (Vec<Vec<f64>>, Vec<usize>) {
    let net: Net<T> = model.net();
    let mut seen = Vec::new();
    let mut watch = |site: Site, values: &mut [T]| {
        if site == Site::Logits {
            seen.push(values.iter().map(|value| value.to_f64()).collect());
        }
    };
    let mut tokens = vec![0; model.task().answer_len()];
    net::generate(&net, prompt, &mut State::new(&net), &mut tokens, &mut watch);
    (seen, tokens)
}

fn compare<T: Float>(model: &Model) {
    let none: &mut onnx::Beside<'_> = &mut |_: &str| Err("nothing lies beside it".into());
    let graph = Graph::read(&onnx::write(model), none).unwrap();
    let text: Prompt = graph.prompt().expect("the metadata hold the task");
    let read = graph.model(model.name(), &text).unwrap_or_else(|error| panic!("{}: {error}", model.name()));
    assert_eq!((read.task(), read.dtype(), read.caveat()), (model.task(), model.dtype(), None));
    let decode = read.decode().read(|constant| T::from_f64(constant.value()));
    let task = model.task();
    for (a, b) in [
        (0, 0),
        (9_999_999_999, 1),
        (1_234_567_890, 987_654_321),
        (5, 99_999),
        (4_444_444_444, 5_555_555_555),
    ] {
        let digit = |number: u64, place: usize| (number / 10_u64.pow(place as u32) % 10) as usize;
        let token = |token: &PromptToken| match *token {
            PromptToken::Fixed { token, .. } => token,
            PromptToken::Digit { operand: Operand::A, place } => task.digit_token(digit(a, place)),
            PromptToken::Digit { operand: Operand::B, place } => task.digit_token(digit(b, place)),
            PromptToken::Pair { times, place } => times * digit(a, place) + digit(b, place),
        };
        let prompt: Vec<usize> = task.prompt().iter().map(token).collect();
        let (expected, tokens) = direct::<T>(model, &prompt);
        let mut found = Vec::new();
        let generated = decode.generate(&prompt, |_, _, logits| {
            found.push(logits.iter().map(|logit| logit.to_f64()).collect::<Vec<_>>());
        });
        assert_eq!(generated, tokens, "{}: {a} + {b}", model.name());
        // Zeros have one sign here: what is multiplied by a zero is left out.
        assert_eq!(found, expected, "{}: {a} + {b}", model.name());
    }
}

#[test]
fn every_model_of_the_zoo_is_the_same_as_a_graph() {
    for entry in &zoo::ENTRIES {
        let model = crate::separate(entry);
        match model.dtype() {
            Dtype::F32 => compare::<f32>(&model),
            Dtype::F64 => compare::<f64>(&model),
        }
    }
}
