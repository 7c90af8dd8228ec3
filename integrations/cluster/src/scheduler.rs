//! The scheduler: it plans queries, cuts them into tasks, and hands these to executors.

use crate::{logical, physical};
use ballista_core::config::TaskSchedulingPolicy;
use ballista_core::error::{BallistaError, Result};
use ballista_core::utils::default_session_builder;
use ballista_scheduler::cluster::BallistaCluster;
use ballista_scheduler::config::SchedulerConfig;
use ballista_scheduler::scheduler_process::start_server;
use datafusion::execution::{FunctionRegistry, SessionState};
use datafusion::prelude::SessionConfig;
use std::net::IpAddr;
use std::sync::Arc;

/// How often the scheduler looks for executors that are gone, in seconds.
const LOOK: u64 = 1;

/// What a scheduler is told.
#[derive(Clone, Debug, clap::Args)]
pub struct Scheduler {
    /// The address to listen on.
    #[arg(long, default_value = "127.0.0.1")]
    pub host: IpAddr,

    /// The port to listen on.
    #[arg(long, default_value_t = 50050)]
    pub port: u16,

    /// The name under which others reach this machine.
    #[arg(long, value_name = "NAME", default_value = "localhost")]
    pub name: String,

    /// Seconds without a sign of life after which an executor is gone, and its work is given to others. A busy one gives a sign
    /// every 5 seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 20, value_parser = clap::value_parser!(u64).range(7..))]
    pub patience: u64,
}

/// Schedules until the process ends.
///
/// # Errors
///
/// If it cannot listen.
pub async fn schedule(options: Scheduler) -> Result<()> {
    let config = SchedulerConfig {
        bind_host: options.host.to_string(),
        bind_port: options.port,
        external_host: options.name,
        executor_timeout_seconds: options.patience,
        no_executors_grace_period_seconds: options.patience,
        expire_dead_executor_interval_seconds: LOOK,
        // Executors ask for work: they are reached at one port alone, by those who fetch what they made.
        scheduling_policy: TaskSchedulingPolicy::PullStaged,
        override_session_builder: Some(Arc::new(session)),
        override_logical_codec: Some(logical()),
        override_physical_codec: Some(physical()),
        ..SchedulerConfig::default()
    };
    let address = (options.host, options.port).into();
    let cluster = BallistaCluster::new_from_config(&config).await?;
    let listening = start_server(cluster, address, Arc::new(config)).await;
    listening.map_err(|error| BallistaError::General(format!("cannot listen on {address}: {error}")))
}

/// A session in which queries are planned.
fn session(config: SessionConfig) -> datafusion::common::Result<SessionState> {
    let mut state = default_session_builder(config)?;
    for function in nanoadder_sql::scalar_functions() {
        state.register_udf(function)?;
    }
    for function in nanoadder_sql::aggregate_functions() {
        state.register_udaf(function)?;
    }
    Ok(state)
}
