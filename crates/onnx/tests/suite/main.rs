//! Tests of the crate as others use it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod build;
mod declared;
mod decoders;
mod differential;
mod doubles;
mod ends;
mod fixtures;
mod heads;
mod ieee;
mod known;
mod messages;
mod stored;
mod written;
