//! What a decode carries from token to token, and the room it works in.

use crate::{Linear, Net};
use num::Scalar;

/// The state of one decode: the KV cache, the position, and buffers that are reused at every step.
#[derive(Clone, Debug)]
pub struct State<S> {
    pub(crate) position: usize,
    pub(crate) kv: Vec<KeyValues<S>>,
    pub(crate) x: Vec<S>,
    /// The residual stream before a layer with a gain.
    pub(crate) before: Vec<S>,
    pub(crate) normed: Vec<S>,
    pub(crate) change: Vec<S>,
    pub(crate) room: Room<S>,
    pub(crate) logits: Vec<S>,
}

/// Room for what a block computes on the way, large enough for every layer.
#[derive(Clone, Debug)]
pub(crate) struct Room<S> {
    pub(crate) query: Vec<S>,
    pub(crate) scores: Vec<S>,
    pub(crate) value: Vec<S>,
    pub(crate) mixed: Vec<S>,
    pub(crate) up: Vec<S>,
    pub(crate) gate: Vec<S>,
    pub(crate) rank: Vec<S>,
}

impl<S: Scalar> State<S> {
    /// An empty state for decodes of `net`.
    pub fn new(net: &Net<S>) -> Self {
        let zeros = |size: usize| vec![S::zero(); size];
        let most =
            |size: &dyn Fn(&crate::Layer<S>) -> usize| net.layers().iter().map(size).max().unwrap_or(0);
        let hidden = most(&|layer| layer.mlp.as_ref().map_or(0, |mlp| mlp.up.outputs()));
        let rank = |layer: &crate::Layer<S>| {
            let attention = &layer.attention;
            let mlp = layer.mlp.iter().flat_map(|mlp| [Some(&mlp.up), mlp.gate.as_ref(), Some(&mlp.down)]);
            let maps = [&attention.query, &attention.key, &attention.value, &attention.output];
            maps.into_iter().chain(mlp.flatten()).map(Linear::rank).max().unwrap_or(0)
        };
        Self {
            position: 0,
            kv: net.layers().iter().map(|layer| KeyValues::new(layer, net.block_size())).collect(),
            x: zeros(net.width()),
            before: zeros(net.width()),
            normed: zeros(net.width()),
            change: zeros(net.width()),
            room: Room {
                query: zeros(most(&|layer| layer.attention.query.outputs())),
                scores: zeros(net.block_size()),
                value: zeros(most(&|layer| layer.attention.value.outputs())),
                mixed: zeros(most(&|layer| layer.attention.output.inputs())),
                up: zeros(hidden),
                gate: zeros(hidden),
                rank: zeros(most(&rank).max(net.head().rank())),
            },
            logits: zeros(net.outputs()),
        }
    }

    /// Forgets every token, so that the next decode starts afresh. The buffers stay.
    #[inline(always)]
    pub fn clear(&mut self) {
        self.truncate(0);
    }

    /// Keeps the first `tokens` tokens and forgets those behind them; all, if there are no more.
    #[inline(always)]
    pub fn truncate(&mut self, tokens: usize) {
        self.position = self.position.min(tokens);
        for kv in &mut self.kv {
            kv.len = kv.len.min(tokens);
        }
    }

    /// The number of tokens read so far, which is the position of the next one.
    pub fn position(&self) -> usize {
        self.position
    }
}

/// The keys and values of one layer.
///
/// Keys are kept token after token, because a score reads one key. Values are kept component after component, because
/// a head sums one component over all tokens.
#[derive(Clone, Debug)]
pub(crate) struct KeyValues<S> {
    len: usize,
    room: usize,
    key_size: usize,
    keys: Vec<S>,
    values: Vec<S>,
}

impl<S: Scalar> KeyValues<S> {
    fn new(layer: &crate::Layer<S>, block_size: usize) -> Self {
        let (key_size, value_size) = (layer.attention.key.outputs(), layer.attention.value.outputs());
        Self {
            len: 0,
            room: block_size,
            key_size,
            keys: vec![S::zero(); block_size * key_size],
            values: vec![S::zero(); block_size * value_size],
        }
    }

    /// The number of tokens it holds.
    #[inline(always)]
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Room for the key of one more token, all groups side by side.
    #[inline(always)]
    pub(crate) fn push_key(&mut self) -> &mut [S] {
        let at = self.len * self.key_size;
        self.len += 1;
        &mut self.keys[at..][..self.key_size]
    }

    /// Keeps the value of the token whose key was pushed last, all groups side by side.
    #[inline(always)]
    pub(crate) fn set_value(&mut self, value: &[S]) {
        for (place, &component) in value.iter().enumerate() {
            self.values[place * self.room + self.len - 1] = component;
        }
    }

    /// The key of `group` at `token`, of size `width`.
    #[inline(always)]
    pub(crate) fn key(&self, token: usize, group: usize, width: usize) -> &[S] {
        &self.keys[token * self.key_size + group * width..][..width]
    }

    /// The component `place` of all values, from the first token to the last. Groups lie side by side.
    #[inline(always)]
    pub(crate) fn values(&self, place: usize) -> &[S] {
        &self.values[place * self.room..][..self.len]
    }
}
