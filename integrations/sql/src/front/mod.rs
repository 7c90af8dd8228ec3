//! The command line: files in, a query, its rows out. It converts and prints.
//!
//! Data goes to stdout, everything else to stderr. Exit status: 0 done, 2 could not run, 130 interrupted.

mod args;
mod files;
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
    let args = Args::parse();
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
            _ = tokio::signal::ctrl_c() => None,
        }
    });
    // Nothing that still runs is waited for.
    runtime.shutdown_background();
    match done {
        None => ExitCode::from(130),
        Some(Ok(Ok(()))) => ExitCode::SUCCESS,
        Some(Ok(Err(error))) if error.is_broken_pipe() => ExitCode::SUCCESS,
        Some(Ok(Err(error))) => failed(&error.to_string()),
        Some(Err(_)) => failed("nanoadder-sql itself failed; please report it"),
    }
}

fn failed(message: &str) -> ExitCode {
    eprintln!("error: {}", message.trim_end());
    ExitCode::from(2)
}
