//! Files as their users have them: round trips, files of other programs, errors, and any bytes at all.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod any_bytes;
mod errors;
mod inputs;
mod look;
mod made;
mod page;
mod round_trips;

use io::{Error, Format, Pair, Sink, Source};
use std::io::{Cursor, Write};
use std::path::Path;
use std::sync::{Arc, Mutex};

pub(crate) const FORMATS: [Format; 4] = [Format::Csv, Format::Arrow, Format::ArrowStream, Format::Parquet];

/// Bytes that a sink writes and a test reads.
#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// `pairs` and their sums as a file of `format`, in batches of `step`.
pub(crate) fn written(format: Format, pairs: &[Pair], sums: &[Option<u64>], step: usize) -> Vec<u8> {
    let target = Shared::default();
    let mut sink = Sink::new("out", Box::new(target.clone()), format).unwrap();
    for (pairs, sums) in pairs.chunks(step).zip(sums.chunks(step)) {
        sink.write(pairs, sums).unwrap();
    }
    sink.finish().unwrap();
    drop(sink);
    std::mem::take(&mut *target.0.lock().unwrap())
}

fn drain(mut source: Source) -> Result<Vec<Pair>, Error> {
    let mut all = Vec::new();
    loop {
        let mut pairs = Vec::new();
        source.read(&mut pairs)?;
        if pairs.is_empty() {
            return Ok(all);
        }
        all.append(&mut pairs);
    }
}

/// The pairs in a file of these bytes.
pub(crate) fn read_file(format: Format, bytes: &[u8], greatest: u64) -> Result<Vec<Pair>, Error> {
    let mut file = tempfile::Builder::new().prefix("pairs").tempfile().unwrap();
    file.write_all(bytes).unwrap();
    drain(Source::open(file.path(), format, greatest)?)
}

/// The pairs in a stream of these bytes.
pub(crate) fn read_stream(format: Format, bytes: &[u8], greatest: u64) -> Result<Vec<Pair>, Error> {
    drain(Source::stream("stdin", Box::new(Cursor::new(bytes.to_vec())), format, greatest)?)
}

/// A file that pyarrow wrote; `tests/data/make.py` says how.
pub(crate) fn data(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
