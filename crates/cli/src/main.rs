//! The command line of nanoadder: it converts, prints and exits; whatever computes lives in `run` and below.
//!
//! Data goes to stdout, everything else to stderr. Exit status: 0 yes (right, qualified), 1 no (wrong, not qualified),
//! 2 could not run (usage, bad file, bad number), 3 undecided, 130 interrupted.

mod args;
mod bars;
mod bulk;
mod commands;
mod completions;
mod errors;
mod input;
mod interrupt;
mod output;
mod pending;
mod picture;
mod shown;
mod table;
mod values;

use args::{Args, Command, Format};
use clap::Parser;
use output::tell;
use std::process::ExitCode;
use std::time::Instant;

/// The answer of a command, which becomes the exit status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    /// Right, qualified, or simply done.
    Yes,
    /// Wrong or not qualified.
    No,
    /// Neither proved nor refuted.
    Open,
    /// A part of the work could not be done, and stderr says which.
    Failed,
    /// The user ended a command that goes on until then.
    Interrupted,
}

impl Answer {
    fn from_right(right: bool) -> Self {
        if right { Self::Yes } else { Self::No }
    }
}

fn main() -> ExitCode {
    completions::answer();
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => return errors::usage(&error),
    };
    let begun = Instant::now();
    let answer = run(&args);
    if args.common.verbose {
        tell!("{:.2} s", begun.elapsed().as_secs_f64());
    }
    match answer {
        Ok(Answer::Yes) => ExitCode::SUCCESS,
        Ok(Answer::No) => ExitCode::from(1),
        Ok(Answer::Failed) => ExitCode::from(2),
        Ok(Answer::Open) => ExitCode::from(3),
        Ok(Answer::Interrupted) => {
            tell!("interrupted");
            ExitCode::from(130)
        }
        Err(error) => failed(&error, args.common.json()),
    }
}

/// Says why a command could not run.
fn failed(error: &anyhow::Error, json: bool) -> ExitCode {
    // Whoever reads our output has seen enough. What the answer was is not known here, so it is not said to be yes: the status is
    // that of a program that a closed pipe ends.
    if is_broken_pipe(error) {
        return ExitCode::from(141);
    }
    let text = errors::text(error);
    if json {
        // Who cannot write to stdout cannot be told there.
        let _told = output::json(&errors::parts(&text, error));
    }
    tell!("{}error{}: {text}", output::RED, output::RESET);
    ExitCode::from(2)
}

fn run(args: &Args) -> anyhow::Result<Answer> {
    let common = &args.common;
    refuse_format(args)?;
    // These two end by themselves when they are interrupted: one gives the terminal back, the other answers who is waiting.
    if !matches!(args.command, Some(Command::Tui(_) | Command::Serve(_))) {
        interrupt::listen()?;
    }
    match &args.command {
        None => commands::demo::run(common),
        Some(Command::Add(add)) => commands::add::run(add, common),
        Some(Command::List) => commands::list::run(common),
        Some(Command::Show(show)) => commands::show::run(show, common),
        Some(Command::Count(count)) => commands::count::run(count, common),
        Some(Command::Check(check)) => commands::check::run(check, common),
        Some(Command::Prove(prove)) => commands::prove::run(prove, common),
        Some(Command::Board(board)) => commands::board::run(board, common),
        Some(Command::Hunt(hunt)) => commands::hunt::run(hunt, common),
        Some(Command::Certify(certify)) => commands::certify::run(certify, common),
        Some(Command::Explain(explain)) => commands::explain::run(explain, common),
        Some(Command::New(new)) => commands::new::run(new, common),
        Some(Command::Fmt(fmt)) => commands::fmt::run(fmt, common),
        Some(Command::Lint(lint)) => commands::lint::run(lint, common),
        Some(Command::Shrink(shrink)) => commands::shrink::run(shrink, common),
        Some(Command::Tui(tui)) => commands::tui::run(tui, common),
        Some(Command::Serve(serve)) => commands::serve::run(serve, common),
        Some(Command::Bench(bench)) => commands::bench::run(bench, common),
        Some(Command::Export(export)) => commands::export::run(export, common),
        Some(Command::Completions { shell }) => completions::run(*shell, common),
        Some(Command::Man) => commands::man::run(common),
    }
}

/// Refuses a format that the command does not write.
fn refuse_format(args: &Args) -> anyhow::Result<()> {
    let why = match (&args.command, args.common.format) {
        (_, Format::Human) | (Some(Command::Board(_)), _) => return Ok(()),
        (_, Format::Markdown | Format::Html) => {
            anyhow::bail!("--format markdown and html are for `board`: expected human or json")
        }
        (None, Format::Json) => {
            "the demonstration is for people: `show`, `count`, `check` and `prove` have JSON"
        }
        (Some(Command::Add(add)), _) if add.input.is_some() => {
            "sums of a file are written in a format of `--output-format`"
        }
        (Some(Command::Show(show)), _) if show.toml => "`--toml` prints the model file itself",
        (Some(Command::Fmt(fmt)), _)
            if !fmt.check && fmt.files.iter().any(|file| file.as_os_str() == "-") =>
        {
            "the formatted text goes to stdout"
        }
        (Some(Command::Tui(_) | Command::Serve(_)), _) => "this command talks to a person",
        (Some(Command::Export(_) | Command::Completions { .. } | Command::Man), _) => {
            "this command writes a text or a file of its own"
        }
        _ => return Ok(()),
    };
    anyhow::bail!("--format json: {why}: expected human")
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let broken = |cause: &std::io::Error| cause.kind() == std::io::ErrorKind::BrokenPipe;
    error.chain().any(|cause| {
        cause.downcast_ref().is_some_and(broken)
            || cause.downcast_ref::<serde_json::Error>().and_then(serde_json::Error::io_error_kind)
                == Some(std::io::ErrorKind::BrokenPipe)
    })
}
