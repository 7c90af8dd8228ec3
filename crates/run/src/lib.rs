//! One front door to run a model: every front end goes through [`Adder`].
//!
//! It adds one pair or many, watches a decode ([`Adder::explain`]), runs AdderBoard's protocol ([`check`]) and measures
//! its own readings ([`bench`](bench::bench)). It chooses the lanes and the threads; whatever it chooses, the answers are the same to
//! the bit.

mod adder;
pub mod bench;
pub mod carry;
pub mod check;
mod cpu;
mod digits;
mod engine;
mod explain;
mod fast;
mod network;
pub mod protocol;
mod ramp;
pub mod sets;
pub mod shard;
pub mod stream;
mod subject;
mod tally;
mod writers;

pub use adder::{Adder, OperandError, Sum};
pub use cpu::Level;
pub use engine::ProgramText;
pub use explain::{Explanation, HeadTrace, LayerTrace, Memory, StepTrace};
pub use ramp::{Ramp, Role, multiplied_out, ramps};
pub use subject::Subject;
pub use writers::{Writers, writers};

/// A pair of operands.
pub type Pair = (u64, u64);
