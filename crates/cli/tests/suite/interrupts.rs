//! Ctrl-C ends every command at once, with 130 and the word.

use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A command in the middle of its work.
fn begun(folder: &Path, line: &str) -> Child {
    let child = Command::new(snapbox::cmd::cargo_bin!("nanoadder"))
        .args(line.split_whitespace())
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    std::thread::sleep(Duration::from_millis(700));
    child
}

fn signalled(child: &Child, signal: &str) {
    assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
}

/// What it printed to stdout and stderr, and its status, when it has ended.
fn ended(mut child: Child, line: &str) -> (String, String, Option<i32>) {
    let asked = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        assert!(asked.elapsed() < Duration::from_secs(10), "{line} goes on");
        std::thread::sleep(Duration::from_millis(20));
    };
    let (mut out, mut told) = (String::new(), String::new());
    child.stdout.take().unwrap().read_to_string(&mut out).unwrap();
    child.stderr.take().unwrap().read_to_string(&mut told).unwrap();
    (out, told, status.code())
}

#[test]
fn every_long_command_is_interrupted_with_130() {
    let folder = tempfile::tempdir().unwrap();
    let made = Command::new(snapbox::cmd::cargo_bin!("nanoadder"))
        .args(["prove", "corbensorenson-111", "--certificate", "long.cert", "--quiet"])
        .current_dir(folder.path())
        .status()
        .unwrap();
    assert_eq!(made.code(), Some(0));
    for (line, signal) in [
        ("check --pairs 1000000000000000", "-INT"),
        ("check --pairs 1000000000000000 --format json", "-TERM"),
        ("hunt --seconds 3600", "-INT"),
        ("prove xangma-197 --certificate some.cert", "-INT"),
        ("prove xangma-197 --explain", "-TERM"),
        ("prove corbensorenson-111 --plot some.svg", "-INT"),
        ("certify long.cert", "-INT"),
        ("board --plot some.svg", "-INT"),
        ("board xangma-197 --format html", "-INT"),
        ("shrink nanogpt-130 --output some.toml", "-INT"),
        ("bench --time 3600", "-INT"),
        ("export xangma-197 --to submission --output some.md", "-INT"),
        ("add --input - --output some.csv", "-INT"),
        ("fmt -", "-INT"),
        ("serve --port 0", "-INT"),
        ("serve --port 0", "-TERM"),
    ] {
        let child = begun(folder.path(), line);
        signalled(&child, signal);
        let (out, told, code) = ended(child, line);
        assert_eq!(code, Some(130), "{line}: {out}{told}");
        assert!(told.ends_with("interrupted\n"), "{line}: {told}");
        assert!(out.is_empty() || line.starts_with("serve"), "{line}: {out}");
        // Nothing of what it was to write, and no file in the making.
        let left: Vec<_> =
            folder.path().read_dir().unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, ["long.cert"], "{line}");
    }
}
