//! A decoder-only transformer, written once for every kind of number.
//!
//! [`Net`] holds the plain weights of one model, [`Net::step`] is its forward pass for one token, and [`generate()`]
//! is the greedy loop around it, outside the model. The blocks are functions generic over
//! [`Scalar`](num::Scalar); they hold no numbers of their own except zero and one, so that counting a model's numbers
//! is a property of its file and cannot be cheated by code.
//!
//! This crate knows no text, no files and no meaning of tokens.
//! Shapes are checked once, by [`Net::new`]; after that, evaluating cannot fail.

mod attention;
mod cache;
mod embedding;
mod generate;
mod linear;
mod mlp;
mod net;
mod norm;
mod probe;
mod rope;
mod shape;

pub use attention::Attention;
pub use cache::State;
pub use embedding::Embedding;
pub use generate::generate;
pub use linear::{Linear, Matrix};
pub use mlp::{Activation, Mlp};
pub use net::{Layer, Net};
pub use norm::{Norm, NormKind};
pub use probe::{Probe, Site};
pub use rope::{Pairs, Rope};
pub use shape::ShapeError;
