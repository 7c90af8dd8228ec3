//! nanoadder beside PyTorch, JAX and ONNX Runtime, measured in one run.

use crate::shell::{self, Done, cargo, say, tools};
use std::path::PathBuf;

/// What the peers are installed from; the newest versions, which the record names.
const PACKAGES: [&str; 6] = ["torch", "numpy", "jax[cpu]", "onnx", "onnxruntime", "onnxscript"];

/// Builds nanoadder, runs everyone, writes the record; `args` are a model and `--allow-wrong`.
pub(crate) fn run(args: &[&str]) -> Done {
    let python = python()?;
    say("building nanoadder");
    cargo(&["build", "--release", "--locked", "--package", "cli"])?;
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| shell::root().join("target"), PathBuf::from);
    let binary = target.join("release").join(format!("nanoadder{}", std::env::consts::EXE_SUFFIX));
    let binary = binary.to_str().ok_or("the target folder lies in a path that is not UTF-8")?;
    say("measuring: about five minutes, and three more the first time, while PyTorch compiles");
    let script = ["xtask/peers/bench.py", "--binary", binary];
    shell::run(python, &[&script, args].concat())
}

/// A Python with the peers in the tools folder, made the first time.
fn python() -> Result<PathBuf, String> {
    let folder = tools().join("peers");
    let python = folder.join("bin").join("python");
    if shell::run(&python, &["-c", "import torch, numpy, jax, onnx, onnxruntime, onnxscript"]).is_ok() {
        return Ok(python);
    }
    say("installing PyTorch, JAX and ONNX Runtime into .tools/peers, once; this takes some minutes and 6 GB");
    let folder = folder.to_str().ok_or("the project lies in a path that is not UTF-8")?;
    shell::run("python3", &["-m", "venv", folder])?;
    let install = ["-m", "pip", "install", "--quiet"];
    shell::run(&python, &[&install[..], &PACKAGES].concat())?;
    Ok(python)
}
