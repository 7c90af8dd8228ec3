//! Why a graph cannot be used.

use std::fmt;

/// Why a graph cannot be used: the place and what was expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(String);

impl Error {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(spec::text::message(&message.into()))
    }
}

impl From<String> for Error {
    fn from(message: String) -> Self {
        Self::new(message)
    }
}

impl From<spec::Problems> for Error {
    fn from(problems: spec::Problems) -> Self {
        // They have lines of their own.
        Self(problems.to_string())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}
