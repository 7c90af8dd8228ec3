//! A model's whole decode as a straight-line program.
//!
//! [`record()`] runs the generic network on a number that writes down what is done to it. Constants fold with the very
//! operations of the model's own number, equal expressions are shared, what nothing reads is dropped: KV caching *is*
//! sharing, and a model whose queries and keys see only positions becomes a program with constant attention.
//! Folding changes no bit of any result.
//!
//! A network that is no [`net::Net`] arrives as a [`Decode`]: expressions that keep sums and softmaxes whole (`expression`), which
//! every kind of number reads (`decode`), the recorder too, and that say where its heads look (`attention`).
//!
//! The way through: `graph` (expressions and their sharing), `facts` (what is known of each value), `fold` (the rules),
//! `recorded` (the number), `record` (a decode), `program` (the result, and reading it with any number), `staircase` (a
//! choice among lines as thresholds), `instruction` and `schedule` (instructions on slots), `machine` (many problems at a time).

mod attention;
mod decode;
mod expression;
mod facts;
mod fold;
mod graph;
mod instruction;
mod listing;
mod machine;
mod program;
#[cfg(test)]
mod random;
mod record;
mod recorded;
mod rounding;
mod schedule;
mod staircase;

pub use attention::{Head, Key, Looks};
pub use decode::{Decode, DecodeIn, DecodeStep, Values};
pub use expression::{Constant, ExprId, Expression, Expressions, Function};
pub use graph::{Binary, Node, NodeId, TokenId, TokenNode, Unary};
pub use machine::Machine;
pub use program::{Operations, Program};
pub use record::{Folding, Source, record, record_decode};
pub use schedule::Schedule;
