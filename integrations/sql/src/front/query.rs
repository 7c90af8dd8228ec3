//! A query from its text to its rows.

use super::args::Args;
use super::{Connect, files, names, print, progress};
use crate::pin;
use datafusion::common::DataFusionError;
use datafusion::execution::context::SQLOptions;
use datafusion::physical_plan::execute_stream;
use datafusion::prelude::{SessionConfig, SessionContext};
use futures::StreamExt;
use std::fmt;
use std::io::{ErrorKind, Read};

/// Why a query could not run, in words for who asked.
#[derive(Debug)]
pub(super) struct Error {
    message: String,
    broken_pipe: bool,
}

impl Error {
    pub(super) fn new(message: String) -> Self {
        Self { message, broken_pipe: false }
    }

    /// Whether whoever read our output has seen enough.
    pub(super) fn is_broken_pipe(&self) -> bool {
        self.broken_pipe
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl From<DataFusionError> for Error {
    fn from(error: DataFusionError) -> Self {
        // Which part of the engine found it is nobody's matter.
        match error.find_root() {
            DataFusionError::Plan(text) | DataFusionError::Execution(text) => {
                let whole = error.strip_backtrace();
                Self::new(if whole.contains(text.as_str()) { text.clone() } else { whole })
            }
            _ => Self::new(error.strip_backtrace()),
        }
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        let broken_pipe = error.kind() == ErrorKind::BrokenPipe;
        Self { message: format!("cannot write to stdout: {error}"), broken_pipe }
    }
}

/// Runs the query of `args` and prints its rows.
pub(super) async fn run(args: Args, connect: Option<Connect>) -> Result<(), Error> {
    let text = text(&args.query)?;
    let session = session(&args, connect)?;
    for (name, path) in &args.tables {
        files::table(&session, name, path).await?;
    }
    let named = files::models(&args.models)?;
    let plan = names::plan(&session.state(), &text).await?;
    // A query reads the tables that it was given: it writes no file, opens no other, and changes no setting.
    let only_reads =
        SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
    only_reads.verify_plan(&plan)?;
    let plan = session.execute_logical_plan(pin::pin(plan, &named)?).await?.create_physical_plan().await?;
    let bar = progress::Bar::begin(&plan, &args);
    let mut batches = execute_stream(plan, session.task_ctx())?;
    let mut printer = print::Printer::new(args.format, batches.schema());
    while let Some(batch) = batches.next().await {
        let batch = batch.map_err(|error| match &args.cluster {
            Some(address) => {
                Error::new(format!("the cluster whose scheduler is {address}: {}", error.strip_backtrace()))
            }
            None => error.into(),
        })?;
        if printer.print(&batch, &bar)?.is_break() {
            break;
        }
    }
    bar.end();
    Ok(printer.finish()?)
}

fn text(query: &str) -> Result<String, Error> {
    if query != "-" {
        return Ok(query.to_owned());
    }
    let mut text = String::new();
    std::io::stdin()
        .read_to_string(&mut text)
        .map_err(|error| Error::new(format!("cannot read the query from stdin: {error}")))?;
    Ok(text)
}

fn session(args: &Args, connect: Option<Connect>) -> Result<SessionContext, Error> {
    let config = SessionConfig::new().with_target_partitions(args.partitions());
    let session = match (&args.cluster, connect) {
        (None, _) => SessionContext::new_with_config(config),
        (Some(address), Some(connect)) => connect(address, config)?,
        (Some(_), None) => {
            let message = "--cluster: this `nanoadder-sql` runs queries in its own process: expected the one that is built in `integrations/cluster`";
            return Err(Error::new(message.into()));
        }
    };
    crate::register(&session);
    Ok(session)
}
