//! What is said where a command could not run: to people on stderr, to programs as JSON on stdout.

use crate::output::{self, tell};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use spec::Problems;
use std::io::Write;
use std::process::ExitCode;

/// All that is said of `error`. Problems of a model file bring their own layout of several lines; anything else has one.
pub(crate) fn text(error: &anyhow::Error) -> String {
    let text = format!("{error:#}");
    let text = if problems(error).is_some() { text } else { spec::text::message(&text) };
    text.trim_end().to_owned()
}

/// The same for programs.
pub(crate) fn parts(text: &str, error: &anyhow::Error) -> wire::Error {
    match problems(error) {
        Some(problems) => wire::Error::of_file(text, problems),
        None => wire::Error::new(text),
    }
}

/// What is wrong with the text of a model file, if that is it.
fn problems(error: &anyhow::Error) -> Option<&Problems> {
    error.chain().find_map(|cause| match cause.downcast_ref::<load::Error>() {
        Some(error) => error.problems(),
        None => cause.downcast_ref(),
    })
}

/// Says what is wrong with the command line, or what was asked for, as clap does; what it quotes cannot command a terminal.
pub(crate) fn usage(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        return match error.print().and_then(|()| std::io::stdout().flush()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => crate::failed(&error.into(), false),
        };
    }
    let (text, harmless) = harmless(&error.render().to_string());
    if asks_for_json() {
        let _told = output::json(&usage_parts(text.trim_end(), error));
    }
    if harmless {
        // Who cannot write to stderr cannot be told there.
        let _told = error.print();
    } else {
        tell!("{}", text.trim_end());
    }
    ExitCode::from(2)
}

/// What clap says, and whether it is so: what it quotes may have any length, and command a terminal.
fn harmless(text: &str) -> (String, bool) {
    const LONGEST: usize = 4000;
    let lines = spec::text::lines(text);
    if *lines == *text && text.len() <= LONGEST {
        return (text.to_owned(), true);
    }
    let cut = |line: &str| line.chars().take(LONGEST / 16).collect::<String>();
    (lines.lines().take(12).map(cut).collect::<Vec<_>>().join("\n"), false)
}

/// Whether a command line that cannot be read asks for JSON.
fn asks_for_json() -> bool {
    let words: Vec<_> = std::env::args_os().collect();
    words.windows(2).any(|pair| pair[0] == "--format" && pair[1] == "json")
        || words.iter().any(|word| word == "--format=json")
}

/// What clap knows of `error`: the argument, its value, and what it could be.
fn usage_parts(text: &str, error: &clap::Error) -> wire::Error {
    let known = |kind| error.get(kind).map(shown);
    let first = text.lines().next().unwrap_or_default();
    let message = first.strip_prefix("error: ").unwrap_or(first);
    let argument = known(ContextKind::InvalidArg);
    let (place, found) = match error.kind() {
        // There is no place for what stands there.
        ErrorKind::UnknownArgument => (None, argument),
        ErrorKind::InvalidSubcommand => (None, known(ContextKind::InvalidSubcommand)),
        ErrorKind::MissingRequiredArgument => {
            return wire::Error::of(text, None, None, argument);
        }
        _ => (argument, known(ContextKind::InvalidValue).or_else(|| known(ContextKind::PriorArg))),
    };
    // Our own readers of values say it in our words.
    let expected = wire::Error::new(message).expected.or_else(|| known(ContextKind::ValidValue));
    let suggested = || known(ContextKind::SuggestedArg).or_else(|| known(ContextKind::SuggestedSubcommand));
    wire::Error::of(text, place, found, expected.or_else(suggested))
}

/// A value of clap's as text that a terminal can show.
fn shown(value: &ContextValue) -> String {
    let text = match value {
        ContextValue::Strings(values) => values.join(", "),
        value => value.to_string(),
    };
    spec::text::message(&text)
}
