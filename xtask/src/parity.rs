//! Golden logits from PyTorch.

use crate::shell::{self, Done, cargo, say, tools};
use std::path::PathBuf;

/// The models that are compared.
const MODELS: [&str; 3] = ["gist-58", "nanoadder-58", "nanogpt-130"];

/// Makes the golden files again and runs the tests that compare with them.
pub(crate) fn run() -> Done {
    let python = pytorch()?;
    say("writing golden logits to crates/run/golden");
    let models: Vec<String> = MODELS.iter().map(|name| format!("crates/zoo/models/{name}.toml")).collect();
    let mut args = vec!["xtask/parity/golden.py", "crates/run/golden"];
    args.extend(models.iter().map(String::as_str));
    shell::run(python, &args)?;
    cargo(&["test", "--package", "run", "--test", "suite", "--locked", "parity"])
}

/// A Python with PyTorch in the tools folder, made the first time.
pub(crate) fn pytorch() -> Result<PathBuf, String> {
    let folder = tools().join("pytorch");
    let python = folder.join("bin").join("python");
    if shell::run(&python, &["-c", "import torch"]).is_ok() {
        return Ok(python);
    }
    say("installing PyTorch into .tools/pytorch, once; this takes a minute or two and 3 GB");
    let folder = folder.to_str().ok_or("the project lies in a path that is not UTF-8")?;
    shell::run("python3", &["-m", "venv", folder])?;
    shell::run(&python, &["-m", "pip", "install", "--quiet", "torch", "numpy"])?;
    Ok(python)
}
