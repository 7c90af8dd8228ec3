//! Human output, as snapshots.

use crate::nanoadder;
use snapbox::file;

#[test]
fn alone_it_shows_what_it_is_about() {
    nanoadder("").code(0).stdout_eq(file!["../snapshots/demo.txt"]).stderr_eq("");
}

#[test]
fn add_prints_the_sum_and_nothing_else() {
    nanoadder("add 9999999999 0").code(0).stdout_eq("9999999999\n").stderr_eq("");
    nanoadder("add 5 5").code(0).stdout_eq("10\n").stderr_eq("");
    nanoadder("add 0000000005 5").code(0).stdout_eq("10\n").stderr_eq("");
}

#[test]
fn a_wrong_sum_is_printed_honestly() {
    nanoadder("add 9999999999 0 --model gist-58")
        .code(1)
        .stdout_eq("10000000499\n")
        .stderr_eq("gist-58 is wrong here: 9999999999 + 0 = 9999999999\n");
    nanoadder("add 9999999999 0 --model gist-58 --quiet").code(1).stdout_eq("10000000499\n").stderr_eq("");
}

#[test]
fn list_show_and_count() {
    nanoadder("list").code(0).stdout_eq(file!["../snapshots/list.txt"]);
    nanoadder("show nanogpt-130").code(0).stdout_eq(file!["../snapshots/show-nanogpt-130.txt"]);
    nanoadder("show gist-58 --toml").code(0).stdout_eq(file!["../../../zoo/models/gist-58.toml"]);
    nanoadder("count gist-58").code(0).stdout_eq(file!["../snapshots/count-gist-58.txt"]);
    nanoadder("count nanogpt-130").code(0).stdout_eq(file!["../snapshots/count-nanogpt-130.txt"]);
}

#[test]
fn check_says_whether_a_model_qualifies() {
    nanoadder("check nanoadder-58").code(0).stdout_eq(file!["../snapshots/check-nanoadder-58.txt"]);
    nanoadder("check gist-58 --detailed").code(1).stdout_eq(file!["../snapshots/check-gist-58.txt"]);
    nanoadder("check --seed 1 --pairs 100 --threads 1").code(0);
}

#[test]
fn prove_gives_its_verdict_and_says_why() {
    nanoadder("prove nanoadder-58 --explain").code(0).stdout_eq(file!["../snapshots/prove-nanoadder-58.txt"]);
    nanoadder("prove gist-58 --explain").code(1).stdout_eq(file!["../snapshots/prove-gist-58.txt"]);
    let counted = nanoadder("prove gist-58 --rate").code(1).get_output().stdout.clone();
    let share =
        "wrong on exactly 8.6331 % of all pairs: 8,633,133,437,500,000,000 of 100,000,000,000,000,000,000";
    assert!(String::from_utf8(counted).unwrap().contains(share));
    let undecided = nanoadder("prove nanogpt-130 --most-states 100 --sample 0.1 --format json").code(3);
    let text = String::from_utf8(undecided.get_output().stdout.clone()).unwrap();
    assert!(text.contains("\"verdict\": \"undecided\"") && text.contains("too many cases"), "{text}");
    assert!(text.contains("\"failures\": 0") && text.contains("\"confidence\": 0.999"), "{text}");
}

/// What the bounds are not for is named, and random pairs are tried instead.
#[test]
fn prove_names_the_block_that_it_cannot_treat() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wide.toml");
    // Twelve heads more, whose output nobody reads.
    let narrow = zoo::find("zcbtrak-6").unwrap().text;
    std::fs::write(&path, narrow.replace("\nwidth = 2\n", "\nwidth = 2\nheads = 13\nkv_heads = 1\n"))
        .unwrap();
    let prove = |sample: &str| {
        let line = format!("prove {} --sample {sample} --format json", path.display());
        String::from_utf8(nanoadder(&line).code(3).get_output().stdout.clone()).unwrap()
    };
    let unsupported = prove("0");
    assert!(unsupported.contains("\"verdict\": \"unsupported\""), "{unsupported}");
    assert!(unsupported.contains("[shape] heads = 13, value_width = 1"), "{unsupported}");
    let statistical = prove("0.1");
    assert!(statistical.contains("\"verdict\": \"statistical\""), "{statistical}");
    for field in ["\"lo\": 0.0", "\"n\": ", "\"failures\": 0", "\"confidence\": 0.999", "[shape] heads = 13"]
    {
        assert!(statistical.contains(field), "{field}: {statistical}");
    }
}

