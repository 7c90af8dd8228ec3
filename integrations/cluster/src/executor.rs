//! An executor: it asks a scheduler for tasks and runs them.

use crate::{logical, physical};
use ballista_core::config::TaskSchedulingPolicy;
use ballista_core::error::{BallistaError, Result};
use ballista_core::registry::BallistaFunctionRegistry;
use ballista_executor::executor_process::{ExecutorProcessConfig, start_executor_process};
use std::net::IpAddr;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;

/// What an executor is told.
#[derive(Clone, Debug, clap::Args)]
pub struct Executor {
    /// The scheduler, as HOST:PORT.
    #[arg(long, value_name = "HOST:PORT", default_value = "localhost:50050")]
    pub scheduler: String,

    /// The address to listen on.
    #[arg(long, default_value = "127.0.0.1")]
    pub host: IpAddr,

    /// The port to listen on, where others fetch what this one made.
    #[arg(long, default_value_t = 50051)]
    pub port: u16,

    /// The name under which others reach this machine; that of the address by default.
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,

    /// Tasks at a time, a thread each; as many as there are processors by default.
    #[arg(long, value_name = "N")]
    pub threads: Option<NonZeroUsize>,

    /// A folder for what is made between the stages of a query; a temporary one by default.
    #[arg(long, value_name = "DIR")]
    pub work_dir: Option<PathBuf>,

    /// Seconds to wait for the scheduler to be there.
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    pub wait: u16,
}

/// Executes until the process is told to end.
///
/// # Errors
///
/// If the scheduler cannot be reached or the port is taken.
pub async fn execute(options: Executor) -> Result<()> {
    let wrong = |message: String| BallistaError::Configuration(message);
    let (host, port) = options.scheduler.rsplit_once(':').unwrap_or((&options.scheduler, "50050"));
    let port = port
        .parse()
        .map_err(|_| wrong(format!("--scheduler: expected HOST:PORT, found `{}`", options.scheduler)))?;
    // It is there as long as the process.
    let temporary = tempfile::tempdir()?;
    let folder = options.work_dir.as_deref().unwrap_or(temporary.path());
    std::fs::create_dir_all(folder)
        .map_err(|error| wrong(format!("--work-dir: cannot make `{}`: {error}", folder.display())))?;
    let folder = folder.to_str().ok_or_else(|| {
        wrong(format!("--work-dir: expected a path in UTF-8, found `{}`", folder.display()))
    })?;
    let config = ExecutorProcessConfig {
        bind_host: options.host.to_string(),
        external_host: Some(options.name.unwrap_or_else(|| options.host.to_string())),
        port: options.port,
        scheduler_host: host.to_owned(),
        scheduler_port: port,
        scheduler_connect_timeout_seconds: options.wait,
        vcores: options.threads.map_or(0, NonZeroUsize::get),
        work_dir: Some(folder.to_owned()),
        task_scheduling_policy: TaskSchedulingPolicy::PullStaged,
        override_function_registry: Some(Arc::new(functions())),
        override_logical_codec: Some(logical()),
        override_physical_codec: Some(physical()),
        ..ExecutorProcessConfig::default()
    };
    start_executor_process(Arc::new(config)).await
}

/// Ballista's functions and ours.
fn functions() -> BallistaFunctionRegistry {
    let mut functions = BallistaFunctionRegistry::default();
    for function in nanoadder_sql::scalar_functions() {
        functions.scalar_functions.insert(function.name().to_owned(), function);
    }
    for function in nanoadder_sql::aggregate_functions() {
        functions.aggregate_functions.insert(function.name().to_owned(), function);
    }
    functions
}
