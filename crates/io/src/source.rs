//! Where pairs come from.

use crate::foreign::{self, Door};
use crate::{Error, Format, Pair, Reader, arrow, csv, parquet};
use std::fs::File;
use std::io::{Cursor, ErrorKind, Read, Seek};
use std::path::Path;

/// Pairs from a file or a stream.
pub struct Source {
    reader: Box<dyn Reader>,
    size: Option<u64>,
}

impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Source").field("size", &self.size).finish_non_exhaustive()
    }
}

impl Source {
    /// Pairs of integers from 0 to `greatest` from the file at `path`.
    ///
    /// # Errors
    ///
    /// If it cannot be read, is not of `format`, or has no columns of pairs.
    pub fn open(path: &Path, format: Format, greatest: u64) -> Result<Self, Error> {
        let name = path.display().to_string();
        let cannot = |error| Error::read(&name, error);
        let mut file = File::open(path).map_err(cannot)?;
        let metadata = file.metadata().map_err(cannot)?;
        if metadata.is_dir() {
            return Err(Error::inside(&name, ": found a folder: expected a file"));
        }
        // A named pipe has a path and yet no places to go to.
        if !metadata.is_file() {
            return Self::stream(&name, Box::new(file), format, greatest);
        }
        let size = metadata.len();
        let format = found(&name, &mut file, format, Door::Pairs)?;
        let reader: Box<dyn Reader> = match format {
            Format::Csv => Box::new(csv::Csv::open(&name, file, greatest)?),
            Format::Arrow => Box::new(arrow::Arrow::file(&name, file, size, greatest)?),
            Format::ArrowStream => Box::new(arrow::Arrow::seekable(&name, file, size, greatest)?),
            Format::Parquet => Box::new(parquet::Parquet::open(&name, file, size, greatest)?),
        };
        Ok(Self { reader, size: Some(size) })
    }

    /// Pairs of integers from 0 to `greatest` from a stream that errors call `name`.
    ///
    /// # Errors
    ///
    /// If it cannot be read, is not of `format`, has no columns of pairs, or if `format` begins to be read at its end.
    pub fn stream(
        name: &str,
        mut stream: Box<dyn Read + Send>,
        format: Format,
        greatest: u64,
    ) -> Result<Self, Error> {
        let (first, ended) = first(&mut stream).map_err(|error| Error::read(name, error))?;
        let format = match Format::sniff(&first) {
            Some(whole @ (Format::Arrow | Format::Parquet)) => whole,
            _ => agreed(name, &first, format, Door::Pairs)?,
        };
        let first = Cursor::new(first);
        // A terminal that has ended would have to end twice.
        let stream: Box<dyn Read + Send> =
            if ended { Box::new(first) } else { Box::new(first.chain(stream)) };
        let reader: Box<dyn Reader> = match format {
            Format::Csv => Box::new(csv::Csv::open(name, stream, greatest)?),
            Format::ArrowStream => Box::new(arrow::Arrow::pipe(name, stream, greatest)?),
            Format::Arrow | Format::Parquet => {
                let format = format.name();
                return Err(Error::inside(
                    name,
                    format_args!(
                        " is a stream: {format} is read from its end, which a stream shows last: \
                         expected CSV, an Arrow stream, or a file"
                    ),
                ));
            }
        };
        Ok(Self { reader, size: None })
    }

    /// Appends the next pairs to `pairs`; none at the end.
    ///
    /// # Errors
    ///
    /// If the input cannot be read, is malformed, or has something else than an integer from 0 to the greatest.
    pub fn read(&mut self, pairs: &mut Vec<Pair>) -> Result<(), Error> {
        self.reader.read(pairs)
    }

    /// How many bytes of the input are done; a measure of progress, not an exact place.
    pub fn position(&self) -> u64 {
        self.reader.position()
    }

    /// How many bytes the input has, if it is a file.
    pub fn size(&self) -> Option<u64> {
        self.size
    }
}

/// The format of `file`, which should be in `asked`, as [`agreed`] has it.
pub(crate) fn found(name: &str, file: &mut File, asked: Format, door: Door) -> Result<Format, Error> {
    let cannot = |error| Error::read(name, error);
    let (first, _) = first(file).map_err(cannot)?;
    file.rewind().map_err(cannot)?;
    agreed(name, &first, asked, door)
}

/// The first bytes of `source`, and whether they are all: enough to tell formats apart, or a short first line, which may
/// be all for a while.
fn first(source: &mut impl Read) -> std::io::Result<(Vec<u8>, bool)> {
    let mut first = [0; 128];
    let mut end = 0;
    while end < first.len() && !first[..end].contains(&b'\n') {
        match source.read(&mut first[end..]) {
            Ok(0) => return Ok((first[..end].to_vec(), true)),
            Ok(count) => end += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok((first[..end].to_vec(), false))
}

/// The format of an input that begins with `first` and should be in `asked`: whether Arrow is a file or a stream, the
/// bytes decide.
fn agreed(name: &str, first: &[u8], asked: Format, door: Door) -> Result<Format, Error> {
    foreign::refuse(name, first, door)?;
    let found = Format::sniff(first);
    match (asked, found) {
        (Format::Arrow | Format::ArrowStream, None) => Ok(Format::ArrowStream),
        (Format::Arrow | Format::ArrowStream, Some(found)) if found != Format::Parquet => Ok(found),
        (Format::Parquet, None) => {
            Err(Error::inside(name, ": found no `PAR1` at its start: expected a Parquet file"))
        }
        (asked, Some(found)) if asked != found => {
            let cure = match door {
                Door::Pairs => format!("say `--input-format {}`", found.option()),
                Door::Table => format!("name it `.{}`", found.extension()),
            };
            let (expected, found) = (asked.name(), found.name());
            Err(Error::inside(name, format_args!(": found {found}: expected {expected}; {cure}")))
        }
        _ => Ok(asked),
    }
}
