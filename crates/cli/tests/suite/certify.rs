//! Certificates: written by one command, checked by another.

use crate::nanoadder;
use snapbox::file;
use std::path::Path;

/// Writes the certificate of a model into `folder`; the line that checks it.
fn write(folder: &Path, model: &str, code: i32) -> String {
    let path = folder.join("certificate.jsonl");
    nanoadder(&format!("prove {model} --certificate {}", path.display())).code(code).stderr_eq("");
    format!("certify {}", path.display())
}

fn without_folder(bytes: Vec<u8>, folder: &Path) -> String {
    String::from_utf8(bytes).unwrap().replace(&format!("{}/", folder.display()), "")
}

#[test]
fn a_proof_is_checked_and_an_altered_one_rejected() {
    let folder = tempfile::tempdir().unwrap();
    let line = write(folder.path(), "nanoadder-58", 0);
    let output = nanoadder(&line).code(0).stderr_eq("").get_output().stdout.clone();
    snapbox::assert_data_eq!(
        without_folder(output, folder.path()),
        file!["../snapshots/certify-nanoadder-58.txt"]
    );
    nanoadder(&format!("{line} --model nanoadder-58 --threads 1")).code(0);
    let output = nanoadder(&format!("{line} --model gist-58")).code(1).get_output().stdout.clone();
    let text = without_folder(output, folder.path());
    assert!(
        text.starts_with(
            "certificate.jsonl: not valid, line 1: the certificate is of the model nanoadder-58"
        )
    );
    assert!(text.ends_with("not of this gist-58\n"), "{text}");
    let output = nanoadder(&format!("{line} --format json")).code(0).get_output().stdout.clone();
    let value: serde_json::Value = serde_json::from_slice(&output).unwrap();
    assert_eq!(
        (&value["valid"], &value["verdict"], &value["layer"]),
        (&true.into(), &"proved".into(), &"portable".into())
    );

    let path = folder.path().join("certificate.jsonl");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replacen("10000P", "9999P", 1)).unwrap();
    let output = nanoadder(&format!("{line} --format json")).code(1).get_output().stdout.clone();
    let value: serde_json::Value = serde_json::from_slice(&output).unwrap();
    assert_eq!((&value["valid"], &value["line"]), (&false.into(), &13.into()));
    assert!(value["why"].as_str().unwrap().starts_with("the seal is "));
}

#[test]
fn a_refutation_is_checked() {
    let folder = tempfile::tempdir().unwrap();
    let line = write(folder.path(), "gist-58", 1);
    let output = nanoadder(&line).code(0).stderr_eq("").get_output().stdout.clone();
    snapbox::assert_data_eq!(
        without_folder(output, folder.path()),
        file!["../snapshots/certify-gist-58.txt"]
    );
}

#[test]
fn what_cannot_be_read_or_written() {
    nanoadder("certify nosuch.jsonl").code(2).stdout_eq("").stderr_eq(
        "error: cannot read the certificate `nosuch.jsonl`: No such file or directory (os error 2)\n",
    );
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.toml");
    std::fs::write(&path, "name = \"x\"\n").unwrap();
    nanoadder(&format!("certify {}", path.display())).code(2).stdout_eq("").stderr_eq(format!(
        "error: `{}`: the first line is no claim: expected a nanoadder certificate\n",
        path.display()
    ));
    let nowhere = folder.path().join("none").join("c.jsonl");
    nanoadder(&format!("prove --certificate {}", nowhere.display())).code(2).stdout_eq("");
    // Undecided: nothing is written.
    let path = folder.path().join("c.jsonl");
    nanoadder(&format!("prove --most-states 10 --certificate {}", path.display()))
        .code(3)
        .stderr_eq("no certificate: a certificate needs a proof or a counterexample\n");
    // Proved by means that the checker does not have.
    nanoadder(&format!("prove fblissjr-249 --certificate {}", path.display()))
        .code(2)
        .stderr_eq("no certificate: the proof is of two layers, and `certify` bounds one\n");
    assert!(!path.exists());
}
