//! Instructions per addition, counted by Valgrind's callgrind: a figure that does not jitter.
//!
//! The count of a small run is taken from that of a large one, so that start-up drops out. Valgrind knows no AVX-512, so the
//! count is that of the AVX2 path.

use crate::shell::{Done, cargo, root, say};
use std::process::Command;

/// Random pairs of the two runs.
const RUNS: [u64; 2] = [20_000, 120_000];

/// Counts for one model and prints the result.
pub(crate) fn run(model: &str) -> Done {
    cargo(&["build", "--release", "--locked", "--package", "cli"])?;
    let mut counts = [0; 2];
    for (count, pairs) in counts.iter_mut().zip(RUNS) {
        say(&format!("counting the instructions of {pairs} additions"));
        *count = callgrind(model, pairs)?;
    }
    let each = (counts[1] - counts[0]) as f64 / (RUNS[1] - RUNS[0]) as f64;
    println!("{model}: {each:.1} instructions per addition, pairs and check included (AVX2, one thread)");
    Ok(())
}

fn callgrind(model: &str, pairs: u64) -> Result<u64, String> {
    let output = Command::new("valgrind")
        .args([
            "--tool=callgrind",
            "--callgrind-out-file=/dev/null",
            "target/release/nanoadder",
            "check",
            model,
        ])
        .args(["--threads", "1", "--quiet", "--pairs", &pairs.to_string()])
        .current_dir(root())
        .output()
        .map_err(|error| format!("valgrind: {error}; it is the Debian package of that name"))?;
    let text = String::from_utf8_lossy(&output.stderr);
    let line = text.lines().find(|line| line.contains("Collected"));
    line.and_then(|line| line.rsplit(' ').next()?.parse().ok())
        .ok_or_else(|| format!("callgrind gave no count:\n{text}"))
}
