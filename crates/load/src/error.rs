//! What is wrong with what was named.

use spec::{Problems, text};
use std::fmt;

/// What is wrong, in words for the person who named the model: the place and what was expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    message: String,
    problems: Option<Problems>,
}

impl Error {
    /// Everything that is wrong with the text of a model file or a task file, if that is it.
    pub fn problems(&self) -> Option<&Problems> {
        self.problems.as_ref()
    }

    /// An error on one line; it can quote what was named.
    pub(crate) fn new(message: &str) -> Self {
        Self { message: text::message(message), problems: None }
    }

    /// An error of the graph in the file `name`.
    pub(crate) fn within(name: &str, error: &onnx::Error) -> Self {
        let message = format!("`{}`: {error}", text::message(name));
        Self { message, problems: error.problems().cloned() }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

impl From<Problems> for Error {
    fn from(problems: Problems) -> Self {
        Self { message: problems.to_string(), problems: Some(problems) }
    }
}

impl From<onnx::Error> for Error {
    fn from(error: onnx::Error) -> Self {
        Self { message: error.to_string(), problems: error.problems().cloned() }
    }
}
