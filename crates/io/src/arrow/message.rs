//! A message of Arrow IPC: its metadata, and what a record batch says in it.

use super::schema::Column;
use super::table::{Malformed, Table, size_at};
use super::{CONTINUATION, DICTIONARY_BATCH, RECORD_BATCH, SCHEMA, V5};
use std::io::Read;

/// The metadata of a message, with the length of the body that follows it.
#[derive(Debug)]
pub(super) struct Message {
    bytes: Vec<u8>,
    /// How long the body is.
    pub(super) body: u64,
    /// How long the metadata is, with what stands before it.
    pub(super) length: u64,
}

/// What a message is, as far as it matters here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Schema,
    Dictionary,
    Batch,
}

/// Why there is no next message.
#[derive(Debug)]
pub(super) enum NoMessage {
    /// The stream simply ends.
    End,
    /// The stream says that it ends, in so many bytes.
    Marked(u64),
    /// Something follows the end of the stream.
    Behind,
    Malformed,
    Read(std::io::Error),
}

impl From<Malformed> for NoMessage {
    fn from(_: Malformed) -> Self {
        Self::Malformed
    }
}

impl From<std::io::Error> for NoMessage {
    fn from(error: std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::UnexpectedEof { Self::Malformed } else { Self::Read(error) }
    }
}

impl Message {
    /// Reads the metadata of the next message of `stream`.
    pub(super) fn read(stream: &mut impl Read) -> Result<Self, NoMessage> {
        let mut start = Vec::new();
        if stream.take(4).read_to_end(&mut start)? == 0 {
            return Err(NoMessage::End);
        }
        let mut word: [u8; 4] = start.try_into().map_err(|_| NoMessage::Malformed)?;
        let mut before = 4;
        // Before 2019 messages began with their length.
        if word == CONTINUATION {
            stream.read_exact(&mut word)?;
            before = 8;
        }
        let length = u64::try_from(i32::from_le_bytes(word)).map_err(|_| NoMessage::Malformed)?;
        if length == 0 {
            return Err(NoMessage::Marked(before));
        }
        // The length may be a lie: memory grows with what is there.
        let mut bytes = Vec::new();
        stream.take(length).read_to_end(&mut bytes)?;
        if bytes.len() as u64 != length {
            return Err(NoMessage::Malformed);
        }
        let body = Table::root(&bytes)?.size(3)?;
        Ok(Self { bytes, body, length: before + length })
    }

    /// What it is. Tensors, which are messages too, belong to no table.
    pub(super) fn kind(&self) -> Result<Kind, Malformed> {
        match Table::root(&self.bytes)?.u8(1)? {
            SCHEMA => Ok(Kind::Schema),
            DICTIONARY_BATCH => Ok(Kind::Dictionary),
            RECORD_BATCH => Ok(Kind::Batch),
            _ => Err(Malformed),
        }
    }

    /// Its header, if it is of `kind`.
    fn header(&self, kind: u8) -> Result<Option<Table<'_>>, Malformed> {
        let root = Table::root(&self.bytes)?;
        if root.u8(1)? == kind { root.table(2)?.map(Some).ok_or(Malformed) } else { Ok(None) }
    }

    /// The schema that it holds, if it does.
    pub(super) fn schema(&self) -> Result<Option<Table<'_>>, Malformed> {
        self.header(SCHEMA)
    }

    /// The record batch that it holds, if it does, with where the columns of operands are.
    pub(super) fn batch(&self, columns: [Column; 2]) -> Result<Option<RecordBatch>, Malformed> {
        let Some(header) = self.header(RECORD_BATCH)? else { return Ok(None) };
        let rows = header.size(0)?;
        let (nodes, buffers) = (header.structs::<16>(1)?, header.structs::<16>(2)?);
        let compression = header.table(3)?.map(|compression| compression.u8(0)).transpose()?;
        let variadic = header.structs::<8>(4)?;
        let is_old = Table::root(&self.bytes)?.i16(0)? < V5;
        let span = |index: usize| {
            let buffer = buffers.get(index).ok_or(Malformed)?;
            let (at, length) = (size_at(buffer, 0)?, size_at(buffer, 8)?);
            let end = at.checked_add(length).filter(|&end| end <= self.body);
            end.map(|_| Span { at, length }).ok_or(Malformed)
        };
        let operand = |column: Column| {
            let node = nodes.get(column.node).ok_or(Malformed)?;
            let views = variadic.get(..column.views).ok_or(Malformed)?;
            let more = views
                .iter()
                .try_fold(0, |sum: u64, count| sum.checked_add(size_at(count, 0)?).ok_or(Malformed))?;
            let before = column.buffer + if is_old { column.old } else { 0 };
            let buffer = usize::try_from(more).ok().and_then(|more| before.checked_add(more));
            let buffer = buffer.filter(|&buffer| buffer < buffers.len()).ok_or(Malformed)?;
            if size_at(node, 0)? != rows {
                return Err(Malformed);
            }
            let validity = if size_at(node, 8)? > 0 { Some(span(buffer)?) } else { None };
            Ok(Operand { validity, values: span(buffer + 1)? })
        };
        let [a, b] = columns;
        Ok(Some(RecordBatch { rows, compression, operands: [operand(a)?, operand(b)?] }))
    }
}

/// Where the operands of a record batch are.
#[derive(Clone, Copy, Debug)]
pub(super) struct RecordBatch {
    pub(super) rows: u64,
    /// How its buffers are compressed, if they are: 0 is LZ4, 1 is Zstandard.
    pub(super) compression: Option<u8>,
    pub(super) operands: [Operand; 2],
}

impl RecordBatch {
    /// All the bytes that its operands need.
    pub(super) fn spans(&self) -> impl Iterator<Item = Span> {
        self.operands.into_iter().flat_map(|operand| operand.validity.into_iter().chain([operand.values]))
    }
}

/// Where a column of a record batch is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Operand {
    /// A bit for each row, which says that it is not null; none if no row is.
    pub(super) validity: Option<Span>,
    pub(super) values: Span,
}

/// Some bytes of a body; they lie inside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) at: u64,
    pub(super) length: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_and_malformed_ones() {
        let read = |bytes: &[u8]| Message::read(&mut &*bytes);
        assert!(matches!(read(&[]), Err(NoMessage::End)));
        assert!(matches!(read(&[0; 4]), Err(NoMessage::Marked(4))));
        assert!(matches!(read(&[255, 255, 255, 255, 0, 0, 0, 0]), Err(NoMessage::Marked(8))));
        assert!(matches!(read(&[255, 255, 255, 255]), Err(NoMessage::Malformed)));
        assert!(matches!(read(&[255, 255]), Err(NoMessage::Malformed)));
        assert!(matches!(read(&[255, 255, 255, 255, 255, 255, 255, 255]), Err(NoMessage::Malformed)));
        assert!(matches!(read(&[8, 0, 0, 0, 9, 9, 9]), Err(NoMessage::Malformed)));
        assert!(matches!(read(&[4, 0, 0, 0, 9, 9, 9, 9]), Err(NoMessage::Malformed)));
    }
}
