//! How far other runtimes compute from exact results, and what that does to two models.

use crate::parity::pytorch;
use crate::seams;
use crate::shell::{self, Done, cargo, say, tools};
use std::path::PathBuf;

/// The runtimes beside PyTorch and ONNX Runtime, and what gives exact values; the newest versions, which the record names.
const PACKAGES: [&str; 8] =
    ["numpy", "scipy", "mpmath", "jax[cpu]", "openvino", "tinygrad", "mlx[cpu]", "onnx==1.23.2"];

/// What has its module under PyTorch's Python, and what under that of the others.
const BESIDE_PYTORCH: [&str; 2] = ["pytorch", "onnxruntime"];
const OTHERS: [&str; 6] = ["jax", "numpy", "openvino", "openvino_default", "mlx", "tinygrad"];

/// Measures every runtime, writes the record and the tables of docs/arithmetic.md, and compares with `num::runtimes`.
pub(crate) fn measure() -> Done {
    let (torch, others) = pythons()?;
    let folder = text(shell::target().join("arithmetic"))?;
    say("arguments and exact values");
    shell::run(&others, &["xtask/arithmetic/reference.py", &folder])?;
    for (python, runtimes) in [(&torch, &BESIDE_PYTORCH[..]), (&others, &OTHERS)] {
        for runtime in runtimes {
            say(&format!("measuring {runtime}"));
            shell::run(python, &["xtask/arithmetic/measure.py", runtime, &folder])?;
        }
    }
    shell::run(&others, &["xtask/arithmetic/record.py", &folder, "bench/arithmetic", "docs/arithmetic.md"])?;
    cargo(&["test", "--package", "prove", "--test", "suite", "--locked", "runtimes"])
}

/// How many pairs of the protocol each model answers wrong in each runtime, by exporter and optimisation level.
pub(crate) fn answers(models: &[&str]) -> Done {
    let (torch, others) = pythons()?;
    cargo(&["build", "--package", "cli", "--locked", "--profile", "test"])?;
    let binary = shell::target().join("debug").join(format!("nanoadder{}", std::env::consts::EXE_SUFFIX));
    for model in models {
        let folder = text(shell::target().join("answers").join(model))?;
        let file = format!("crates/zoo/models/{model}.toml");
        shell::run(&torch, &["xtask/arithmetic/weights.py", &file, &folder])?;
        let graph = format!("{folder}/nanoadder.onnx");
        shell::run(&binary, &["export", model, "--to", "onnx", "--output", &graph])?;
        for (python, runtimes) in
            [(&torch, &BESIDE_PYTORCH[..]), (&others, &["numpy", "jax", "mlx", "tinygrad", "openvino"])]
        {
            for runtime in runtimes {
                shell::run(python, &["xtask/arithmetic/answers.py", &folder, runtime])?;
            }
        }
    }
    Ok(())
}

/// The Python with PyTorch and ONNX Runtime, and the one with everyone else; both are made the first time.
fn pythons() -> Result<(PathBuf, PathBuf), String> {
    let torch = pytorch()?;
    seams::packages(&torch)?;
    let folder = tools().join("runtimes");
    let python = folder.join("bin").join("python");
    let check = "import numpy, scipy, mpmath, jax, openvino, tinygrad, mlx.core, onnx";
    if shell::run(&python, &["-c", check]).is_err() {
        say(
            "installing JAX, OpenVINO, MLX and tinygrad into .tools/runtimes, once; this takes some minutes and 2 GB",
        );
        shell::run("python3", &["-m", "venv", &text(folder)?])?;
        shell::run(&python, &[&["-m", "pip", "install", "--quiet"][..], &PACKAGES].concat())?;
    }
    // tinygrad compiles its kernels with clang.
    if shell::run("clang", &["--version"]).is_err() && !shell::apt("clang", &["clang"])? {
        return Err("tinygrad needs `clang` on the path".into());
    }
    Ok((torch, python))
}

fn text(path: PathBuf) -> Result<String, String> {
    path.into_os_string().into_string().map_err(|_| "the project lies in a path that is not UTF-8".into())
}
