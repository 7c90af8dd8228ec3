//! The names that models can have.

use crate::text;
use std::fmt;

/// Names are at most this long.
const LONGEST: usize = 64;

/// What a name must be, in words.
pub(crate) const EXPECTED: &str = "1 to 64 letters, digits, `-` and `_`, a letter or a digit first";

/// A name that no model can have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameError {
    found: String,
}

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "name `{}`: expected {EXPECTED}", self.found)
    }
}

impl std::error::Error for NameError {}

/// Checks that `name` can be a model's, and a file's on every system.
///
/// # Errors
///
/// If it is empty, too long or holds anything but ASCII letters, digits, `-` and `_`, or begins with one of the last two.
pub fn check_name(name: &str) -> Result<(), NameError> {
    let fits = name.len() <= LONGEST
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.chars().all(is_of_names);
    if fits { Ok(()) } else { Err(NameError { found: text::name(name) }) }
}

/// The name that a model from a file called `stem` has where nothing else names it: what [`check_name`] refuses becomes `-`, but for
/// a dot in the middle.
pub fn name_of_file(stem: &str) -> String {
    let name: String = stem.chars().map(|c| if is_of_names(c) || c == '.' { c } else { '-' }).collect();
    let name = name.trim_start_matches(['-', '_', '.']);
    // Every character is one byte now.
    let name = name[..name.len().min(LONGEST)].trim_end_matches(['-', '.']);
    if name.is_empty() { "unnamed".into() } else { name.into() }
}

fn is_of_names(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '-' || character == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_that_a_file_can_have() {
        for name in ["mine", "Mine-2", "7_up"] {
            assert_eq!(check_name(name), Ok(()));
        }
        for name in ["", "-x", "a b", "a/b", "..", "é", "a.toml", "a\n", &"x".repeat(65)] {
            assert!(check_name(name).is_err(), "{name}");
        }
        assert!(EXPECTED.contains(&format!("1 to {LONGEST} ")));
        let said = check_name("a\nproved\u{1b}[0m").unwrap_err().to_string();
        assert!(said.starts_with("name `a\\u{a}proved\\u{1b}[0m`: expected 1 to 64 letters"), "{said}");
        assert!(check_name(&"é".repeat(100_000)).unwrap_err().to_string().len() < 500);
    }

    #[test]
    fn every_file_gives_a_name() {
        let names = ["mine", "mine.v2", "__x", "\n\u{1b}[31m", "é", "", "a b\u{202e}"].map(name_of_file);
        assert_eq!(names, ["mine", "mine.v2", "x", "31m", "unnamed", "unnamed", "a-b"]);
        assert_eq!(name_of_file(&"x".repeat(100)).len(), LONGEST);
        assert!(names.iter().all(|name| check_name(&name.replace('.', "-")).is_ok()));
    }
}
