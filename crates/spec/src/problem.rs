//! What is wrong with a model file, and where.

use crate::figures::thousands;
use crate::text::{is_unseen, spelled};
use std::fmt;
use std::ops::Range;

/// The most problems of one file that are listed; the others are counted.
const MOST: usize = 20;

/// The most bytes of what is shown of them all. What a front end says before and behind it fits into 4 kB with it.
const MOST_BYTES: usize = 3800;

/// The most characters of a message, of what was expected, of the file's name, and of a line of the file that is shown with it. One
/// problem fits into [`MOST_BYTES`], though every character may take four bytes.
const LONGEST_MESSAGE: usize = 300;
const LONGEST_EXPECTED: usize = 250;
const LONGEST_FILE: usize = 200;
const LONGEST_LINE: usize = 120;

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
    /// Whether it is there because something else is wrong, which is a problem of its own.
    follows: bool,
}

impl Problem {
    /// A problem at `span`. A message can quote the file: what cannot be seen is spelled, and what is long is cut.
    pub(crate) fn new(span: Span, message: impl AsRef<str>) -> Self {
        Self { span, message: spelled(message.as_ref(), LONGEST_MESSAGE), expected: None, follows: false }
    }

    /// Says what was expected: `expected …` stands below the caret.
    pub(crate) fn expected(mut self, expected: impl AsRef<str>) -> Self {
        self.expected = Some(spelled(expected.as_ref(), LONGEST_EXPECTED));
        self
    }

    /// The problem, said only if there is no other: it follows from one if there is.
    pub(crate) fn following(self) -> Self {
        Self { follows: true, ..self }
    }
}

/// Everything that is wrong with one model file, in the order of the text.
///
/// Its display shows each problem as `file:line:column: message`, the line, and a caret with what was expected. Of many problems it
/// shows the first, at most 20 and less than 4 kB, and says how many more there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problems {
    file: String,
    text: String,
    list: Vec<Problem>,
}

impl Problems {
    /// The problems of the model file `text`, which was read from `file`. There is at least one.
    pub(crate) fn new(file: &str, text: &str, mut list: Vec<Problem>) -> Self {
        if list.iter().any(|problem| !problem.follows) {
            list.retain(|problem| !problem.follows);
        }
        list.sort_by_key(|problem| (problem.span.start, problem.span.end));
        list.dedup();
        Self { file: file.to_owned(), text: text.to_owned(), list }
    }

    /// What the file is called.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The problems, in the order of the text.
    pub fn list(&self) -> &[Problem] {
        &self.list
    }

    /// The first of them, at most 20.
    pub fn first(&self) -> &[Problem] {
        &self.list[..self.list.len().min(MOST)]
    }

    /// The line and the column of `problem`, both counted from 1; the column counts characters.
    pub fn place(&self, problem: &Problem) -> (usize, usize) {
        let before = &self.text[..floor_boundary(&self.text, problem.span.start)];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
    }
}

impl Problems {
    /// The lines that tell `problem`.
    fn told(&self, problem: &Problem) -> String {
        let (row, column) = self.place(problem);
        let (text, before, carets) = self.excerpt(problem);
        let number = row.to_string();
        let margin = " ".repeat(number.len());
        let expected = problem.expected.as_ref().map_or(String::new(), |it| format!(" expected {it}"));
        format!(
            "{}:{row}:{column}: {}\n{margin} |\n{number} | {text}\n{margin} | {}{}{expected}\n",
            spelled(&self.file, LONGEST_FILE),
            problem.message,
            " ".repeat(before),
            "^".repeat(carets),
        )
    }

    /// The line of the file that `problem` is in, or a part of it around the place, how many characters stand before the place, and
    /// over how many carets stand.
    fn excerpt(&self, problem: &Problem) -> (String, usize, usize) {
        let start = floor_boundary(&self.text, problem.span.start);
        let line_start = self.text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line = self.text[line_start..].lines().next().unwrap_or("");
        // A text can end inside of its last line end.
        let at = (start - line_start).min(line.len());
        let covered = self.text.get(problem.span.clone()).unwrap_or("").lines().next().unwrap_or("").chars();
        // The place may need the whole room, and what is before it a third at most.
        let ahead: Vec<char> = line[..at].chars().rev().take(LONGEST_LINE + 1).collect();
        let behind: Vec<char> = line[at..].chars().take(LONGEST_LINE + 1).collect();
        let room = LONGEST_LINE.saturating_sub(behind.len()).max(LONGEST_LINE / 3);
        let mut text = String::new();
        if ahead.len() > room {
            text.push('…');
        }
        text.extend(ahead.iter().take(room).rev().copied().map(shown));
        let before = text.chars().count();
        let room = LONGEST_LINE - ahead.len().min(room);
        text.extend(behind.iter().take(room).copied().map(shown));
        let carets = covered.take(room).count().min(behind.len().min(room)).max(1);
        if behind.len() > room {
            text.push('…');
        }
        (text, before, carets)
    }
}

