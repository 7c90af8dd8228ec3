//! No option is dropped in silence: it changes what comes out, is refused, or its help says when it has no effect.

use crate::draw::Draw;
use crate::nanoadder;
use snapbox::cmd::cargo_bin;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

#[test]
fn options_of_graphs_are_read_or_refused() {
    let folder = tempfile::tempdir().unwrap();
    let graph = folder.path().join("ex.onnx");
    nanoadder(&format!("export kiguli-7 --to onnx --output {}", graph.display())).code(0);
    let graph = graph.display();
    for option in ["--answer banana", "--end 500", "--tokens 01"] {
        let asked = nanoadder(&format!("check {graph} {option}")).code(2).stdout_eq("");
        let told = String::from_utf8(asked.get_output().stderr.clone()).unwrap();
        assert!(told.contains("--prompt <TEMPLATE>"), "{option}: {told}");
    }
    for option in ["--answer banana", "--end 500", "--tokens x", "--tokens 012345678", "--logits nosuch"] {
        nanoadder(&format!("check {graph} --prompt F31 {option}")).code(2).stdout_eq("");
    }
    nanoadder(&format!("check {graph} --task nosuch")).code(2).stdout_eq("");
    nanoadder(&format!("check {graph} --task nosuch --prompt F31")).code(2).stdout_eq("");
    for option in ["prompt F31", "logits 0", "task nosuch"] {
        let (key, _) = option.split_once(' ').unwrap();
        let told = format!(
            "error: `{key}` is for an ONNX graph: `kiguli-7` says by itself how operands become tokens\n"
        );
        nanoadder(&format!("check kiguli-7 --{option}")).code(2).stdout_eq("").stderr_eq(told);
    }
    nanoadder("list --prompt x").code(2).stdout_eq("");
    nanoadder("count --diff gist-58 nanoadder-58 --prompt x").code(2).stdout_eq("");
}

#[test]
fn options_stand_only_where_they_are_read() {
    let folder = tempfile::tempdir().unwrap();
    for line in [
        "add 1 2 -o x.csv",
        "add 1 2 --output-format csv",
        "add 1 2 --input-format csv",
        "show --weights",
        "show --toml --format json",
        "export kiguli-7 --to pytorch --pair 1 2",
        "export kiguli-7 --to pytorch --format json",
        "completions bash --format json",
        "man --format json",
        "serve --format json",
        "tui --format json",
        "fmt - --format json",
        "lint --rule stored-ones --allow stored-ones",
        "board kiguli-7 --plot x.gif",
        "board kiguli-7 --plot x",
        "serve --host example.invalid",
    ] {
        let ran = crate::command(line).current_dir(folder.path()).assert().code(2);
        if !line.contains("json") {
            assert_eq!(ran.get_output().stdout, b"", "{line}");
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "{line}");
    }
    let listed = nanoadder("list --help").code(0).get_output().stdout.clone();
    assert!(!String::from_utf8(listed).unwrap().contains("ONNX"));
    nanoadder("help count").code(0);
}

#[test]
fn errors_are_json_where_json_is_asked_for() {
    let failed = nanoadder("check nosuch --format json").code(2).get_output().clone();
    let value: serde_json::Value = serde_json::from_slice(&failed.stdout).unwrap();
    assert_eq!(value["schema_version"], 1);
    let error = value["error"].as_str().unwrap();
    assert!(error.starts_with("no model is named `nosuch`: expected"), "{error}");
    assert!(String::from_utf8(failed.stderr).unwrap().contains(error));
    let failed = nanoadder("check --nosuch --format json").code(2).get_output().stdout.clone();
    let value: serde_json::Value = serde_json::from_slice(&failed).unwrap();
    assert!(value["error"].as_str().unwrap().contains("unexpected argument '--nosuch'"), "{value}");
}

