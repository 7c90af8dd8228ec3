//! JSON for machines: the fields that are promised.

use crate::nanoadder;
use serde_json::Value;

fn json(line: &str, code: i32) -> Value {
    let output = nanoadder(&format!("{line} --format json --quiet"))
        .code(code)
        .stderr_eq("")
        .get_output()
        .stdout
        .clone();
    serde_json::from_slice(&output).unwrap()
}

#[test]
fn add() {
    let value = json("add 12 39", 0);
    assert_eq!(value["schema_version"], 1);
    assert_eq!((&value["model"], &value["sum"]), (&Value::from("nanoadder-58"), &Value::from(51)));
    assert_eq!(value["tokens"], serde_json::json!([1, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0]));
    assert_eq!(json("add 9999999999 0 --model gist-58", 1)["sum"], 10_000_000_499_u64);
}

#[test]
fn list() {
    let value = json("list", 0);
    assert_eq!(value["schema_version"], 1);
    let list = value["models"].as_array().unwrap();
    assert!(list.len() >= 3);
    for entry in list {
        for field in ["name", "title", "authors", "source", "category", "dtype", "claimed", "verdict"] {
            assert!(!entry[field].is_null(), "{field} of {entry}");
        }
    }
    assert_eq!(list[1]["verdict"], "refuted");
}

#[test]
fn count() {
    let value = json("count gist-58", 0);
    assert_eq!(value["counts"]["stored"], 58);
    assert_eq!(
        (&value["counts"]["literals"], &value["counts"]["strict"]),
        (&Value::from(3), &Value::from(61))
    );
    let literals = value["literals"].as_array().unwrap();
    assert_eq!(
        literals.iter().map(|l| l["value"].as_f64().unwrap()).collect::<Vec<_>>(),
        [11.0, 21.0, 100.0]
    );
    assert!(literals.iter().all(|literal| literal["place"].as_str().unwrap().contains("position")));
    let stored: u64 = value["numbers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|number| {
            number["shape"].as_array().unwrap().iter().map(|size| size.as_u64().unwrap()).product::<u64>()
        })
        .sum();
    assert_eq!(stored, 58);
    assert_eq!(json("count nanogpt-130", 0)["counts"]["stored"], 130);
}

#[test]
fn check() {
    let value = json("check gist-58 --detailed", 1);
    assert_eq!((&value["passed"], &value["total"]), (&Value::from(9_203), &Value::from(10_010)));
    assert_eq!((&value["qualified"], &value["edge_failures"]), (&Value::from(false), &Value::from(1)));
    assert_eq!(value["failures"].as_array().unwrap().len(), 20);
    assert_eq!(value["failures"][0]["expected"], 9_999_999_999_u64);
    assert!(
        value["seconds"].as_f64().unwrap() > 0.0 && value["additions_per_second"].as_f64().unwrap() > 0.0
    );
    assert_eq!(value["detailed"]["by_position"].as_array().unwrap().len(), 11);
    assert_eq!(json("check", 0)["accuracy"], 1.0);
}

/// Fused products move the answers of gist-58, and not those of a model that is proved for every evaluation.
#[test]
fn check_in_another_evaluation() {
    let elsewhere = |line: &str, code| -> Value {
        let done = nanoadder(&format!("check {line} --format json")).code(code).stderr_eq("");
        let mut value: Value = serde_json::from_slice(&done.get_output().stdout).unwrap();
        value["elsewhere"].take()
    };
    assert!(elsewhere("gist-58", 1)["otherwise"].as_u64().unwrap() > 0);
    assert_eq!(elsewhere("nanoadder-58", 0)["otherwise"], 0);
    assert_eq!(elsewhere("nanoadder-58 --pairs 100", 0)["total"], 110);
    assert_eq!(elsewhere("nanoadder-58 --quiet", 0), Value::Null);
}

#[test]
fn a_proof_names_the_runtimes_that_it_holds_for() {
    let holds_for = |model: &str, code| json(&format!("prove {model}"), code)["holds_for"].take();
    let portable = ["nanoadder", "pytorch", "onnxruntime", "jax", "numpy", "openvino"];
    assert_eq!(holds_for("nanoadder-58", 0), Value::from(portable.to_vec()));
    assert_eq!(holds_for("nanogpt-130", 0), Value::from(vec!["nanoadder"]));
    assert_eq!(holds_for("gist-58", 1), Value::Array(Vec::new()));
}

#[test]
fn show_explain_and_bench() {
    assert_eq!(json("show gist-58", 0)["shape"]["prompt_tokens"], 22);
    let value = json("explain nanoadder-58 1 2", 0);
    assert_eq!(value["steps"].as_array().unwrap().len(), 11);
    assert_eq!(value["steps"][0]["layers"][0]["heads"][1]["weights"].as_array().unwrap().len(), 22);
    for reading in json("bench --time 0", 0)["readings"].as_array().unwrap() {
        assert_eq!(reading["verified"], true, "{reading}");
    }
}

#[test]
fn an_error_has_a_place_and_what_was_found_and_expected() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let (pairs, model) = (file("p.csv", "a,b\n1,x\n"), file("m.toml", "name = \"m\"\nheds = 2\n"));
    for (line, parts) in [
        ("add 1 -- -1", [Some("operand"), Some("-1"), Some("an integer from 0 to 9999999999")]),
        (
            &format!("certify {pairs}"),
            [Some(&*pairs), Some("the first line is no claim"), Some("a nanoadder certificate")],
        ),
        (
            "check nosuch",
            [None, Some("nosuch"), Some("a name that `nanoadder list` shows, or a path to a model file")],
        ),
        ("hunt --seconds x", [Some("--seconds <N>"), Some("x"), Some("a number of seconds from 0 to 3600")]),
        ("check --nosuch", [None, Some("--nosuch"), None]),
        ("check nosuch.toml", [Some("nosuch.toml"), Some("No such file or directory (os error 2)"), None]),
        ("chekc", [None, Some("chekc"), Some("check")]),
        ("explain gist-58 1", [None, None, Some("<B>")]),
        (
            &format!("show {model}"),
            [Some(&*format!("{model}:1:1")), Some("the model file: `dtype` is missing"), None],
        ),
    ] {
        let output = nanoadder(&format!("--format json {line}")).code(2).get_output().stdout.clone();
        let value: Value = serde_json::from_slice(&output).unwrap();
        assert!(value["error"].as_str().is_some_and(|error| !error.is_empty()), "{value}");
        let found = [&value["place"], &value["found"], &value["expected"]].map(|part| part.as_str());
        assert_eq!(found, parts, "{line}: {value}");
    }
    let output = nanoadder(&format!("show {model} --format json")).code(2).get_output().stdout.clone();
    let value: Value = serde_json::from_slice(&output).unwrap();
    let problems = value["problems"].as_array().unwrap();
    let unknown = problems.iter().find(|problem| problem["line"] == 2).unwrap();
    assert_eq!((&unknown["column"], &unknown["expected"]), (&Value::from(1), &Value::from("`head`")));
}

#[test]
fn a_long_argument_is_not_repeated_whole() {
    let long = "x".repeat(100_000);
    for line in [long.clone(), format!("--{long}"), format!("list {long}"), format!("hunt --seconds {long}")]
    {
        let output = nanoadder(&format!("{line} --format json")).code(2).get_output().stdout.clone();
        let value: Value = serde_json::from_slice(&output).unwrap();
        assert!(value["error"].is_string() && output.len() < 8000, "{}", output.len());
    }
}
