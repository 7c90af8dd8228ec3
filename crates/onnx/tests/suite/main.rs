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

/// A model of the zoo whose sums a graph can ask for: none are fused.
fn separate(entry: &zoo::Entry) -> spec::Model {
    let lines = entry.text.lines().filter(|line| !line.starts_with("sums = "));
    let text: String = lines.map(|line| format!("{line}\n")).collect();
    spec::Model::parse(entry.name, &text).unwrap_or_else(|problems| panic!("{}: {problems}", entry.name))
}
