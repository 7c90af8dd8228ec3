//! A TOML text as a tree of values with their places, and sections that are read key by key.

use crate::problem::{Problem, Span, nearest};
use crate::text;
use toml::de::{DeTable, DeValue};

/// A value of a TOML text with its place.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Node {
    pub(crate) value: Value,
    pub(crate) span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    String(String),
    /// Integers and floats alike, as the nearest f64.
    Number(f64),
    Array(Vec<Node>),
    Table(Vec<Entry>),
    /// Booleans and dates, which no model file uses.
    Other(&'static str),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) key_span: Span,
    pub(crate) node: Node,
}

/// Parses `text`; what TOML itself does not allow is added to `problems`, and the rest is still read.
pub(crate) fn parse(text: &str, problems: &mut Vec<Problem>) -> Vec<Entry> {
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        problems.push(Problem::new(error.span().unwrap_or(0..0), error.message().replace('\n', ", ")));
    }
    entries(table.get_ref())
}

fn entries(table: &DeTable<'_>) -> Vec<Entry> {
    let entry = |(key, value): (&toml::Spanned<_>, &toml::Spanned<_>)| Entry {
        key: AsRef::<str>::as_ref(key.get_ref()).to_owned(),
        key_span: key.span(),
        node: node(value),
    };
    table.iter().map(entry).collect()
}

fn node(value: &toml::Spanned<DeValue<'_>>) -> Node {
    let span = value.span();
    let value = match value.get_ref() {
        // TOML leaves to the reader what ends a line in a string of several lines; a text means the same on every system.
        DeValue::String(text) => Value::String(text.replace("\r\n", "\n")),
        DeValue::Integer(digits) => {
            let negative = digits.as_str().starts_with('-');
            let body = digits.as_str().trim_start_matches(['+', '-']);
            let size = match digits.radix() {
                10 => body.parse().ok(),
                radix => u64::from_str_radix(body, radix).ok().map(|size| size as f64),
            };
            size.map_or(Value::Other("a number out of range"), |size: f64| {
                // The integer -0 is 0; the float -0.0 is another number.
                Value::Number(if negative && size > 0.0 { -size } else { size })
            })
        }
        DeValue::Float(digits) => match digits.as_str().parse() {
            Ok(number) => Value::Number(number),
            Err(_) => Value::Other("a number out of range"),
        },
        DeValue::Boolean(_) => Value::Other("a boolean"),
        DeValue::Datetime(_) => Value::Other("a date"),
        DeValue::Array(items) => Value::Array(items.iter().map(node).collect()),
        DeValue::Table(table) => Value::Table(entries(table)),
    };
    Node { value, span }
}

impl Node {
    /// What kind of value this is, for messages.
    pub(crate) fn kind(&self) -> &'static str {
        match &self.value {
            Value::String(_) => "a string",
            Value::Number(number) if number.is_nan() => "NaN",
            Value::Number(number) if number.is_infinite() => "an infinite number",
            Value::Number(_) => "a number",
            Value::Array(_) => "an array",
            Value::Table(_) => "a table",
            Value::Other(kind) => kind,
        }
    }

    /// `<what>: found <kind>` with what was expected.
    pub(crate) fn wrong(&self, what: &str, expected: &str) -> Problem {
        Problem::new(self.span.clone(), format!("{what}: found {}", self.kind())).expected(expected)
    }

    pub(crate) fn string(&self, what: &str) -> Result<&str, Problem> {
        match &self.value {
            Value::String(text) => Ok(text),
            _ => Err(self.wrong(what, "a string")),
        }
    }

    pub(crate) fn array(&self, what: &str, expected: &str) -> Result<&[Self], Problem> {
        match &self.value {
            Value::Array(items) => Ok(items),
            _ => Err(self.wrong(what, expected)),
        }
    }

    /// A whole number in `range`.
    pub(crate) fn size(&self, what: &str, range: std::ops::RangeInclusive<usize>) -> Result<usize, Problem> {
        let (low, high) = (*range.start(), *range.end());
        let expected = format!("a whole number from {low} to {high}");
        let Value::Number(number) = self.value else { return Err(self.wrong(what, &expected)) };
        if number.fract() == 0.0 && number >= low as f64 && number <= high as f64 {
            Ok(number as usize)
        } else {
            Err(Problem::new(self.span.clone(), format!("{what}: found {}", text::number(number)))
                .expected(expected))
        }
    }
}

/// A table that is read key by key; what is left at the end is unknown.
pub(crate) struct Section<'a> {
    name: String,
    span: Span,
    entries: Vec<(&'a Entry, bool)>,
    known: Vec<&'static str>,
}

impl<'a> Section<'a> {
    /// The section `name`, shown in messages; `span` is shown where a key is missing.
    pub(crate) fn new(name: impl Into<String>, span: Span, entries: &'a [Entry]) -> Self {
        let entries = entries.iter().map(|entry| (entry, false)).collect();
        Self { name: name.into(), span, entries, known: Vec::new() }
    }

    pub(crate) fn of(name: impl Into<String>, node: &'a Node) -> Result<Self, Problem> {
        let name = name.into();
        match &node.value {
            Value::Table(entries) => Ok(Self::new(name, node.span.clone(), entries)),
            _ => Err(node.wrong(&name, "a table")),
        }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn span(&self) -> Span {
        self.span.clone()
    }

    /// The value of `key`, if it is there.
    pub(crate) fn take(&mut self, key: &'static str) -> Option<&'a Node> {
        self.known.push(key);
        let (entry, taken) = self.entries.iter_mut().find(|(entry, _)| entry.key == key)?;
        *taken = true;
        Some(&entry.node)
    }

    /// Whether `key` is there; it stays unread.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.entries.iter().any(|(entry, _)| entry.key == key)
    }

    /// The value of `key`, or a problem that says that it is missing.
    pub(crate) fn need(&mut self, key: &'static str) -> Result<&'a Node, Problem> {
        let missing = Problem::new(self.span.clone(), format!("{}: `{key}` is missing", self.name));
        self.take(key).ok_or(missing)
    }

    /// Every key that nobody took, as problems.
    pub(crate) fn finish(self, problems: &mut Vec<Problem>) {
        for (entry, taken) in &self.entries {
            if !taken {
                let message = format!("{}: unknown key `{}`", self.name, entry.key);
                let expected = match nearest(&entry.key, self.known.iter().copied()) {
                    Some(name) => format!("`{name}`"),
                    None => format!("one of `{}`", self.known.join("`, `")),
                };
                problems.push(Problem::new(entry.key_span.clone(), message).expected(expected));
            }
        }
    }
}

/// Keeps the value of `result`, or adds its problem to the list.
pub(crate) fn keep<T>(result: Result<T, Problem>, problems: &mut Vec<Problem>) -> Option<T> {
    result.map_err(|problem| problems.push(problem)).ok()
}
