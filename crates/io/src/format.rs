//! The formats, and which one a name says.

use crate::Error;
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
    /// The format that the extension of the input `path` says; CSV if it says none of the others.
    pub fn of(path: &Path) -> Self {
        Self::said(path).unwrap_or(Self::Csv)
    }

    /// The format that the extension of the output `path` says; CSV if it has none.
    ///
    /// # Errors
    ///
    /// If it has another one: nobody means CSV by `sums.json`.
    pub fn of_output(path: &Path) -> Result<Self, Error> {
        Self::said(path).ok_or_else(|| {
            let extension = path.extension().unwrap_or_default().to_string_lossy();
            let expected = "`.csv`, `.txt`, `.arrow`, `.ipc`, `.feather`, `.arrows`, `.parquet` or none";
            let text = format_args!(
                ": found the extension `.{extension}`: expected {expected}; or say `--output-format`"
            );
            Error::inside(&path.display().to_string(), text)
        })
    }

    /// What the extension of `path` says, if it is known.
    fn said(path: &Path) -> Option<Self> {
        let Some(extension) = path.extension() else { return Some(Self::Csv) };
        match extension.to_str()?.to_ascii_lowercase().as_str() {
            "csv" | "txt" => Some(Self::Csv),
            "arrow" | "ipc" | "feather" => Some(Self::Arrow),
            "arrows" => Some(Self::ArrowStream),
            "parquet" => Some(Self::Parquet),
            _ => None,
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

    /// Its name as the command's options have it.
    pub(crate) fn option(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Arrow => "arrow",
            Self::ArrowStream => "arrow-stream",
            Self::Parquet => "parquet",
        }
    }

    /// The extension of its files.
    pub(crate) fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Arrow => "arrow",
            Self::ArrowStream => "arrows",
            Self::Parquet => "parquet",
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
    fn outputs_have_an_extension_that_is_known_or_none() {
        for path in ["s.csv", "s.TXT", "s.arrow", "s.ipc", "s.feather", "s.arrows", "s.parquet", "s", "x.y/s"]
        {
            assert_eq!(Format::of_output(Path::new(path)).unwrap(), Format::of(Path::new(path)), "{path}");
        }
        for path in ["s.json", "s.xlsx", "s.unknown", "s.csv.gz", "s.tsv", "s."] {
            let error = Format::of_output(Path::new(path)).unwrap_err().to_string();
            assert!(error.starts_with(&format!("`{path}`: found the extension `.")), "{error}");
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
