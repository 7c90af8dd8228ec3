//! What goes wrong with a file: the name of the file, the place in it, what was found and what was expected.

use std::fmt;

/// Why a file could not be read or written.
///
/// The text names the file, the line or row and the column where there are any, and what was expected there. If the
/// operating system refused something, its error is the [source](std::error::Error::source).
#[derive(Debug)]
pub struct Error {
    text: String,
    source: Option<std::io::Error>,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|error| error as _)
    }
}

impl Error {
    /// An error in the contents of the file `name`; `text` begins with the place, or with a colon if there is none.
    pub(crate) fn inside(name: &str, text: impl fmt::Display) -> Self {
        Self { text: format!("`{name}`{text}"), source: None }
    }

    /// The system refused to read `name`.
    pub(crate) fn read(name: &str, source: std::io::Error) -> Self {
        Self { text: format!("cannot read `{name}`"), source: Some(source) }
    }

    /// The system refused to write `name`.
    pub(crate) fn write(name: &str, source: std::io::Error) -> Self {
        Self { text: format!("cannot write `{name}`"), source: Some(source) }
    }

    /// `operand` stands where an integer from 0 to `greatest` was expected.
    pub(crate) fn operand(name: &str, place: impl fmt::Display, operand: &str, greatest: u64) -> Self {
        // A field may be a whole book, and its control characters are nobody's to run in a terminal.
        let shown: String = operand.chars().take(40).flat_map(char::escape_debug).collect();
        let more = if operand.chars().nth(40).is_some() { "…" } else { "" };
        Self::inside(
            name,
            format_args!(", {place}: operand `{shown}{more}`: expected an integer from 0 to {greatest}"),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::error::Error as _;

    #[test]
    fn texts_name_file_and_place() {
        let error = Error::operand("p.csv", "line 7, column 2", "x\u{1b}", 99);
        assert_eq!(
            error.to_string(),
            "`p.csv`, line 7, column 2: operand `x\\u{1b}`: expected an integer from 0 to 99"
        );
        assert!(error.source().is_none());
        let long = Error::operand("p.csv", "line 1, column 1", &"9".repeat(41), 99).to_string();
        assert!(long.contains(&format!("`{}…`", "9".repeat(40))), "{long}");
    }

    #[test]
    fn the_system_is_the_source() {
        let error = Error::write("q", std::io::ErrorKind::BrokenPipe.into());
        assert_eq!(error.to_string(), "cannot write `q`");
        assert_eq!(error.source().unwrap().to_string(), "broken pipe");
    }
}
