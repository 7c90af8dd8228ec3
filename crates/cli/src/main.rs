//! The command line of nanoadder: it converts, prints and exits; whatever computes lives in `run` and below.
//!
//! Data goes to stdout, everything else to stderr. Exit status: 0 yes (right, qualified), 1 no (wrong, not qualified),
//! 2 could not run (usage, bad file, bad number), 3 undecided, 130 interrupted.

mod args;
mod bars;
mod bulk;
mod commands;
mod input;
mod interrupt;
mod output;
mod pending;
mod picture;
mod shown;

use args::{Args, Command};
use clap::{CommandFactory, Parser};
use output::tell;
use std::process::ExitCode;

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
}

impl Answer {
    fn from_right(right: bool) -> Self {
        if right { Self::Yes } else { Self::No }
    }
}

fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => return usage(&error),
    };
    match run(&args) {
        Ok(Answer::Yes) => ExitCode::SUCCESS,
        Ok(Answer::No) => ExitCode::from(1),
        Ok(Answer::Open) => ExitCode::from(3),
        Ok(Answer::Failed) => ExitCode::from(2),
        // Whoever reads our output has seen enough.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            // Problems of a model file bring their own layout of several lines.
            let text = format!("{error:#}");
            let text = if has_lines(&error) { text } else { spec::text::message(&text) };
            tell!("{}error{}: {}", output::RED, output::RESET, text.trim_end());
            ExitCode::from(2)
        }
    }
}

/// Says what is wrong with the command line, or what was asked for, as clap does; what it quotes cannot command a terminal.
fn usage(error: &clap::Error) -> ExitCode {
    let text = error.render().to_string();
    if error.use_stderr() && *spec::text::lines(&text) != text {
        tell!("{}", text.trim_end());
        return ExitCode::from(2);
    }
    error.exit()
}

/// Whether `error` has lines of its own, in which nothing that it quotes can end one.
fn has_lines(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| cause.is::<load::Error>() || cause.is::<spec::Problems>())
}

fn run(args: &Args) -> anyhow::Result<Answer> {
    let common = &args.common;
    let pages = matches!(common.format, args::Format::Markdown | args::Format::Html);
    if pages && !matches!(args.command, Some(Command::Board(_))) {
        anyhow::bail!("--format markdown and html are for `board`: expected human or json");
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
        Some(Command::Completions { shell }) => {
            let mut command = Args::command();
            clap_complete::generate(*shell, &mut command, "nanoadder", &mut std::io::stdout());
            Ok(Answer::Yes)
        }
        Some(Command::Man) => commands::man::run(),
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let broken = |cause: &std::io::Error| cause.kind() == std::io::ErrorKind::BrokenPipe;
    error.chain().any(|cause| {
        cause.downcast_ref().is_some_and(broken)
            || cause.downcast_ref::<serde_json::Error>().and_then(serde_json::Error::io_error_kind)
                == Some(std::io::ErrorKind::BrokenPipe)
    })
}
