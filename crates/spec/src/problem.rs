//! What is wrong with a model file, and where.

use std::fmt;
use std::ops::Range;

/// A place in the text of a model file: a range of bytes.
pub type Span = Range<usize>;

/// One thing that is wrong with a model file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The place it is found at.
    pub span: Span,
    /// What is wrong, in one line.
    pub message: String,
    /// What was expected instead, if that can be said in a few words.
    pub expected: Option<String>,
}

impl Problem {
    pub(crate) fn new(span: Span, message: impl Into<String>) -> Self {
        Self { span, message: message.into(), expected: None }
    }

    /// Says what was expected: `expected …` stands below the caret.
    pub(crate) fn expected(mut self, expected: impl Into<String>) -> Self {
        self.expected = Some(expected.into());
        self
    }
}

/// Everything that is wrong with one model file, in the order of the text.
///
/// Its display shows each problem as `file:line:column: message`, the line, and a caret with what was expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problems {
    file: String,
    text: String,
    list: Vec<Problem>,
}

impl Problems {
    /// The problems of the model file `text`, which was read from `file`. There is at least one.
    pub(crate) fn new(file: &str, text: &str, mut list: Vec<Problem>) -> Self {
        list.sort_by_key(|problem| (problem.span.start, problem.span.end));
        list.dedup();
        Self { file: file.to_owned(), text: text.to_owned(), list }
    }

    /// The problems, in the order of the text.
    pub fn list(&self) -> &[Problem] {
        &self.list
    }

    /// The line and the column of `problem`, both counted from 1; the column counts characters.
    pub fn place(&self, problem: &Problem) -> (usize, usize) {
        let before = &self.text[..floor_boundary(&self.text, problem.span.start)];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
    }
}

/// The greatest character boundary of `text` that is not above `at`.
fn floor_boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.list.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            let (line, column) = self.place(problem);
            writeln!(f, "{}:{line}:{column}: {}", self.file, problem.message)?;
            let text = self.text.lines().nth(line - 1).unwrap_or("");
            // A tab would move the caret, so both lines show it as one blank.
            let text = text.replace('\t', " ");
            let number = line.to_string();
            let margin = " ".repeat(number.len());
            let covered = self.text.get(problem.span.clone()).unwrap_or("");
            let carets = covered.lines().next().unwrap_or("").chars().count().max(1);
            let carets = carets.min(text.chars().count().saturating_sub(column - 1).max(1));
            writeln!(f, "{margin} |")?;
            writeln!(f, "{number} | {text}")?;
            write!(f, "{margin} | {}{}", " ".repeat(column - 1), "^".repeat(carets))?;
            match &problem.expected {
                Some(expected) => writeln!(f, " expected {expected}")?,
                None => writeln!(f)?,
            }
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

/// The entry of `known` that `found` was probably meant to be, if one is near.
pub(crate) fn nearest<'a>(found: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = found.chars().count() / 3 + 1;
    known
        .into_iter()
        .map(|name| (distance(found, name), name))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, name)| name)
}

/// The number of insertions, deletions and replacements that turn `a` into `b`.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, &y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_shows_its_line_and_a_caret() {
        let text = "name = \"é\"\nheds = 2\n";
        let problem = Problem::new(12..16, "unknown key `heds`").expected("`heads`");
        let problems = Problems::new("m.toml", text, vec![problem]);
        assert_eq!(
            problems.to_string(),
            "m.toml:2:1: unknown key `heds`\n  |\n2 | heds = 2\n  | ^^^^ expected `heads`\n"
        );
    }

    #[test]
    fn the_nearest_name_is_found_or_none() {
        assert_eq!(nearest("heds", ["heads", "width"]), Some("heads"));
        assert_eq!(nearest("zzz", ["heads", "width"]), None);
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
