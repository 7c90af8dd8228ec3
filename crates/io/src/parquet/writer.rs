//! Sums into Parquet: row groups of a bounded size, columns of 64 bits without sign.
//!
//! Differences in as many bits as they need take two thirds of the bytes of dictionaries with Snappy, which are pyarrow's
//! default. Snappy behind them finds nothing more: it looks for bytes that repeat, and numbers of odd widths in bits have none.

use super::write;
use crate::{Error, Pair, Writer};
use parquet::basic::{Compression, Encoding};
use parquet::column::writer::ColumnWriterImpl;
use parquet::data_type::Int64Type;
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use std::io::Write;
use std::sync::Arc;

/// The rows of a row group, as other writers have it too; it is held in memory, 24 bytes a row.
const GROUP: usize = 1 << 20;

/// Rows in pieces of this many become a page of at most as many values.
const PAGE: usize = 1 << 16;

const SCHEMA: &str = "message pairs {
    REQUIRED INT64 a (INTEGER(64,false));
    REQUIRED INT64 b (INTEGER(64,false));
    OPTIONAL INT64 sum (INTEGER(64,false));
}";

/// Writes columns `a`, `b` and `sum`.
pub(crate) struct ParquetWriter<W: Write> {
    name: String,
    /// None when it is finished.
    file: Option<SerializedFileWriter<W>>,
    a: Vec<i64>,
    b: Vec<i64>,
    /// The sums that are there, and for each row 1 if it has one, or 0.
    sums: Vec<i64>,
    levels: Vec<i16>,
}

impl<W: Write + Send> ParquetWriter<W> {
    pub(crate) fn new(name: &str, target: W) -> Result<Self, Error> {
        let schema = Arc::new(parse_message_type(SCHEMA).expect("the schema above is well formed"));
        let properties = WriterProperties::builder()
            .set_created_by("nanoadder".to_owned())
            .set_compression(Compression::UNCOMPRESSED)
            .set_dictionary_enabled(false)
            .set_encoding(Encoding::DELTA_BINARY_PACKED)
            .set_data_page_row_count_limit(PAGE)
            .set_write_batch_size(PAGE)
            .build();
        let file = SerializedFileWriter::new(target, schema, Arc::new(properties));
        let file = file.map_err(|error| write(name, error))?;
        let (a, b, sums, levels) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Ok(Self { name: name.to_owned(), file: Some(file), a, b, sums, levels })
    }

    /// Writes the rows that are held as a row group.
    fn group(&mut self) -> Result<(), ParquetError> {
        let Some(file) = self.file.as_mut().filter(|_| !self.a.is_empty()) else { return Ok(()) };
        let mut group = file.next_row_group()?;
        for (values, levels) in [(&self.a, None), (&self.b, None), (&self.sums, Some(&*self.levels))] {
            let mut column = group.next_column()?.expect("the schema has three columns");
            let writer: &mut ColumnWriterImpl<'_, Int64Type> = column.typed();
            writer.write_batch(values, levels, None)?;
            column.close()?;
        }
        group.close()?;
        self.a.clear();
        self.b.clear();
        self.sums.clear();
        self.levels.clear();
        Ok(())
    }
}

impl<W: Write + Send> Writer for ParquetWriter<W> {
    fn write(&mut self, pairs: &[Pair], sums: &[Option<u64>]) -> Result<(), Error> {
        if self.a.len() + pairs.len() > GROUP {
            self.group().map_err(|error| write(&self.name, error))?;
        }
        self.a.extend(pairs.iter().map(|pair| pair.0.cast_signed()));
        self.b.extend(pairs.iter().map(|pair| pair.1.cast_signed()));
        self.sums.extend(sums.iter().flatten().map(|sum| sum.cast_signed()));
        self.levels.extend(sums.iter().map(|sum| i16::from(sum.is_some())));
        Ok(())
    }

    fn finish(&mut self) -> Result<(), Error> {
        self.group().map_err(|error| write(&self.name, error))?;
        let Some(file) = self.file.take() else { return Ok(()) };
        let mut target = file.into_inner().map_err(|error| write(&self.name, error))?;
        target.flush().map_err(|error| Error::write(&self.name, error))
    }
}
