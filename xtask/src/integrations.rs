//! The integrations that are cargo workspaces of their own: SQL in one process, and on many machines.

use crate::shell::{self, Done, cargo, cargo_at, say};
use std::path::Path;

/// Builds and tests `integrations/sql`.
pub(crate) fn sql() -> Done {
    test("sql")
}

/// Builds and tests `integrations/cluster`.
pub(crate) fn cluster() -> Done {
    test("cluster")
}

/// Checks the crates of both by `cargo-deny`, which lies at `tool`.
pub(crate) fn deny(tool: &Path) -> Done {
    for name in ["sql", "cluster"] {
        let manifest = format!("integrations/{name}/Cargo.toml");
        let place = ["--manifest-path", &manifest, "--config", "integrations/deny.toml"];
        shell::run(tool, &[&place[..], &["check", "bans", "licenses", "sources"]].concat())?;
    }
    Ok(())
}

/// Both build in one folder: what they have in common, `DataFusion` foremost, is compiled once.
fn test(name: &str) -> Done {
    let manifest = format!("integrations/{name}/Cargo.toml");
    say(&format!("the format of {name}"));
    cargo(&["fmt", "--check", "--manifest-path", &manifest])?;
    say(&format!("the tests of {name}; the first time DataFusion is compiled, which takes minutes"));
    let target = shell::target().join("integrations");
    let target = target.to_str().ok_or("the target folder lies in a path that is not UTF-8")?;
    cargo_at(&[("CARGO_TARGET_DIR", target)], &["test", "--locked", "--manifest-path", &manifest])
}
