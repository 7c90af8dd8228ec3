//! Attention as the model file writes it: its maps, and what acts on queries, keys and scores.

use crate::document::{Node, Section, keep};
use crate::figures::counted;
use crate::map::{self, Map};
use crate::plan::{NormPlan, Reader, all, one_of};
use crate::problem::Problem;
use crate::shape::Shape;
use crate::weight::{self, Frame, Slot, Weight};
use net::Pairs;

/// The parts of one layer's attention.
#[derive(Clone, Debug)]
pub(crate) struct AttentionPlan {
    /// The sizes of this layer.
    pub(crate) shape: Shape,
    pub(crate) scale: Weight,
    pub(crate) query_norm: Option<NormPlan>,
    pub(crate) key_norm: Option<NormPlan>,
    pub(crate) rope: Option<RopePlan>,
    /// Heads · `block_size` rows of `block_size` scores: query positions of the first head, then of the next.
    pub(crate) bias: Option<Weight>,
    pub(crate) one_more: bool,
    pub(crate) query: Map,
    pub(crate) key: Map,
    pub(crate) value: Map,
    pub(crate) output: Map,
}

#[derive(Clone, Debug)]
pub(crate) struct RopePlan {
    /// `block_size` × head width: the cosine and the sine of each pair, side by side.
    pub(crate) table: Weight,
    pub(crate) pairs: Pairs,
}

impl Reader<'_, '_> {
    /// Reads `[layer.attention]`.
    pub(crate) fn attention(&mut self, node: &Node, place: &str, shape: &Shape) -> Option<AttentionPlan> {
        let mut section = keep(Section::of(place, node), self.problems)?;
        let (width, head, value) = (shape.width, shape.head_width, shape.value_width);
        let scale = match section.take("scale") {
            Some(node) => keep(weight::number(node, self.slot(1, 1, Frame::Single)), self.problems),
            // One over the root of the head width, in f64, rounded once to the model's type.
            None => Some(weight::derived(1.0 / (head as f64).sqrt(), section.span())),
        };
        let query_norm =
            section.take("query_norm").map(|node| self.norm(node, &format!("{place}.query_norm"), head));
        let key_norm =
            section.take("key_norm").map(|node| self.norm(node, &format!("{place}.key_norm"), head));
        let rope = section.take("rope").map(|node| self.rope(node, &format!("{place}.rope"), head));
        let bias = section.take("bias").map(|node| self.bias(node, place, shape.heads));
        let softmaxes = [("plain", false), ("one-more", true)];
        let one_more = match section.take("softmax") {
            Some(node) => keep(one_of(node, "softmax", &softmaxes), self.problems),
            None => Some(false),
        };
        let mut map = |key: &'static str, rows, cols, frame| {
            let node = keep(section.need(key), self.problems)?;
            let slot = Slot { text: self.text, names: self.names, rows, cols, frame };
            map::parse(node, &format!("{place}.{key}"), slot, self.problems)
        };
        let query = map("query", shape.heads * head, width, Frame::Heads(head));
        let key = map("key", shape.kv_heads * head, width, Frame::Heads(head));
        let values = map("value", shape.kv_heads * value, width, Frame::Heads(value));
        let output = map("output", width, shape.heads * value, Frame::HeadColumns(value));
        section.finish(self.problems);
        Some(AttentionPlan {
            shape: shape.clone(),
            scale: scale?,
            query_norm: all(query_norm)?,
            key_norm: all(key_norm)?,
            rope: all(rope)?,
            bias: all(bias)?,
            one_more: one_more?,
            query: query?,
            key: key?,
            value: values?,
            output: output?,
        })
    }

    /// A number for each head, query position and key position.
    fn bias(&mut self, node: &Node, place: &str, heads: usize) -> Option<Weight> {
        const MOST: usize = 1 << 22;
        let size = self.shape.block_size;
        if heads * size * size > MOST {
            let message = format!("{place}.bias: {} of {size} × {size} scores", counted(heads, "head"));
            let expected = format!("at most {MOST} scores");
            self.problems.push(Problem::new(node.span.clone(), message).expected(expected));
            return None;
        }
        keep(weight::scores(node, self.slot(heads * size, size, Frame::Scores(size))), self.problems)
    }

    fn rope(&mut self, node: &Node, place: &str, width: usize) -> Option<RopePlan> {
        let mut section = keep(Section::of(place, node), self.problems)?;
        let kinds = [("interleaved", Pairs::Interleaved), ("halves", Pairs::Halves)];
        let pairs = keep(section.need("pairs").and_then(|node| one_of(node, "pairs", &kinds)), self.problems);
        let slot = self.slot(self.shape.block_size, width, Frame::Turns);
        let table = keep(weight::rope(&mut section, slot), self.problems)?;
        section.finish(self.problems);
        if !width.is_multiple_of(2) {
            let message = format!("{place}: the head width is {width}");
            self.problems.push(Problem::new(node.span.clone(), message).expected("pairs of components"));
            return None;
        }
        Some(RopePlan { table, pairs: pairs? })
    }
}