/// One character for one: a tab would move the caret, and what cannot be seen has a mark in its place.
fn shown(character: char) -> char {
    match character {
        '\t' => ' ',
        other if is_unseen(other) => '\u{fffd}',
        other => other,
    }
}

/// The greatest character boundary of `text` that is not above `at`.
fn floor_boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut shown, mut bytes) = (0, 0);
        for problem in self.first() {
            let told = self.told(problem);
            bytes += told.len();
            if bytes > MOST_BYTES && shown > 0 {
                break;
            }
            write!(f, "{}{told}", if shown > 0 { "\n" } else { "" })?;
            shown += 1;
        }
        let more = self.list.len() - shown;
        if more > 0 {
            writeln!(f, "\nand {} more", thousands(more))?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

/// The entry of `known` that `found` was probably meant to be, if one is near.
pub fn nearest<'a>(found: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    /// Nobody types longer names.
    const LONGEST: usize = 100;
    if found.len() > LONGEST {
        return None;
    }
    let limit = found.chars().count() / 3 + 1;
    known
        .into_iter()
        .filter(|name| name.len() <= 2 * LONGEST)
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

    fn shown(text: &str, span: Span) -> String {
        Problems::new("m", text, vec![Problem::new(span, "bad")]).to_string()
    }

    #[test]
    fn a_long_line_is_cut_around_the_place() {
        let text = format!("{}here{}", "a".repeat(1000), "b".repeat(1000));
        let expected = format!(
            "m:1:1001: bad\n  |\n1 | …{}here{}…\n  | {}^^^^\n",
            "a".repeat(40),
            "b".repeat(76),
            " ".repeat(41)
        );
        assert_eq!(shown(&text, 1000..1004), expected);
        // A place that is longer than the room, at the beginning and at the end of its line.
        let carets = |shown: &str| shown.matches('^').count();
        let whole = shown(&text, 0..text.len());
        assert_eq!((carets(&whole), whole.lines().map(|line| line.chars().count()).max()), (120, Some(125)));
        let end = shown(&text, text.len()..text.len());
        assert!(end.ends_with(&format!("1 | …{}\n  | {}^\n", "b".repeat(120), " ".repeat(121))), "{end}");
        assert_eq!(shown("é\r\n", 2..4), "m:1:2: bad\n  |\n1 | é\n  |  ^\n");
    }

    #[test]
    fn what_cannot_be_seen_is_spelled_or_marked() {
        let text = "x = \"\u{1b}[31m\u{202e}\" # \u{9b}\n";
        let problem = Problem::new(4..14, "found `\u{1b}[31m\nproved`").expected("\u{202e}");
        let problems = Problems::new("a\nb\u{1b}.toml", text, vec![problem]).to_string();
        assert!(!problems.contains(|c: char| c != '\n' && is_unseen(c)), "{problems:?}");
        assert!(
            problems.starts_with("a\\u{a}b\\u{1b}.toml:1:5: found `\\u{1b}[31m\\u{a}proved`\n"),
            "{problems}"
        );
        assert!(problems.contains("1 | x = \"\u{fffd}[31m\u{fffd}\" # \u{fffd}\n"), "{problems}");
    }

    #[test]
    fn of_many_problems_the_first_are_told() {
        let text = "x\n".repeat(50_000);
        let list =
            (0..50_000).map(|index| Problem::new(2 * index..2 * index + 1, "y".repeat(9000))).collect();
        let problems = Problems::new("m", &text, list);
        assert_eq!((problems.list().len(), problems.first().len()), (50_000, 20));
        let shown = problems.to_string();
        assert!(
            shown.contains("\n\nand 49,9") && shown.ends_with(" more\n") && shown.len() < 4000,
            "{}: {shown}",
            shown.len()
        );
        // Short ones are all told, and one alone is whole, whatever its characters take.
        let short = (0..20).map(|index| Problem::new(2 * index..2 * index + 1, "bad")).collect();
        assert_eq!(Problems::new("m", &text, short).to_string().matches("bad").count(), 20);
        let wide = "\u{1f600}".repeat(9000);
        let one = Problems::new(&wide, &wide, vec![Problem::new(0..40, &wide).expected(&wide)]).to_string();
        assert!(one.ends_with("\u{1f600}\n") && one.len() < 3800, "{}: {one}", one.len());
    }

    #[test]
    fn what_follows_is_told_alone_or_not_at_all() {
        let follows = Problem::new(0..1, "unknown").following();
        let both = Problems::new("m", "ab", vec![follows.clone(), Problem::new(1..2, "cause")]);
        assert_eq!(both.list().len(), 1);
        assert_eq!(Problems::new("m", "ab", vec![follows]).list()[0].message, "unknown");
    }

    #[test]
    fn the_nearest_name_is_found_or_none() {
        assert_eq!(nearest("heds", ["heads", "width"]), Some("heads"));
        assert_eq!(nearest("zzz", ["heads", "width"]), None);
        assert_eq!(nearest(&"h".repeat(1 << 20), ["h".repeat(1 << 20).as_str()]), None);
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
