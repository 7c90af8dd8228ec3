//! `nanoadder-cluster scheduler` and `nanoadder-cluster executor`: the processes of a cluster.
//!
//! They log to stderr, as much as `RUST_LOG` says. Exit status: 0 ended as told, 2 could not run.

use clap::{Parser, Subcommand};
use nanoadder_cluster::{Executor, Scheduler, execute, schedule};
use std::process::ExitCode;

/// A cluster for `nanoadder-sql --cluster`: one scheduler, and executors on as many machines as there are.
#[derive(Debug, Parser)]
#[command(name = "nanoadder-cluster", version)]
struct Args {
    #[command(subcommand)]
    process: Process,
}

#[derive(Debug, Subcommand)]
enum Process {
    /// Plans queries and hands their parts to executors.
    Scheduler(Scheduler),
    /// Runs the parts that a scheduler hands out.
    Executor(Executor),
}

fn main() -> ExitCode {
    let args = Args::parse();
    env_logger::Builder::from_env(env_logger::Env::default().default_filter_or("warn")).init();
    // Plans are walked by recursion.
    let runtime =
        tokio::runtime::Builder::new_multi_thread().thread_stack_size(32 << 20).enable_all().build();
    let done = match (runtime, args.process) {
        (Err(error), _) => Err(format!("cannot start threads: {error}")),
        (Ok(runtime), Process::Scheduler(options)) => {
            runtime.block_on(schedule(options)).map_err(|error| error.to_string())
        }
        (Ok(runtime), Process::Executor(options)) => {
            runtime.block_on(execute(options)).map_err(|error| error.to_string())
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}
