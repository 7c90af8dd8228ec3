//! Where sums go.

use crate::{Error, Format, Pair, Writer, arrow, csv, parquet};
use std::io::Write;

/// Pairs and their sums into a file or a stream.
pub struct Sink(Box<dyn Writer>);

impl std::fmt::Debug for Sink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Sink").finish_non_exhaustive()
    }
}

impl Sink {
    /// Writes columns `a`, `b` and `sum` in `format` to `target`, which errors call `name`.
    ///
    /// No format goes back in its file, so `target` may be a pipe. It needs no buffer of its own.
    ///
    /// # Errors
    ///
    /// If the beginning of the file cannot be written.
    pub fn new(name: &str, target: Box<dyn Write + Send>, format: Format) -> Result<Self, Error> {
        Ok(Self(match format {
            Format::Csv => Box::new(csv::CsvWriter::new(name, target)),
            Format::Arrow => Box::new(arrow::ArrowWriter::file(name, target)?),
            Format::ArrowStream => Box::new(arrow::ArrowWriter::stream(name, target)?),
            Format::Parquet => Box::new(parquet::ParquetWriter::new(name, target)?),
        }))
    }

    /// Writes pairs with their sums, none where there is no number.
    ///
    /// # Errors
    ///
    /// If the target cannot be written.
    ///
    /// # Panics
    ///
    /// If there are not as many sums as pairs.
    pub fn write(&mut self, pairs: &[Pair], sums: &[Option<u64>]) -> Result<(), Error> {
        assert_eq!(pairs.len(), sums.len(), "one sum for each pair");
        self.0.write(pairs, sums)
    }

    /// Writes what is left and the end of the file. Without it the file is not complete.
    ///
    /// # Errors
    ///
    /// If the target cannot be written.
    pub fn finish(&mut self) -> Result<(), Error> {
        self.0.finish()
    }
}
