//! `new`: model files to begin with, each of which is right as it stands.

use std::fmt;

/// A model file to begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Template {
    /// What it is called.
    pub name: &'static str,
    /// Its architecture in one line.
    pub about: &'static str,
    text: &'static str,
}

/// Every template; the first is the usual one.
pub const TEMPLATES: [Template; 2] = [
    Template {
        name: "sinusoid",
        about: "the seed's family: a sinusoid of period 11, two heads, two pairs of hinges, a parabola",
        text: include_str!("../templates/sinusoid.toml"),
    },
    Template {
        name: "rope",
        about: "the smallest published ones' family: RoPE with a period of 19, one head, a gated step, a tied head",
        text: include_str!("../templates/rope.toml"),
    },
];

/// A name that no model can have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameError {
    found: String,
}

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "name `{}`: expected 1 to {LONGEST} letters, digits, `-` and `_`, a letter or a digit first",
            self.found
        )
    }
}

impl std::error::Error for NameError {}

/// Names are at most this long.
const LONGEST: usize = 64;

/// Checks that `name` can be a model's and a file's on every system.
///
/// # Errors
///
/// If it is empty, too long or holds anything but ASCII letters, digits, `-` and `_`, or begins with one of the last two.
pub fn check_name(name: &str) -> Result<(), NameError> {
    let fits = name.len() <= LONGEST
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    if fits { Ok(()) } else { Err(NameError { found: name.to_owned() }) }
}

impl Template {
    /// The template called `name`, if there is one.
    pub fn find(name: &str) -> Option<&'static Self> {
        TEMPLATES.iter().find(|template| template.name == name)
    }

    /// The text of a model file for the model `name` that will be in `file`, which its comments mention.
    ///
    /// # Errors
    ///
    /// If [`check_name`] refuses the name.
    pub fn text(&self, name: &str, file: &str) -> Result<String, NameError> {
        check_name(name)?;
        // A comment ends with its line.
        let file = file.replace(char::is_control, " ");
        Ok(self.text.replace("\"NAME\"", &format!("\"{name}\"")).replace("FILE", &file))
    }
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
    }

    #[test]
    fn the_name_and_the_file_stand_in_the_text() {
        let text = TEMPLATES[0].text("mine", "a folder/mine.toml").unwrap();
        assert!(text.contains("name = \"mine\"\n") && text.contains("nanoadder check a folder/mine.toml\n"));
        assert!(!text.contains("NAME") && !text.contains("FILE"));
    }
}
