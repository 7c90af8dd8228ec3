//! Tests of the crate as others use it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod fixtures;
mod messages;
mod written;
