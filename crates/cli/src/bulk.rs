//! Many additions from file to file: it connects `io`, which reads and writes, to the adder.

use crate::Answer;
use crate::args::{Add, Common, Table};
use crate::output::{counted, tell, thousands};
use crate::pending::{Pending, cannot};
use anyhow::{Context, bail};
use indicatif::{ProgressBar, ProgressStyle};
use io::{Format, Sink, Source};
use run::Adder;
use std::fs::File;
use std::io::{IsTerminal, Write};
use std::path::Path;

/// Adds every pair of the file at `path` (`-` is stdin) and writes `a`, `b` and `sum` to the output of `args`.
pub(crate) fn run(adder: &Adder, path: &Path, args: &Add, common: &Common) -> anyhow::Result<Answer> {
    let greatest = adder.model().task().greatest();
    let target = args.output.as_deref().unwrap_or(Path::new("-"));
    let output = match args.output_format {
        Some(asked) => format(asked),
        None => Format::of_output(target)?,
    };
    let input = args.input_format.map_or_else(|| Format::of(path), format);
    let source = if is_standard(path) {
        Source::stream("stdin", Box::new(std::io::stdin()), input, greatest)?
    } else {
        Source::open(path, input, greatest)?
    };
    common.tell_reading(adder, args.threads.get());

    let (name, pending, writer): (_, _, Box<dyn Write + Send>) = if is_standard(target) {
        let stdout = std::io::stdout();
        if output != Format::Csv && stdout.is_terminal() {
            bail!("stdout is a terminal: expected CSV, `--output FILE` or a pipe");
        }
        ("stdout".to_owned(), None, Box::new(stdout))
    } else {
        let pending = Pending::begin(target)?;
        let file = match &pending {
            Some(pending) => pending.file()?,
            None => File::options().write(true).open(target).with_context(|| cannot(target))?,
        };
        (target.display().to_string(), pending, Box::new(file))
    };
    let sink = Sink::new(&name, writer, output)?;
    let (total, wrong) = add(adder, source, sink, args, common)?;
    if let Some(pending) = pending {
        pending.finish()?;
    }
    if !common.quiet {
        let name = adder.model().name();
        tell!("{} added by {name}, {} wrong", counted(total, "pair"), thousands(wrong));
    }
    Ok(Answer::from_right(wrong == 0))
}

/// Adds all of `source` into `sink`; how many pairs there were, and how many sums are wrong.
fn add(adder: &Adder, source: Source, sink: Sink, args: &Add, common: &Common) -> anyhow::Result<(u64, u64)> {
    let bar = progress(common, source.size());
    let (mut total, mut wrong) = (0, 0);
    io::overlap(source, sink, |batch| {
        let sums = adder.add_many(&batch.pairs, args.threads.get())?;
        let is_wrong = |&(&(a, b), &sum): &(&io::Pair, &Option<u64>)| sum != Some(a + b);
        wrong += batch.pairs.iter().zip(&sums).filter(is_wrong).count() as u64;
        total += sums.len() as u64;
        if !bar.is_hidden() {
            let rate = total as f64 / bar.elapsed().as_secs_f64().max(1e-3);
            bar.set_message(format!("{}, {}/s", counted(total, "pair"), thousands(rate as u64)));
            bar.set_position(batch.position);
        }
        anyhow::Ok(sums)
    })?;
    bar.finish_and_clear();
    Ok((total, wrong))
}

/// A bar over the bytes of the input, whose message says how many pairs there were.
fn progress(common: &Common, size: Option<u64>) -> ProgressBar {
    let bar = common.progress(size, "bytes");
    let template = if size.is_some() { "{bar:30} {percent}%, {msg}, {eta} left" } else { "{spinner} {msg}" };
    bar.set_style(ProgressStyle::with_template(template).expect("the templates above are well formed"));
    bar
}

/// Whether `path` means stdin or stdout.
fn is_standard(path: &Path) -> bool {
    path == Path::new("-")
}

/// The format that an option asks for.
fn format(asked: Table) -> Format {
    match asked {
        Table::Csv => Format::Csv,
        Table::Arrow => Format::Arrow,
        Table::ArrowStream => Format::ArrowStream,
        Table::Parquet => Format::Parquet,
    }
}
