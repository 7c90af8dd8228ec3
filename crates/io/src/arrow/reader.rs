//! Pairs out of Arrow IPC: batch after batch of a file or a stream, each in pieces.

use super::MAGIC;
use super::index::Index;
use super::message::{Message, NoMessage, RecordBatch, Span};
use super::origin::{Body, Next, Origin};
use super::schema::{self, Column, malformed};
use super::section::{Buffer, Shared};
use super::table::{Malformed, Table};
use crate::columns::{Chunk, OPERANDS, join};
use crate::{BATCH, Error, Pair, Reader, look};
use std::fs::File;
use std::io::{ErrorKind, Read};

/// An Arrow file or stream.
pub(crate) struct Arrow {
    name: String,
    greatest: u64,
    columns: [Column; 2],
    origin: Origin,
    /// The batch that is being read.
    open: Option<Open>,
    /// How many rows came before what is read next.
    rows: u64,
    raw: Vec<u8>,
    chunks: [Chunk; 2],
}

/// A batch that is being read.
struct Open {
    at: u64,
    length: u64,
    rows: u64,
    left: u64,
    operands: [Operand; 2],
}

struct Operand {
    /// None if no row is null.
    validity: Option<Buffer>,
    values: Buffer,
}

impl Arrow {
    /// Opens an Arrow file of `size` bytes, which ends with its index.
    pub(crate) fn file(name: &str, file: File, size: u64, greatest: u64) -> Result<Self, Error> {
        let file = Shared::new(file);
        let (columns, batches) = Self::index(name, &file, size, |schema| schema::columns(name, schema))?;
        Ok(Self::new(name, greatest, columns, Origin::Indexed(file, batches)))
    }

    /// The columns of an Arrow file of `size` bytes, which is whole.
    pub(crate) fn columns_of_file(name: &str, file: File, size: u64) -> Result<Vec<look::Column>, Error> {
        let file = Shared::new(file);
        let all = |schema: Table<'_>| schema::all(schema).map_err(|Malformed| malformed(name));
        let (columns, batches) = Self::index(name, &file, size, all)?;
        pass(name, Origin::Indexed(file, batches))?;
        Ok(columns)
    }

    /// The columns of an Arrow stream that lies in a file of `size` bytes, which is whole.
    pub(crate) fn columns_of_stream(name: &str, file: File, size: u64) -> Result<Vec<look::Column>, Error> {
        let file = Shared::new(file);
        let message = schema_message(name, &mut file.section(0, u64::MAX))?;
        let schema = message.schema().map_err(|Malformed| malformed(name))?.ok_or_else(|| malformed(name))?;
        let columns = schema::all(schema).map_err(|Malformed| malformed(name))?;
        pass(name, Origin::Seekable(file, message.length, size))?;
        Ok(columns)
    }

