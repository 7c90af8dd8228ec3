//! `docs/json.md` says what every command prints with `--format json`: it is made of what they print. `BLESS=1` writes it anew.

use crate::command;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

/// A line with the status that it ends with.
type Run = (&'static str, i32);

/// A command, what it prints, and runs that show it.
const COMMANDS: [(&str, &str, &[Run]); 18] = [
    ("add", "A sum with the tokens that the model generated.", &[("add 12 39", 0)]),
    ("list", "The models that come along.", &[("list", 0)]),
    (
        "show",
        "One model; `--weights` adds `network`, every number as it is computed with.",
        &[("show gist-58", 0), ("show xangma-177", 0)],
    ),
    ("show --program", "The straight line that one addition folds to.", &[("show kiguli-7 --program", 0)]),
    (
        "count",
        "Every number, with the weights that read it.",
        &[("count gist-58", 0), ("count yieldthought-20", 0)],
    ),
    (
        "count --diff",
        "What changed between two models.",
        &[("count --diff gist-58 nanoadder-58", 0), ("count --diff lokimorty-10 zcbtrak-6", 0)],
    ),
    (
        "check",
        "AdderBoard's protocol; `--detailed` adds `detailed`.",
        &[("check gist-58 --detailed", 1), ("check nanoadder-58 --quiet", 0)],
    ),
    (
        "prove",
        "A verdict on all pairs; `--explain` adds `explanation`.",
        &[
            ("prove nanoadder-58", 0),
            ("prove gist-58 --rate", 1),
            ("prove nanogpt-130 --most-states 100 --sample 0.1", 3),
        ],
    ),
    (
        "hunt",
        "A wrong pair, or the closest right one.",
        &[("hunt gist-58 --rounds 1", 1), ("hunt kiguli-7 --rounds 1", 3)],
    ),
    (
        "board",
        "Many models side by side.",
        &[("board gist-58 kiguli-7", 0), ("board kiguli-7 nosuch.toml --no-speed", 2)],
    ),
    (
        "explain",
        "Each step of a decode.",
        &[("explain gist-58 9999999999 0", 1), ("explain nanoadder-0 1 2", 0)],
    ),
    (
        "certify",
        "Whether a certificate holds.",
        &[("certify right.cert", 0), ("certify wrong.cert", 0), ("certify altered.cert", 1)],
    ),
    ("new", "The model file that was written.", &[("new mine", 0)]),
    ("fmt", "The files that were not written by rule.", &[("fmt --check mine.toml", 0)]),
    ("lint", "What could be better.", &[("lint gist-58", 1)]),
    ("shrink", "A smaller file of the same meaning.", &[("shrink gist-58", 0)]),
    ("bench", "Additions a second, for each way to run the model.", &[("bench kiguli-7 --time 0", 0)]),
    (
        "any command that cannot run",
        "Why it could not; the exit status is 2. `place`, `found` and `expected` are the parts of `error`, where it has them; \
        of a model file `problems` has all that is wrong.",
        &[("check nosuch", 2), ("add 1 -- -1", 2), ("show broken.toml", 2)],
    ),
];

/// The types of every field under `path`, where `[]` stands for each of a list.
fn fields(value: &Value, path: &str, found: &mut BTreeMap<String, BTreeSet<&'static str>>) {
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "text",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
    };
    if !path.is_empty() {
        found.entry(path.to_owned()).or_default().insert(kind);
    }
    match value {
        Value::Array(list) => list.iter().for_each(|inner| fields(inner, &format!("{path}[]"), found)),
        Value::Object(object) => {
            for (key, inner) in object {
                let dot = if path.is_empty() { "" } else { "." };
                fields(inner, &format!("{path}{dot}{key}"), found);
            }
        }
        _ => {}
    }
}

/// Integers are numbers where a field has both.
fn words(mut kinds: BTreeSet<&'static str>) -> String {
    if kinds.contains("number") {
        kinds.remove("integer");
    }
    kinds.into_iter().collect::<Vec<_>>().join(", ")
}

#[test]
fn the_page_of_json_is_what_the_commands_print() {
    let mut page = "# JSON\n\n\
        With `--format json` a command prints one JSON value on stdout, an object with `schema_version`, and nothing else there.\n\
        Commands that write a text or a file of their own, or talk to a person, refuse it: the demonstration, `add --input`, `show --toml`, `export`, `completions`, `man`, `serve`, `tui`.\n\
        The API has the same shapes ([page.md](page.md)), and so has Python.\n\n\
        `[]` stands for each element of a list. A field that can be missing is one that is null here or not shown.\n\
        This page is made of what the commands print: `BLESS=1 cargo test -p cli --test suite the_page_of_json`.\n"
        .to_owned();
    let folder = tempfile::tempdir().unwrap();
    for line in ["prove kswain98-8 --certificate right.cert", "prove gist-58 --certificate wrong.cert"] {
        let _ = command(line).current_dir(folder.path()).assert();
    }
    let right = std::fs::read_to_string(folder.path().join("right.cert")).unwrap();
    let altered = right.replacen("\"steps\":11", "\"steps\":12", 1);
    std::fs::write(folder.path().join("altered.cert"), altered).unwrap();
    std::fs::write(folder.path().join("broken.toml"), "name = \"broken\"\nheds = 2\n").unwrap();
    for (name, about, runs) in COMMANDS {
        let mut found = BTreeMap::new();
        for (line, code) in runs {
            let line = format!("{line} --format json");
            let ran = command(&line).current_dir(folder.path()).assert().code(*code);
            let out = ran.get_output().stdout.clone();
            let value: Value = serde_json::from_slice(&out).unwrap();
            assert_eq!(value["schema_version"], 1, "{line}");
            fields(&value, "", &mut found);
        }
        let title = if name.starts_with("any") { name.to_owned() } else { format!("`nanoadder {name}`") };
        write!(page, "\n## {title}\n\n{about}\n\n| field | type |\n| --- | --- |\n").unwrap();
        for (path, kinds) in found {
            writeln!(page, "| `{path}` | {} |", words(kinds)).unwrap();
        }
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/json.md");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    snapbox::assert_data_eq!(std::fs::read_to_string(path).unwrap_or_default(), page);
}