#[test]
fn hunt_finds_a_wrong_pair_or_says_that_it_knows_nothing() {
    nanoadder("hunt gist-58").code(1).stdout_eq(file!["../snapshots/hunt-gist-58.txt"]);
    nanoadder("hunt --rounds 1 --seed 3").code(3).stdout_eq(file!["../snapshots/hunt-nanoadder-58.txt"]);
    let hunt = |threads: usize| {
        let line = format!("hunt nanogpt-130 --rounds 1 --format json --threads {threads}");
        let text = String::from_utf8(nanoadder(&line).code(3).get_output().stdout.clone()).unwrap();
        text.lines().filter(|line| !line.contains("\"seconds\"")).collect::<Vec<_>>().join("\n")
    };
    assert_eq!(hunt(1), hunt(3));
    nanoadder("hunt --seconds -1").code(2).stdout_eq("");
}

#[test]
fn explain_shows_every_step() {
    nanoadder("explain gist-58 9999999999 0").code(1).stdout_eq(file!["../snapshots/explain-gist-58.txt"]);
    nanoadder("explain nanoadder-58 12 39").code(0);
}

#[test]
fn bench_checks_its_answers() {
    // Which readings there are depends on the processor.
    let output = nanoadder("bench --time 0 --threads 2").code(0).get_output().stdout.clone();
    let text = String::from_utf8(output).unwrap();
    assert!(text.lines().count() >= 3, "{text}");
    assert!(text.lines().skip(1).all(|line| line.ends_with("all as the scalar's")), "{text}");
}

/// What a real bash completes `line` to, in `folder`, once it has read what `completions bash` prints.
#[cfg(unix)]
fn completed(line: &str, folder: &std::path::Path) -> Vec<String> {
    let program = snapbox::cmd::cargo_bin!("nanoadder");
    // Bash itself calls the function that was registered with these; where a space ends the line, the word is empty.
    let script = r#"
        source <(nanoadder completions bash)
        read -ra COMP_WORDS <<< "$1"
        [[ "$1" == *" " ]] && COMP_WORDS+=("")
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) COMP_TYPE=9
        function=$(complete -p nanoadder | grep -o -- '-F [^ ]*')
        ${function#-F } nanoadder "${COMP_WORDS[-1]}" ""
        printf '%s\n' "${COMPREPLY[@]}"
    "#;
    let path = format!("{}:{}", program.parent().unwrap().display(), std::env::var("PATH").unwrap());
    let output = std::process::Command::new("bash")
        .args(["-c", script, "bash", line])
        .env("PATH", path)
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().lines().map(|line| line.trim_end().to_owned()).collect()
}

#[test]
#[cfg(unix)]
fn bash_completes_models_files_and_names() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("given.toml"), "").unwrap();
    // Without it, names of files stand in the line without quotes.
    let script = nanoadder("completions bash").get_output().stdout.clone();
    assert_eq!(String::from_utf8(script).unwrap().matches("complete -o filenames ").count(), 2);
    let completed = |line: &str| completed(line, folder.path());
    assert_eq!(completed("nanoadder check gi"), ["gist-58", "given.toml"]);
    assert_eq!(completed("nanoadder add 1 2 --model kig"), ["kiguli-7", "kiguli-7-mask"]);
    assert!(completed("nanoadder count --diff gist-58 nanoadder-").contains(&"nanoadder-58".to_owned()));
    assert_eq!(completed("nanoadder certify giv"), ["given.toml"]);
    assert_eq!(completed("nanoadder shrink --count st"), ["stored", "strict"]);
    assert_eq!(completed("nanoadder pro"), ["prove"]);
    assert_eq!(completed("nanoadder new x --template "), ["sinusoid", "rope"]);
}

#[test]
fn completions_and_the_manual_page_come_from_the_same_definition() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let output = nanoadder(&format!("completions {shell}")).code(0).get_output().stdout.clone();
        assert!(String::from_utf8(output).unwrap().contains("nanoadder"), "{shell}");
    }
    let page = String::from_utf8(nanoadder("man").code(0).get_output().stdout.clone()).unwrap();
    for command in [
        "add",
        "list",
        "show",
        "count",
        "check",
        "prove",
        "hunt",
        "certify",
        "explain",
        "new",
        "fmt",
        "lint",
        "shrink",
        "bench",
        "completions",
        "man",
    ] {
        assert!(page.contains(&format!(".SH \"{}\"", command.to_uppercase())), "{command}");
    }
    nanoadder("--help").code(0).stdout_eq(file!["../snapshots/help.txt"]);
}
