//! Files that are none of ours, known by their first bytes, and what makes pairs of them.

use crate::Error;

/// An error if a file that begins with `first` is of a kind that is not read.
pub(crate) fn refuse(name: &str, first: &[u8], door: Door) -> Result<(), Error> {
    let Some((found, cure)) = kind(first) else { return Ok(()) };
    let cure = cure.text(door);
    Err(Error::inside(name, format_args!(": found {found}: expected CSV, Arrow or Parquet{cure}")))
}

/// Who reads a file: what to do about one that is not read depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Door {
    /// `nanoadder add`, which reads a pipe too and has options.
    Pairs,
    /// A table of SQL, which is a file and says its format by its name.
    Table,
}

/// What to do with a file that is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cure {
    /// A command that writes what is read.
    Pipe(&'static str),
    /// Something else to do.
    Do(&'static str),
}

impl Cure {
    /// What an error says behind what it expected.
    pub(crate) fn text(self, door: Door) -> String {
        match (self, door) {
            (Self::Pipe(command), Door::Pairs) => format!("; try `{command} | nanoadder add --input -`"),
            (Self::Pipe(command), Door::Table) => format!("; try `{command} > pairs.csv`"),
            (Self::Do(what), _) => format!("; {what}"),
        }
    }
}

/// The kind of a file that begins with `first`, if it is one that is known and not read.
///
/// No CSV text with columns `a` and `b` begins so.
fn kind(first: &[u8]) -> Option<(&'static str, Cure)> {
    use Cure::{Do, Pipe};
    Some(match first {
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => ("UTF-32", Pipe("iconv -f UTF-32 -t UTF-8 FILE")),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => ("UTF-16", Pipe("iconv -f UTF-16 -t UTF-8 FILE")),
        [0x1f, 0x8b, ..] => ("gzip", Pipe("gzip -dc FILE")),
        [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => ("xz", Pipe("xz -dc FILE")),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => ("Zstandard", Pipe("zstd -dc FILE")),
        [0x04, 0x22, 0x4d, 0x18, ..] => ("LZ4", Pipe("lz4 -dc FILE")),
        [b'B', b'Z', b'h', b'1'..=b'9', b'1', b'A', b'Y', ..] => ("bzip2", Pipe("bzip2 -dc FILE")),
        [b'P', b'K', 3 | 5, 4 | 6, rest @ ..] if is_sheet(rest) => {
            ("a spreadsheet", Do("save its sheet as CSV"))
        }
        [b'P', b'K', 3 | 5, 4 | 6, ..] => ("zip", Pipe("unzip -p FILE")),
        [0xd0, 0xcf, 0x11, 0xe0, ..] => ("a spreadsheet", Do("save its sheet as CSV")),
        [b'P', b'A', b'R', b'E', ..] => ("an encrypted Parquet file", Do("decrypt it")),
        [b'F', b'E', b'A', b'1', ..] => ("Feather version 1", Do("write it as version 2")),
        [b'S', b'Q', b'L', b'i', b't', b'e', b' ', ..] => {
            ("SQLite", Pipe("sqlite3 -csv FILE 'SELECT a, b FROM t'"))
        }
        text => json(text.trim_ascii_start())?,
    })
}

/// Whether the first entry of a zip archive, whose bytes behind its mark these are, is that of a spreadsheet.
fn is_sheet(rest: &[u8]) -> bool {
    let entry = rest.get(26..).unwrap_or(&[]);
    let firsts: [&[u8]; 5] =
        [b"[Content_Types]", b"_rels/", b"docProps/", b"xl/", b"mimetypeapplication/vnd.oasis"];
    firsts.iter().any(|first| entry.starts_with(first))
}

/// JSON: an array, or values one after the other. In CSV a name may begin with a bracket, so the next character counts too.
fn json(text: &[u8]) -> Option<(&'static str, Cure)> {
    let (&bracket, rest) = text.split_first()?;
    let next = *rest.trim_ascii_start().first().unwrap_or(&b'{');
    match bracket {
        b'[' if b"{[]\"".contains(&next) => Some(("JSON", Cure::Pipe("jq -r '.[] | [.a, .b] | @csv' FILE"))),
        b'{' if b"{}\"".contains(&next) => Some(("JSON", Cure::Pipe("jq -r '[.a, .b] | @csv' FILE"))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_read_is_not_refused() {
        for first in [
            &b""[..],
            b"P",
            b"1,2\n",
            b"a,b\n",
            b"\xef\xbb\xbfa,b\n",
            b"BZh,a,b\n",
            b"PK,a,b\n",
            b"[id],a,b\n",
            b"{id},a,b\n",
            b"PAR1",
            b"ARROW1\0\0",
            b"\xff\xff\xff\xff\x10\x01\0\0",
            b"\x10\x01\0\0",
        ] {
            assert!(refuse("f", first, Door::Pairs).is_ok(), "{first:?}");
        }
    }

    #[test]
    fn archives_are_told_from_spreadsheets() {
        let found = |entry: &[u8]| {
            let zip = [b"PK\x03\x04".as_slice(), &[0; 26], entry].concat();
            kind(&zip).unwrap().0
        };
        assert_eq!(found(b"pairs.csv"), "zip");
        assert_eq!(found(b"[Content_Types].xml"), "a spreadsheet");
        assert_eq!(found(b"mimetypeapplication/vnd.oasis.opendocument"), "a spreadsheet");
        assert_eq!(kind(b"PK\x05\x06").unwrap().0, "zip");
    }

    #[test]
    fn json_of_any_layout() {
        for text in ["[{\"a\":1", "[\n  {", " [[1,2]]", "[", "[]"] {
            assert_eq!(
                kind(text.as_bytes()),
                Some(("JSON", Cure::Pipe("jq -r '.[] | [.a, .b] | @csv' FILE")))
            );
        }
        for text in ["{\"a\":1}", "{\n\t\"a\"", "{"] {
            assert_eq!(kind(text.as_bytes()), Some(("JSON", Cure::Pipe("jq -r '[.a, .b] | @csv' FILE"))));
        }
    }
}
