//! Lines of every command that reads a file.

use super::seeds::{Kind, Seed};
use crate::draw::Draw;

/// A command line, and the file that it is to write, if any.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) words: Vec<String>,
    pub(crate) output: Option<&'static str>,
    /// Whether it asks for JSON.
    pub(crate) json: bool,
}

impl Line {
    fn writes(mut self, option: &str, output: &'static str) -> Self {
        self.words.extend([option.to_owned(), output.to_owned()]);
        self.output = Some(output);
        self
    }

    fn with(mut self, words: &str) -> Self {
        self.words.extend(words.split_whitespace().map(str::to_owned));
        self
    }
}

/// A command that reads `seed`, with options. Searches are short: what is tried here is how they end.
pub(crate) fn line(seed: &Seed, draw: &mut Draw) -> Line {
    let json = draw.below(3) == 0;
    let file = seed.named;
    let picture = *draw.of(&["p.svg", "p.png", "p.html"]);
    let pair = *draw.of(&["5 7", "9999999999 1", "0 0"]);
    let said = |text: &str| Line { words: Vec::new(), output: None, json: false }.with(text);
    let told = |text: &str| {
        let line = said(text);
        if json { Line { json, ..line.with("--format json") } } else { line }
    };
    let may =
        |line: Line, option: &str, draw: &mut Draw| if draw.below(4) == 0 { line.with(option) } else { line };
    match seed.kind {
        Kind::Certificate => match draw.below(4) {
            0 => told(&format!("certify {file} --threads 1 --model kiguli-7")),
            _ => told(&format!("certify {file} --threads 1")),
        },
        Kind::Pairs => {
            let model = *draw.of(&["nanoadder-58", "kiguli-7", "gist-58"]);
            let line = said(&format!("add --threads 1 --model {model} --input {file}"));
            let line = match draw.below(12) {
                0 => line.with("--input-format csv"),
                1 => line.with("--input-format arrow"),
                2 => line.with("--input-format parquet"),
                _ => line,
            };
            let output = *draw.of(&["s.csv", "s.arrow", "s.arrows", "s.parquet"]);
            if draw.below(5) == 0 { line } else { line.writes("-o", output) }
        }
        Kind::Text | Kind::Tensors | Kind::Graph => {
            let graph = seed.kind == Kind::Graph;
            match draw.below(if graph { 9 } else { 17 }) {
                0 => told(&format!("add {pair} --model {file}")),
                1 => told(&format!("show {file} --program")),
                2 | 3 => told(&format!("count {file}")),
                4 => may(told(&format!("check {file} --pairs 20 --threads 1")), "--detailed", draw),
                5 => {
                    let line = told(&format!("prove {file} --most-states 2000 --sample 0 --threads 1"));
                    let line = may(may(line, "--explain", draw), "--rate", draw);
                    match draw.below(3) {
                        0 => line.writes("--certificate", "p.cert"),
                        1 => line.writes("--plot", picture),
                        _ => line,
                    }
                }
                6 => told(&format!("hunt {file} --seconds 0.05 --threads 1")),
                7 => {
                    let line = told(&format!("explain {file} {pair}"));
                    if draw.below(2) == 0 { line } else { line.writes("--plot", picture) }
                }
                8 => told(&format!("bench {file} --time 0.01 --threads 1")),
                9 => told(&format!("show {file}")).writes("--plot", picture),
                10 if json => told(&format!("show {file} --weights")),
                10 => told(&format!("show {file}")),
                11 => told(&format!("count --diff {file} kiguli-7")),
                12 => told(&format!("lint {file} --threads 1")),
                13 => told(&format!("shrink {file} --most-states 100 --threads 1")).writes("-o", "s.toml"),
                14 if seed.name == file && seed.kind == Kind::Text => {
                    if draw.below(3) == 0 {
                        told(&format!("fmt {file} --check"))
                    } else {
                        Line { output: Some("m.toml"), ..told(&format!("fmt {file}")) }
                    }
                }
                15 => {
                    let form = draw.below(5);
                    let line =
                        said(if form == 4 { "board --format markdown" } else { "board --format html" });
                    let line = if form < 3 { told("board") } else { line };
                    let line = line.with(&format!("{file} --no-speed --seconds 0.2 --threads 1"));
                    if draw.below(2) == 0 { line } else { line.writes("--plot", "b.svg") }
                }
                _ => {
                    // A submission holds a whole proof, which may take minutes.
                    let forms = [
                        ("pytorch", "e.py"),
                        ("safetensors", "e.safetensors"),
                        ("onnx", "e.onnx"),
                        ("xlsx", "e.xlsx"),
                    ];
                    let (form, output) = *draw.of(&forms);
                    said(&format!("export {file} --to {form}")).writes("-o", output)
                }
            }
        }
    }
}
