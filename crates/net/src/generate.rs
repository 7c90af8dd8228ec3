//! Greedy generation: the loop around the model, the same for every model.

use crate::{Net, Probe, State};
use num::Reading;

/// Reads `prompt`, then generates `out.len()` tokens, each the argmax of its logits, each fed back as the next input.
///
/// `state` is cleared first. The last generated token is not read, so `prompt.len() + out.len() - 1` tokens are.
///
/// # Panics
///
/// If the prompt is empty or if more than [`Net::block_size`] tokens would be read. A task is checked against both
/// when its model is lowered.
#[inline(always)]
pub fn generate<S: Reading>(
    net: &Net<S>,
    prompt: &[S::Token],
    state: &mut State<S>,
    out: &mut [S::Token],
    probe: &mut impl Probe<S>,
) {
    let (&last, before) = prompt.split_last().expect("a prompt has at least one token");
    assert!(prompt.len() + out.len() <= net.block_size() + 1, "more tokens than the block size");
    state.clear();
    for &token in before {
        net.read(token, state, probe);
    }
    let mut token = last;
    for out in out.iter_mut() {
        token = S::argmax(net.step(token, state, probe));
        *out = token;
    }
}
