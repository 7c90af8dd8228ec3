//! A model in other forms, each as the text or bytes of one file.
//!
//! An export says what the model file says and shares its numbers: what is stored stays stored, what is tied stays tied,
//! and what is computed is computed there.

pub mod pytorch;
mod safetensors;
mod submission;
mod wrap;
mod xlsx;

pub use safetensors::safetensors;
pub use submission::{Findings, submission};
pub use xlsx::xlsx;
