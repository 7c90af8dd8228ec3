//! Arrow IPC, the file and the stream, by its specification and without a library.
//!
//! The libraries read a record batch whole and with every column, and one batch may hold all rows of a file; here the
//! two columns of operands are read in pieces, wherever they lie. And `arrow-ipc` 60.1 takes the length of a compressed
//! buffer from the file and allocates it: a wrong length ends the process, which no caller can catch, where a
//! malformed file should be an error and leave no half output. What is needed of `FlatBuffers`, the format of Arrow's metadata, is `table` and `build`.
//!
//! Specification: <https://arrow.apache.org/docs/format/Columnar.html>, and the schemas `Message.fbs`, `Schema.fbs`
//! and `File.fbs` of the Arrow project. Slots below are the positions of fields in their tables there.

mod build;
mod hidden;
mod index;
mod message;
mod origin;
mod reader;
mod schema;
mod section;
mod table;
mod writer;

pub(crate) use hidden::Hidden;
pub(crate) use reader::Arrow;
pub(crate) use writer::ArrowWriter;

/// What a file begins with, with its padding; the six characters also end it.
const MAGIC: &[u8; 8] = b"ARROW1\0\0";

/// What a message begins with.
const CONTINUATION: [u8; 4] = [0xff; 4];

/// `MetadataVersion.V5`, which every writer since 2020 writes.
const V5: i16 = 4;

/// `MessageHeader`.
const SCHEMA: u8 = 1;
const DICTIONARY_BATCH: u8 = 2;
const RECORD_BATCH: u8 = 3;

/// `Type`.
const INT: u8 = 2;
const FLOAT: u8 = 3;
const DECIMAL: u8 = 7;
const DURATION: u8 = 18;
