//! The sizes of a network, from `[shape]`.

use crate::document::{Section, keep};
use crate::problem::Problem;

/// The sizes of a network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// The number of tokens.
    pub vocabulary: usize,
    /// The size of the residual stream.
    pub width: usize,
    /// The most tokens that can be read.
    pub block_size: usize,
    /// Query heads of each layer.
    pub heads: usize,
    /// Key-value heads of each layer; `heads` unless the file says otherwise.
    pub kv_heads: usize,
    /// The size of a query and a key; `width / heads` unless the file says otherwise.
    pub head_width: usize,
    /// The size of a value; `head_width` unless the file says otherwise.
    pub value_width: usize,
    /// Hidden units of each MLP; 0 if no layer has one.
    pub hidden: usize,
}

impl Shape {
    pub(crate) fn parse(mut section: Section<'_>, problems: &mut Vec<Problem>) -> Option<Self> {
        const MOST: usize = 1024;
        let before = problems.len();
        let mut size = |key: &'static str, default: Default| match (section.take(key), default) {
            (Some(node), _) => keep(node.size(key, 1..=MOST), problems),
            (None, Default::Is(size)) => size,
            (None, Default::Missing) => keep(section.need(key).map(|_| 0), problems),
        };
        let (vocabulary, width) = (size("vocabulary", Default::Missing), size("width", Default::Missing));
        let (block_size, heads) = (size("block_size", Default::Missing), size("heads", Default::Is(Some(1))));
        let kv_heads = size("kv_heads", Default::Is(heads));
        let share = width.zip(heads).map(|(width, heads)| (width / heads).max(1));
        let head_width = size("head_width", Default::Is(share));
        let value_width = size("value_width", Default::Is(head_width));
        let hidden = size("hidden", Default::Is(Some(0)));
        let span = section.span();
        section.finish(problems);
        let shape = Self {
            vocabulary: vocabulary?,
            width: width?,
            block_size: block_size?,
            heads: heads?,
            kv_heads: kv_heads?,
            head_width: head_width?,
            value_width: value_width?,
            hidden: hidden?,
        };
        if !shape.heads.is_multiple_of(shape.kv_heads) {
            let message = format!("{} heads cannot share {} key-value heads", shape.heads, shape.kv_heads);
            problems.push(Problem::new(span, message).expected("a number of heads that `kv_heads` divides"));
        }
        (problems.len() == before).then_some(shape)
    }
}

/// What a size is where the file does not say it.
enum Default {
    /// It must be said.
    Missing,
    /// This; none if it follows from a size that could not be read.
    Is(Option<usize>),
}
