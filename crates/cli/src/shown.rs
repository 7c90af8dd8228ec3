//! What reaches a terminal: our own colours, and of all other text only what shows as itself.

use spec::text::{is_unseen, lines};
use std::borrow::Cow;
use std::cell::Cell;
use std::fmt::{self, Write as _};
use std::io::{Result, Write};

thread_local! {
    /// Whether what is written at this moment is a [`Paint`]. No text can pass for one, whatever stands in it.
    static PAINTING: Cell<bool> = const { Cell::new(false) };
}

/// A colour or its end. Written to a [`Shown`] it is one; in a text that is written later it is text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paint<S>(pub(crate) S);

impl<S: fmt::Display> fmt::Display for Paint<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        PAINTING.set(true);
        let done = self.0.fmt(f);
        PAINTING.set(false);
        done
    }
}

/// A stream on which every text is spelled as it can be shown.
#[derive(Debug)]
pub(crate) struct Shown<W> {
    inner: W,
    spell: fn(&str) -> Cow<'_, str>,
}

impl<W: Write> Shown<W> {
    /// Text for people: what does not show as itself is spelled, as [`lines`] has it.
    pub(crate) fn text(inner: W) -> Self {
        Self { inner, spell: lines }
    }

    /// JSON: what does not show as itself is escaped as JSON has it, so the value stays the same.
    pub(crate) fn json(inner: W) -> Self {
        Self { inner, spell: escaped }
    }
}

impl<W: Write> Write for Shown<W> {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        if PAINTING.get() {
            self.inner.write_all(bytes)?;
        } else {
            // Formatting writes whole texts.
            let text = String::from_utf8_lossy(bytes);
            self.inner.write_all((self.spell)(&text).as_bytes())?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> Result<()> {
        self.inner.flush()
    }
}

/// `json` with escapes for what the writer of JSON leaves as it is. Outside of strings there is none of it.
fn escaped(json: &str) -> Cow<'_, str> {
    let odd = |character: char| character >= '\u{7f}' && is_unseen(character);
    if !json.contains(odd) {
        return Cow::Borrowed(json);
    }
    let mut spelled = String::with_capacity(json.len());
    for character in json.chars() {
        if odd(character) {
            // Two of them where one does not hold it.
            for unit in character.encode_utf16(&mut [0; 2]) {
                let _ = write!(spelled, "\\u{unit:04x}");
            }
        } else {
            spelled.push(character);
        }
    }
    Cow::Owned(spelled)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::{GREEN, RESET};

    #[test]
    fn only_our_own_colours_are_colours() {
        let mut out = Shown::text(Vec::new());
        let others = format!("{GREEN}proved\u{1b}[8m");
        writeln!(out, "{GREEN}right{RESET} {others}, {}", format_args!("{GREEN}é{RESET}\u{202e}")).unwrap();
        let text = String::from_utf8(out.inner).unwrap();
        assert_eq!(
            text,
            "\u{1b}[32mright\u{1b}[0m \\u{1b}[32mproved\\u{1b}[8m, \u{1b}[32mé\u{1b}[0m\\u{202e}\n"
        );
    }

    #[test]
    fn json_means_the_same() {
        let value = "a\u{1b}\n\u{9b}é\u{202e}\u{7f}\\\u{e0041}\u{1f600}";
        let mut out = Shown::json(Vec::new());
        serde_json::to_writer_pretty(&mut out, &[value]).unwrap();
        let text = String::from_utf8(out.inner).unwrap();
        assert_eq!(text, "[\n  \"a\\u001b\\n\\u009bé\\u202e\\u007f\\\\\\udb40\\udc41\u{1f600}\"\n]");
        assert_eq!(serde_json::from_str::<Vec<String>>(&text).unwrap(), [value]);
    }
}
