//! Certificates that hold, and every way to spoil one.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod altered;
mod broken;
#[path = "../../../prove/tests/suite/trapdoor.rs"]
mod trapdoor;
mod valid;

use certify::{Failure, Options, Report};
use run::Adder;
use sha2::{Digest, Sha256};
use spec::Model;
use std::num::NonZeroUsize;
use std::sync::OnceLock;
use std::sync::atomic::AtomicBool;

pub(crate) fn threads() -> NonZeroUsize {
    std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}

pub(crate) fn model(name: &str) -> Model {
    zoo::find(name).unwrap().model().unwrap()
}

/// What the prover writes of a model.
pub(crate) fn written(model: &Model) -> String {
    attempted(model).unwrap()
}

/// The same, or why there is none.
pub(crate) fn attempted(model: &Model) -> Result<String, String> {
    let options = prove::Options::new(threads());
    let report = prove::prove(&Adder::new(model.clone()), options, &AtomicBool::new(false), &|_| {});
    prove::certificate(model, &report)
}

/// The certificate of the default model.
pub(crate) fn default() -> &'static str {
    static TEXT: OnceLock<String> = OnceLock::new();
    TEXT.get_or_init(|| written(&model("nanoadder-58")))
}

/// The certificate of a model that the program itself had to run on.
pub(crate) fn exact() -> &'static str {
    static TEXT: OnceLock<String> = OnceLock::new();
    TEXT.get_or_init(|| written(&model("cosminscn-66")))
}

pub(crate) fn check(text: &str) -> Result<Report, Failure> {
    certify::certify(text, &Options { threads: threads(), model: None, progress: &|_| {} })
}

/// The same lines with a seal that fits.
pub(crate) fn sealed(text: &str) -> String {
    let body: String = text
        .lines()
        .filter(|line| !line.starts_with("{\"sha256\""))
        .map(|line| format!("{line}\n"))
        .collect();
    format!("{body}{{\"sha256\":\"{}\"}}\n", hex(body.as_bytes()))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The certificate with `from` replaced by `to` once in a line (from 1), and a seal that fits.
pub(crate) fn altered(text: &str, line: usize, from: &str, to: &str) -> String {
    let replace = |(index, old): (usize, &str)| {
        if index + 1 != line {
            return old.to_owned();
        }
        assert!(old.contains(from), "line {line} has `{from}`");
        old.replacen(from, to, 1)
    };
    sealed(&text.lines().enumerate().map(replace).map(|line| line + "\n").collect::<String>())
}

/// The line and the message with which a certificate is rejected.
pub(crate) fn rejected(text: &str) -> (usize, String) {
    match check(text) {
        Err(Failure::Invalid { line, what }) => (line, what),
        other => panic!("expected a rejection, found {other:?}"),
    }
}
