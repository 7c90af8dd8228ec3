//! Paths: what the user calls a file is what messages call it, and it need not be Unicode.

use crate::{command, nanoadder};
use snapbox::cmd::cargo_bin;
use std::fs;

/// Files are written beside their place first, under a name that is nobody's business.
#[test]
fn messages_name_the_path_that_was_given() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("p.csv"), "a,b\n1,2\n").unwrap();
    for line in [
        "add --input p.csv -o none/x.csv",
        "export kiguli-7 --to onnx -o none/x.csv",
        "prove kiguli-7 --certificate none/x.csv",
        "shrink kiguli-7 -o none/x.csv",
        "new mine -o none/x.csv",
        "show kiguli-7 --plot none/x.svg",
        "explain kiguli-7 1 2 --plot none/x.svg",
        "board kiguli-7 --no-speed --plot none/x.svg",
        "add --input p.csv -o p.csv/x.csv",
    ] {
        let ran = command(line).current_dir(folder.path()).assert().code(2);
        let told = String::from_utf8(ran.get_output().stderr.clone()).unwrap();
        let path = line.rsplit(' ').next().unwrap();
        assert!(told.starts_with(&format!("error: cannot write `{path}`: ")), "{line}: {told}");
        assert!(!told.contains("tmp") && told.lines().count() == 1, "{line}: {told}");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    nanoadder("add 1 2 -o none/x.csv").code(2);
}

/// On Linux a name is bytes; other systems refuse some of them.
#[cfg(target_os = "linux")]
#[test]
fn a_path_is_bytes() {
    use std::ffi::{OsStr, OsString};
    use std::os::unix::ffi::OsStrExt;
    let folder = tempfile::tempdir().unwrap();
    let odd = |name: &str| OsString::from_iter([OsStr::from_bytes(b"\xff\x1b"), OsStr::new(name)]);
    let run = |line: &str, code: i32| {
        // A word that begins with `@` names a file whose name is no Unicode.
        let word = |word: &str| word.strip_prefix('@').map_or_else(|| word.into(), odd);
        let ran = std::process::Command::new(cargo_bin!("nanoadder"))
            .args(line.split(' ').map(word))
            .current_dir(folder.path())
            .output()
            .unwrap();
        let (out, told) = (String::from_utf8(ran.stdout).unwrap(), String::from_utf8(ran.stderr).unwrap());
        assert_eq!(ran.status.code(), Some(code), "{line}: {out}{told}");
        assert!(!out.contains('\u{1b}') && !told.contains('\u{1b}'), "{line}: {out}{told}");
        out + &told
    };
    fs::write(folder.path().join(odd("p.csv")), "a,b\n1,2\n").unwrap();
    fs::write(folder.path().join(odd("m.toml")), zoo::find("kswain98-8").unwrap().text).unwrap();
    for line in [
        "add 1 2 --model @m.toml",
        "add --input @p.csv -o @s.parquet --output-format parquet",
        "show @m.toml --plot @p.svg",
        "count @m.toml",
        "count --diff @m.toml kiguli-7",
        "check @m.toml --pairs 10",
        "explain @m.toml 1 2",
        "export @m.toml --to onnx -o @m.onnx",
        "export @m.toml --to safetensors -o @m.safetensors",
        "count @m.safetensors",
        "add 1 2 --model @m.onnx",
        "fmt @m.toml",
        "board @m.toml --no-speed --plot @b.svg",
        "board --folder . --no-speed --format json",
        "new fresh -o @n.toml",
        "prove @m.toml --certificate @p.cert",
        "certify @p.cert --model @m.toml",
    ] {
        run(line, 0);
    }
    fs::write(folder.path().join("g.onnx"), fs::read(folder.path().join(odd("m.onnx"))).unwrap()).unwrap();
    fs::write(folder.path().join(odd("t.toml")), "prompt = 3").unwrap();
    assert!(run("add 1 2 --model g.onnx --task @t.toml", 2).contains("\u{fffd}\\u{1b}t.toml"));
    assert!(run("show @none.toml", 2).contains("`\u{fffd}\\u{1b}none.toml`"));
    assert!(run("certify @none.cert", 2).contains("`\u{fffd}\\u{1b}none.cert`"));
    assert!(run("add --input @none.csv", 2).contains("`\u{fffd}\\u{1b}none.csv`"));
    // No temporary file is left.
    let names = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
    assert!(names.into_iter().all(|name| !name.as_bytes().starts_with(b".")));
}
