//! What is exported and what is read, run by the tools that it is for.

use crate::parity::pytorch;
use crate::shell::{self, Done, cargo, cargo_at, say};
use std::path::{Path, PathBuf};

/// The pairs that are compared for each model: the edge cases and so many random ones.
const FEW: &str = "1000";
const ALL: &str = "10000";

/// What PyTorch's exporter needs, what runs its graphs, and what changes spreadsheets.
const PACKAGES: [&str; 4] = ["onnx==1.23.2", "onnxruntime==1.32.0", "onnxscript==0.7.2", "openpyxl==3.1.5"];

/// Every model of the zoo in PyTorch and in ONNX Runtime, and graphs of the installed PyTorch in this build.
pub(crate) fn run(slow: bool) -> Done {
    let python = pytorch()?;
    packages(&python)?;
    cargo(&["build", "--package", "cli", "--locked", "--profile", "test"])?;
    let target = shell::target();
    let text = |path: PathBuf| {
        path.into_os_string().into_string().map_err(|_| "the project lies in a path that is not UTF-8")
    };
    let binary = text(target.join("debug").join("nanoadder"))?;
    let pairs = if slow { ALL } else { FEW };
    say("the table of ONNX operators, against the schemas of onnx and of ONNX Runtime");
    let table = text(target.join("onnx-operators.json"))?;
    let tests =
        ["test", "--package", "onnx", "--lib", "--locked", "the_table_is_written_where_it_is_asked_for"];
    cargo_at(&[("ONNX_OPERATORS", &table)], &tests)?;
    shell::run(&python, &["xtask/seams/operators.py", &table])?;
    say("every model of the zoo in PyTorch");
    shell::run(&python, &["xtask/seams/pytorch.py", &binary, pairs])?;
    say("every model of the zoo in ONNX Runtime");
    shell::run(&python, &["xtask/seams/onnx_runtime.py", &binary, pairs])?;
    match spreadsheet()? {
        Some(soffice) => {
            say("every model of the zoo as a spreadsheet in LibreOffice");
            shell::run(&python, &["xtask/seams/spreadsheet.py", &binary, &soffice])?;
        }
        None => say("no LibreOffice: the spreadsheets are not computed again; name its `soffice` in SOFFICE"),
    }
    say("PyTorch models in many styles, exported by both exporters and read here");
    let folder = target.join("onnx-fixtures");
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let folder = text(folder)?;
    shell::run(&python, &["crates/onnx/fixtures/make.py", &folder])?;
    let tests = ["test", "--package", "onnx", "--test", "suite", "--locked", "fixtures"];
    cargo_at(&[("ONNX_FIXTURES", &folder)], &tests)?;
    differential(&python, slow)
}

/// Variants of every operator, and random decoders by both exporters, against ONNX Runtime, the reference evaluator and PyTorch.
fn differential(python: &Path, slow: bool) -> Done {
    let path = |name: &str| {
        let path = shell::target().join(name).into_os_string().into_string();
        path.map_err(|_| "the project lies in a path that is not UTF-8".to_owned())
    };
    let (variants, decoders) = (path("onnx-variants")?, path("onnx-decoders")?);
    say("every operator, its versions, types and attributes, in ONNX Runtime and in the reference evaluator");
    let more: &[&str] = if slow { &["--slow"] } else { &[] };
    shell::run(python, &[&["xtask/seams/variants.py", variants.as_str()], more].concat())?;
    say("random decoders by both exporters of PyTorch");
    let count = if slow { "200" } else { "16" };
    shell::run(python, &["xtask/seams/decoders.py", &decoders, "--count", count])?;
    let tests = ["test", "--package", "onnx", "--test", "suite", "--locked", "against", "--", "--nocapture"];
    cargo_at(&[("ONNX_VARIANTS", &variants), ("ONNX_DECODERS", &decoders)], &tests)
}

/// Installs what is needed beside PyTorch, the first time.
pub(crate) fn packages(python: &Path) -> Done {
    let check = PACKAGES.map(|package| {
        let (name, version) = package.split_once("==").expect("they are pinned");
        format!("assert __import__('{name}').__version__ == '{version}'")
    });
    if shell::run(python, &["-c", &check.join("; ")]).is_ok() {
        return Ok(());
    }
    say("installing ONNX Runtime and openpyxl into .tools/pytorch, once");
    shell::run(python, &[["-m", "pip", "install", "--quiet"].as_slice(), PACKAGES.as_slice()].concat())
}

/// The program of `LibreOffice`: the one that `SOFFICE` names, the system's, or one that is installed now.
fn spreadsheet() -> Result<Option<String>, String> {
    if let Ok(named) = std::env::var("SOFFICE") {
        return Ok(Some(named));
    }
    let system = "/usr/bin/soffice";
    if Path::new(system).exists() || shell::apt("LibreOffice Calc", &["libreoffice-calc-nogui"])? {
        return Ok(Some(system.into()));
    }
    Ok(None)
}
