//! `board`: many models side by side, and `count --diff`.

use crate::{command, nanoadder};
use snapbox::file;

#[test]
fn a_folder_of_models_is_a_table_and_a_broken_file_a_row() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("mine.toml"), zoo::find("kiguli-7").unwrap().text).unwrap();
    std::fs::write(path("broken.toml"), "name = \"broken\"\n").unwrap();
    std::fs::write(path("other.txt"), "no model").unwrap();
    let line = format!(
        "board --format json --plot {} --folder {}",
        path("board.svg").display(),
        folder.path().display()
    );
    let output = command(&line).assert().code(2);
    let output = output.get_output();
    let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let models = value["models"].as_array().unwrap();
    assert_eq!((value["schema_version"].as_u64(), models.len()), (Some(1), 2));
    assert_eq!((&models[0]["model"], &models[0]["verdict"]), (&"kiguli-7".into(), &"proved".into()));
    assert_eq!((&models[0]["right"], &models[0]["total"]), (&10_010.into(), &10_010.into()));
    assert_eq!((&models[0]["counts"]["strict"], &models[0]["layer"]), (&16.into(), &"portable".into()));
    assert!(
        models[0]["min_margin"].as_f64().unwrap() > 0.0
            && models[0]["additions_per_second"].as_f64().unwrap() > 1.0
    );
    assert!(models[1]["error"].as_str().unwrap().contains("missing"), "{value}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("broken.toml"));
    assert!(std::fs::read_to_string(path("board.svg")).unwrap().contains(">kiguli-7</text>"));
}

#[test]
fn the_picture_is_of_the_kind_that_its_name_says() {
    let folder = tempfile::tempdir().unwrap();
    for (name, start) in
        [("board.png", &b"\x89PNG"[..]), ("board.html", b"<!doctype html>"), ("board.svg", b"<svg")]
    {
        let path = folder.path().join(name);
        let line = format!("board kiguli-7 --no-speed --format markdown --plot {}", path.display());
        let page = nanoadder(&line).code(0).get_output().stdout.clone();
        assert!(std::fs::read(path).unwrap().starts_with(start), "{name}");
        let shown = String::from_utf8(page).unwrap().contains(&format!("]({name})"));
        assert_eq!(shown, !name.ends_with("html"), "{name}");
    }
}

#[test]
fn pages_and_a_table_for_people() {
    nanoadder("board gist-58 kiguli-7 --no-speed")
        .code(0)
        .stdout_eq(file!["../snapshots/board.txt"])
        .stderr_eq("");
    nanoadder("board gist-58 kiguli-7 --no-speed --format markdown --sort stored")
        .code(0)
        .stdout_eq(file!["../snapshots/board.md"]);
    let html = nanoadder("board gist-58 --no-speed --format html").code(0);
    let html = String::from_utf8_lossy(&html.get_output().stdout).into_owned();
    assert!(html.starts_with("<!doctype html>") && html.contains("<svg") && html.contains("900 + 0 = 900"));
}

#[test]
fn what_cannot_be_done_is_said() {
    nanoadder("board --folder nosuch")
        .code(2)
        .stdout_eq("")
        .stderr_eq("error: cannot read the folder `nosuch`: [..]\n");
    let empty = tempfile::tempdir().unwrap();
    let line = format!("board --folder {}", empty.path().display());
    nanoadder(&line)
        .code(2)
        .stdout_eq("")
        .stderr_eq("error: `[..]`: expected at least one model file (.toml)\n");
    nanoadder("list --format markdown")
        .code(2)
        .stdout_eq("")
        .stderr_eq("error: --format markdown and html are for `board`: expected human or json\n");
    nanoadder("board kiguli-7 --plot nosuch/board.svg").code(2).stdout_eq("");
    nanoadder("board kiguli-7 --plot board.gif")
        .code(2)
        .stdout_eq("")
        .stderr_eq("error: `board.gif`: expected a name that ends with .svg, .png or .html\n");
    nanoadder("count --diff kiguli-7").code(2).stdout_eq("");
    nanoadder("count --diff kiguli-7 nosuch").code(2).stdout_eq("");
}

#[test]
fn a_comparison_says_what_numbers_became() {
    nanoadder("count --diff lokimorty-10 zcbtrak-6")
        .code(0)
        .stdout_eq(file!["../snapshots/diff-lokimorty-10-zcbtrak-6.txt"]);
    nanoadder("count --diff nanogpt-130 cosminscn-66")
        .code(0)
        .stdout_eq(file!["../snapshots/diff-nanogpt-130-cosminscn-66.txt"]);
    let output = nanoadder("count --diff gist-58 nanoadder-58 --format json").code(0);
    let value: serde_json::Value = serde_json::from_slice(&output.get_output().stdout).unwrap();
    assert_eq!(value["changes"].as_array().unwrap().len(), 0, "{value}");
    let moved = value["moved"].as_array().unwrap();
    assert_eq!(moved.len(), 15, "{value}");
    let threshold =
        serde_json::json!({ "tensor": "mlp.fc_bias", "element": 2, "before": -9005.0, "after": -92.0 });
    assert!(moved.contains(&threshold), "{value}");
    nanoadder("count --diff gist-58 nanoadder-58")
        .code(0)
        .stdout_eq(file!["../snapshots/diff-gist-58-nanoadder-58.txt"]);
    assert_eq!(
        (&value["first"]["counts"]["stored"], &value["second"]["model"]),
        (&58.into(), &"nanoadder-58".into())
    );
}
