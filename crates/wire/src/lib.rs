//! The JSON that commands print and the server answers: one shape for both.
//!
//! Types of the core are not serialised; each shape here is made from them, field by field. A change that could break a
//! reader raises [`SCHEMA_VERSION`]; a new field does not.

mod add;
mod check;
mod count;
mod error;
mod explain;
mod hunt;
mod list;
mod network;
mod prove;
mod show;

pub use add::Sum;
pub use check::{Check, Detailed, Elsewhere, Failure, Group};
pub use count::{Count, Counts, Literal, Number, Rule, Source, Weight};
pub use error::{Error, Place};
pub use explain::{Explanation, Head, Layer, Memory, Step};
pub use hunt::{Closest, Hunt, Pair, source};
pub use list::{List, ListedModel};
pub use network::{Attention, Linear, Mlp, Network, NetworkLayer, Norm, Rope};
pub use prove::{Counterexample, Proof, Rate, Statistics};
pub use show::{Answer, Param, PromptToken, Shape, Show};

/// The version of these shapes.
pub const SCHEMA_VERSION: u32 = 1;
