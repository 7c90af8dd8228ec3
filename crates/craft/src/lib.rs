//! Making models: from the first file to a smaller one.
//!
//! [`format`] writes a model file by rule.

mod format;
mod text;

pub use format::format;
