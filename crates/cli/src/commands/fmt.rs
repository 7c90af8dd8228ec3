//! `nanoadder fmt`: model files as they are written by rule.

use crate::args::{Common, Fmt};
use crate::output::{SCHEMA_VERSION, data, path, stdout, tell};
use crate::pending::Output;
use crate::{Answer, input};
use serde::Serialize;
use std::io::Write;
use std::path::Path;

#[derive(Serialize)]
struct Json<'a> {
    schema_version: u32,
    changed: &'a [String],
    total: usize,
}

/// A file with what it should be.
struct Formatted<'a> {
    path: &'a Path,
    text: String,
    changed: bool,
}

pub(crate) fn run(args: &Fmt, common: &Common) -> anyhow::Result<Answer> {
    if args.files.iter().any(|path| is_stdin(path)) {
        anyhow::ensure!(args.files.len() == 1, "`-` is stdin: expected no other file beside it");
    }
    // A file that cannot be formatted stops all of them before one is written.
    let files = args.files.iter().map(|path| format(path)).collect::<anyhow::Result<Vec<_>>>()?;
    let stdin = is_stdin(&args.files[0]);
    if stdin && !args.check {
        data(files[0].text.as_bytes())?;
        return Ok(Answer::Yes);
    }
    let changed: Vec<_> = files.iter().filter(|file| file.changed).collect();
    if !args.check {
        for file in &changed {
            Output::begin(file.path)?.finish(file.text.as_bytes())?;
        }
    }
    if common.verbose {
        for file in &files {
            let state = match (file.changed, args.check) {
                (false, _) => "is written by rule already",
                (true, true) => "would change",
                (true, false) => "is written anew",
            };
            tell!("{}: {state}", if stdin { "stdin".into() } else { path(file.path) });
        }
    }
    if common.json() {
        let names: Vec<_> = changed.iter().map(|file| file.path.display().to_string()).collect();
        crate::output::json(&Json { schema_version: SCHEMA_VERSION, changed: &names, total: files.len() })?;
    } else {
        let mut out = stdout();
        for file in &changed {
            writeln!(out, "{}", if stdin { "stdin".into() } else { path(file.path) })?;
        }
    }
    Ok(Answer::from_right(!args.check || changed.is_empty()))
}

fn is_stdin(path: &Path) -> bool {
    path == Path::new("-")
}

fn format(path: &Path) -> anyhow::Result<Formatted<'_>> {
    let (shown, text) = if is_stdin(path) {
        ("stdin".to_owned(), input::stdin()?)
    } else {
        (path.display().to_string(), input::text(path)?)
    };
    let formatted = craft::format(&shown, &text)?;
    Ok(Formatted { path, changed: formatted != text, text: formatted })
}
