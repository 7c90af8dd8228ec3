//! From a [`Document`] to its text.
//!
//! One blank line stands between sections, one blank around `=` and behind a comma. An array keeps the line breaks of its
//! author; one of arrays or tables is broken when its line is too long, and rows of numbers of the same length stand in
//! columns. Comments behind neighbouring keys stand in a column too.

use super::{Document, Header, Item, Kind, Line, Section, Value};

/// Lines are at most this long where they can be broken.
const WIDTH: usize = 120;

/// The text of `document`.
pub(crate) fn write(document: &Document) -> String {
    let mut out = String::new();
    lines(&document.head, 0, &mut out);
    for section in &document.sections {
        write_section(section, &mut out);
    }
    // Strings of several lines are as they were written, with the line ends of their time.
    let text = out.replace("\r\n", "\n");
    if document.crlf { text.replace('\n', "\r\n") } else { text }
}

/// A blank line, unless nothing stands before it.
fn blank(out: &mut String) {
    if !out.is_empty() && !out.ends_with("\n\n") {
        out.push('\n');
    }
}

fn indent(depth: usize, out: &mut String) {
    out.extend(std::iter::repeat_n("  ", depth));
}

/// Comments and single blank lines between them.
fn lines(lines: &[Line], depth: usize, out: &mut String) {
    for line in lines {
        match line {
            Line::Blank => blank(out),
            Line::Comment(text) => {
                indent(depth, out);
                out.push_str(text);
                out.push('\n');
            }
        }
    }
}

fn trimmed(lines: &[Line]) -> &[Line] {
    let first = lines.iter().position(|line| *line != Line::Blank).unwrap_or(lines.len());
    let last = lines.iter().rposition(|line| *line != Line::Blank).map_or(first, |last| last + 1);
    &lines[first..last]
}

fn write_section(section: &Section, out: &mut String) {
    if section.header.is_none() && section.items.is_empty() && section.after.is_empty() {
        return;
    }
    blank(out);
    lines(trimmed(&section.before), 0, out);
    if let Some(header) = &section.header {
        write_header(header, out);
    }
    let texts: Vec<String> = section.items.iter().map(keyed).collect();
    for (index, (item, text)) in section.items.iter().zip(&texts).enumerate() {
        let first = index == 0;
        lines(if first { trimmed(&item.before) } else { &item.before }, 0, out);
        out.push_str(text);
        if let Some(comment) = &item.comment {
            let width = comment_column(&section.items, &texts, index);
            let used = text.lines().last().map_or(0, |line| line.chars().count());
            out.extend(std::iter::repeat_n(' ', (width + 1).saturating_sub(used).max(1)));
            out.push_str(comment);
        }
        out.push('\n');
    }
    if !section.after.is_empty() {
        lines(&section.after[..last_comment(&section.after)], 0, out);
    }
}

fn last_comment(lines: &[Line]) -> usize {
    lines.iter().rposition(|line| *line != Line::Blank).map_or(0, |last| last + 1)
}

fn write_header(header: &Header, out: &mut String) {
    let (open, close) = if header.array { ("[[", "]]") } else { ("[", "]") };
    out.extend([open, &header.key.raw, close]);
    if let Some(comment) = &header.comment {
        out.extend([" ", comment]);
    }
    out.push('\n');
}

/// The width of the widest of the neighbouring single lines that also have a comment.
fn comment_column(items: &[Item], texts: &[String], index: usize) -> usize {
    let single = |at: usize| items[at].comment.is_some() && !texts[at].contains('\n');
    if !single(index) {
        return 0;
    }
    let mut first = index;
    while first > 0 && items[first].before.is_empty() && single(first - 1) {
        first -= 1;
    }
    let mut end = index + 1;
    while end < items.len() && items[end].before.is_empty() && single(end) {
        end += 1;
    }
    texts[first..end].iter().map(|text| text.chars().count()).max().unwrap_or(0)
}

/// `key = value` of a section.
fn keyed(item: &Item) -> String {
    let mut text = String::new();
    if let Some(key) = &item.key {
        text.extend([&key.raw, " = "]);
    }
    let room = WIDTH.saturating_sub(text.chars().count());
    write_value(&item.value, 0, room, &mut text);
    text
}

/// Writes `value` inside of `depth` broken brackets, with `room` characters left on the line.
fn write_value(value: &Value, depth: usize, room: usize, out: &mut String) {
    let (items, end, [open, close]) = match &value.kind {
        Kind::Scalar(raw) => return out.push_str(raw),
        Kind::Array(items, end) => (items, end, ["[", "]"]),
        Kind::Table(items, end) => (items, end, ["{", "}"]),
    };
    let flat = flat(value).filter(|flat| flat.chars().count() <= room);
    if let Some(flat) = flat {
        out.push_str(&flat);
    } else if is_broken(items, end) {
        write_lines(items, end, [open, close], depth, |item| item.broken, out);
    } else if open == "[" && items.iter().all(|item| !matches!(item.value.kind, Kind::Scalar(_))) {
        write_lines(items, end, [open, close], depth, |_| true, out);
    } else {
        let blank = if open == "{" { " " } else { "" };
        out.extend([open, blank]);
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                out.push_str(", ");
            }
            write_item(item, depth, 0, out);
        }
        out.extend([blank, close]);
    }
}

