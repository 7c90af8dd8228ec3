//! Whether the quotes of a record are whole: what the slow way's parser lets pass.
//!
//! That parser reads `"1"2` as 12, and a quote that is never closed as a field up to the end of the file. Neither is what
//! anybody wrote, so the bytes of each record that it has read go through here too.

/// Where in a field the last byte was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quotes {
    /// Before a field, or at a mark of byte order, which may stand before the first.
    Before,
    /// In a field without quotes; a quote inside of it is a character.
    Plain,
    /// Behind the quote that opens a field.
    Open,
    /// Behind a quote in such a field: its end, or the first of two that stand for one.
    Closed,
    /// Behind blanks that follow its end.
    Behind,
    /// Behind something else that follows its end.
    Wrong,
}

impl Quotes {
    /// Where the last of `bytes` is, if `self` is where the byte before them was.
    pub(super) fn after(self, bytes: &[u8]) -> Self {
        bytes.iter().fold(self, |state, &byte| match (state, byte) {
            (Self::Wrong, _) => Self::Wrong,
            (Self::Open, b'"') => Self::Closed,
            (Self::Open, _) | (Self::Before | Self::Closed, b'"') => Self::Open,
            (_, b',' | b'\n' | b'\r') | (Self::Before, 0xef | 0xbb | 0xbf) => Self::Before,
            (Self::Closed | Self::Behind, b' ' | b'\t') => Self::Behind,
            (Self::Closed | Self::Behind, _) => Self::Wrong,
            (Self::Before | Self::Plain, _) => Self::Plain,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_by_hand() {
        for (text, expected) in [
            ("1,2\n", Quotes::Before),
            ("1,2", Quotes::Plain),
            ("\"1\",\"2\"", Quotes::Closed),
            ("\"1\"\t ,2\r", Quotes::Before),
            ("\"a \"\"b\"\", c\"\n", Quotes::Before),
            ("x\"y,2\n", Quotes::Before),
            ("\u{feff}\"a,\nb\",2\n", Quotes::Before),
            ("1,\"2\n3,4\n", Quotes::Open),
            ("\"1\"2,3\n", Quotes::Wrong),
            ("\"1\" \"2\",3\n", Quotes::Wrong),
        ] {
            assert_eq!(Quotes::Before.after(text.as_bytes()), expected, "{text:?}");
        }
    }
}
