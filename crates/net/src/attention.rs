//! Multi-head causal self-attention with a KV cache.

use crate::cache::{KeyValues, Room};
use crate::{Linear, Probe, Site};
use num::Scalar;

/// Multi-head causal self-attention.
///
/// Head `h` of `heads` reads queries `h * head_width ..` of the query map, and the keys and values of group
/// `h / (heads / kv_heads)`: with fewer key-value heads than heads, several heads share them (GQA; one is MQA).
/// Causality is by construction: a query meets only what the cache holds, and that is the tokens so far.
///
/// The softmax divides last: a head reads `(Σ eᵢ vᵢ) / (Σ eᵢ)` with `eᵢ` the exponential of score i less the greatest score,
/// both sums from the first token to the last. This is the order of FlashAttention, and needs one division for each
/// component of the value instead of one for each token.
#[derive(Clone, Debug, PartialEq)]
pub struct Attention<S> {
    /// The number of query heads.
    pub heads: usize,
    /// The number of key-value heads; it divides `heads`.
    pub kv_heads: usize,
    /// The size of a query and of a key.
    pub head_width: usize,
    /// The size of a value.
    pub value_width: usize,
    /// Multiplies every score; usually one over the square root of `head_width`.
    pub scale: S,
    /// width → heads · `head_width`.
    pub query: Linear<S>,
    /// width → `kv_heads` · `head_width`.
    pub key: Linear<S>,
    /// width → `kv_heads` · `value_width`.
    pub value: Linear<S>,
    /// heads · `value_width` → width.
    pub output: Linear<S>,
}

impl<S: Scalar> Attention<S> {
    /// Appends the key and the value of the token whose (normed) residual stream is `x`.
    #[inline(always)]
    pub(crate) fn remember(
        &self,
        x: &[S],
        kv: &mut KeyValues<S>,
        room: &mut Room<S>,
        layer: usize,
        probe: &mut impl Probe<S>,
    ) {
        self.key.apply(x, &mut room.rank, kv.push_key());
        let value = &mut room.value[..self.value.outputs()];
        self.value.apply(x, &mut room.rank, value);
        probe.see(Site::Values { layer }, value);
        kv.set_value(value);
    }

    /// Leaves in `room.mixed` what the heads read.
    #[inline(always)]
    pub(crate) fn mix(
        &self,
        x: &[S],
        kv: &KeyValues<S>,
        room: &mut Room<S>,
        layer: usize,
        probe: &mut impl Probe<S>,
    ) {
        let query = &mut room.query[..self.query.outputs()];
        self.query.apply(x, &mut room.rank, query);
        probe.see(Site::Query { layer }, query);
        let mixed = &mut room.mixed[..self.heads * self.value_width];
        let weights = &mut room.scores[..kv.len()];
        for head in 0..self.heads {
            let group = head / (self.heads / self.kv_heads);
            let query = &query[head * self.head_width..][..self.head_width];
            for (token, score) in weights.iter_mut().enumerate() {
                *score = S::dot(query, kv.key(token, group, self.head_width)) * self.scale;
            }
            probe.see(Site::Scores { layer, head }, weights);
            exponentials(weights);
            probe.see(Site::Exponentials { layer, head }, weights);
            let total = S::sum(weights);
            for unit in 0..self.value_width {
                let place = group * self.value_width + unit;
                mixed[head * self.value_width + unit] = S::dot(weights, kv.values(place)) / total;
            }
        }
        probe.see(Site::Mixed { layer }, mixed);
    }

    /// Writes the change of the residual stream to `out`: the output map of `room.mixed`.
    #[inline(always)]
    pub(crate) fn project(&self, room: &mut Room<S>, out: &mut [S]) {
        let mixed = &room.mixed[..self.heads * self.value_width];
        self.output.apply(mixed, &mut room.rank, out);
    }
}

impl<S> Attention<S> {
    pub(crate) fn map<T>(&self, convert: &impl Fn(&S) -> T) -> Attention<T> {
        Attention {
            heads: self.heads,
            kv_heads: self.kv_heads,
            head_width: self.head_width,
            value_width: self.value_width,
            scale: convert(&self.scale),
            query: self.query.map(convert),
            key: self.key.map(convert),
            value: self.value.map(convert),
            output: self.output.map(convert),
        }
    }
}

/// The exponential of each score less the greatest: the softmax before it is divided by its sum.
///
/// Rounding: the maximum is exact; each difference and each exponential round once. What lies far enough below the
/// maximum (103.98 in f32, 745.2 in f64) becomes exactly zero, and the greatest exactly one.
#[inline(always)]
fn exponentials<S: Scalar>(scores: &mut [S]) {
    let Some((&first, rest)) = scores.split_first() else { return };
    let mut greatest = first;
    for &score in rest {
        greatest = greatest.max(score);
    }
    for score in scores.iter_mut() {
        *score = (*score - greatest).exp();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_scores_share_and_far_ones_vanish() {
        let mut scores = [700_000.0_f32, 700_000.0, 0.0, 699_890.0];
        exponentials(&mut scores);
        assert_eq!(scores, [1.0, 1.0, 0.0, 0.0]);
        let mut one = [f64::MIN];
        exponentials(&mut one);
        assert_eq!(one, [1.0]);
    }
}
