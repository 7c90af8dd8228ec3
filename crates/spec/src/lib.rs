//! The model file: a TOML text that describes one model completely.
//!
//! [`Model::parse`] reads it into a [`Model`]: who made it, how operands become tokens ([`Task`]), every number with
//! its role and its uses ([`Ledger`]), and the plain weights as a [`net::Net`] of any machine number. A file yields
//! all its problems, each with line, column and what was expected ([`Problems`]), or a model; never half of one.
//! `docs/format.md` is the reference of the format.
//!
//! Stages, each a module: `document` (TOML with places), `formula` (total formulas), `weight` (the forms a weight is
//! written in, one file each), `map` (linear maps and ties), `plan` (the parts of the network as written), `resolve`
//! (the one walk that computes all weights and writes the ledger), `model`. [`text`] is how all front ends show what others wrote.

mod account;
mod attention;
mod chosen;
mod comparison;
mod document;
pub mod figures;
mod formula;
mod ledger;
mod map;
mod model;
mod name;
mod plan;
mod problem;
mod recipe;
mod resolve;
mod shape;
mod sums;
mod task;
mod tensors;
pub mod text;
mod weight;

pub use account::{Account, Layout, Rule, Source};
pub use comparison::{Became, Change, Comparison, Moved, compare};
pub use formula::{Expression, Formula, Function, Kind, Operator, Rounding, Sines, Word};
pub use ledger::{Counts, Ledger, Literal, Part, Place, Read, StoredTensor};
pub use model::{Category, Dtype, Identity, Model, check_toml};
pub use name::{NameError, check_name, name_of_file};
pub use problem::{Problem, Problems, Span, nearest};
pub use recipe::{Recipe, Writing};
pub use shape::Shape;
pub use sums::DotProducts;
pub use task::{Operand, Order, PromptToken, Task};
pub use tensors::weights_in;
pub use weight::Frame;
