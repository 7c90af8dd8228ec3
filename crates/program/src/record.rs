//! Recording a whole decode.

use crate::graph::{Graph, TokenId, TokenNode};
use crate::program::{Program, Seen};
use crate::recorded::{Recorded, recording, token};
use net::{Net, Site, State, generate};
use num::{Float, Reading};

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
    let narrow = |token: usize| u32::try_from(token).expect("a vocabulary has fewer than 2^32 tokens");
    let (graph, (outputs, seen)) = recording(Graph::new::<T>(folding == Folding::Full), || {
        let net = net.map(|weight| Recorded::constant(weight.to_f64()));
        let prompt: Vec<TokenId> = prompt
            .iter()
            .map(|source| match source {
                Source::Fixed(id) => Recorded::token(*id),
                Source::Input { index, possible } => {
                    token(TokenNode::Input(*index, possible.iter().copied().map(narrow).collect()))
                }
            })
            .collect();
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
