//! Pictures: `--plot`.

use crate::nanoadder;
use std::fs;

#[test]
fn explain_show_and_prove_draw() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let why = path("why.svg");
    let told = nanoadder("explain gist-58 9999999999 0").code(1).get_output().stdout.clone();
    nanoadder(&format!("explain gist-58 9999999999 0 --plot {why}")).code(1).stdout_eq(told).stderr_eq("");
    let svg = fs::read_to_string(&why).unwrap();
    assert!(svg.contains("It first goes wrong at step 3, the hundreds"), "{svg}");
    assert!(svg.contains("prefers-color-scheme: dark"));
    for (line, start) in [
        (format!("show --plot {}", path("net.png")), &b"\x89PNG"[..]),
        (format!("prove --quiet --plot {}", path("margins.html")), b"<!doctype html>"),
    ] {
        nanoadder(&line).code(0).stderr_eq("");
        let written = fs::read(line.rsplit(' ').next().unwrap()).unwrap();
        assert!(written.starts_with(start), "{line}");
    }
}

#[test]
fn what_cannot_be_drawn_leaves_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("none.svg");
    let target = target.to_str().unwrap();
    nanoadder(&format!("prove gist-58 --plot {target}"))
        .code(1)
        .stderr_eq("no picture: there are no margins to draw: gist-58 is not proved\n");
    nanoadder(&format!("explain gist-58 99999999999 0 --plot {target}")).code(2).stdout_eq("");
    nanoadder("explain gist-58 1 2 --plot why.gif")
        .code(2)
        .stdout_eq("")
        .stderr_eq("error: `why.gif`: expected a name that ends with .svg, .png or .html\n");
    nanoadder("show --plot /nosuch/net.svg").code(2).stdout_eq("");
    nanoadder("show --toml --plot net.svg").code(2).stdout_eq("");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}
