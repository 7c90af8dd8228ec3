//! The formats, and which one a name says.

use std::path::Path;

/// How pairs and sums are written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Lines of decimal numbers with commas between them.
    Csv,
    /// Arrow's IPC file, which ends with an index of its record batches; Feather is the same.
    Arrow,
    /// Arrow's IPC stream, which can be read through a pipe.
    ArrowStream,
    /// Parquet.
    Parquet,
}

impl Format {
    /// The format that the extension of `path` says; CSV if it says none of the others.
    pub fn of(path: &Path) -> Self {
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or("");
        match extension.to_ascii_lowercase().as_str() {
            "arrow" | "ipc" | "feather" => Self::Arrow,
            "arrows" => Self::ArrowStream,
            "parquet" => Self::Parquet,
            _ => Self::Csv,
        }
    }

    /// Its name in a sentence.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Csv => "CSV",
            Self::Arrow => "an Arrow file",
            Self::ArrowStream => "an Arrow stream",
            Self::Parquet => "a Parquet file",
        }
    }

    /// The binary format that a file with these first bytes has.
    ///
    /// A stream has no magic: only the first half of it, the mark of a message, is the same in all that are written
    /// today, and no text begins with it.
    pub(crate) fn sniff(bytes: &[u8]) -> Option<Self> {
        const STARTS: [(&[u8], Format); 3] = [
            (b"ARROW1", Format::Arrow),
            (b"\xff\xff\xff\xff", Format::ArrowStream),
            (b"PAR1", Format::Parquet),
        ];
        STARTS.iter().find(|(start, _)| bytes.starts_with(start)).map(|&(_, format)| format)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extensions_say_the_format() {
        for (path, format) in [
            ("p.csv", Format::Csv),
            ("p.txt", Format::Csv),
            ("p", Format::Csv),
            ("a.parquet/p.csv", Format::Csv),
            ("p.arrow", Format::Arrow),
            ("p.IPC", Format::Arrow),
            ("p.feather", Format::Arrow),
            ("p.arrows", Format::ArrowStream),
            ("p.csv.parquet", Format::Parquet),
        ] {
            assert_eq!(Format::of(Path::new(path)), format, "{path}");
        }
    }

    #[test]
    fn first_bytes_say_the_format() {
        assert_eq!(Format::sniff(b"PAR1\x15"), Some(Format::Parquet));
        assert_eq!(Format::sniff(b"ARROW1\0\0"), Some(Format::Arrow));
        assert_eq!(Format::sniff(b"\xff\xff\xff\xff\x10"), Some(Format::ArrowStream));
        assert_eq!(Format::sniff(b"a,b\n"), None);
        assert_eq!(Format::sniff(b""), None);
    }
}
