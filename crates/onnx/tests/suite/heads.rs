//! Where graphs look: the heads of a graph have their weights where those of the model file have them, and those of PyTorch's
//! exports stand at the positions of tokens.

use crate::fixtures::fixtures;
use net::{Net, Probe, Site, State};
use num::Float;
use onnx::{Graph, Model, Prompt};
use program::Looks;
use spec::{Dtype, Operand, PromptToken, Task};

/// The tokens of a prompt.
fn prompt(task: &Task, a: u64, b: u64) -> Vec<usize> {
    let digit = |number: u64, place: usize| (number / 10_u64.pow(place as u32) % 10) as usize;
    let token = |token: &PromptToken| match *token {
        PromptToken::Fixed { token, .. } => token,
        PromptToken::Digit { operand: Operand::A, place } => task.digit_token(digit(a, place)),
        PromptToken::Digit { operand: Operand::B, place } => task.digit_token(digit(b, place)),
        PromptToken::Pair { times, place } => times * digit(a, place) + digit(b, place),
    };
    task.prompt().iter().map(token).collect()
}

/// The layer and the exponentials of each head in the step that is under way, and in those that are done.
#[derive(Default)]
struct Watch {
    open: Vec<(usize, Vec<f64>)>,
    steps: Vec<Vec<(usize, Vec<f64>)>>,
}

impl<T: Float> Probe<T> for Watch {
    fn see(&mut self, site: Site, values: &mut [T]) {
        match site {
            Site::Embedded => self.open.clear(),
            Site::Exponentials { layer, .. } => {
                self.open.push((layer, values.iter().map(|value| value.to_f64()).collect()));
            }
            Site::Logits => self.steps.push(std::mem::take(&mut self.open)),
            _ => {}
        }
    }
}

fn compare<T: Float>(model: &spec::Model) -> Option<String> {
    let nothing: &mut onnx::Beside<'_> = &mut |_: &str| Err("nothing lies beside it".into());
    let graph = Graph::read(&onnx::write(model), nothing).unwrap();
    let text: Prompt = graph.prompt().expect("the metadata hold the task");
    let read = graph.model(model.name(), &text).unwrap();
    if !read.unknown().is_empty() {
        return Some(format!("{:?}", read.unknown()));
    }
    let decode = read.decode().read(|constant| T::from_f64(constant.value()));
    let (net, task): (Net<T>, _) = (model.net(), model.task());
    let most = task.greatest();
    for (a, b) in [(0, 0), (most, 1), (most / 9 * 4, most - most / 9 * 4), (most / 8, most / 7), (5, 95)] {
        let mut tokens = vec![0; task.answer_len()];
        let mut watch = Watch::default();
        let prompt = prompt(task, a, b);
        net::generate(&net, &prompt, &mut State::new(&net), &mut tokens, &mut watch);
        let looks = |looks: &Looks<T>| {
            (looks.layer, looks.parts.iter().map(|part| part.to_f64()).collect::<Vec<_>>())
        };
        let found = decode.attention(&[prompt, tokens].concat());
        let found: Vec<Vec<_>> = found.iter().map(|step| step.iter().map(looks).collect()).collect();
        for (step, (found, right)) in found.iter().zip(&watch.steps).enumerate() {
            if found != right {
                return Some(format!("{a} + {b}, step {step}:\n{found:?}\n{right:?}"));
            }
        }
    }
    None
}

/// Each exponential of each head is that of the model file, to the bit, and stands at the same position.
#[test]
fn exported_models_look_where_their_model_files_look() {
    let mut wrong = Vec::new();
    for entry in &zoo::ENTRIES {
        let model = crate::separate(entry);
        let found = match model.dtype() {
            Dtype::F32 => compare::<f32>(&model),
            Dtype::F64 => compare::<f64>(&model),
        };
        wrong.extend(found.map(|what| format!("{}: {what}", entry.name)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The weights of every head of every step.
fn weights<T: Float>(model: &Model) -> Vec<Vec<Vec<f64>>> {
    let decode = model.decode().read(|constant| T::from_f64(constant.value()));
    let prompt = prompt(model.task(), 9_999_999_999, 1);
    let tokens = decode.generate(&prompt, |_, _, _| {});
    let weights = |looks: &Looks<T>| {
        let parts: Vec<f64> = looks.parts.iter().copied().map(T::to_f64).collect();
        let total = looks.total.map_or_else(|| parts.iter().sum(), T::to_f64);
        parts.iter().map(|part| part / total).collect()
    };
    let steps = decode.attention(&[prompt, tokens].concat());
    steps.iter().map(|step| step.iter().map(weights).collect()).collect()
}

#[test]
fn exports_of_pytorch_look_at_tokens() {
    let mut wrong = Vec::new();
    for (name, model) in fixtures() {
        let steps = match model.dtype() {
            Dtype::F32 => weights::<f32>(&model),
            Dtype::F64 => weights::<f64>(&model),
        };
        if !model.unknown().is_empty() {
            wrong.push(format!("{name}: {:?}", model.unknown()));
            continue;
        }
        let layers: Vec<usize> = model.decode().steps()[0].heads.iter().map(|head| head.layer).collect();
        let heads = if name.starts_with("interleaved") { 3 } else { 2 };
        if layers != vec![0; heads] {
            wrong.push(format!("{name}: layers {layers:?}"));
        }
        for (index, step) in steps.iter().enumerate() {
            let read = model.task().prompt().len() + index;
            for head in step {
                let sum: f64 = head.iter().sum();
                if head.len() != read || (sum - 1.0).abs() > 1e-6 {
                    wrong.push(format!("{name}: step {index}: {} weights with the sum {sum}", head.len()));
                }
            }
            // By hand: one head finds the digits of the place that is written, the other those of the place before.
            if name.starts_with("nanogpt") && (1..10).contains(&index) {
                let most = |head: &Vec<f64>| (0..read).filter(|&at| head[at] > 0.25).collect::<Vec<_>>();
                let right = [[10 - index, 21 - index].map(|at| at - 1), [10 - index, 21 - index]];
                if step.iter().map(most).ne(right) {
                    wrong.push(format!(
                        "{name}: step {index}: {:?}",
                        step.iter().map(most).collect::<Vec<_>>()
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
