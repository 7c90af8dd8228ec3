//! Reading, adding and writing at the same time.
//!
//! A thread reads ahead, a thread writes behind, and the caller's own thread adds. Between them are channels of a few
//! batches, so the slowest of the three sets the pace and memory stays bounded.

use crate::{BATCH, Error, Pair, Sink, Source};
use std::sync::mpsc::sync_channel;
use std::thread;

/// How many batches wait before and after the addition: one in the making, one in reserve.
const WAITING: usize = 2;

/// Pairs that were read together.
#[derive(Debug)]
pub struct Batch {
    /// The pairs, in the order of the file; never none.
    pub pairs: Vec<Pair>,
    /// How many bytes of the input were done when they had been read.
    pub position: u64,
}

/// Gives every batch of `source` to `add`, writes the sums that it returns to `sink`, and finishes the sink.
///
/// Batches come in the order of the file. `add` runs on the calling thread.
///
/// # Errors
///
/// The first error of reading, adding or writing; the sink is then not finished.
///
/// # Panics
///
/// If `add` returns another number of sums than there are pairs, or if it panics.
pub fn overlap<E: From<Error>>(
    mut source: Source,
    mut sink: Sink,
    mut add: impl FnMut(&Batch) -> Result<Vec<Option<u64>>, E>,
) -> Result<(), E> {
    let (read, batches) = sync_channel::<Result<Batch, Error>>(WAITING);
    let (added, sums) = sync_channel::<(Batch, Vec<Option<u64>>)>(WAITING);
    thread::scope(|scope| {
        // A thread ends when its channel has lost its other end: that side has failed and says why.
        scope.spawn(move || {
            loop {
                let mut pairs = Vec::with_capacity(BATCH);
                let batch = match source.read(&mut pairs) {
                    Ok(()) if pairs.is_empty() => break,
                    Ok(()) => Ok(Batch { pairs, position: source.position() }),
                    Err(error) => Err(error),
                };
                let failed = batch.is_err();
                if read.send(batch).is_err() || failed {
                    break;
                }
            }
        });
        let writer = scope.spawn(move || {
            for (batch, sums) in sums {
                sink.write(&batch.pairs, &sums)?;
            }
            Ok::<_, Error>(sink)
        });
        let mut failed = None;
        for batch in batches {
            let step = batch.map_err(E::from).and_then(|batch| Ok((add(&batch)?, batch)));
            match step {
                Ok((sums, batch)) => {
                    assert_eq!(sums.len(), batch.pairs.len(), "one sum for each pair");
                    if added.send((batch, sums)).is_err() {
                        break;
                    }
                }
                Err(error) => {
                    failed = Some(error);
                    break;
                }
            }
        }
        drop(added);
        let sink = writer.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        match (failed, sink) {
            (Some(error), _) => Err(error),
            (None, Err(error)) => Err(error.into()),
            (None, Ok(mut sink)) => Ok(sink.finish()?),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Format;
    use std::io::Write;
    use std::sync::{Arc, Mutex};

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

    fn source(text: &str) -> Source {
        let bytes = std::io::Cursor::new(text.as_bytes().to_vec());
        Source::stream("p.csv", Box::new(bytes), Format::Csv, 999_999).unwrap()
    }

    fn sums(batch: &Batch) -> Result<Vec<Option<u64>>, Error> {
        Ok(batch.pairs.iter().map(|(a, b)| Some(a + b)).collect())
    }

    #[test]
    fn batches_keep_their_order() {
        let rows = 3 * BATCH as u64 + 5;
        let input: String = (0..rows).map(|row| format!("{row},1\n")).collect();
        let output: String = (0..rows).map(|row| format!("{row},1,{}\n", row + 1)).collect();
        let target = Shared::default();
        let sink = Sink::new("stdout", Box::new(target.clone()), Format::Csv).unwrap();
        let mut positions = Vec::new();
        overlap(source(&input), sink, |batch| {
            positions.push(batch.position);
            sums(batch)
        })
        .unwrap();
        assert!(*target.0.lock().unwrap() == format!("a,b,sum\n{output}").into_bytes());
        assert_eq!(positions.len(), 4);
        assert_eq!(positions[3], input.len() as u64);
    }

    #[test]
    fn every_side_can_fail() {
        let sink = || Sink::new("out", Box::new(Shared::default()), Format::Csv).unwrap();
        let error = overlap(source("1,2\nx,4\n"), sink(), sums).unwrap_err();
        assert!(error.to_string().contains("line 2, column 1"), "{error}");
        let adding = overlap(source("1,2\n"), sink(), |_| Err(Error::inside("adding", "")));
        assert_eq!(adding.unwrap_err().to_string(), "`adding`");

        struct Full;
        impl Write for Full {
            fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
                Err(std::io::ErrorKind::StorageFull.into())
            }

            fn flush(&mut self) -> std::io::Result<()> {
                Ok(())
            }
        }
        let full = Sink::new("out", Box::new(Full), Format::Csv).unwrap();
        let rows = "1,2\n".repeat(5 * BATCH);
        assert_eq!(overlap(source(&rows), full, sums).unwrap_err().to_string(), "cannot write `out`");
    }
}