/// Whoever reads may stop, and a full device is an error.
#[cfg(target_os = "linux")]
#[test]
fn what_cannot_be_written_is_said() {
    let lines = [
        "completions bash",
        "man",
        "list",
        "show --toml",
        "export kiguli-7 --to pytorch",
        "help",
        "add --help",
        "-V",
    ];
    for line in lines {
        let full = fs::File::options().write(true).open("/dev/full").unwrap();
        let ran = Command::new(cargo_bin!("nanoadder")).args(line.split(' ')).stdout(full).output().unwrap();
        let told = String::from_utf8(ran.stderr).unwrap();
        assert_eq!(ran.status.code(), Some(2), "{line}: {told}");
        assert!(told.starts_with("error: "), "{line}: {told}");
    }
}

/// A closed pipe ends a command quietly, and no answer that nobody saw is called a yes.
#[cfg(unix)]
#[test]
fn a_reader_that_leaves_is_no_yes() {
    for line in ["check gist-58 --quiet", "check --quiet", "list", "show --toml", "help", "--version"] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let ran =
            Command::new(cargo_bin!("nanoadder")).args(line.split(' ')).stdout(writer).output().unwrap();
        assert_eq!((ran.status.code(), ran.stderr.len()), (Some(141), 0), "{line}");
    }
}

/// Devices have no size and no end, and a name can be wider than a formatter's widths.
#[cfg(target_os = "linux")]
#[test]
fn what_has_no_end_is_refused() {
    for line in ["certify /dev/zero", "show /dev/zero", "fmt --check /dev/zero"] {
        let told = nanoadder(line).code(2).stdout_eq("").get_output().stderr.clone();
        let told = String::from_utf8(told).unwrap();
        assert!(told.contains("at most") && told.len() < 500, "{line}: {told}");
    }
    nanoadder("export kiguli-7 --to pytorch --output -").code(2).stdout_eq("");
    let long = "q".repeat(66_000);
    nanoadder(&format!("board {long} --no-speed")).code(2);
    let told = nanoadder(&format!("check --seed {long}")).code(2).get_output().stderr.clone();
    assert!(told.len() < 4096, "{}", told.len());
}

/// Quick commands that end with 0.
const LINES: [&str; 13] = [
    "add 12 39",
    "list",
    "show kiguli-7",
    "show kiguli-7 --program",
    "count kiguli-7",
    "count --diff kiguli-7 kswain98-8",
    "check kiguli-7 --pairs 100",
    "explain kiguli-7 1 2",
    "board kiguli-7 kswain98-8 --no-speed --format markdown",
    "export kiguli-7 --to safetensors --output out.safetensors",
    "completions bash",
    "fmt mine.toml",
    "new other",
];

/// Options with a value, and how many.
const VALUED: [(&str, usize); 36] = [
    ("--format", 1),
    ("--prompt", 1),
    ("--tokens", 1),
    ("--answer", 1),
    ("--end", 1),
    ("--logits", 1),
    ("--task", 1),
    ("--model", 1),
    ("--input", 1),
    ("--output", 1),
    ("--input-format", 1),
    ("--output-format", 1),
    ("--threads", 1),
    ("--plot", 1),
    ("--diff", 2),
    ("--seed", 1),
    ("--pairs", 1),
    ("--certificate", 1),
    ("--most-states", 1),
    ("--sample", 1),
    ("--folder", 1),
    ("--sort", 1),
    ("--seconds", 1),
    ("--rounds", 1),
    ("--template", 1),
    ("--rule", 1),
    ("--allow", 1),
    ("--count", 1),
    ("--port", 1),
    ("--host", 1),
    ("--time", 1),
    ("--to", 1),
    ("--pair", 2),
    ("-m", 1),
    ("-o", 1),
    ("-i", 1),
];
const FLAGS: [&str; 10] = [
    "--toml",
    "--program",
    "--weights",
    "--detailed",
    "--rate",
    "--explain",
    "--no-speed",
    "--check",
    "--verbose",
    "-q",
];
const WORDS: [&str; 20] = [
    "banana",
    "0",
    "1",
    "500",
    "",
    "-1",
    "F22",
    "F31",
    "least-first:11",
    "x.csv",
    "x.svg",
    "nosuch",
    "json",
    "markdown",
    "csv",
    "parquet",
    "gist-58",
    "stored",
    "rope",
    "xlsx",
];

