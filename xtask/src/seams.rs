//! What is exported, run by the tools it is exported for.

use crate::parity::pytorch;
use crate::shell::{self, Done, cargo, say};

/// The pairs that are compared for each model: the edge cases and so many random ones.
const FEW: &str = "1000";
const ALL: &str = "10000";

/// Every model of the zoo in PyTorch, against this build.
pub(crate) fn run(slow: bool) -> Done {
    let python = pytorch()?;
    cargo(&["build", "--package", "cli", "--locked", "--profile", "test"])?;
    let binary = shell::target().join("debug").join("nanoadder");
    let binary = binary.to_str().ok_or("the project lies in a path that is not UTF-8")?;
    say("every model of the zoo in PyTorch");
    shell::run(python, &["xtask/seams/pytorch.py", binary, if slow { ALL } else { FEW }])
}
