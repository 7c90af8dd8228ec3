//! A model file as text that can be changed: everything that is written, comments and line breaks included.
//!
//! `spec` reads what a file means; here is how it is written. [`read`](read::read) makes a [`Document`] of a text that
//! is known to be TOML, [`write`](write::write) prints one.

pub(crate) mod numbers;
pub(crate) mod read;
pub(crate) mod write;

use spec::Span;

/// A whole file.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Document {
    /// Comments at the top that belong to the file and to nothing in it: a blank line follows them.
    pub(crate) head: Vec<Line>,
    /// What stands before the first header, then a section for each header.
    pub(crate) sections: Vec<Section>,
    /// Whether lines end in a carriage return and a line feed, as the first line of the text does. All lines end alike.
    pub(crate) crlf: bool,
}

/// A header with all keys up to the next one.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Section {
    /// Comments directly above the header.
    pub(crate) before: Vec<Line>,
    /// The section that stands before all headers has none.
    pub(crate) header: Option<Header>,
    pub(crate) items: Vec<Item>,
    /// Comments behind the last key that do not belong to the next header.
    pub(crate) after: Vec<Line>,
}

/// `[path]` or `[[path]]`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Header {
    pub(crate) key: Key,
    /// Whether the brackets are double.
    pub(crate) array: bool,
    pub(crate) comment: Option<String>,
}

/// A line that holds no value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Line {
    Blank,
    /// With its `#`, without blanks at the end.
    Comment(String),
}

/// A key with its value in a section or in an inline table, or a value in an array.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Item {
    /// Lines above it.
    pub(crate) before: Vec<Line>,
    /// Whether it begins a line; in a section it always does.
    pub(crate) broken: bool,
    /// An item of an array has no key.
    pub(crate) key: Option<Key>,
    pub(crate) value: Value,
    /// The comment behind it.
    pub(crate) comment: Option<String>,
}

/// A key, with dots or without.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Key {
    /// Its parts without quotes.
    pub(crate) path: Vec<String>,
    /// Its parts as written, with dots between them.
    pub(crate) raw: String,
    /// Where it begins in the text it was read from.
    pub(crate) start: usize,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Value {
    pub(crate) kind: Kind,
    /// Its place in the text it was read from; empty for a value that was made.
    pub(crate) span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kind {
    /// A number, a string or another plain value, as written.
    Scalar(String),
    /// `[…]`, with what stands between the last item and the bracket.
    Array(Vec<Item>, Vec<Line>),
    /// `{…}`, likewise.
    Table(Vec<Item>, Vec<Line>),
}

impl Document {
    /// Where the section or the key at `path` begins in the text; of several the first.
    pub(crate) fn start(&self, path: &[&str]) -> Option<usize> {
        let sections = self.sections.iter().filter_map(|section| Some((section.header.as_ref()?, section)));
        for (header, section) in sections {
            let above = &header.key.path;
            if above == path {
                return Some(header.key.start);
            }
            if path.len() > above.len() && path.iter().zip(above).all(|(a, b)| a == b) {
                let rest = &path[above.len()..];
                let item =
                    section.items.iter().filter_map(|item| item.key.as_ref()).find(|key| key.path == rest);
                if let Some(key) = item {
                    return Some(key.start);
                }
            }
        }
        let top = self.sections.first().into_iter().flat_map(|section| &section.items);
        top.filter_map(|item| item.key.as_ref()).find(|key| key.path == path).map(|key| key.start)
    }
}
