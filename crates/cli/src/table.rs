//! Tables and text within the terminal's width. Where the output is no terminal, nothing is cut and nothing is broken.

use std::io::IsTerminal;

/// How a column of a table is aligned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Align {
    /// To the left, whole.
    Left,
    /// To the right, whole: numbers.
    Right,
    /// To the left; where the terminal is too narrow it is cut, with `…` for what is missing: names, titles, notes.
    Text,
}

/// The width to which a [`Align::Text`] is never cut.
const LEAST: usize = 16;

/// The narrowest terminal that is obeyed.
const NARROWEST: usize = 20;

/// How many characters a line of stdout has, if it is a terminal: `COLUMNS` says it, or the terminal.
pub(crate) fn width() -> Option<usize> {
    if !std::io::stdout().is_terminal() {
        return None;
    }
    let said = std::env::var("COLUMNS").ok().and_then(|text| text.parse().ok());
    let asked = || ratatui::crossterm::terminal::size().ok().map(|(columns, _)| usize::from(columns));
    said.or_else(asked).filter(|&width| width >= NARROWEST)
}

/// Rows as text in aligned columns, two blanks apart, each line indented by two. A cell has one line, whatever stands in it.
///
/// On a terminal no line is longer than [`width()`]: text is cut, and columns that have no room stand in a table of
/// their own below, behind the first column once more.
pub(crate) fn table(align: &[Align], rows: &[Vec<String>]) -> String {
    table_within(width(), align, rows)
}

fn table_within(limit: Option<usize>, align: &[Align], rows: &[Vec<String>]) -> String {
    let rows: Vec<Vec<_>> =
        rows.iter().map(|row| row.iter().map(|cell| spec::text::line(cell)).collect()).collect();
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..align.len()).map(width).collect();
    let mut text = String::new();
    for block in blocks(limit, align, &widths) {
        if !text.is_empty() {
            text.push('\n');
        }
        for row in &rows {
            let mut line = String::from(" ");
            for &(column, width) in &block {
                let Some(cell) = row.get(column) else { continue };
                let cell = cut(cell, width);
                // Widths of the formatter end at 65,535.
                let blanks = " ".repeat(width - cell.chars().count());
                line.push_str(&match align[column] {
                    Align::Left | Align::Text => format!(" {cell}{blanks} "),
                    Align::Right => format!(" {blanks}{cell} "),
                });
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
    }
    text
}

/// The columns of each table, with their widths.
fn blocks(limit: Option<usize>, align: &[Align], widths: &[usize]) -> Vec<Vec<(usize, usize)>> {
    let Some(limit) = limit else { return vec![widths.iter().copied().enumerate().collect()] };
    let least = |column: usize| match align[column] {
        Align::Text => widths[column].min(LEAST),
        Align::Left | Align::Right => widths[column],
    };
    // Two blanks before each column.
    let room = |block: &[(usize, usize)]| block.iter().map(|(_, width)| width + 2).sum::<usize>();
    let mut blocks = vec![Vec::new()];
    for column in 0..widths.len() {
        let block = blocks.last_mut().expect("there is one from the start, and none is taken away");
        if block.len() > 1 && room(block) + least(column) + 2 > limit {
            blocks.push(vec![(0, least(0)), (column, least(column))]);
        } else {
            block.push((column, least(column)));
        }
    }
    for block in &mut blocks {
        let mut spare = limit.saturating_sub(room(block));
        for (column, width) in block.iter_mut() {
            let more = spare.min(widths[*column] - *width);
            *width += more;
            spare -= more;
        }
    }
    blocks
}

/// At most `width` characters of `text`; the last is `…` if there are more.
fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let mut cut: String = text.chars().take(width.saturating_sub(1)).collect();
    cut.truncate(cut.trim_end().len());
    cut.push('…');
    cut
}

/// `text`, which begins behind `before` characters of a line, broken between words where the terminal ends; lines that
/// follow are indented by `indent`.
pub(crate) fn wrap(text: &str, before: usize, indent: usize) -> String {
    wrap_within(width(), text, before, indent)
}

fn wrap_within(limit: Option<usize>, text: &str, before: usize, indent: usize) -> String {
    let Some(limit) = limit else { return text.to_owned() };
    let mut wrapped = String::new();
    for (index, line) in text.lines().enumerate() {
        let mut at = if index == 0 { before } else { 0 };
        if index > 0 {
            wrapped.push('\n');
        }
        for (number, word) in line.split(' ').enumerate() {
            let size = word.chars().count();
            if number > 0 && at + 1 + size > limit && at > indent {
                wrapped.push('\n');
                wrapped.push_str(&" ".repeat(indent));
                at = indent;
            } else if number > 0 {
                wrapped.push(' ');
                at += 1;
            }
            wrapped.push_str(word);
            at += size;
        }
    }
    wrapped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(rows: &[&[&str]]) -> Vec<Vec<String>> {
        rows.iter().map(|row| row.iter().map(|&cell| cell.to_owned()).collect()).collect()
    }

    #[test]
    fn tables_align() {
        let two = rows(&[&["a", "10"], &["long", "1"]]);
        let align = [Align::Left, Align::Right];
        assert_eq!(table_within(None, &align, &two), "  a     10\n  long   1\n");
        assert_eq!(table_within(None, &align, &rows(&[&["a\nb", "1"]])), "  a\\u{a}b  1\n");
    }

    #[test]
    fn text_is_cut_and_numbers_are_not() {
        let long =
            rows(&[&["model", "claims", "title"], &["m", "123456", "a title that has no end in sight"]]);
        let align = [Align::Left, Align::Right, Align::Text];
        assert_eq!(
            table_within(Some(40), &align, &long),
            "  model  claims  title\n  m      123456  a title that has no en…\n"
        );
        assert_eq!(table_within(Some(60), &align, &long), table_within(None, &align, &long));
        // `Align::Left` is kept whole however long it is.
        let whole = [Align::Left, Align::Right, Align::Left];
        let below =
            "  model  claims\n  m      123456\n\n  model  title\n  m      a title that has no end in sight\n";
        assert_eq!(table_within(Some(44), &whole, &long), below);
    }

    #[test]
    fn no_line_is_longer_than_the_terminal() {
        let head: Vec<String> = (0..12).map(|column| format!("column{column}")).collect();
        let row: Vec<String> = (0..12)
            .map(|column| if column % 4 == 0 { "word ".repeat(9) } else { "1,234,567".into() })
            .collect();
        let align: Vec<Align> =
            (0..12).map(|column| if column % 4 == 0 { Align::Text } else { Align::Right }).collect();
        for limit in [60, 80, 120] {
            let text = table_within(Some(limit), &align, &[head.clone(), row.clone()]);
            assert!(text.lines().all(|line| line.chars().count() <= limit), "{limit}\n{text}");
            let count = |what: &str| text.matches(what).count();
            assert_eq!(count("1,234,567"), 9, "no number is lost\n{text}");
            assert!((1..12).all(|column| count(&format!("column{column}")) >= 1), "{text}");
        }
    }

    #[test]
    fn text_is_broken_between_words() {
        assert_eq!(wrap_within(Some(20), "one two three four five", 2, 4), "one two three four\n    five");
        assert_eq!(wrap_within(Some(20), "a\nb  c", 0, 0), "a\nb  c");
        let word = "x".repeat(30);
        assert_eq!(wrap_within(Some(20), &format!("one {word} two"), 0, 2), format!("one\n  {word}\n  two"));
        assert_eq!(
            wrap_within(None, "one two three four five six seven", 2, 4),
            "one two three four five six seven"
        );
    }
}
