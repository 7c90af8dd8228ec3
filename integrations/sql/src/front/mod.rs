//! The command line: files in, a query, its rows out. It converts and prints.
//!
//! Data goes to stdout, everything else to stderr. Exit status: 0 done, 2 could not run, 130 interrupted, 141 the reader of the
//! output went away.

mod args;
mod csv;
mod files;
mod names;
mod print;
mod progress;
mod query;

pub use args::Args;

use clap::Parser;
use datafusion::common::Result;
use datafusion::prelude::{SessionConfig, SessionContext};
use std::process::ExitCode;

/// Makes a session on the cluster at an address, such as `df://localhost:50050`, from what the session is to be like.
pub type Connect = fn(&str, SessionConfig) -> Result<SessionContext>;

/// Runs the command line. Without `connect`, `--cluster` is refused.
pub fn main(connect: Option<Connect>) -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) if error.use_stderr() => {
            let text = error.render().to_string();
            return failed(text.strip_prefix("error: ").unwrap_or(&text));
        }
        Err(help) => help.exit(),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(args.threads().get())
        // Plans are walked by recursion.
        .thread_stack_size(8 << 20)
        .enable_all()
        .build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => return failed(&format!("cannot start threads: {error}")),
    };
    let work = runtime.spawn(query::run(args, connect));
    let done = runtime.block_on(async {
        tokio::select! {
            done = work => Some(done),
            () = interrupted() => None,
        }
    });
    // Nothing that still runs is waited for.
    runtime.shutdown_background();
    match done {
        None => {
            eprintln!("interrupted");
            ExitCode::from(130)
        }
        Some(Ok(Ok(()))) => ExitCode::SUCCESS,
        Some(Ok(Err(error))) if error.is_broken_pipe() => ExitCode::from(141),
        Some(Ok(Err(error))) => failed(&error.to_string()),
        Some(Err(_)) => failed("nanoadder-sql itself failed; please report it"),
    }
}

/// Ends when somebody wants the process to end: Ctrl-C, or the system's word.
async fn interrupted() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut term) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = term.recv() => {}
            }
            return;
        }
    }
    // Without a way to hear of it there is nothing to wait for.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Says what is wrong. What files and arguments say in it is spelled as it can be shown, and a long message is cut.
fn failed(message: &str) -> ExitCode {
    eprintln!("error: {}", said(message));
    ExitCode::from(2)
}

/// `message` as it is shown: spelled, with its lines, and short.
fn said(message: &str) -> String {
    // Cut before it is spelled too: a long text is not spelled whole.
    short(&spec::text::lines(&short(message.trim_end())))
}

/// `text` in at most 2,000 characters: of a longer one the beginning and the end, with an ellipsis between.
fn short(text: &str) -> String {
    const LONGEST: usize = 2000;
    const TAIL: usize = 200;
    let count = text.chars().count();
    if count <= LONGEST {
        return text.to_owned();
    }
    let head = text.chars().take(LONGEST - TAIL - 1);
    head.chain(['…']).chain(text.chars().skip(count - TAIL)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_wrote_is_shown_and_short() {
        assert_eq!(said("found `a\u{1b}[2Jb\u{202e}`\n  there\n"), "found `a\\u{1b}[2Jb\\u{202e}`\n  there");
        let long = said(&format!("{}end", "\u{1b}".repeat(100_000)));
        assert!(long.chars().count() <= 2000 && long.ends_with("end") && long.contains('…'), "{long}");
    }
}
