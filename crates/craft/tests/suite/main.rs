//! Making models, tried on the whole zoo.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod formatting;
mod linting;
mod shrinking;
mod templates;
