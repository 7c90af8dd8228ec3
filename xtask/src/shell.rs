//! Running programs, and installing the few that tasks need.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A task is done, or says in a line why not.
pub(crate) type Done = Result<(), String>;

/// The root of the project.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the root").to_owned()
}

/// The ignored folder for tools that tasks install.
pub(crate) fn tools() -> PathBuf {
    root().join(".tools")
}

/// Where cargo builds.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// A headline of a task.
pub(crate) fn say(what: &str) {
    eprintln!("xtask: {what}");
}

/// Runs cargo in the root.
pub(crate) fn cargo(args: &[&str]) -> Done {
    cargo_at(&[], args)
}

/// Runs cargo in the root with some environment.
pub(crate) fn cargo_at(environment: &[(&str, &str)], args: &[&str]) -> Done {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.envs(environment.iter().copied());
    status(command.args(args))
}

/// Runs a program in the root.
pub(crate) fn run(program: impl AsRef<OsStr>, args: &[&str]) -> Done {
    status(Command::new(program).args(args))
}

/// Runs a command to its end, in the root unless it says where.
pub(crate) fn status(command: &mut Command) -> Done {
    if command.get_current_dir().is_none() {
        command.current_dir(root());
    }
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{command:?} ended with {status}")),
        Err(error) => Err(format!("{}: {error}", command.get_program().to_string_lossy())),
    }
}

/// The path of a cargo tool of this version, installed into the tools folder the first time.
pub(crate) fn install(name: &str, version: &str) -> Result<PathBuf, String> {
    let path = tools().join("bin").join(name);
    let found = Command::new(&path).arg("--version").output();
    if found.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains(version)) {
        return Ok(path);
    }
    say(&format!("installing {name} {version} into .tools, once; this takes some minutes"));
    let folder = tools();
    let folder = folder.to_str().ok_or("the project lies in a path that is not UTF-8")?;
    cargo(&["install", name, "--version", version, "--locked", "--no-default-features", "--root", folder])?;
    Ok(path)
}

/// Installs Debian packages, if this is Debian and we may: whether it was done. `what` is what people call them.
pub(crate) fn apt(what: &str, packages: &[&str]) -> Result<bool, String> {
    let root = Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout == b"0\n");
    if !root || !Path::new("/usr/bin/apt-get").exists() {
        return Ok(false);
    }
    say(&format!("installing {what} with apt-get, once"));
    run("apt-get", &["update", "--quiet"])?;
    let install = ["install", "--yes", "--quiet", "--no-install-recommends"];
    run("apt-get", &[install.as_slice(), packages].concat())?;
    Ok(true)
}
