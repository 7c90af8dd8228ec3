//! The project's tasks, as `cargo xtask TASK`. They install what they need into ignored folders, and say so.

mod arithmetic;
mod instructions;
mod integrations;
mod page;
mod parity;
mod peers;
mod python;
mod seams;
mod shell;
#[cfg(test)]
mod tidy;

use shell::{cargo, cargo_at, say};
use std::process::ExitCode;

const HELP: &str = "\
Usage: cargo xtask TASK

  test [--slow] [--no-page]
                 every test; --slow adds the exhaustive ones (hours), --no-page leaves out those that need Node
  seams [--slow] run what is exported in the real PyTorch, which is installed; --slow on every pair
                 of the protocol
  docs           the documentation as a site in target/book, by mdBook, which is installed
  python         build the Python package's wheel, install it into a fresh environment, run its tests
  sql            build and test the functions for DataFusion and the binary `nanoadder-sql`
  cluster        build and test the same on Ballista, with real processes
  ci             what a change must pass: format, clippy, test, seams, python, sql, cluster, docs, deny
  page           build the page again, after its types and tests
  parity         make the golden logits again with PyTorch, and compare
  arithmetic     measure how far PyTorch, ONNX Runtime, JAX, NumPy, OpenVINO, MLX and tinygrad compute from exact
                 results, which are installed, and write the record and docs/arithmetic.md
  answers [MODEL…]
                 how many pairs of the protocol a model answers wrong in each of them
  bench --peers [MODEL] [--allow-wrong]
                 compare with PyTorch, JAX and ONNX Runtime, and write a record
  bench --instructions [MODEL]
                 count the instructions of an addition with callgrind
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let done = match args.as_slice() {
        ["test", rest @ ..] if rest.iter().all(|arg| ["--slow", "--no-page"].contains(arg)) => {
            test(rest.contains(&"--slow"), !rest.contains(&"--no-page"))
        }
        ["page"] => page::build(),
        ["ci"] => ci(),
        ["parity"] => parity::run(),
        ["arithmetic"] => arithmetic::measure(),
        ["answers"] => arithmetic::answers(&["gist-58", "nanoadder-58"]),
        ["answers", models @ ..] => arithmetic::answers(models),
        ["docs"] => docs(),
        ["python"] => python::test(),
        ["sql"] => integrations::sql(),
        ["cluster"] => integrations::cluster(),
        ["seams"] => seams::run(false),
        ["seams", "--slow"] => seams::run(true),
        ["bench", "--peers", rest @ ..] => peers::run(rest),
        ["bench", "--instructions"] => instructions::run("nanoadder-58"),
        ["bench", "--instructions", model] => instructions::run(model),
        _ => {
            eprint!("{HELP}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Every test of the workspace: cargo fetches the crates once; the page's own tests install what they need and say so.
fn test(slow: bool, page: bool) -> shell::Done {
    cargo(&["test", "--workspace", "--locked"])?;
    if slow {
        say("the slow tests: every f32 through exp, and whatever else is marked");
        cargo(&["test", "--workspace", "--locked", "--release", "--", "--ignored"])?;
    }
    if page { page::test() } else { Ok(()) }
}

/// The pages of `docs/` as a site.
fn docs() -> shell::Done {
    let tool = shell::install("mdbook", "0.5.4")?;
    shell::run(&tool, &["build"])?;
    say("open target/book/index.html");
    Ok(())
}

fn ci() -> shell::Done {
    say("format");
    cargo(&["fmt", "--all", "--check"])?;
    cargo(&["fmt", "--manifest-path", "integrations/python/Cargo.toml", "--check"])?;
    say("clippy");
    cargo(&["clippy", "--workspace", "--all-targets", "--locked", "--", "--deny", "warnings"])?;
    say("test");
    test(false, true)?;
    seams::run(false)?;
    python::test()?;
    integrations::sql()?;
    integrations::cluster()?;
    say("docs");
    cargo_at(
        &[("RUSTDOCFLAGS", "--deny warnings")],
        &["doc", "--workspace", "--no-deps", "--document-private-items", "--locked"],
    )?;
    say("deny");
    let tool = shell::install("cargo-deny", "0.20.2")?;
    shell::run(&tool, &["check", "bans", "licenses", "sources"])?;
    integrations::deny(&tool)
}
