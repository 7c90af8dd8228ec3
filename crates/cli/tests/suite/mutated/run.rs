//! Runs of the command in bounds: of memory, of time, and of what it may leave behind.

use snapbox::cmd::cargo_bin;
use spec::text::is_unseen;
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, Stdio};

/// Kilobytes of memory that a run can write to, its stacks and whatever it reserves included.
const MEMORY: &str = "200000";

/// Seconds of processor time that a run may take. A run that sleeps is ended, too, and later: the machine may be busy.
const SECONDS: &str = "10";

/// The longest message of a failure, in bytes.
const MESSAGE: usize = 4096;

/// What came of a run.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    signal: Option<i32>,
    out: Vec<u8>,
    told: Vec<u8>,
}

/// Runs `nanoadder` with `words` in `folder`.
pub(crate) fn nanoadder(folder: &Path, words: &[String]) -> Ran {
    let script = "ulimit -d \"$1\" && ulimit -t \"$2\" && shift 2 && exec timeout -s KILL 60 \"$@\"";
    let ran = Command::new("sh")
        .args(["-c", script, "sh", MEMORY, SECONDS])
        .arg(cargo_bin!("nanoadder"))
        .args(words)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .env("RUST_BACKTRACE", "0")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    Ran { code: ran.status.code(), signal: ran.status.signal(), out: ran.stdout, told: ran.stderr }
}

impl Ran {
    /// What it says on stderr.
    pub(crate) fn told(&self) -> String {
        String::from_utf8_lossy(&self.told).into_owned()
    }

    /// What is wrong with how it ended and with what it said, whatever it was given.
    pub(crate) fn fault(&self, json: bool) -> Result<(), String> {
        let ended = format!("status {:?}, signal {:?}", self.code, self.signal);
        let Some(code @ 0..=3) = self.code else { return Err(format!("{ended}: {}", self.told())) };
        let told = str::from_utf8(&self.told).map_err(|error| format!("stderr: {error}"))?;
        let out = str::from_utf8(&self.out).map_err(|error| format!("stdout: {error}"))?;
        if told.contains("panicked") {
            return Err(told.to_owned());
        }
        if code == 2 && told.is_empty() {
            return Err(format!("{ended} without a word"));
        }
        if code == 2 && told.len() > MESSAGE {
            return Err(format!("a message of {} bytes: {told}", told.len()));
        }
        for (name, text) in [("stderr", told), ("stdout", out)] {
            if let Some(unseen) = text.chars().find(|&c| !"\n\t".contains(c) && is_unseen(c)) {
                return Err(format!("{name} shows {unseen:?}"));
            }
        }
        if json {
            let value: serde_json::Value =
                serde_json::from_str(out).map_err(|error| format!("{ended}: {error}: {out}"))?;
            if value["schema_version"].is_null() || (code == 2 && !has_error(&value)) {
                return Err(format!("{ended}: {out}"));
            }
        }
        Ok(())
    }
}

/// Whether `value` says what is wrong, all of it or in one of its models.
fn has_error(value: &serde_json::Value) -> bool {
    let error = |value: &serde_json::Value| value["error"].as_str().is_some_and(|text| text.len() <= MESSAGE);
    error(value) || value["models"].as_array().is_some_and(|models| models.iter().any(error))
}

/// Every file of `folder` with what is in it.
pub(crate) fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let read = |entry: std::io::Result<fs::DirEntry>| {
        let path = entry.unwrap().path();
        (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(&path).unwrap())
    };
    fs::read_dir(folder).unwrap().map(read).collect()
}

/// Whether the file `name` of `folder`, which a command has just written, is whole; the product reads its own.
pub(crate) fn whole(folder: &Path, name: &str) -> Result<(), String> {
    let bytes = fs::read(folder.join(name)).unwrap();
    let ends = |end: &str| bytes.ends_with(end.as_bytes());
    let read = |words: &[&str], codes: &[i32]| {
        let ran = nanoadder(folder, &words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>());
        let good = ran.code.is_some_and(|code| codes.contains(&code));
        if good { Ok(()) } else { Err(format!("{name} is not whole: {:?}, {}", ran.code, ran.told())) }
    };
    let (_, extension) = name.rsplit_once('.').unwrap();
    let whole = match extension {
        "toml" => return read(&["fmt", "--check", name], &[0, 1]),
        "safetensors" | "onnx" => return read(&["count", name], &[0]),
        "csv" | "arrow" | "arrows" | "parquet" => return read(&["add", "--input", name], &[0, 1]),
        "cert" => return read(&["certify", name, "--threads", "1"], &[0]),
        "svg" => ends("</svg>\n"),
        "html" => ends("</html>\n"),
        "py" => ends("\n"),
        "png" => bytes.ends_with(b"IEND\xaeB`\x82"),
        "xlsx" => bytes.windows(4).rev().take(64).any(|four| four == b"PK\x05\x06"),
        other => unreachable!("no command here writes .{other}"),
    };
    if whole { Ok(()) } else { Err(format!("{name} is not whole")) }
}
