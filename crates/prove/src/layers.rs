//! What every layer of a network can meet, from the first to the last.
//!
//! A further layer's scores and values depend on what the layers below read at each position. Over all pairs that is a box for
//! each position and token, found with the hulls of the layer below. Where a case is decided, the position that is read last
//! is followed through all layers with what the case says; the boxes only stand for what it meets at other positions.

use crate::bound::Mixed;
use crate::hull::{Hulls, MOST_DIMS};
use crate::letters::{Case, Class};
use crate::scores::{Heads, Near, Reach, Scores};
use crate::script::{Script, Symbol};
use net::Net;
use num::Float;

/// The most tokens that a set of them can hold.
pub(crate) const MOST_TOKENS: usize = 128;

/// The most symbols of an affine form.
pub(crate) const MOST_SYMBOLS: usize = 64;

/// The part of the model file for which there are no bounds, if there is one.
pub(crate) fn barrier<T: Float>(net: &Net<T>) -> Option<String> {
    if net.vocabulary() > MOST_TOKENS {
        let tokens = net.vocabulary();
        return Some(format!(
            "[shape] vocabulary = {tokens}: the bounds are for at most {MOST_TOKENS} tokens"
        ));
    }
    let wide = |heads: &Heads| heads.dims() > MOST_DIMS;
    if let Some(heads) = net.layers().iter().map(|layer| Heads::of(&layer.attention)).find(wide) {
        let (heads, width) = (heads.heads, heads.value_width);
        return Some(format!(
            "[shape] heads = {heads}, value_width = {width}: the bounds are for heads · (1 + value_width) up to {MOST_DIMS}"
        ));
    }
    let symbols = symbols(net);
    (symbols > MOST_SYMBOLS).then(|| {
        let (layers, width) = (net.layers().len(), net.width());
        format!(
            "[[layer]] × {layers} of [shape] width = {width}: the bounds are for layers · (heads · (2 + value_width) + 2 · width) \
             + width up to {MOST_SYMBOLS}, here {symbols}"
        )
    })
}

/// The symbols that a pass behind the attention uses: for each layer those of what the heads read and one for each component of
/// the residual stream at two places; at the end once more.
pub(crate) fn symbols<T: Float>(net: &Net<T>) -> usize {
    let layer = |layer: &net::Layer<T>| Mixed::<T, 0>::symbols(Heads::of(&layer.attention)) + 2 * net.width();
    net.layers().iter().map(layer).sum::<usize>() + net.width()
}

/// The scores of every layer in any evaluation of the model. None if nothing is known of some.
pub(crate) fn portable<T: Float>(net: &Net<T>, script: &Script) -> Option<Vec<Scores>> {
    let mut below: Vec<Reach> = Vec::new();
    let mut layers = vec![Scores::portable(net, script, &below)];
    while layers.len() < net.layers().len() {
        below.push(reach::<T>(script, &layers[layers.len() - 1])?);
        layers.push(Scores::portable(net, script, &below));
    }
    Some(layers)
}

/// The hulls of each layer at the position `query` when it shows `token`.
pub(crate) fn hulls(script: &Script, layers: &[Scores], query: usize, token: usize) -> Option<Vec<Hulls>> {
    layers.iter().map(|scores| Hulls::new(script, scores, query, token)).collect()
}

/// What the heads of a layer can read at each position over all pairs.
fn reach<T: Float>(script: &Script, scores: &Scores) -> Option<Reach> {
    let mut mixed = Mixed::<T, MOST_SYMBOLS>::new(scores.heads, 0);
    let mut reach = Reach::new();
    for (position, alphabet) in scores.alphabets.iter().enumerate() {
        let mut tokens = Vec::new();
        for &token in alphabet {
            let hulls = Hulls::new(script, scores, position, token)?;
            let forms = mixed.read(script, &hulls, &showing(script, position, token))?;
            let near = forms.iter().map(|form| Near { mid: form.mid(), err: form.radius() });
            tokens.push(near.collect());
        }
        reach.push(tokens);
    }
    Some(reach)
}

/// A case with all pairs that show `token` at `position`, and perhaps others.
fn showing(script: &Script, position: usize, token: usize) -> Case {
    let mut case = script.places.everything();
    if let Symbol::Digit { place, digit } = script.symbols()[position]
        && place < script.places.digits
        && let Some(value) = script.digit_of(token)
    {
        case.classes[place] = Class::given(digit, value);
    }
    case
}
