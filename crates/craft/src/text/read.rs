//! From a text to a [`Document`].

use super::{Document, Header, Item, Key, Kind, Line, Section, Value};
use toml_parser::Source;
use toml_parser::parser::{Event, EventKind, parse_document};

/// The document in `text`, which must be TOML: of another text it is something, and no panic.
pub(crate) fn read(text: &str) -> Document {
    let tokens = Source::new(text).lex().into_vec();
    let mut events: Vec<Event> = Vec::new();
    parse_document(&tokens, &mut events, &mut ());
    Reader { text, events, at: 0, stray: Vec::new() }.document()
}

struct Reader<'a> {
    text: &'a str,
    events: Vec<Event>,
    at: usize,
    /// Comments between a key and its value, which the parser lets pass inside of braces: they go above the key.
    stray: Vec<Line>,
}

impl Reader<'_> {
    fn kind(&self) -> Option<EventKind> {
        self.events.get(self.at).map(Event::kind)
    }

    /// The text of the event at hand, which is left behind.
    fn take(&mut self) -> &str {
        let span = self.events[self.at].span();
        self.at += 1;
        &self.text[span.start()..span.end()]
    }

    fn comment(&mut self) -> String {
        self.take().trim_end().to_owned()
    }

    /// Everything that is no value and no bracket up to what is: comments and blank lines, and whether a line ends.
    fn lines(&mut self) -> (Vec<Line>, bool) {
        let (mut lines, mut ends) = (Vec::new(), 0);
        loop {
            match self.kind() {
                Some(EventKind::Newline) => {
                    ends += 1;
                    self.at += 1;
                    if ends >= 2 && lines.last() != Some(&Line::Blank) {
                        lines.push(Line::Blank);
                    }
                }
                Some(EventKind::Comment) => {
                    let comment = self.comment();
                    lines.push(Line::Comment(comment));
                    ends = 0;
                    // The end of the comment's own line is no blank line.
                    if self.kind() == Some(EventKind::Newline) {
                        self.at += 1;
                        ends = 1;
                    }
                }
                Some(EventKind::Whitespace | EventKind::Error) => self.at += 1,
                _ => break,
            }
        }
        (lines, ends > 0)
    }

    /// The comment on the rest of the line, if there is one.
    fn rest_of_line(&mut self) -> Option<String> {
        while self.kind() == Some(EventKind::Whitespace) {
            self.at += 1;
        }
        let comment = (self.kind() == Some(EventKind::Comment)).then(|| self.comment());
        if self.kind() == Some(EventKind::Newline) {
            self.at += 1;
        }
        comment
    }

    fn document(&mut self) -> Document {
        let first_end = self.text.find('\n').unwrap_or(0);
        let crlf = self.text[..first_end].ends_with('\r');
        let mut document = Document { head: Vec::new(), sections: vec![Section::default()], crlf };
        loop {
            // What was read before has taken the end of its line along, so every line end here is a blank line.
            let blank = self.kind() == Some(EventKind::Newline);
            let (mut lines, _) = self.lines();
            if blank && lines.first() != Some(&Line::Blank) {
                lines.insert(0, Line::Blank);
            }
            let last = document.sections.last_mut().expect("there is always a section");
            let first = last.header.is_none() && last.items.is_empty();
            let header = matches!(self.kind(), Some(EventKind::StdTableOpen | EventKind::ArrayTableOpen));
            if first || header || self.kind().is_none() {
                // Comments above a blank line belong to what was before.
                let own = if self.kind().is_none() && !first {
                    lines.len()
                } else {
                    lines.iter().rposition(|line| *line == Line::Blank).map_or(0, |blank| blank + 1)
                };
                let mut rest = lines.split_off(own);
                let place = if first { &mut document.head } else { &mut last.after };
                place.append(&mut lines);
                std::mem::swap(&mut lines, &mut rest);
            }
            match self.kind() {
                None => return document,
                Some(EventKind::StdTableOpen | EventKind::ArrayTableOpen) => {
                    let header = self.header();
                    document.sections.push(Section {
                        before: lines,
                        header: Some(header),
                        ..Section::default()
                    });
                }
                Some(EventKind::SimpleKey) => {
                    let (key, value) = (Some(self.key()), self.value());
                    lines.append(&mut self.stray);
                    let comment = self.rest_of_line();
                    let last = document.sections.last_mut().expect("there is always a section");
                    last.items.push(Item { before: lines, broken: true, key, value, comment });
                }
                Some(_) => self.at += 1,
            }
        }
    }

    fn header(&mut self) -> Header {
        let array = self.kind() == Some(EventKind::ArrayTableOpen);
        self.at += 1;
        let key = self.key();
        while matches!(
            self.kind(),
            Some(EventKind::StdTableClose | EventKind::ArrayTableClose | EventKind::Whitespace)
        ) {
            self.at += 1;
        }
        Header { key, array, comment: self.rest_of_line() }
    }

    /// A key and the sign behind it.
    fn key(&mut self) -> Key {
        let start = self.events.get(self.at).map_or(0, |event| event.span().start());
        let mut key = Key { path: Vec::new(), raw: String::new(), start };
        loop {
            match self.kind() {
                Some(EventKind::SimpleKey) => {
                    let part = self.take();
                    key.path.push(part.trim_matches(['"', '\'']).to_owned());
                    key.raw.push_str(part);
                }
                Some(EventKind::KeySep) => {
                    self.at += 1;
                    key.raw.push('.');
                }
                Some(EventKind::Whitespace | EventKind::Newline | EventKind::KeyValSep) => self.at += 1,
                Some(EventKind::Comment) => {
                    let comment = self.comment();
                    self.stray.push(Line::Comment(comment));
                }
                _ => return key,
            }
        }
    }

    fn value(&mut self) -> Value {
        let start = self.events.get(self.at).map_or(0, |event| event.span().start());
        let kind = match self.kind() {
            Some(EventKind::ArrayOpen) => {
                let (items, end) = self.items(EventKind::ArrayClose);
                Kind::Array(items, end)
            }
            Some(EventKind::InlineTableOpen) => {
                let (items, end) = self.items(EventKind::InlineTableClose);
                Kind::Table(items, end)
            }
            Some(EventKind::Scalar) => Kind::Scalar(self.take().to_owned()),
            _ => Kind::Scalar(String::new()),
        };
        let end = self.at.checked_sub(1).map_or(0, |at| self.events[at].span().end());
        Value { kind, span: start..end.max(start) }
    }

    /// The items between brackets, and what stands between the last one and the closing bracket.
    fn items(&mut self, close: EventKind) -> (Vec<Item>, Vec<Line>) {
        self.at += 1;
        let mut items: Vec<Item> = Vec::new();
        let mut carried = Vec::new();
        loop {
            let (lines, mut broken) = self.lines();
            broken |= !lines.is_empty();
            carried.extend(lines);
            let mut before = std::mem::take(&mut carried);
            match self.kind() {
                Some(kind) if kind == close => {
                    self.at += 1;
                    return (items, before);
                }
                Some(EventKind::SimpleKey | EventKind::Scalar | EventKind::ArrayOpen)
                | Some(EventKind::InlineTableOpen) => {}
                Some(_) => {
                    self.at += 1;
                    continue;
                }
                None => return (items, before),
            }
            let key = (self.kind() == Some(EventKind::SimpleKey)).then(|| self.key());
            before.append(&mut self.stray);
            let value = self.value();
            let (lines, _) = self.lines();
            let mut comments = lines.into_iter().filter(|line| *line != Line::Blank);
            let mut comment = comments.next().map(|line| match line {
                Line::Comment(text) => text,
                Line::Blank => String::new(),
            });
            carried.extend(comments);
            if self.kind() == Some(EventKind::ValueSep) {
                self.at += 1;
                while self.kind() == Some(EventKind::Whitespace) {
                    self.at += 1;
                }
                if comment.is_none() && self.kind() == Some(EventKind::Comment) {
                    comment = Some(self.comment());
                }
            }
            items.push(Item { before, broken, key, value, comment });
        }
    }
}
