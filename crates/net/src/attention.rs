//! Multi-head causal self-attention with a KV cache.

use crate::cache::{KeyValues, Room};
use crate::{Linear, Matrix, Norm, Probe, Rope, Site};
use num::{Scalar, Sums};

/// Multi-head causal self-attention.
///
/// Head `h` of `heads` reads queries `h * head_width ..` of the query map, and the keys and values of group
/// `h / (heads / kv_heads)`: with fewer key-value heads than heads, several heads share them (GQA; one is MQA).
/// Causality is by construction: a query meets only what the cache holds, and that is the tokens so far.
///
/// The softmax divides last: a head reads `(Σ eᵢ vᵢ) / (Σ eᵢ)` with `eᵢ` the exponential of score i less the greatest score,
/// both sums from the first token to the last. This is the order of FlashAttention, and needs one division for each
/// component of the value instead of one for each token.
///
/// The score of a query and a key is `query · key * scale`, and then `+ bias`, in this order. Query and key are first normed,
/// then turned, where the layer has these parts.
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
    /// Norms the query of each head, over its `head_width` components.
    pub query_norm: Option<Norm<S>>,
    /// Norms the key of each key-value head in the same way. Values are not normed.
    pub key_norm: Option<Norm<S>>,
    /// Turns queries and keys by their positions, after the norms.
    pub rope: Option<Rope<S>>,
    /// Added to the scores of each head: one matrix for each, query position × key position.
    pub bias: Option<Vec<Matrix<S>>>,
    /// Whether the sum that the softmax divides by has one more term, the exponential of a score of 0 with the value 0.
    /// Then a head may read nothing. The greatest score is taken to be at least 0.
    pub one_more: bool,
    /// width → heads · `head_width`.
    pub query: Linear<S>,
    /// width → `kv_heads` · `head_width`.
    pub key: Linear<S>,
    /// width → `kv_heads` · `value_width`.
    pub value: Linear<S>,
    /// heads · `value_width` → width.
    pub output: Linear<S>,
    /// How the dot product of a query and a key rounds.
    pub score_sums: Sums,
    /// How that of the weights and the values rounds.
    pub value_sums: Sums,
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
        let position = kv.len();
        let key = kv.push_key();
        self.key.apply(x, &mut room.rank, key);
        self.place(&self.key_norm, position, key);
        probe.see(Site::Keys { layer }, key);
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
        let position = kv.len() - 1;
        self.place(&self.query_norm, position, query);
        probe.see(Site::Query { layer }, query);
        let mixed = &mut room.mixed[..self.heads * self.value_width];
        let weights = &mut room.scores[..kv.len()];
        for head in 0..self.heads {
            let group = head / (self.heads / self.kv_heads);
            let query = &query[head * self.head_width..][..self.head_width];
            for (token, score) in weights.iter_mut().enumerate() {
                *score = self.score_sums.dot(query, kv.key(token, group, self.head_width)) * self.scale;
            }
            if let Some(bias) = &self.bias {
                for (score, &bias) in weights.iter_mut().zip(bias[head].row(position)) {
                    *score = *score + bias;
                }
            }
            probe.see(Site::Scores { layer, head }, weights);
            let rest = exponentials(weights, self.one_more);
            probe.see(Site::Exponentials { layer, head }, weights);
            // The further term is added last.
            let total = match rest {
                Some(rest) => S::sum(weights) + rest,
                None => S::sum(weights),
            };
            for unit in 0..self.value_width {
                let place = group * self.value_width + unit;
                mixed[head * self.value_width + unit] =
                    self.value_sums.dot(weights, kv.values(place)) / total;
            }
        }
        probe.see(Site::Mixed { layer }, mixed);
    }

    /// Norms the queries or keys of one token, head by head, and turns them for its position.
    #[inline(always)]
    fn place(&self, norm: &Option<Norm<S>>, position: usize, vectors: &mut [S]) {
        if norm.is_none() && self.rope.is_none() {
            return;
        }
        for vector in vectors.chunks_exact_mut(self.head_width) {
            if let Some(norm) = norm {
                norm.normalize(vector);
            }
            if let Some(rope) = &self.rope {
                rope.turn(position, vector);
            }
        }
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
            query_norm: self.query_norm.as_ref().map(|norm| norm.map(convert)),
            key_norm: self.key_norm.as_ref().map(|norm| norm.map(convert)),
            rope: self.rope.as_ref().map(|rope| rope.map(convert)),
            bias: self.bias.as_ref().map(|heads| heads.iter().map(|head| head.map(convert)).collect()),
            one_more: self.one_more,
            query: self.query.map(convert),
            key: self.key.map(convert),
            value: self.value.map(convert),
            output: self.output.map(convert),
            score_sums: self.score_sums,
            value_sums: self.value_sums,
        }
    }
}

/// The exponential of each score less the greatest: the softmax before it is divided by its sum.
///
/// With `one_more`, a score of 0 takes part in the maximum, and its exponential is given back.
///
/// Rounding: the maximum is exact; each difference and each exponential round once. What lies far enough below the
/// maximum (103.98 in f32, 745.2 in f64) becomes exactly zero, and the greatest exactly one.
#[inline(always)]
fn exponentials<S: Scalar>(scores: &mut [S], one_more: bool) -> Option<S> {
    let (&first, rest) = scores.split_first()?;
    let mut greatest = first;
    for &score in rest {
        greatest = greatest.max(score);
    }
    if one_more {
        greatest = greatest.max(S::zero());
    }
    for score in scores.iter_mut() {
        *score = (*score - greatest).exp();
    }
    one_more.then(|| (-greatest).exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_scores_share_and_far_ones_vanish() {
        let mut scores = [700_000.0_f32, 700_000.0, 0.0, 699_890.0];
        exponentials(&mut scores, false);
        assert_eq!(scores, [1.0, 1.0, 0.0, 0.0]);
        let mut one = [f64::MIN];
        exponentials(&mut one, false);
        assert_eq!(one, [1.0]);
    }

    #[test]
    fn one_more_score_of_zero_takes_its_share() {
        let mut scores = [-1000.0_f64, -1000.0];
        assert_eq!(exponentials(&mut scores, true), Some(1.0));
        assert_eq!(scores, [0.0, 0.0]);
        let mut scores = [0.0_f32, 1000.0];
        assert_eq!(exponentials(&mut scores, true), Some(0.0));
        assert_eq!(scores, [0.0, 1.0]);
    }
}
