//! The page of `nanoadder serve`: its built files are committed, so that cargo alone builds everything.
//!
//! With Node at hand its sources are checked, tested, built again and compared, and the page is used in a real browser.

use crate::shell::{self, Done, cargo, root, say, tools};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The oldest Node that builds the page.
const NODE: u32 = 20;

fn folder() -> PathBuf {
    root().join("crates/web/page")
}

/// Checks the sources, tests them, and writes the built files that are committed.
pub(crate) fn build() -> Done {
    if !node() {
        return Err(format!("expected Node {NODE} or newer on the path, with npm"));
    }
    install()?;
    npm(&["run", "--silent", "types"])?;
    bundle(&folder().join("dist"))?;
    unit_tests()?;
    say("crates/web/page/dist is new; commit it with its sources");
    Ok(())
}

/// Everything that can be tested of the page. Without Node it says what is left out.
pub(crate) fn test() -> Done {
    if !node() {
        say(&format!("no Node {NODE} or newer: the page is not built again and not tried in a browser"));
        return Ok(());
    }
    install()?;
    say("the page: types");
    npm(&["run", "--silent", "types"])?;
    say("the page: its built files are those of its sources");
    let again = root().join("target/page");
    bundle(&again)?;
    same(&folder().join("dist"), &again)?;
    unit_tests()?;
    let browser = browser()?;
    say("the page in a browser; screenshots are kept in crates/web/page/screenshots");
    shell::status(
        npm_command(&["run", "--silent", "browser"]).env("CHROMIUM", browser).env("NANOADDER", binary()),
    )
}

fn unit_tests() -> Done {
    say("the page: its models come from the binary");
    cargo(&["build", "--package", "cli", "--locked", "--profile", "test"])?;
    shell::status(npm_command(&["run", "--silent", "test"]).env("NANOADDER", binary()))
}

/// The binary that `cargo build` makes.
fn binary() -> PathBuf {
    shell::target().join("debug").join(format!("nanoadder{}", std::env::consts::EXE_SUFFIX))
}

/// Whether Node is there and new enough.
fn node() -> bool {
    let Ok(output) = Command::new("node").arg("--version").output() else { return false };
    let text = String::from_utf8_lossy(&output.stdout);
    let major = text.trim().trim_start_matches('v').split('.').next().and_then(|major| major.parse().ok());
    major.is_some_and(|major: u32| major >= NODE)
}

fn npm_command(args: &[&str]) -> Command {
    let mut command = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    command.args(args).current_dir(folder());
    command
}

fn npm(args: &[&str]) -> Done {
    shell::status(&mut npm_command(args))
}

/// Installs what `package-lock.json` names, if it is not there. No package runs a script.
fn install() -> Done {
    let text = |path: &Path| std::fs::read(path).ok();
    let (lock, done) =
        (folder().join("package-lock.json"), folder().join("node_modules/installed-from.json"));
    if text(&done).is_some() && text(&done) == text(&lock) {
        return Ok(());
    }
    say("installing the page's tools into crates/web/page/node_modules, once");
    // Not `npm ci`: it wants an entry for the optional packages of every platform, which a registry may not have.
    npm(&["install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund"])?;
    std::fs::copy(&lock, &done).map(|_| ()).map_err(|error| format!("{}: {error}", done.display()))
}

fn bundle(to: &Path) -> Done {
    let to = to.to_str().ok_or("the project lies in a path that is not UTF-8")?;
    npm(&["run", "--silent", "build", "--", "--emptyOutDir", "--logLevel", "warn", "--outDir", to])
}

/// The files of a folder by name.
fn files(folder: &Path) -> Result<Vec<(String, Vec<u8>)>, String> {
    let fail = |error: std::io::Error| format!("{}: {error}", folder.display());
    let mut list = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(fail)? {
        let path = entry.map_err(fail)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        list.push((name, std::fs::read(&path).map_err(fail)?));
    }
    list.sort();
    Ok(list)
}

fn same(committed: &Path, built: &Path) -> Done {
    if files(committed)? == files(built)? {
        return Ok(());
    }
    Err(format!(
        "{} is not what its sources build: run `cargo xtask page` and commit it",
        committed.display()
    ))
}

/// A Chromium: the one that `CHROMIUM` names, the system's, or one that is installed now.
fn browser() -> Result<PathBuf, String> {
    if let Some(named) = std::env::var_os("CHROMIUM") {
        return Ok(named.into());
    }
    let known =
        ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].map(PathBuf::from);
    let find = || known.iter().find(|path| path.exists()).cloned();
    if let Some(found) = find() {
        return Ok(found);
    }
    if shell::apt("Chromium", &["chromium", "fonts-dejavu-core"])? {
        return find().ok_or_else(|| "apt-get installed no /usr/bin/chromium".to_owned());
    }
    download()
}

/// Playwright's own Chromium, into the tools folder.
fn download() -> Result<PathBuf, String> {
    let to = tools().join("browsers");
    let find = || {
        let folders = std::fs::read_dir(&to).ok()?.filter_map(Result::ok).map(|entry| entry.path());
        let inside = folders.flat_map(|folder| {
            [
                "chrome-linux/headless_shell",
                "chrome-linux/chrome",
                "chrome-headless-shell-linux64/chrome-headless-shell",
            ]
            .map(|name| folder.join(name))
        });
        inside.into_iter().find(|path| path.exists())
    };
    if let Some(found) = find() {
        return Ok(found);
    }
    say("downloading Chromium into .tools/browsers, once");
    let args = ["exec", "--", "playwright-core", "install", "--only-shell", "chromium"];
    let done = shell::status(npm_command(&args).env("PLAYWRIGHT_BROWSERS_PATH", &to));
    let hint = "install Chromium and name it in CHROMIUM, or leave the page out with `--no-page`";
    done.map_err(|error| format!("{error}: {hint}"))?;
    find().ok_or_else(|| format!("no Chromium in {}: {hint}", to.display()))
}
