//! Tests of the project's own rules: who imports whom, how long files are, where unsafe code is.

use crate::shell::root;
use std::path::{Path, PathBuf};

/// What each crate may depend on among ours, in reading order: everything a crate needs stands before it.
const IMPORTS: [(&str, &[&str]); 18] = [
    ("num", &[]),
    ("net", &["num"]),
    ("spec", &["num", "net"]),
    ("zoo", &["spec"]),
    ("program", &["num", "net"]),
    ("onnx", &["num", "net", "spec", "program"]),
    ("run", &["num", "net", "spec", "program", "onnx"]),
    ("load", &["spec", "zoo", "onnx", "run"]),
    ("prove", &["num", "net", "spec", "program", "run"]),
    // The checker shares nothing with the prover, nor with the runner.
    ("certify", &["num", "net", "spec"]),
    ("plot", &["net", "spec", "run", "prove"]),
    ("board", &["num", "spec", "run", "prove", "plot"]),
    ("craft", &["num", "net", "spec", "run", "prove"]),
    ("io", &[]),
    ("export", &["num", "net", "spec"]),
    ("wire", &["net", "spec", "zoo", "onnx", "run", "prove"]),
    ("web", &["spec", "zoo", "run", "prove", "wire"]),
    (
        "cli",
        &[
            "spec", "zoo", "onnx", "run", "load", "prove", "certify", "plot", "board", "io", "export",
            "craft", "wire", "web",
        ],
    ),
];

/// Crates that stay light: nothing from outside but what is listed.
const LIGHT: [(&str, &[&str]); 3] = [("num", &[]), ("net", &[]), ("spec", &["toml", "safetensors"])];

fn manifest(path: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(path).unwrap();
    let table = toml::de::DeTable::parse(&text).unwrap();
    let Some(dependencies) = table.get_ref().get("dependencies") else { return Vec::new() };
    let toml::de::DeValue::Table(dependencies) = dependencies.get_ref() else { panic!("{path:?}") };
    dependencies.keys().map(|key| key.get_ref().to_string()).collect()
}

#[test]
fn imports_run_one_way() {
    let folder = root().join("crates");
    let mut crates: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    crates.sort();
    let mut listed: Vec<_> = IMPORTS.iter().map(|(name, _)| (*name).to_owned()).collect();
    for (index, (name, allowed)) in IMPORTS.iter().enumerate() {
        for other in *allowed {
            assert!(listed[..index].iter().any(|known| known == other), "{name} stands before {other}");
        }
        for dependency in manifest(&folder.join(name).join("Cargo.toml")) {
            let ours = IMPORTS.iter().any(|(known, _)| *known == dependency);
            assert!(!ours || allowed.contains(&dependency.as_str()), "{name} must not import {dependency}");
            let light = LIGHT.iter().find(|(known, _)| known == name);
            if let Some((_, outside)) = light.filter(|_| !ours) {
                assert!(outside.contains(&dependency.as_str()), "{name} stays light: {dependency}");
            }
        }
        let text = std::fs::read_to_string(folder.join(name).join("Cargo.toml")).unwrap();
        assert!(text.contains(&format!("name = \"{name}\"")), "the folder {name} is named as its crate");
    }
    listed.sort();
    assert_eq!(crates, listed, "every crate is listed in IMPORTS");
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn all_sources() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for folder in ["crates", "xtask", "integrations/sql/src", "integrations/cluster/src"] {
        sources(&root().join(folder), &mut found);
    }
    assert!(found.len() > 50, "{}", found.len());
    found.into_iter().map(|path| (path.clone(), std::fs::read_to_string(path).unwrap())).collect()
}

#[test]
fn files_are_short_and_say_what_they_are_for() {
    let mut lengths = Vec::new();
    for (path, text) in all_sources() {
        assert!(text.starts_with("//!"), "{} opens with what it is for", path.display());
        let lines = text.lines().count();
        assert!(lines <= 500, "{} has {lines} lines", path.display());
        lengths.push(lines);
    }
    lengths.sort_unstable();
    assert!(lengths[lengths.len() / 2] <= 200, "the median file has {} lines", lengths[lengths.len() / 2]);
}

/// Who trusts a certificate trusts its checker, and should be able to read all of it.
#[test]
fn the_checker_can_be_read_in_one_sitting() {
    let of_code = |line: &&str| !line.trim().is_empty() && !line.trim().starts_with("//");
    let folder = root().join("crates/certify/src");
    let lines: usize = all_sources()
        .iter()
        .filter(|(path, _)| path.parent() == Some(&folder))
        .map(|(_, text)| text.lines().filter(of_code).count())
        .sum();
    assert!((1000..1600).contains(&lines), "{lines}");
}

#[test]
fn unsafe_code_lives_in_one_file() {
    let word = ["unsafe", " {"].concat();
    let with: Vec<_> =
        all_sources().into_iter().filter(|(_, text)| text.contains(&word)).map(|(path, _)| path).collect();
    assert_eq!(with, [root().join("crates/run/src/cpu.rs")]);
}

/// Every page of `docs/` is in the site's list of contents, and every link between pages leads to one.
#[test]
fn pages_are_listed_and_linked() {
    let folder = root().join("docs");
    let summary = std::fs::read_to_string(folder.join("SUMMARY.md")).unwrap();
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.extension().is_none_or(|extension| extension != "md") {
            continue;
        }
        assert!(name == "SUMMARY.md" || summary.contains(&format!("]({name})")), "{name} is in SUMMARY.md");
        let text = std::fs::read_to_string(&path).unwrap();
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let file = link.split('#').next().unwrap();
            if !link.contains("://") && !file.is_empty() {
                assert!(folder.join(file).exists(), "{name} links to {file}");
            }
        }
    }
}

/// The two share a target folder, where `DataFusion` is compiled once as long as they agree on versions.
#[test]
fn sql_and_cluster_lock_the_same_versions() {
    let packages = |name: &str| {
        let text =
            std::fs::read_to_string(root().join("integrations").join(name).join("Cargo.lock")).unwrap();
        let packages: Vec<String> = text
            .split("[[package]]\n")
            .skip(1)
            .map(|package| package.lines().take(2).collect::<Vec<_>>().join(", "))
            .collect();
        packages
    };
    let cluster = packages("cluster");
    assert!(cluster.len() > 300, "{}", cluster.len());
    for package in packages("sql") {
        assert!(cluster.contains(&package), "{package} of `sql` is in the lock file of `cluster`");
    }
}
