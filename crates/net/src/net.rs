//! The network: its layers, and the forward pass of one token.

use crate::{Attention, Embedding, Linear, Mlp, Norm, Probe, ShapeError, Site, State};
use num::Reading;

/// A decoder-only transformer with plain weights of type `S`.
///
/// `width` is the size of the residual stream, `vocabulary` the number of tokens.
#[derive(Clone, Debug, PartialEq)]
pub struct Net<S> {
    embedding: Embedding<S>,
    position: Option<Embedding<S>>,
    layers: Vec<Layer<S>>,
    norm: Option<Norm<S>>,
    head: Linear<S>,
    block_size: usize,
}

/// One layer: attention, then an MLP, each added to the residual stream and each with an optional norm in front.
#[derive(Clone, Debug, PartialEq)]
pub struct Layer<S> {
    /// Normalises what the attention reads.
    pub attention_norm: Option<Norm<S>>,
    /// Causal self-attention.
    pub attention: Attention<S>,
    /// Normalises what the MLP reads.
    pub mlp_norm: Option<Norm<S>>,
    /// The MLP; a layer may have none.
    pub mlp: Option<Mlp<S>>,
    /// Multiplies the change that the whole layer makes to the residual stream; without it the change is added as it is.
    pub gain: Option<S>,
}

impl<S: Reading> Net<S> {
    /// Reads `token` at the next position and gives the logits of the token that follows it.
    ///
    /// `state` remembers the keys and values of the tokens before it.
    #[inline(always)]
    pub fn step<'s>(&self, token: S::Token, state: &'s mut State<S>, probe: &mut impl Probe<S>) -> &'s [S] {
        self.forward(token, true, state, probe);
        &state.logits
    }

    /// Reads `token` at the next position without predicting: a token of the prompt that is not its last.
    ///
    /// What only the prediction needs is left out: behind the last layer's keys and values nobody reads on.
    #[inline(always)]
    pub fn read(&self, token: S::Token, state: &mut State<S>, probe: &mut impl Probe<S>) {
        self.forward(token, false, state, probe);
    }

    /// The forward pass, in the order the token meets it.
    #[inline(always)]
    fn forward(&self, token: S::Token, predict: bool, state: &mut State<S>, probe: &mut impl Probe<S>) {
        self.embed(token, state.position, &mut state.x);
        probe.see(Site::Embedded, &mut state.x);
        for (index, layer) in self.layers.iter().enumerate() {
            let State { kv, x, normed, room, .. } = &mut *state;
            Norm::apply(&layer.attention_norm, x, normed);
            layer.attention.remember(normed, &mut kv[index], room, index, probe);
            if !predict && index + 1 == self.layers.len() {
                break;
            }
            layer.attention.mix(normed, &kv[index], room, index, probe);
            layer.transform(index, state, probe);
        }
        if predict {
            self.predict(state, probe);
        }
        state.position += 1;
    }

    /// Writes the embedding of `token` at `position` to `x`, which has the network's width.
    #[inline(always)]
    pub fn embed(&self, token: S::Token, position: usize, x: &mut [S]) {
        self.embedding.row(token, x);
        if let Some(table) = &self.position {
            table.add_fixed_row(position, x);
        }
    }

    /// Replaces `x`, the residual stream before layer `layer`, by the one behind it when the heads of that layer read `mixed`.
    ///
    /// This is the pass behind the attention, for numbers that know another way to what the heads read.
    /// `state` lends its buffers; what it remembers stays.
    ///
    /// # Panics
    ///
    /// If there is no such layer, or if `x` or `mixed` has another size than the network.
    #[inline(always)]
    pub fn go_on(
        &self,
        layer: usize,
        x: &mut [S],
        mixed: &[S],
        state: &mut State<S>,
        probe: &mut impl Probe<S>,
    ) {
        state.x.copy_from_slice(x);
        state.room.mixed[..mixed.len()].copy_from_slice(mixed);
        self.layers[layer].transform(layer, state, probe);
        x.copy_from_slice(&state.x);
    }

    /// Writes to `out` the values that a token leaves in the KV cache of layer `layer` when `x` is its residual stream before it.
    ///
    /// # Panics
    ///
    /// If there is no such layer, or if `x` or `out` has another size than the network.
    #[inline(always)]
    pub fn values(&self, layer: usize, x: &[S], state: &mut State<S>, out: &mut [S]) {
        let State { normed, room, .. } = state;
        let layer = &self.layers[layer];
        Norm::apply(&layer.attention_norm, x, normed);
        layer.attention.value.apply(normed, &mut room.rank, out);
    }

    /// The logits when the residual stream before the last layer is `x` and the heads of that layer read `mixed`.
    ///
    /// Like [`Net::go_on`], with the prediction.
    ///
    /// # Panics
    ///
    /// If there is no layer, or if `x` or `mixed` has another size than the network.
    #[inline(always)]
    pub fn conclude<'s>(
        &self,
        x: &[S],
        mixed: &[S],
        state: &'s mut State<S>,
        probe: &mut impl Probe<S>,
    ) -> &'s [S] {
        let last = self.layers.len() - 1;
        state.x.copy_from_slice(x);
        state.room.mixed[..mixed.len()].copy_from_slice(mixed);
        self.layers[last].transform(last, state, probe);
        self.predict(state, probe);
        &state.logits
    }

    /// The final norm and the head.
    #[inline(always)]
    fn predict(&self, state: &mut State<S>, probe: &mut impl Probe<S>) {
        let State { x, normed, room, logits, .. } = state;
        Norm::apply(&self.norm, x, normed);
        probe.see(Site::Final, normed);
        self.head.apply(normed, &mut room.rank, logits);
        probe.see(Site::Logits, logits);
    }
}

