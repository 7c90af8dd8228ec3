//! A session whose queries run on a cluster.

use crate::{logical, physical};
use ballista_core::extension::{SessionConfigExt, SessionStateExt};
use datafusion::common::{Result, plan_err};
use datafusion::execution::SessionStateBuilder;
use datafusion::prelude::{SessionConfig, SessionContext};

/// The port of a scheduler, unless another is given.
const PORT: u16 = 50050;

/// Settings of Ballista.
const SETTINGS: [(&str, &str); 2] = [
    // A part of a query is a task: what is lost with an executor is small.
    ("ballista.scheduler.max_partitions_per_task", "1"),
    // A scheduler that is gone is noticed.
    ("ballista.client.grpc_http2_keepalive_interval_seconds", "10"),
];

/// A session on the cluster whose scheduler is at `address`, such as `df://localhost:50050`. The functions are not registered yet.
///
/// # Errors
///
/// If `address` is no such address. Nothing is sent before the first query.
pub fn connect(address: &str, config: SessionConfig) -> Result<SessionContext> {
    let Some(place) = address.strip_prefix("df://").filter(|place| !place.is_empty() && !place.contains('/'))
    else {
        return plan_err!(
            "--cluster: expected an address such as `df://localhost:{PORT}`, found `{address}`"
        );
    };
    let place = if place.contains(':') { place.to_owned() } else { format!("{place}:{PORT}") };
    let mut config = config.upgrade_for_ballista();
    for (name, value) in SETTINGS {
        config.options_mut().set(name, value)?;
    }
    let config = config
        .with_ballista_logical_extension_codec(logical())
        .with_ballista_physical_extension_codec(physical());
    let state = SessionStateBuilder::new().with_default_features().with_config(config).build();
    Ok(SessionContext::new_with_state(state.upgrade_for_ballista(format!("http://{place}"))?))
}
