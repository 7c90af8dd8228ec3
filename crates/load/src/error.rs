//! What is wrong with what was named.

use spec::text;
use std::fmt;

/// What is wrong, in words for the person who named the model: the place and what was expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    message: String,
}

impl Error {
    /// An error on one line; it can quote what was named.
    pub(crate) fn new(message: &str) -> Self {
        Self { message: text::message(message) }
    }

    /// An error of the graph in the file `name`.
    pub(crate) fn within(name: &str, error: &onnx::Error) -> Self {
        Self { message: format!("`{}`: {error}", text::message(name)) }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

impl From<spec::Problems> for Error {
    fn from(problems: spec::Problems) -> Self {
        Self { message: problems.to_string() }
    }
}

impl From<onnx::Error> for Error {
    fn from(error: onnx::Error) -> Self {
        Self { message: error.to_string() }
    }
}