impl<S: Reading> Layer<S> {
    /// What follows the mixing of the heads: the output map and the MLP, each added to the residual stream.
    ///
    /// With a gain the stream becomes `before + (after - before) * gain`, each operation rounded.
    #[inline(always)]
    fn transform(&self, index: usize, state: &mut State<S>, probe: &mut impl Probe<S>) {
        let State { x, before, normed, change, room, .. } = state;
        if self.gain.is_some() {
            before.copy_from_slice(x);
        }
        self.attention.project(room, change);
        add(x, change);
        probe.see(Site::Attended { layer: index }, x);
        if let Some(mlp) = &self.mlp {
            Norm::apply(&self.mlp_norm, x, normed);
            probe.see(Site::Normed { layer: index }, normed);
            mlp.apply(normed, room, change, index, probe);
            add(x, change);
        }
        if let Some(gain) = self.gain {
            for (x, &before) in x.iter_mut().zip(&*before) {
                *x = before + (*x - before) * gain;
            }
        }
        if self.mlp.is_some() || self.gain.is_some() {
            probe.see(Site::Transformed { layer: index }, x);
        }
    }
}

/// The residual connection: `x + change`, each component rounded once.
#[inline(always)]
fn add<S: Reading>(x: &mut [S], change: &[S]) {
    for (x, &change) in x.iter_mut().zip(change) {
        *x = *x + change;
    }
}

impl<S> Net<S> {
    /// A network of these parts.
    ///
    /// `embedding` is vocabulary × width; `position`, if there is one, is `block_size` × width and is added to the
    /// embedding of each token; `norm` is the final norm; `head` gives one logit for each token, or for the first few, and
    /// then only those are ever generated.
    /// At most `block_size` tokens can be read.
    ///
    /// # Errors
    ///
    /// If the shapes of the parts do not fit together; the error names the part.
    pub fn new(
        embedding: Embedding<S>,
        position: Option<Embedding<S>>,
        layers: Vec<Layer<S>>,
        norm: Option<Norm<S>>,
        head: Linear<S>,
        block_size: usize,
    ) -> Result<Self, ShapeError> {
        let net = Self { embedding, position, layers, norm, head, block_size };
        net.check()?;
        Ok(net)
    }

    /// The number of tokens.
    pub fn vocabulary(&self) -> usize {
        self.embedding.rows()
    }

    /// The number of logits: the tokens that can be generated, which are the first of the vocabulary.
    pub fn outputs(&self) -> usize {
        self.head.outputs()
    }

    /// The size of the residual stream.
    pub fn width(&self) -> usize {
        self.embedding.width()
    }

    /// The most tokens that can be read.
    pub fn block_size(&self) -> usize {
        self.block_size
    }

    /// The token embedding: vocabulary × width.
    pub fn embedding(&self) -> &Embedding<S> {
        &self.embedding
    }

    /// The added position table, if there is one: `block_size` × width.
    pub fn position(&self) -> Option<&Embedding<S>> {
        self.position.as_ref()
    }

    /// The layers, in the order a token meets them.
    pub fn layers(&self) -> &[Layer<S>] {
        &self.layers
    }

    /// The norm behind the last layer.
    pub fn norm(&self) -> Option<&Norm<S>> {
        self.norm.as_ref()
    }

    /// The head: one logit for each token that can be generated.
    pub fn head(&self) -> &Linear<S> {
        &self.head
    }

    /// The same network with every weight replaced by `convert(weight)`.
    ///
    /// This is how one set of weights is read with another number.
    pub fn map<T>(&self, convert: impl Fn(&S) -> T) -> Net<T> {
        let convert = &convert;
        Net {
            embedding: self.embedding.map(convert),
            position: self.position.as_ref().map(|table| table.map(convert)),
            layers: self.layers.iter().map(|layer| layer.map(convert)).collect(),
            norm: self.norm.as_ref().map(|norm| norm.map(convert)),
            head: self.head.map(convert),
            block_size: self.block_size,
        }
    }
}

impl<S> Layer<S> {
    fn map<T>(&self, convert: &impl Fn(&S) -> T) -> Layer<T> {
        Layer {
            attention_norm: self.attention_norm.as_ref().map(|norm| norm.map(convert)),
            attention: self.attention.map(convert),
            mlp_norm: self.mlp_norm.as_ref().map(|norm| norm.map(convert)),
            mlp: self.mlp.as_ref().map(|mlp| mlp.map(convert)),
            gain: self.gain.as_ref().map(convert),
        }
    }
}
