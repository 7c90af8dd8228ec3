//! Making models: from the first file to a smaller one.
//!
//! [`Template`] gives a file to begin with, [`format`](fn@format) writes one by rule, [`lint`](fn@lint) finds what could be
//! better, [`shrink`] looks for smaller files of the same meaning.

mod format;
mod formulas;
mod lint;
pub mod shrink;
mod template;
mod text;

pub use format::format;
pub use lint::{Finding, RULES, Rule, lint};
pub use template::{TEMPLATES, Template};
