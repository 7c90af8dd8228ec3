//! The commands as a user runs them: what they print and how they exit.
//!
//! Snapshots lie in `tests/snapshots`; run with `SNAPSHOTS=overwrite` to write them anew, and review them as a diff.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod board;
mod bulk;
mod certify;
mod commands;
mod draw;
mod errors;
mod exporting;
mod graphs;
#[cfg(unix)]
mod interrupts;
mod json;
mod making;
#[cfg(target_os = "linux")]
mod mutated;
mod options;
mod paths;
mod pictures;
mod schema;
mod shown;
mod verdicts;
mod words;

use snapbox::cmd::{Command, OutputAssert, cargo_bin};

/// Runs `nanoadder` with the words of `line`.
pub(crate) fn nanoadder(line: &str) -> OutputAssert {
    command(line).assert()
}

pub(crate) fn command(line: &str) -> Command {
    Command::new(cargo_bin!("nanoadder")).args(line.split_whitespace()).env("NO_COLOR", "1")
}
