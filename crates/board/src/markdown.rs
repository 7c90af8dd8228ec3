//! The table as a page of Markdown.

use crate::row::Line;
use crate::table::{Column, columns, reason};
use spec::text;
use std::fmt::Write;

/// The page: what it is, the picture if there is one, the table, and why some rows have no verdict.
///
/// Without `speed` everything on it is the same on every machine that is fast enough to end the proofs.
pub fn markdown(lines: &[Line], speed: bool, picture: Option<&str>) -> String {
    let mut page = String::from(
        "# Leaderboard\n\n\
         Every model counted by the five rules of [counting.md](counting.md), checked on AdderBoard's 10,010 pairs, \
         and decided on all pairs by [the prover](proofs.md).\n\
         *Right of 10,010* is what the race asks for; the verdict is what is true.\n\n",
    );
    if let Some(picture) = picture {
        let picture = target(picture);
        let _ = writeln!(page, "![Numbers stored against numbers stored and written]({picture})\n");
    }
    let columns = columns(speed);
    row(&mut page, columns.iter().map(|column| column.title().to_owned()));
    row(&mut page, columns.iter().map(|column| if column.is_text() { "---" } else { "---:" }.to_owned()));
    for line in lines {
        row(&mut page, columns.iter().map(|&column| cell(column, line)));
    }
    let reasons: Vec<_> = lines.iter().filter_map(|line| Some((&line.name, reason(line)?))).collect();
    if !reasons.is_empty() {
        page.push_str("\n## Neither proved nor refuted\n\n");
        for (name, reason) in reasons {
            let _ = writeln!(page, "- **{}**: {}", text::markdown(name), text::markdown(&reason));
        }
    }
    page
}

fn row(page: &mut String, cells: impl Iterator<Item = String>) {
    page.push('|');
    for cell in cells {
        let _ = write!(page, " {cell} |");
    }
    page.push('\n');
}

fn cell(column: Column, line: &Line) -> String {
    let text = text::markdown(&column.cell(line));
    let source = line.row.as_ref().ok().and_then(|row| row.source.as_deref());
    match (column, source) {
        (Column::Model, Some(source)) if source.starts_with("https://") => {
            format!("[{text}]({})", target(source))
        }
        _ => text,
    }
}

/// The address of a link: what could end it, or the cell, or a line, is written in percents.
fn target(address: &str) -> String {
    let mut safe = String::new();
    for byte in address.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~:/?#@!$&+,;=%".contains(&byte) {
            safe.push(char::from(byte));
        } else {
            let _ = write!(safe, "%{byte:02X}");
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_stays_inside_of_its_link() {
        assert_eq!(target("https://a.b/c?d=e#f"), "https://a.b/c?d=e#f");
        assert_eq!(target("https://a.b/)<|> \n`é"), "https://a.b/%29%3C%7C%3E%20%0A%60%C3%A9");
    }
}
