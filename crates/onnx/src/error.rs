//! Why a graph cannot be used.

use spec::Problems;
use std::fmt;

/// Why a graph cannot be used: the place and what was expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    message: String,
    problems: Option<Problems>,
}

impl Error {
    /// Everything that is wrong with the text of a task file, if that is it.
    pub fn problems(&self) -> Option<&Problems> {
        self.problems.as_ref()
    }

    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: spec::text::message(&message.into()), problems: None }
    }
}

impl From<String> for Error {
    fn from(message: String) -> Self {
        Self::new(message)
    }
}

impl From<Problems> for Error {
    fn from(problems: Problems) -> Self {
        // They have lines of their own.
        Self { message: problems.to_string(), problems: Some(problems) }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
