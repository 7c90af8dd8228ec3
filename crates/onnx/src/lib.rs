//! ONNX graphs of decoders.
//!
//! [`Graph::read`] reads a file, and [`Graph::model`] evaluates it for every length that a decode reads: integers and shapes are computed,
//! numbers that depend on tokens become expressions ([`program::Decode`]), which every kind of number can read. So a graph is
//! run, checked and proved by the same means as a model file, whatever its authors called their blocks.
//!
//! The way through: `proto`, `file` and `names` (the messages, and that each name has one meaning), `ends` and `live` (input, output, and
//! what the output depends on), `tensor` (known and unknown elements), `constant`, `range`, `arena`, `fold`, `sums` and `softmax`
//! (expressions, folded as they are made), `call`, `ops` and `graph` (the operators, each declared in a table, and the walk),
//! `model` (a decode), `ending` (the scores behind its last operator), `trace`, `weights` and `heads` (where
//! its heads look), `flat` and `count` (its numbers), `write` (a model file as
//! a graph).

mod arena;
mod call;
mod constant;
mod count;
mod ending;
mod ends;
mod error;
mod file;
mod flat;
mod fold;
mod graph;
mod heads;
mod live;
mod model;
mod names;
mod ops;
mod prompt;
mod proto;
mod range;
mod softmax;
mod sums;
mod tensor;
mod trace;
mod weights;
mod write;

pub use count::{Counts, Literal, Stored};
pub use error::Error;
pub use file::{Beside, beside};
pub use model::{Graph, Model};
pub use prompt::Prompt;
pub use write::{OPSET, write};
