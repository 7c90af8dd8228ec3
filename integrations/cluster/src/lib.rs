//! The functions of `nanoadder-sql` on many machines, by Ballista.
//!
//! Ballista runs a query in three places, and a function that one of them does not know fails there: the client plans, the
//! scheduler plans again and cuts the plan into stages, the executors run them. So each registers the same functions and the
//! same codecs here. None of them keeps state of ours but compiled models, by hash.

mod client;
mod executor;
mod scheduler;

pub use client::connect;
pub use executor::{Executor, execute};
pub use scheduler::{Scheduler, schedule};

use ballista_core::serde::{BallistaLogicalExtensionCodec, BallistaPhysicalExtensionCodec};
use datafusion_proto::logical_plan::LogicalExtensionCodec;
use datafusion_proto::physical_plan::PhysicalExtensionCodec;
use nanoadder_sql::codec::{Logical, Physical};
use std::sync::Arc;

/// How logical plans travel.
fn logical() -> Arc<dyn LogicalExtensionCodec> {
    Arc::new(Logical::new(Arc::new(BallistaLogicalExtensionCodec::default())))
}

/// How physical plans travel.
fn physical() -> Arc<dyn PhysicalExtensionCodec> {
    Arc::new(Physical::new(Arc::new(BallistaPhysicalExtensionCodec::default())))
}
