//! Sums into Arrow IPC: a schema, then a record batch for each batch of rows; a file also has an index.

use super::build::{Field, build};
use super::{CONTINUATION, INT, MAGIC, RECORD_BATCH, SCHEMA, V5};
use crate::{Error, Pair, Writer};
use std::io::Write;

/// Writes columns `a`, `b` and `sum` of 64 bits without sign.
pub(crate) struct ArrowWriter<W> {
    name: String,
    target: W,
    /// Whether the file gets marks at its start and end, and an index.
    file: bool,
    /// How many bytes are written.
    at: u64,
    /// For each batch where it is, and how long its metadata and its body are.
    blocks: Vec<i64>,
    body: Vec<u8>,
}

impl<W: Write> ArrowWriter<W> {
    /// Begins an Arrow file.
    pub(crate) fn file(name: &str, target: W) -> Result<Self, Error> {
        Self::begin(name, target, true)
    }

    /// Begins an Arrow stream.
    pub(crate) fn stream(name: &str, target: W) -> Result<Self, Error> {
        Self::begin(name, target, false)
    }

    fn begin(name: &str, target: W, file: bool) -> Result<Self, Error> {
        let name = name.to_owned();
        let mut writer = Self { name, target, file, at: 0, blocks: Vec::new(), body: Vec::new() };
        if file {
            writer.put(MAGIC)?;
        }
        writer.message(SCHEMA, schema(), 0)?;
        Ok(writer)
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.at += bytes.len() as u64;
        self.target.write_all(bytes).map_err(|error| Error::write(&self.name, error))
    }

    /// Writes the metadata of a message; how long it is with what stands before it.
    fn message(&mut self, kind: u8, header: Vec<Field<'_>>, body: i64) -> Result<i64, Error> {
        let metadata = build(&[Field::I16(V5), Field::U8(kind), Field::Table(header), Field::I64(body)]);
        let length = i32::try_from(metadata.len()).expect("metadata has a few hundred bytes");
        self.put(&[&CONTINUATION, &length.to_le_bytes(), metadata.as_slice()].concat())?;
        Ok(i64::from(length) + 8)
    }
}

fn schema() -> Vec<Field<'static>> {
    let field = |name, nullable| {
        let int = Field::Table(vec![Field::I32(64), Field::U8(0)]);
        let (nullable, none) = (Field::U8(u8::from(nullable)), Field::Absent);
        // Readers insist on a vector of children, though it be empty.
        vec![Field::Text(name), nullable, Field::U8(INT), int, none, Field::Tables(vec![])]
    };
    vec![Field::I16(0), Field::Tables(vec![field("a", false), field("b", false), field("sum", true)])]
}

/// The length of a file or a part of it as the format wants it.
fn signed(length: impl TryInto<i64>) -> i64 {
    length.try_into().ok().expect("no file is 2^63 bytes long")
}

/// Appends the values of a column, eight bytes each.
fn column(body: &mut Vec<u8>, values: impl ExactSizeIterator<Item = u64>) {
    let start = body.len();
    body.resize(start + 8 * values.len(), 0);
    for (bytes, value) in body[start..].as_chunks_mut().0.iter_mut().zip(values) {
        *bytes = value.to_le_bytes();
    }
}

impl<W: Write + Send> Writer for ArrowWriter<W> {
    fn write(&mut self, pairs: &[Pair], sums: &[Option<u64>]) -> Result<(), Error> {
        let mut body = std::mem::take(&mut self.body);
        body.clear();
        column(&mut body, pairs.iter().map(|pair| pair.0));
        column(&mut body, pairs.iter().map(|pair| pair.1));
        let nulls = sums.iter().filter(|sum| sum.is_none()).count();
        if nulls > 0 {
            let bits = |sums: &[Option<u64>]| {
                sums.iter().rev().fold(0, |bits, sum| bits << 1 | u8::from(sum.is_some()))
            };
            body.extend(sums.chunks(8).map(bits));
        }
        let validity = signed(body.len()) - 16 * signed(pairs.len());
        body.resize(body.len().next_multiple_of(8), 0);
        let start = signed(body.len());
        column(&mut body, sums.iter().map(|sum| sum.unwrap_or(0)));

        let (rows, nulls) = (signed(pairs.len()), signed(nulls));
        let eight = 8 * rows;
        let nodes = vec![rows, 0, rows, 0, rows, nulls];
        // Columns without nulls have an empty validity.
        let buffers = vec![0, 0, 0, eight, eight, 0, eight, eight, 2 * eight, validity, start, eight];
        let header = vec![Field::I64(rows), Field::Structs(2, nodes), Field::Structs(2, buffers)];
        let at = signed(self.at);
        let length = self.message(RECORD_BATCH, header, signed(body.len()))?;
        self.blocks.extend([at, length, signed(body.len())]);
        let written = self.put(&body);
        self.body = body;
        written
    }

    fn finish(&mut self) -> Result<(), Error> {
        self.put(&[CONTINUATION, [0; 4]].concat())?;
        if self.file {
            // A block's second number has 32 bits and as many of padding, which its high half is.
            let blocks = std::mem::take(&mut self.blocks);
            let schema = Field::Table(schema());
            let footer =
                build(&[Field::I16(V5), schema, Field::Structs(3, vec![]), Field::Structs(3, blocks)]);
            let length = i32::try_from(footer.len()).map_err(|_| {
                Error::inside(&self.name, ": the index of an Arrow file has 2 GiB: expected fewer rows")
            })?;
            self.put(&footer)?;
            self.put(&[&length.to_le_bytes(), &MAGIC[..6]].concat())?;
        }
        self.target.flush().map_err(|error| Error::write(&self.name, error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_by_hand() {
        let mut bytes = Vec::new();
        let mut writer = ArrowWriter::stream("out", &mut bytes).unwrap();
        let schema = writer.at;
        writer.write(&[(1, 2), (3, 4), (5, 6)], &[Some(3), None, Some(11)]).unwrap();
        writer.finish().unwrap();
        drop(writer);
        assert!(schema.is_multiple_of(8));
        // Three values of a and of b, a byte of validity with its padding, three sums, the end.
        let numbers: Vec<_> =
            bytes[bytes.len() - 88..].as_chunks().0.iter().map(|&bytes| u64::from_le_bytes(bytes)).collect();
        assert_eq!(numbers, [1, 3, 5, 2, 4, 6, 0b101, 3, 0, 11, 0xffff_ffff]);
    }
}
