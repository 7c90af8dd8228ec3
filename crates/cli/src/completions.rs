//! What shells complete: each time they ask, this program says what could stand there, names of models and files among it.

use crate::Answer;
use crate::args::{Args, Common};
use crate::output::{counted, tell};
use crate::values::Known;
use clap::CommandFactory;
use clap_complete::engine::{ArgValueCandidates, ArgValueCompleter, CompletionCandidate, PathCompleter};
use clap_complete::env::Shells;
use clap_complete::{CompleteEnv, Shell, engine::ValueCompleter};
use std::ffi::OsStr;
use std::io::Write;

/// The name of the program, and of the command that is completed.
const NAME: &str = "nanoadder";

/// A shell that asks what could stand somewhere sets it to its own name.
const ASKED: &str = "NANOADDER_COMPLETE";

/// Answers a shell that asks, and ends the program then.
pub(crate) fn answer() {
    CompleteEnv::with_factory(Args::command).var(ASKED).complete();
}

/// Prints what makes `shell` ask.
pub(crate) fn run(shell: Shell, common: &Common) -> anyhow::Result<Answer> {
    let (shells, name) = (Shells::builtins(), shell.to_string());
    let shell = shells.completer(&name).expect("both lists are of the same shells");
    let mut text = Vec::new();
    shell.write_registration(ASKED, NAME, NAME, NAME, &mut text)?;
    // Bash puts quotes where a name needs them only if it is told that names of files are among the words.
    let text =
        String::from_utf8_lossy(&text).replace("complete -o nospace", "complete -o filenames -o nospace");
    std::io::stdout().lock().write_all(text.as_bytes())?;
    if common.verbose {
        tell!("completions for {name}: {}", counted(text.len(), "byte"));
    }
    Ok(Answer::Yes)
}

/// Names of models, each with its title, and files.
pub(crate) fn models() -> ArgValueCompleter {
    ArgValueCompleter::new(|current: &OsStr| {
        let begun = current.to_string_lossy();
        let names = zoo::ENTRIES.iter().filter(|entry| entry.name.starts_with(&*begun));
        let title =
            |entry: &zoo::Entry| entry.model().ok().map(|model| model.identity().title.clone().into());
        let mut found: Vec<_> =
            names.map(|entry| CompletionCandidate::new(entry.name).help(title(entry))).collect();
        found.extend(PathCompleter::file().complete(current));
        found
    })
}

/// Names that a reader of values knows, each with what it is.
pub(crate) fn names(known: fn() -> Known) -> ArgValueCandidates {
    let candidate = |(name, about): (&'static str, &'static str)| {
        CompletionCandidate::new(name).help((!about.is_empty()).then(|| about.into()))
    };
    ArgValueCandidates::new(move || known().into_iter().map(candidate).collect())
}