fn write_item(item: &Item, depth: usize, room: usize, out: &mut String) {
    if let Some(key) = &item.key {
        out.extend([&key.raw, " = "]);
    }
    write_value(&item.value, depth, room, out);
}

/// Brackets with their items on lines of their own; `begins` says which items begin a line.
fn write_lines(
    items: &[Item],
    end: &[Line],
    [open, close]: [&str; 2],
    depth: usize,
    begins: impl Fn(&Item) -> bool,
    out: &mut String,
) {
    out.push_str(open);
    out.push('\n');
    let room = WIDTH.saturating_sub(2 * (depth + 1) + 1);
    let columns = columns(items, &begins);
    let mut fresh = true;
    for (index, item) in items.iter().enumerate() {
        let above = if index == 0 { trimmed(&item.before) } else { &item.before };
        if !fresh {
            if begins(item) || !above.is_empty() {
                out.push('\n');
                fresh = true;
            } else {
                out.push(' ');
            }
        }
        lines(above, depth + 1, out);
        if fresh {
            indent(depth + 1, out);
        }
        match &columns {
            Some(widths) => write_row(&item.value, widths, out),
            None => write_item(item, depth + 1, room, out),
        }
        out.push(',');
        fresh = false;
        if let Some(comment) = &item.comment {
            out.extend([" ", comment, "\n"]);
            fresh = true;
        }
    }
    if !fresh {
        out.push('\n');
    }
    lines(trimmed(end), depth + 1, out);
    indent(depth, out);
    out.push_str(close);
}

/// The widths of the columns, if the items are rows of equally many numbers, each on a line of its own.
fn columns(items: &[Item], begins: &impl Fn(&Item) -> bool) -> Option<Vec<usize>> {
    let mut widths: Vec<usize> = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let row = numbers(&item.value)?;
        if index == 0 {
            widths = vec![0; row.len()];
        }
        if row.len() != widths.len() || (index > 0 && !begins(item)) {
            return None;
        }
        for (width, number) in widths.iter_mut().zip(row) {
            *width = (*width).max(number.len());
        }
    }
    Some(widths)
}

/// The numbers of an array that holds nothing else and stands on one line.
fn numbers<'a>(value: &'a Value) -> Option<Vec<&'a str>> {
    let Kind::Array(items, end) = &value.kind else { return None };
    if is_broken(items, end) {
        return None;
    }
    let number = |item: &'a Item| match &item.value.kind {
        Kind::Scalar(raw) => {
            let number = raw.starts_with(|c: char| c.is_ascii_digit() || c == '-' || c == '+');
            number.then_some(raw.as_str())
        }
        Kind::Array(..) | Kind::Table(..) => None,
    };
    items.iter().map(number).collect()
}

fn write_row(value: &Value, widths: &[usize], out: &mut String) {
    out.push('[');
    for (index, (number, width)) in numbers(value).unwrap_or_default().iter().zip(widths).enumerate() {
        if index > 0 {
            out.push_str(", ");
        }
        out.push_str(&format!("{number:>width$}"));
    }
    out.push(']');
}

/// Whether the author has broken the lines between these brackets, or a comment needs it.
fn is_broken(items: &[Item], end: &[Line]) -> bool {
    let comments = |lines: &[Line]| lines.iter().any(|line| *line != Line::Blank);
    comments(end) || items.iter().any(|item| item.broken || item.comment.is_some() || comments(&item.before))
}

/// The value on one line, if it can stand there.
fn flat(value: &Value) -> Option<String> {
    let (items, end, [open, close]) = match &value.kind {
        Kind::Scalar(raw) => return Some(raw.clone()),
        Kind::Array(items, end) => (items, end, ["[", "]"]),
        Kind::Table(items, end) if items.is_empty() => (items, end, ["{", "}"]),
        Kind::Table(items, end) => (items, end, ["{ ", " }"]),
    };
    if is_broken(items, end) {
        return None;
    }
    let item = |item: &Item| {
        let key = item.key.as_ref().map_or(String::new(), |key| format!("{} = ", key.raw));
        Some(key + &flat(&item.value)?)
    };
    let items: Option<Vec<String>> = items.iter().map(item).collect();
    Some([open, &items?.join(", "), close].concat())
}
