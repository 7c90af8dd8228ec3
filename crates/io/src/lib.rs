//! Pairs of integers from files and their sums into files: CSV, Arrow IPC and Parquet, in bounded memory.
//!
//! A [`Source`] gives batches of pairs, a [`Sink`] takes them back with their sums, and [`overlap()`] runs both beside
//! whatever adds. Nothing here knows what adds, or how: a sum is a number or none.
//!
//! Each format is a folder with a reader and a writer. What they share is small: [`Error`] names the file and the
//! place, `integer` widens columns of any integer type, `columns` joins two of them to pairs, `foreign` knows files that
//! are none of ours.

mod arrow;
mod columns;
mod csv;
mod error;
mod foreign;
mod format;
mod integer;
mod look;
mod overlap;
mod parquet;
mod quiet;
mod sink;
mod source;
mod wide;

pub use error::Error;
pub use format::Format;
pub use look::{Column, Table};
pub use overlap::{Batch, overlap};
pub use sink::Sink;
pub use source::Source;

/// Two operands.
pub type Pair = (u64, u64);

/// Rows that are read, added and written at a time: a megabyte of pairs, and enough for every lane and thread.
const BATCH: usize = 1 << 16;

/// Something that reads pairs of one format.
trait Reader: Send {
    /// Appends the next pairs to `pairs`, at most [`BATCH`]; none at the end.
    fn read(&mut self, pairs: &mut Vec<Pair>) -> Result<(), Error>;

    /// How many bytes of the input are done, for progress.
    fn position(&self) -> u64;
}

/// Something that writes sums in one format.
trait Writer: Send {
    /// Writes pairs with their sums; both have the same length.
    fn write(&mut self, pairs: &[Pair], sums: &[Option<u64>]) -> Result<(), Error>;

    /// Writes what is left, and the end of the file.
    fn finish(&mut self) -> Result<(), Error>;
}
