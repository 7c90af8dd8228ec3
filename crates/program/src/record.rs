//! Recording a whole decode.

use crate::decode::Decode;
use crate::graph::{Graph, TokenId, TokenNode};
use crate::program::{Program, Seen};
use crate::recorded::{Recorded, recording, token};
use net::{Net, Site, State, generate};
use num::{Float, Reading};
use std::sync::Arc;

/// Where a token of the prompt comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The same token in every problem.
    Fixed(usize),
    /// An input of the program.
    Input {
        /// Which input, from 0.
        index: usize,
        /// The tokens that it can be; at least one.
        possible: Vec<usize>,
    },
}

/// Whether to fold while recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Folding {
    /// Every rule: constants fold, equal expressions are shared.
    Full,
    /// None: the program does what the network does, operation for operation.
    Nothing,
}

/// The program of a whole decode of `net`: from the inputs in `prompt` to `answer` generated tokens.
///
/// # Panics
///
/// If the decode does not fit the block size; see [`generate`].
pub fn record<T: Float>(net: &Net<T>, prompt: &[Source], answer: usize, folding: Folding) -> Program<T> {
    let (graph, (outputs, seen)) = recording(Graph::new::<T>(folding == Folding::Full), || {
        let net = net.map(|weight| Recorded::constant(weight.to_f64()));
        let prompt = tokens(prompt);
        let mut outputs = vec![Recorded::token(0); answer];
        let mut seen = Vec::new();
        let mut step = 0;
        let mut watch = |site: Site, values: &mut [Recorded]| {
            seen.push(Seen { step, site, values: values.iter().map(|value| Some(value.0)).collect() });
            if site == Site::Logits {
                step += 1;
            }
        };
        generate(&net, &prompt, &mut State::new(&net), &mut outputs, &mut watch);
        (outputs, seen)
    });
    Program::new(graph, &outputs, seen)
}

/// The program of `decode`, from the inputs in `prompt` to its generated tokens.
///
/// # Panics
///
/// If `prompt` has another length than the decode's.
pub fn record_decode<T: Float>(decode: &Arc<Decode>, prompt: &[Source], folding: Folding) -> Program<T> {
    assert_eq!(prompt.len(), decode.prompt(), "the prompt of the decode");
    let (graph, (outputs, seen)) = recording(Graph::new::<T>(folding == Folding::Full), || {
        let decode = decode.read(|constant| Recorded::constant(constant.value()));
        let mut seen = Vec::new();
        let outputs = decode.generate(&tokens(prompt), |step, _, logits| {
            let values = logits.iter().map(|value| Some(value.0)).collect();
            seen.push(Seen { step, site: Site::Logits, values });
        });
        (outputs, seen)
    });
    Program::new(graph, &outputs, seen)
}

/// The tokens of the prompt, recorded.
fn tokens(prompt: &[Source]) -> Vec<TokenId> {
    let narrow = |token: usize| u32::try_from(token).expect("a vocabulary has fewer than 2^32 tokens");
    let record = |source: &Source| match source {
        Source::Fixed(id) => Recorded::token(*id),
        Source::Input { index, possible } => {
            token(TokenNode::Input(*index, possible.iter().copied().map(narrow).collect()))
        }
    };
    prompt.iter().map(record).collect()
}
