//! What a decode carries from token to token, and the room it works in.

use crate::{Linear, Net};
use num::Scalar;

/// The state of one decode: the KV cache, the position, and buffers that are reused at every step.
#[derive(Clone, Debug)]
pub struct State<S> {
    pub(crate) position: usize,
    pub(crate) kv: Vec<KeyValues<S>>,
    pub(crate) x: Vec<S>,
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
            normed: zeros(net.width()),
            change: zeros(net.width()),
            room: Room {
                query: zeros(most(&|layer| layer.attention.query.outputs())),
                scores: zeros(net.block_size()),
                mixed: zeros(most(&|layer| layer.attention.output.inputs())),
                up: zeros(hidden),
                gate: zeros(hidden),
                rank: zeros(most(&rank).max(net.head().rank())),
            },
            logits: zeros(net.vocabulary()),
        }
    }

    /// Forgets every token, so that the next decode starts afresh. The buffers stay.
    #[inline(always)]
    pub fn clear(&mut self) {
        self.position = 0;
        for kv in &mut self.kv {
            kv.len = 0;
        }
    }

    /// The number of tokens read so far, which is the position of the next one.
    pub fn position(&self) -> usize {
        self.position
    }
}

/// The keys and values of one layer, token after token.
#[derive(Clone, Debug)]
pub(crate) struct KeyValues<S> {
    len: usize,
    key_size: usize,
    value_size: usize,
    keys: Vec<S>,
    values: Vec<S>,
}

impl<S: Scalar> KeyValues<S> {
    fn new(layer: &crate::Layer<S>, block_size: usize) -> Self {
        let (key_size, value_size) = (layer.attention.key.outputs(), layer.attention.value.outputs());
        Self {
            len: 0,
            key_size,
            value_size,
            keys: vec![S::zero(); block_size * key_size],
            values: vec![S::zero(); block_size * value_size],
        }
    }

    /// The number of tokens it holds.
    #[inline(always)]
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Room for the key and the value of one more token, all groups side by side.
    #[inline(always)]
    pub(crate) fn push(&mut self) -> (&mut [S], &mut [S]) {
        let at = self.len;
        self.len += 1;
        (
            &mut self.keys[at * self.key_size..][..self.key_size],
            &mut self.values[at * self.value_size..][..self.value_size],
        )
    }

    /// The keys of `group`, each of size `width`, from the first token to the last.
    #[inline(always)]
    pub(crate) fn keys(&self, group: usize, width: usize) -> impl Iterator<Item = &[S]> {
        self.keys.chunks_exact(self.key_size).take(self.len).map(move |key| &key[group * width..][..width])
    }

    /// The values of `group`, each of size `width`, from the first token to the last.
    #[inline(always)]
    pub(crate) fn values(&self, group: usize, width: usize) -> impl Iterator<Item = &[S]> {
        self.values
            .chunks_exact(self.value_size)
            .take(self.len)
            .map(move |value| &value[group * width..][..width])
    }
}
