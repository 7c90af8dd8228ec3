//! Where messages come from, and how to get at the bodies behind them.

use super::message::{Kind, Message, NoMessage, RecordBatch, Span};
use super::schema::Column;
use super::section::{Buffer, Shared};
use std::io::{Cursor, Read};

/// Where messages come from.
pub(super) enum Origin {
    /// A file, with the places of its batches, the last first.
    Indexed(Shared, Vec<u64>),
    /// A stream in a file, with the place of its next message and the size of the file.
    Seekable(Shared, u64, u64),
    /// A stream that goes by once.
    Pipe(Box<dyn Read + Send>),
}

/// A record batch with its body and its place, which measures progress.
pub(super) struct Next {
    pub(super) batch: RecordBatch,
    pub(super) body: Body,
    pub(super) at: u64,
    /// The bytes of its metadata and its body.
    pub(super) length: u64,
}

impl Origin {
    /// The next record batch, or none at the end. Dictionaries are passed over, and without `columns` record batches too.
    ///
    /// Behind the end of a stream there is nothing more: whoever reads only one of two streams loses rows.
    pub(super) fn next(&mut self, columns: Option<[Column; 2]>) -> Result<Option<Next>, NoMessage> {
        loop {
            let at = match self {
                Self::Indexed(_, blocks) => match blocks.pop() {
                    Some(at) => at,
                    None => return Ok(None),
                },
                Self::Seekable(_, at, _) => *at,
                Self::Pipe(_) => 0,
            };
            let message = match self {
                Self::Indexed(file, _) | Self::Seekable(file, ..) => {
                    Message::read(&mut file.section(at, u64::MAX))
                }
                Self::Pipe(stream) => Message::read(stream),
            };
            let message = match message {
                Ok(message) => message,
                Err(NoMessage::End | NoMessage::Marked(_)) if matches!(self, Self::Indexed(..)) => {
                    // An index has no end among its batches.
                    return Err(NoMessage::Malformed);
                }
                Err(NoMessage::End) => return Ok(None),
                Err(NoMessage::Marked(length)) => {
                    return if self.ends(length)? { Ok(None) } else { Err(NoMessage::Behind) };
                }
                Err(error) => return Err(error),
            };
            match (message.kind()?, &*self) {
                (Kind::Batch, _) | (Kind::Dictionary, Self::Seekable(..) | Self::Pipe(_)) => {}
                // Another stream begins where none has said that it ends.
                (Kind::Schema, Self::Seekable(..) | Self::Pipe(_)) => return Err(NoMessage::Behind),
                (Kind::Schema | Kind::Dictionary, Self::Indexed(..)) => return Err(NoMessage::Malformed),
            }
            let batch = columns.map_or(Ok(None), |columns| message.batch(columns))?;
            let length = message.length.saturating_add(message.body);
            let start = at.saturating_add(message.length);
            let body = match self {
                Self::Indexed(file, _) => Body::File(file.clone(), start),
                Self::Seekable(file, next, size) => {
                    // What is cut off may be columns that nobody reads, and the rows after them.
                    *next = at.checked_add(length).filter(|next| next <= size).ok_or(NoMessage::Malformed)?;
                    Body::File(file.clone(), start)
                }
                Self::Pipe(stream) => Body::Memory(hold(stream, batch.as_ref(), message.body)?),
            };
            if let Some(batch) = batch {
                return Ok(Some(Next { batch, body, at, length }));
            }
        }
    }
}

impl Origin {
    /// Whether nothing follows the mark of the end, which is `length` bytes long. A pipe is read until it ends.
    fn ends(&mut self, length: u64) -> Result<bool, NoMessage> {
        match self {
            Self::Indexed(..) => Ok(true),
            Self::Seekable(_, at, size) => Ok(at.saturating_add(length) >= *size),
            Self::Pipe(stream) => {
                let mut more = Vec::new();
                stream.take(1).read_to_end(&mut more)?;
                Ok(more.is_empty())
            }
        }
    }
}

/// The bytes of a record batch.
pub(super) enum Body {
    /// In a file, from a place on.
    File(Shared, u64),
    /// In memory, those that are needed.
    Memory(Vec<(Span, Vec<u8>)>),
}

impl Body {
    /// The buffer at `span`; from memory each can be taken once.
    pub(super) fn buffer(&mut self, span: Span) -> Buffer {
        match self {
            Self::File(file, start) => Buffer::File(file.section(start.saturating_add(span.at), span.length)),
            Self::Memory(held) => {
                let place = held.iter().position(|(found, _)| *found == span);
                Buffer::Memory(Cursor::new(place.map_or(Vec::new(), |place| held.swap_remove(place).1)))
            }
        }
    }
}

/// Reads a body of `length` bytes and keeps what the operands of `batch` need of it.
fn hold(
    stream: &mut impl Read,
    batch: Option<&RecordBatch>,
    length: u64,
) -> Result<Vec<(Span, Vec<u8>)>, NoMessage> {
    let mut wanted: Vec<Span> = batch.into_iter().flat_map(RecordBatch::spans).collect();
    wanted.retain(|span| span.length > 0);
    wanted.sort_by_key(|span| span.at);
    let mut held = Vec::new();
    let mut at = 0;
    for span in wanted {
        // Buffers that lie over each other are nobody's.
        skip(stream, span.at.checked_sub(at).ok_or(NoMessage::Malformed)?)?;
        // The length may be a lie: memory grows with what is there.
        let mut bytes = Vec::new();
        if stream.take(span.length).read_to_end(&mut bytes)? as u64 != span.length {
            return Err(NoMessage::Malformed);
        }
        at = span.at + span.length;
        held.push((span, bytes));
    }
    skip(stream, length - at)?;
    Ok(held)
}

fn skip(stream: &mut impl Read, count: u64) -> Result<(), NoMessage> {
    let found = std::io::copy(&mut stream.take(count), &mut std::io::sink())?;
    if found == count { Ok(()) } else { Err(NoMessage::Malformed) }
}
