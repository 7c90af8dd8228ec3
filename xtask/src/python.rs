//! The Python package: its wheel is built, installed into a fresh environment, and used there.

use crate::shell::{self, Done, root, say, tools};
use std::path::{Path, PathBuf};

/// What builds wheels.
const MATURIN: &str = "maturin==1.16.0";

/// What the tests need beside the wheel.
const FOR_TESTS: [&str; 7] = ["pytest", "pyarrow", "pandas", "polars", "nbclient", "ipykernel", "mypy"];

/// Builds the wheel and runs the package's tests against it.
pub(crate) fn test() -> Done {
    let wheel = build()?;
    say("the wheel in a fresh environment");
    let folder = target().join("environment");
    if folder.exists() {
        std::fs::remove_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    let python = environment(&folder)?;
    let mut install = vec!["-m", "pip", "install", "--quiet", text(&wheel)?];
    install.extend(FOR_TESTS);
    shell::run(&python, &install)?;
    let package = root().join("integrations/python");
    say("its types");
    let sources = package.join("python/nanoadder");
    shell::run(&python, &["-m", "mypy", "--strict", "--no-error-summary", text(&sources)?])?;
    say("its tests");
    let tests = package.join("tests");
    shell::run(&python, &["-m", "pytest", "--quiet", "-p", "no:cacheprovider", text(&tests)?])
}

/// Builds the wheel; its path.
fn build() -> Result<PathBuf, String> {
    let python = environment(&tools().join("maturin"))?;
    shell::run(&python, &["-m", "pip", "install", "--quiet", MATURIN])?;
    say("the wheel");
    let wheels = target().join("wheels");
    if wheels.exists() {
        std::fs::remove_dir_all(&wheels).map_err(|error| format!("{}: {error}", wheels.display()))?;
    }
    let (manifest, built) = (root().join("integrations/python/Cargo.toml"), target());
    let options = ["--release", "--locked", "--manifest-path", text(&manifest)?, "--out", text(&wheels)?];
    let mut args = vec!["-m", "maturin", "build", "--target-dir", text(&built)?];
    args.extend(options);
    shell::run(&python, &args)?;
    let found = std::fs::read_dir(&wheels).ok().and_then(|mut files| files.next()).and_then(Result::ok);
    found.map(|file| file.path()).ok_or_else(|| format!("{}: expected a wheel", wheels.display()))
}

/// Where it is built, beside the product's own.
fn target() -> PathBuf {
    shell::target().join("python")
}

/// The interpreter of the environment in `folder`, made if it is not there.
fn environment(folder: &Path) -> Result<PathBuf, String> {
    let python = folder.join("bin").join("python");
    if !python.exists() {
        shell::run("python3", &["-m", "venv", text(folder)?])?;
    }
    Ok(python)
}

fn text(path: &Path) -> Result<&str, String> {
    path.to_str().ok_or_else(|| "the project lies in a path that is not UTF-8".into())
}