    /// What `read` makes of the schema in the index of a file, and where the record batches are, the last first.
    fn index<T>(
        name: &str,
        file: &Shared,
        size: u64,
        read_schema: impl FnOnce(Table<'_>) -> Result<T, Error>,
    ) -> Result<(T, Vec<u64>), Error> {
        let read = |at: u64, length: u64| {
            let mut bytes = Vec::new();
            let mut section = file.section(at, length);
            section.read_to_end(&mut bytes).map_err(|error| Error::read(name, error))?;
            Ok::<_, Error>(bytes)
        };
        let end = read(size.saturating_sub(10), 10)?;
        let Some((length, _)) = end.split_first_chunk().filter(|(_, mark)| *mark == &MAGIC[..6]) else {
            let text = ": found no `ARROW1` at its end: expected an Arrow file that is not cut";
            return Err(Error::inside(name, text));
        };
        let length = u64::try_from(i32::from_le_bytes(*length)).map_err(|_| malformed(name))?;
        let end = (size - 10).checked_sub(length).ok_or_else(|| malformed(name))?;
        let footer = read(end, length)?;
        let index = Index::parse(&footer).map_err(|Malformed| malformed(name))?;
        let columns = read_schema(index.schema)?;
        // The index holds the schema too, so the one at the start is hardly longer.
        let first = MAGIC.len() as u64 + length;
        let unnamed = index.unnamed(first, end).map_err(|Malformed| malformed(name))?;
        if unnamed > 0 {
            let text =
                format_args!(": found {unnamed} bytes that its index does not name: expected one Arrow file");
            return Err(Error::inside(name, text));
        }
        Ok((columns, index.batches()))
    }

    /// Opens an Arrow stream that lies in a file of `size` bytes.
    pub(crate) fn seekable(name: &str, file: File, size: u64, greatest: u64) -> Result<Self, Error> {
        let file = Shared::new(file);
        let (columns, length) = begin(name, &mut file.section(0, u64::MAX))?;
        Ok(Self::new(name, greatest, columns, Origin::Seekable(file, length, size)))
    }

    /// Opens an Arrow stream that goes by once. Of each batch it holds both columns in memory.
    pub(crate) fn pipe(name: &str, mut stream: Box<dyn Read + Send>, greatest: u64) -> Result<Self, Error> {
        let (columns, _) = begin(name, &mut stream)?;
        Ok(Self::new(name, greatest, columns, Origin::Pipe(stream)))
    }

    fn new(name: &str, greatest: u64, columns: [Column; 2], origin: Origin) -> Self {
        let chunks = columns.map(|column| Chunk::new(column.integer));
        let name = name.to_owned();
        Self { name, greatest, columns, origin, open: None, rows: 0, raw: Vec::new(), chunks }
    }

    fn malformed(&self) -> Error {
        let row = self.rows + 1;
        Error::inside(&self.name, format_args!(", from row {row}: malformed or cut: expected a record batch"))
    }

    fn behind(&self) -> Error {
        let text = format_args!(
            ", after row {}: found more behind the end of the stream: expected one stream",
            self.rows
        );
        Error::inside(&self.name, text)
    }

    /// Opens the next batch.
    fn open(&self, next: Next) -> Result<Open, Error> {
        let Next { batch, mut body, at, length } = next;
        let mut operand = |index: usize| {
            let operand = batch.operands[index];
            let width = self.columns[index].integer.bytes() as u64;
            let values = batch.rows.checked_mul(width).ok_or_else(|| self.malformed())?;
            let bits = batch.rows.div_ceil(8);
            let mut buffer = |span, needed| self.buffer(&batch, &mut body, span, needed, OPERANDS[index]);
            Ok::<_, Error>(Operand {
                validity: operand.validity.map(|span| buffer(span, bits)).transpose()?,
                values: buffer(operand.values, values)?,
            })
        };
        let operands = [operand(0)?, operand(1)?];
        Ok(Open { at, length, rows: batch.rows, left: batch.rows, operands })
    }

    /// The buffer at `span`, of which `needed` bytes are read when it is not compressed any more.
    fn buffer(
        &self,
        batch: &RecordBatch,
        body: &mut Body,
        span: Span,
        needed: u64,
        operand: &str,
    ) -> Result<Buffer, Error> {
        let mut buffer = body.buffer(span);
        let Some(codec) = batch.compression.filter(|_| needed > 0) else {
            return if span.length >= needed { Ok(buffer) } else { Err(self.malformed()) };
        };
        // The length without compression stands before the bytes; -1 says that there is none.
        let mut length = [0; 8];
        buffer.read_exact(&mut length).map_err(|error| self.cannot(error))?;
        match i64::from_le_bytes(length) {
            -1 => Ok(buffer),
            length if u64::try_from(length).map_or(true, |length| length < needed) => Err(self.malformed()),
            _ => match codec {
                0 => Ok(buffer.decompress_lz4()),
                1 => buffer.decompress_zstd().map_err(|error| self.cannot(error)),
                _ => {
                    let text = ", column `{operand}`: found an unknown codec: expected LZ4, Zstandard or no compression";
                    Err(Error::inside(&self.name, text.replace("{operand}", operand)))
                }
            },
        }
    }

    /// Why bytes of a batch could not be read: because of the file, or because of the system.
    fn cannot(&self, error: std::io::Error) -> Error {
        match error.kind() {
            ErrorKind::UnexpectedEof
            | ErrorKind::InvalidData
            | ErrorKind::InvalidInput
            | ErrorKind::Other => self.malformed(),
            _ => Error::read(&self.name, error),
        }
    }

    /// Reads the next `rows` rows of the open batch into the chunks.
    fn fill(&mut self, rows: usize) -> Result<(), std::io::Error> {
        let open = self.open.as_mut().expect("the caller has opened a batch");
        for (operand, chunk) in open.operands.iter_mut().zip(&mut self.chunks) {
            chunk.clear();
            self.raw.resize(rows * chunk.integer.bytes(), 0);
            operand.values.read_exact(&mut self.raw)?;
            chunk.widen(&self.raw);
            if let Some(validity) = &mut operand.validity {
                self.raw.resize(rows.div_ceil(8), 0);
                validity.read_exact(&mut self.raw)?;
                let null = (0..rows).find(|row| self.raw[row / 8] >> (row % 8) & 1 == 0);
                if let Some(row) = null {
                    chunk.null(row);
                }
            }
        }
        Ok(())
    }
}

/// Passes over all messages of `origin`: what is cut, or has more behind its end, is an error.
fn pass(name: &str, mut origin: Origin) -> Result<(), Error> {
    match origin.next(None) {
        Ok(_) => Ok(()),
        Err(NoMessage::Read(error)) => Err(Error::read(name, error)),
        Err(NoMessage::Behind) => {
            Err(Error::inside(name, ": found more behind the end of the stream: expected one stream"))
        }
        Err(NoMessage::End | NoMessage::Marked(_) | NoMessage::Malformed) => {
            Err(Error::inside(name, ": malformed or cut: expected record batches"))
        }
    }
}

/// Reads the schema at the start of a stream: where the operands are, and how long it is.
fn begin(name: &str, stream: &mut impl Read) -> Result<([Column; 2], u64), Error> {
    let message = schema_message(name, stream)?;
    let schema = message.schema().map_err(|Malformed| malformed(name))?.ok_or_else(|| malformed(name))?;
    Ok((schema::columns(name, schema)?, message.length))
}

/// Reads the message at the start of a stream, which is a schema.
fn schema_message(name: &str, stream: &mut impl Read) -> Result<Message, Error> {
    let message = Message::read(stream).map_err(|error| match error {
        NoMessage::Read(error) => Error::read(name, error),
        NoMessage::End | NoMessage::Marked(_) | NoMessage::Behind | NoMessage::Malformed => {
            Error::inside(name, ": found neither `ARROW1` nor a message at its start: expected Arrow")
        }
    })?;
    let is_schema = message.schema().map_err(|Malformed| malformed(name))?.is_some();
    if is_schema && message.body == 0 {
        return Ok(message);
    }
    Err(Error::inside(name, ": found another message than a schema at its start: expected an Arrow stream"))
}

impl Reader for Arrow {
    fn read(&mut self, pairs: &mut Vec<Pair>) -> Result<(), Error> {
        loop {
            let Some(left) = self.open.as_ref().map(|open| open.left).filter(|&left| left > 0) else {
                let next = self.origin.next(Some(self.columns)).map_err(|error| match error {
                    NoMessage::Read(error) => Error::read(&self.name, error),
                    NoMessage::Behind => self.behind(),
                    NoMessage::End | NoMessage::Marked(_) | NoMessage::Malformed => self.malformed(),
                })?;
                let Some(next) = next else { return Ok(()) };
                self.open = Some(self.open(next)?);
                continue;
            };
            let room = BATCH - pairs.len();
            // Pieces of a batch begin with a whole byte of its validity.
            let rows = usize::try_from(left).ok().filter(|&left| left <= room).unwrap_or(room / 8 * 8);
            if rows == 0 {
                return Ok(());
            }
            self.fill(rows).map_err(|error| self.cannot(error))?;
            let [a, b] = &self.chunks;
            join(&self.name, self.rows, [a, b], self.greatest, pairs)?;
            self.rows += rows as u64;
            if let Some(open) = &mut self.open {
                open.left -= rows as u64;
            }
        }
    }

    fn position(&self) -> u64 {
        let Some(open) = &self.open else { return 0 };
        // A batch may be the whole file, so the rows that are done count.
        let part = 1.0 - open.left as f64 / open.rows.max(1) as f64;
        open.at + (open.length as f64 * part) as u64
    }
}
