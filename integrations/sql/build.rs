//! Names this build by the sources of what adds: binaries with the same name give the same answers.

use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

/// The crates that an answer goes through.
const ADDS: [&str; 6] = ["num", "net", "spec", "program", "onnx", "run"];

fn main() {
    let here = std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo says it");
    let crates = Path::new(&here).join("../../crates");
    let mut hash = Sha256::new();
    for name in ADDS {
        let folder = crates.join(name).join("src");
        println!("cargo:rerun-if-changed={}", folder.display());
        let mut files = Vec::new();
        list(&folder, &mut files);
        files.sort();
        for file in files {
            let text = std::fs::read(&file).expect("the sources of the crates that this one is built from");
            let name = file.strip_prefix(&crates).expect("it lies there").display().to_string();
            hash.update(format!("{name} {}\n", text.len()));
            hash.update(text);
        }
    }
    let hash: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    println!("cargo:rustc-env=NANOADDER_BUILD={hash}");
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder of sources").flatten() {
        let path = entry.path();
        if path.is_dir() { list(&path, files) } else { files.push(path) }
    }
}
