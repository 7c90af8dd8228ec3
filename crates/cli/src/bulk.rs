//! Many additions from CSV to CSV, in bounded memory.

use crate::args::Common;
use crate::output::thousands;
use crate::{Answer, input};
use anyhow::{Context, anyhow};
use csv::{ByteRecord, Reader, ReaderBuilder, Writer};
use run::{Adder, Pair};
use std::fs::File;
use std::io::{Read, Write};
use std::num::NonZeroUsize;
use std::path::Path;

/// Rows that are read, added and written at a time.
const BATCH: usize = 1 << 16;

/// Adds every pair of the CSV at `path` (`-` is stdin) and writes `a,b,sum` to `output`, or to stdout.
///
/// A file appears under its name only when it is complete.
pub(crate) fn run(
    adder: &Adder,
    path: &Path,
    output: Option<&Path>,
    threads: NonZeroUsize,
    common: &Common,
) -> anyhow::Result<Answer> {
    let (name, source, size): (_, Box<dyn Read>, _) = if path == Path::new("-") {
        ("stdin".to_owned(), Box::new(std::io::stdin().lock()), None)
    } else {
        let name = path.display().to_string();
        let file = File::open(path).with_context(|| format!("cannot read `{name}`"))?;
        let size = file.metadata().ok().map(|metadata| metadata.len());
        (name, Box::new(file), size)
    };
    common.tell_reading(adder, threads);
    let bar = common.progress(size, if size.is_some() { "bytes" } else { "rows" });
    let Some(target) = output else {
        let out = std::io::stdout().lock();
        return copy(adder, source, &name, out, threads, &bar, size.is_some(), common);
    };
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let cannot = || format!("cannot write `{}`", target.display());
    let file = tempfile::NamedTempFile::new_in(folder).with_context(cannot)?;
    let answer = copy(adder, source, &name, file.as_file(), threads, &bar, size.is_some(), common)?;
    file.persist(target).with_context(cannot)?;
    Ok(answer)
}

#[expect(clippy::too_many_arguments, reason = "one call site for each kind of output")]
fn copy(
    adder: &Adder,
    source: impl Read,
    name: &str,
    target: impl Write,
    threads: NonZeroUsize,
    bar: &indicatif::ProgressBar,
    bytes: bool,
    common: &Common,
) -> anyhow::Result<Answer> {
    let mut rows = Rows::open(source, name, adder)?;
    let mut writer = Writer::from_writer(target);
    writer.write_record(["a", "b", "sum"])?;
    let (mut total, mut wrong) = (0, 0);
    loop {
        let pairs = rows.batch()?;
        if pairs.is_empty() {
            break;
        }
        let sums = adder.add_many(&pairs, threads)?;
        for (&(a, b), sum) in pairs.iter().zip(sums) {
            wrong += u64::from(sum != Some(a + b));
            let sum = sum.map_or(String::new(), |sum| sum.to_string());
            writer.write_record([a.to_string(), b.to_string(), sum])?;
        }
        total += pairs.len() as u64;
        bar.set_position(if bytes { rows.reader.position().byte() } else { total });
    }
    writer.flush()?;
    bar.finish_and_clear();
    if !common.quiet {
        let name = adder.model().name();
        anstream::eprintln!("{} pairs added by {name}, {} wrong", thousands(total), thousands(wrong));
    }
    Ok(Answer::from_right(wrong == 0))
}

/// The pairs of a CSV text.
struct Rows<'a, R> {
    reader: Reader<R>,
    name: &'a str,
    adder: &'a Adder,
    columns: (usize, usize),
    /// The first record, if it turned out to be no header.
    first: Option<ByteRecord>,
}

impl<'a, R: Read> Rows<'a, R> {
    /// Reads the first line: a header that names `a` and `b`, or already a pair.
    fn open(source: R, name: &'a str, adder: &'a Adder) -> anyhow::Result<Self> {
        let mut reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .buffer_capacity(1 << 20)
            .from_reader(source);
        let mut record = ByteRecord::new();
        if !reader.read_byte_record(&mut record).with_context(|| format!("cannot read `{name}`"))? {
            return Ok(Self { reader, name, adder, columns: (0, 1), first: None });
        }
        record.trim();
        let column = |wanted: &[u8]| record.iter().position(|field| field.eq_ignore_ascii_case(wanted));
        match (column(b"a"), column(b"b")) {
            (Some(a), Some(b)) => Ok(Self { reader, name, adder, columns: (a, b), first: None }),
            _ => Ok(Self { reader, name, adder, columns: (0, 1), first: Some(record) }),
        }
    }

    /// The next pairs; none at the end.
    fn batch(&mut self) -> anyhow::Result<Vec<Pair>> {
        let mut pairs = Vec::with_capacity(BATCH);
        if let Some(record) = self.first.take() {
            pairs.push(self.pair(&record)?);
        }
        let mut record = ByteRecord::new();
        while pairs.len() < BATCH
            && self
                .reader
                .read_byte_record(&mut record)
                .with_context(|| format!("cannot read `{}`", self.name))?
        {
            record.trim();
            pairs.push(self.pair(&record)?);
        }
        Ok(pairs)
    }

    fn pair(&self, record: &ByteRecord) -> anyhow::Result<Pair> {
        let line = record.position().map_or(1, csv::Position::line);
        let field = |column: usize, operand: &str| {
            let field = record.get(column).ok_or_else(|| {
                let found = record.len();
                anyhow!(
                    "`{}`, line {line}: found {found} columns: expected `{operand}` in column {}",
                    self.name,
                    column + 1
                )
            })?;
            let text = String::from_utf8_lossy(field);
            input::operand(&text, self.adder)
                .with_context(|| format!("`{}`, line {line}, column {}", self.name, column + 1))
        };
        Ok((field(self.columns.0, "a")?, field(self.columns.1, "b")?))
    }
}