/// What may change nothing, because its help says so: threads never change an answer, remarks and progress may be none, and the
/// others have an effect only on what is not decided in time, or where a file is formatted already.
const IDLE: [&str; 7] = ["--threads", "--verbose", "-q", "--seconds", "--sample", "--check", "--sort"];

/// Status, output and files of a command in a folder of its own.
type Result = (Option<i32>, String, String, BTreeMap<String, Vec<u8>>);

fn ran(words: &[&str]) -> Result {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("mine.toml"), zoo::find("kiguli-7").unwrap().text).unwrap();
    let done = Command::new(cargo_bin!("nanoadder"))
        .args(words)
        .current_dir(folder.path())
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (done.status.code(), timeless(&text(done.stdout)), timeless(&text(done.stderr)), files(folder.path()))
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let read = |entry: std::io::Result<fs::DirEntry>| {
        let path = entry.unwrap().path();
        (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(&path).unwrap())
    };
    fs::read_dir(folder).unwrap().map(read).collect()
}

/// `text` without the lines that tell a time.
fn timeless(text: &str) -> String {
    let told = |line: &&str| !line.contains("additions/s") && !line.ends_with(" s");
    text.lines().filter(told).collect::<Vec<_>>().join("\n")
}

fn drawn(seed: u64, runs: usize) {
    let mut draw = Draw::new(seed);
    let plain: Vec<Result> = LINES.iter().map(|line| ran(&line.split(' ').collect::<Vec<_>>())).collect();
    for (line, plain) in LINES.iter().zip(&plain) {
        assert_eq!(plain.0, Some(0), "{line}: {}", plain.2);
    }
    let (mut refused, mut changed) = (0, 0);
    for _ in 0..runs {
        let line = draw.below(LINES.len());
        let mut words: Vec<&str> = LINES[line].split(' ').collect();
        let option = if draw.below(5) == 0 { *draw.of(&FLAGS) } else { draw.of(&VALUED).0 };
        words.push(option);
        let count = VALUED.iter().find(|(name, _)| *name == option).map_or(0, |&(_, count)| count);
        words.extend((0..count).map(|_| *draw.of(&WORDS)));
        let (code, out, told, files) = ran(&words);
        assert!(!told.contains("panicked"), "{words:?}: {told}");
        assert!(told.len() + out.len() * usize::from(code == Some(2)) < 4096, "{words:?}: {told}");
        match code {
            Some(0) => {
                let same = (&out, &told, &files) == (&plain[line].1, &plain[line].2, &plain[line].3);
                assert!(!same || IDLE.contains(&option), "{words:?} changed nothing");
                changed += 1;
            }
            Some(1 | 3) => changed += 1,
            Some(2) => {
                assert!(told.contains("error"), "{words:?}: {told}");
                assert_eq!(files.get("mine.toml"), plain[line].3.get("mine.toml"), "{words:?}");
                refused += 1;
            }
            other => panic!("{words:?} ended with {other:?}: {told}"),
        }
    }
    assert!(refused > runs / 2 && changed > runs / 50, "{refused} refused, {changed} changed something");
}

#[test]
fn options_drawn_at_random_are_never_dropped() {
    drawn(0x9e37_79b9_7f4a_7c15, 500);
}

#[test]
fn options_drawn_at_random_are_never_dropped_either() {
    drawn(0x1234_5678_9abc_def1, 500);
}

#[test]
fn options_drawn_once_more_are_never_dropped() {
    drawn(0x0fed_cba9_8765_4321, 500);
}

#[test]
fn options_drawn_a_last_time_are_never_dropped() {
    drawn(0x5851_f42d_4c95_7f2d, 500);
}
