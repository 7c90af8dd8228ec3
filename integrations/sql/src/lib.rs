//! nanoadder in SQL: functions for DataFusion, and the front end of `nanoadder-sql`.
//!
//! | function | gives |
//! | --- | --- |
//! | `nanoadder(model, a, b)` | what the model answers to each pair |
//! | `adder_pairs(seed, start, n)` | a table of pairs |
//! | `adder_shards(kind, seed, n, size)` | a table of shards: parts of a stream of pairs |
//! | `verify_shard(model, kind, seed, start, n)` | what was found in one part |
//! | `merge_shards(found)` | what was found in all |
//!
//! The functions keep no state. A model is a literal of the query, so that a plan can be sent to other machines ([`pin`](pin::pin) gives it the
//! model's text and hash); what a process has once compiled it keeps, by hash. `docs/scale.md` tells the whole.

mod add;
mod arguments;
pub mod codec;
mod counts;
mod expand;
pub mod front;
mod merge;
mod models;
pub mod pin;
mod source;
mod tables;
mod verify;

use datafusion::logical_expr::{AggregateUDF, ScalarUDF};
use datafusion::prelude::SessionContext;
use std::sync::Arc;

/// The scalar functions.
pub fn scalar_functions() -> Vec<Arc<ScalarUDF>> {
    vec![Arc::new(ScalarUDF::from(add::Add::new())), Arc::new(ScalarUDF::from(verify::Verify::new()))]
}

/// The aggregate functions.
pub fn aggregate_functions() -> Vec<Arc<AggregateUDF>> {
    vec![Arc::new(AggregateUDF::from(merge::Merge::new()))]
}

/// Makes all functions known to `session`.
pub fn register(session: &SessionContext) {
    for function in scalar_functions() {
        session.register_udf(Arc::unwrap_or_clone(function));
    }
    for function in aggregate_functions() {
        session.register_udaf(Arc::unwrap_or_clone(function));
    }
    session.register_udtf("adder_pairs", Arc::new(tables::Pairs));
    session.register_udtf("adder_shards", Arc::new(tables::Shards));
}
