//! The sizes of a network, from `[shape]`.

use crate::document::{Section, keep};
use crate::figures::counted;
use crate::problem::{Problem, Span};

/// The sizes of a network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// The number of tokens.
    pub vocabulary: usize,
    /// The size of the residual stream.
    pub width: usize,
    /// The most tokens that can be read.
    pub block_size: usize,
    /// The tokens that can be generated: the first so many; the vocabulary unless the file says otherwise.
    pub outputs: usize,
    /// Query heads of each layer that does not say otherwise, like the sizes below.
    pub heads: usize,
    /// Key-value heads; `heads` unless the file says otherwise.
    pub kv_heads: usize,
    /// The size of a query and a key; `width / heads` unless the file says otherwise.
    pub head_width: usize,
    /// The size of a value; `head_width` unless the file says otherwise.
    pub value_width: usize,
    /// Hidden units of the MLP; 0 if no layer has one.
    pub hidden: usize,
}

/// The largest size there is.
const MOST: usize = 1024;

impl Shape {
    pub(crate) fn parse(mut section: Section<'_>, problems: &mut Vec<Problem>) -> Option<Self> {
        let before = problems.len();
        let mut size = |key: &'static str, default: Default| match (section.take(key), default) {
            (Some(node), _) => keep(node.size(key, 1..=MOST), problems),
            (None, Default::Is(size)) => size,
            (None, Default::Missing) => keep(section.need(key).map(|_| 0), problems),
        };
        let (vocabulary, width) = (size("vocabulary", Default::Missing), size("width", Default::Missing));
        let (block_size, heads) = (size("block_size", Default::Missing), size("heads", Default::Is(Some(1))));
        let outputs = size("outputs", Default::Is(vocabulary));
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
            outputs: outputs?,
            heads: heads?,
            kv_heads: kv_heads?,
            head_width: head_width?,
            value_width: value_width?,
            hidden: hidden?,
        };
        if shape.outputs > shape.vocabulary {
            let message = format!("{} can be generated", counted(shape.outputs, "token"));
            let expected = format!("at most the vocabulary, {}", shape.vocabulary);
            problems.push(Problem::new(span.clone(), message).expected(expected));
        }
        shape.sharing(span, problems);
        (problems.len() == before).then_some(shape)
    }

    /// The sizes of one layer, where `section` says which differ from these.
    ///
    /// As in `[shape]`, key-value heads follow the heads and a value's size follows a key's.
    pub(crate) fn layer(&self, mut section: Section<'_>, problems: &mut Vec<Problem>) -> Option<Self> {
        let before = problems.len();
        let mut size = |key: &'static str| match section.take(key) {
            Some(node) => keep(node.size(key, 1..=MOST), problems).map(Some),
            None => Some(None),
        };
        let (heads, kv_heads) = (size("heads"), size("kv_heads"));
        let (head_width, value_width, hidden) = (size("head_width"), size("value_width"), size("hidden"));
        let span = section.span();
        section.finish(problems);
        let (heads, head_width) = (heads?, head_width?);
        let shape = Self {
            heads: heads.unwrap_or(self.heads),
            kv_heads: kv_heads?.or(heads).unwrap_or(self.kv_heads),
            head_width: head_width.unwrap_or(self.head_width),
            value_width: value_width?.or(head_width).unwrap_or(self.value_width),
            hidden: hidden?.unwrap_or(self.hidden),
            ..self.clone()
        };
        shape.sharing(span, problems);
        (problems.len() == before).then_some(shape)
    }

    /// Heads share key-value heads evenly.
    fn sharing(&self, span: Span, problems: &mut Vec<Problem>) {
        if !self.heads.is_multiple_of(self.kv_heads) {
            let message = format!(
                "{} cannot share {}",
                counted(self.heads, "head"),
                counted(self.kv_heads, "key-value head")
            );
            problems.push(Problem::new(span, message).expected("a number of heads that `kv_heads` divides"));
        }
    }
}

/// What a size is where the file does not say it.
enum Default {
    /// It must be said.
    Missing,
    /// This; none if it follows from a size that could not be read.
    Is(Option<usize>),
}
