//! How fast files are read and written when adding costs nothing:
//! `cargo run --release -p io --example rate -- INPUT [OUTPUT]`.
//!
//! Without an output it only reads. The sums are right, so the output can be checked.

use io::{Error, Format, Sink, Source};
use std::fs::File;
use std::path::Path;
use std::time::Instant;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let paths: Vec<String> = std::env::args().skip(1).collect();
    let input = Path::new(paths.first().ok_or("expected INPUT [OUTPUT]")?);
    let start = Instant::now();
    let mut source = Source::open(input, Format::of(input), u64::MAX / 2)?;
    let mut rows = 0;
    if let Some(output) = paths.get(1) {
        let sink = Sink::new(output, Box::new(File::create(output)?), Format::of(Path::new(output)))?;
        io::overlap(source, sink, |batch| {
            rows += batch.pairs.len();
            Ok::<_, Error>(batch.pairs.iter().map(|(a, b)| Some(a + b)).collect())
        })?;
    } else {
        let mut pairs = Vec::new();
        loop {
            pairs.clear();
            source.read(&mut pairs)?;
            if pairs.is_empty() {
                break;
            }
            rows += pairs.len();
        }
    }
    let time = start.elapsed().as_secs_f64();
    println!("{rows} rows in {time:.3} s: {:.1} million rows/s", rows as f64 / time / 1e6);
    Ok(())
}
