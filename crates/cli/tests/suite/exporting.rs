//! Models for other tools.

use crate::nanoadder;
use std::fs;

#[test]
fn a_pytorch_file_has_the_boards_interface() {
    let output = nanoadder("export gist-58 --to pytorch").code(0).stderr_eq("").get_output().stdout.clone();
    let text = String::from_utf8(output).unwrap();
    for line in [
        "refuted by 900 + 0",
        "self.wte_A = nn.Parameter",
        "FORMULA = torch.float32",
        "def build_model():",
        "def add(model, a: int, b: int) -> int:",
    ] {
        assert!(text.contains(line), "{line}");
    }
    assert!(!text.contains("rms_norm"), "only what is used is written");
}

#[test]
fn a_safetensors_file_is_a_model() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.safetensors");
    let path = path.to_str().unwrap();
    nanoadder(&format!("export nanoadder-58 --to safetensors --output {path}"))
        .code(0)
        .stdout_eq("")
        .stderr_eq("");
    nanoadder(&format!("add 9999999999 1 --model {path}")).code(0).stdout_eq("10000000000\n");
    let whole = fs::read(path).unwrap();
    // A second time it is the same file; cut short it is none.
    nanoadder(&format!("export {path} --to safetensors -o {path}")).code(0);
    assert_eq!(fs::read(path).unwrap(), whole);
    fs::write(path, &whole[..whole.len() - 4]).unwrap();
    nanoadder(&format!("add 1 1 --model {path}")).code(2).stdout_eq("");
}

#[test]
fn a_submission_is_filled_from_what_was_run() {
    let output = nanoadder("export gist-58 --to submission --quiet").code(0).get_output().stdout.clone();
    let text = String::from_utf8(output).unwrap();
    for line in ["### Unique Parameter Count\n\n58\n", "9203 of 10010 right", "refuted: 900 + 0"] {
        assert!(text.contains(line), "{line}\n{text}");
    }
}

/// `cargo xtask seams` has a spreadsheet program compute it again.
#[test]
fn a_spreadsheet_is_a_file_with_an_answer() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("decode.xlsx");
    nanoadder(&format!("export gist-58 --to xlsx --pair 9999999999 0 --output {}", path.display()))
        .code(0)
        .stdout_eq("")
        .stderr_eq("");
    assert_eq!(&fs::read(path).unwrap()[..4], b"PK\x03\x04");
    let refused = "error: operand `-1`: expected an integer from 0 to 9999999999\n";
    nanoadder("export gist-58 --to xlsx --pair -1 0").code(2).stdout_eq("").stderr_eq(refused);
    nanoadder("export gist-58 --to xlsx --pair 5").code(2).stdout_eq("");
}

#[test]
fn what_cannot_be_exported_is_told() {
    nanoadder("export nanoadder-58").code(2).stdout_eq("");
    nanoadder("export nanoadder-58 --to excel").code(2).stdout_eq("");
    nanoadder("export nosuch --to pytorch").code(2).stdout_eq("");
    nanoadder("export nanoadder-58 --to pytorch --output /nosuch/file.py").code(2).stdout_eq("");
}
