//! `nanoadder fmt`: model files as they are written by rule.

use crate::args::{Common, Fmt};
use crate::output::{SCHEMA_VERSION, data, path, stdout};
use crate::pending::Output;
use crate::{Answer, input};
use serde::Serialize;
use std::io::Write;
use std::path::Path;

#[derive(Serialize)]
struct Json<'a> {
    schema_version: u32,
    changed: Vec<&'a str>,
    total: usize,
}

/// A file with what it should be.
struct Formatted<'a> {
    name: &'a str,
    text: String,
    changed: bool,
}

pub(crate) fn run(args: &Fmt, common: &Common) -> anyhow::Result<Answer> {
    if args.files.iter().any(|name| name == "-") {
        anyhow::ensure!(args.files.len() == 1, "`-` is stdin: expected no other file beside it");
    }
    // A file that cannot be formatted stops all of them before one is written.
    let files = args.files.iter().map(|name| format(name)).collect::<anyhow::Result<Vec<_>>>()?;
    let stdin = args.files[0] == "-";
    if stdin && !args.check {
        data(files[0].text.as_bytes())?;
        return Ok(Answer::Yes);
    }
    let changed: Vec<_> = files.iter().filter(|file| file.changed).collect();
    if !args.check {
        for file in &changed {
            Output::begin(Path::new(file.name))?.finish(file.text.as_bytes())?;
        }
    }
    if common.json() {
        let changed = changed.iter().map(|file| file.name).collect();
        crate::output::json(&Json { schema_version: SCHEMA_VERSION, changed, total: files.len() })?;
    } else {
        let mut out = stdout();
        for file in &changed {
            writeln!(out, "{}", if stdin { "stdin".into() } else { path(Path::new(file.name)) })?;
        }
    }
    Ok(Answer::from_right(!args.check || changed.is_empty()))
}

fn format(name: &str) -> anyhow::Result<Formatted<'_>> {
    let (shown, text) = if name == "-" { ("stdin", input::stdin()?) } else { (name, input::text(name)?) };
    let formatted = craft::format(shown, &text)?;
    Ok(Formatted { name, changed: formatted != text, text: formatted })
}
