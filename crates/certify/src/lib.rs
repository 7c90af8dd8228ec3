//! Checks a certificate without trusting the prover that wrote it.
//!
//! [`certify`] reads a certificate and nothing else. It repeats the proof with other means than the prover: `pairs` counts sets of
//! pairs and divides them, `attention` and `taylor` bound the right token's lead by Taylor models where the prover has affine forms,
//! `ends` holds intervals of real numbers and of a program's, `leaves` decides one leaf with them, `file` reads the lines, and
//! `check` goes through the steps. Of the rest of nanoadder it shares the network's blocks, the model file and the elementary
//! functions. `docs/certificates.md` describes the format for whoever writes another checker.
//!
//! To be read in one sitting it stays under 1,600 lines of code, which a test of `xtask` counts.
//!
//! What is proved: for every step and all pairs, after the right digits so far the greatest logit is that of the right next
//! token, or, in a leaf of the program itself, the first of the greatest is. By induction the model spells the right sum for all pairs.

mod attention;
mod check;
mod ends;
mod file;
mod leaves;
mod pairs;
mod taylor;
#[cfg(test)]
mod tests;

pub use file::Counterexample;
use file::{Certificate, sha256};
use num::Float;
use spec::{Dtype, Model};
use std::fmt;
use std::num::NonZeroUsize;
use std::time::{Duration, Instant};

/// Why a certificate is not accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// It is none that this checker can read.
    Unreadable(String),
    /// It claims what cannot be confirmed.
    Invalid {
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        what: String,
    },
}

impl Failure {
    fn at(line: usize, what: impl Into<String>) -> Self {
        Self::Invalid { line, what: what.into() }
    }
}

/// Fails at a line with `what`, unless it `holds`.
fn must(line: usize, holds: bool, what: impl FnOnce() -> String) -> Result<(), Failure> {
    if holds { Ok(()) } else { Err(Failure::at(line, what())) }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(what) => write!(f, "{what}"),
            Self::Invalid { line, what } => write!(f, "line {line}: {what}"),
        }
    }
}

impl std::error::Error for Failure {}

/// How to check.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    /// How many threads work.
    pub threads: NonZeroUsize,
    /// The model that the certificate must be of, if it matters.
    pub model: Option<&'a Model>,
    /// Called now and then with the share of the work that is done.
    pub progress: &'a dyn Fn(f64),
}

/// What was confirmed.
#[derive(Clone, Debug, PartialEq)]
pub enum Confirmed {
    /// The model is right on every pair.
    Proved {
        /// What the proof holds for: `exact`, `program` or `portable`.
        layer: String,
        /// The least margin that the certificate states.
        stated: f64,
        /// The least margin that the checker's own bounds show.
        margin: f64,
        /// How many leaves the trees have.
        leaves: u64,
        /// How many cases the checker looked at, with those it divided leaves into.
        cases: u64,
        /// How many leaves hold a pair that ties, which is a lead of zero: the evaluator is right there because it takes the first of
        /// equal logits.
        ties: u64,
    },
    /// The model is wrong on this pair.
    Refuted(Counterexample),
}

/// A certificate that holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The model's name.
    pub model: String,
    /// The SHA-256 of the model's content.
    pub sha256: String,
    /// How many pairs there are, in decimal digits.
    pub pairs: String,
    /// What was confirmed.
    pub confirmed: Confirmed,
    /// How long it took.
    pub time: Duration,
}

/// Checks the certificate `text`.
///
/// # Errors
///
/// If it is no certificate, or if anything that it claims is not confirmed; the failure says what and in which line.
pub fn certify(text: &str, options: &Options<'_>) -> Result<Report, Failure> {
    let start = Instant::now();
    let certificate = Certificate::read(text)?;
    let (header, model) = (&certificate.header, &certificate.model);
    let sha256 = sha256(&model.content());
    if let Some(expected) = options.model {
        let (name, other) = (model.name(), expected.name());
        let what = || format!("the certificate is of the model {name} ({sha256}), not of this {other}");
        must(1, expected.content() == model.content(), what)?;
    }
    let version = env!("CARGO_PKG_VERSION");
    let [name, version, dtype] = ["nanoadder", version, model.dtype().name()].map(str::to_owned);
    let ours = file::Evaluator { name, version, dtype };
    must(1, header.evaluator == ours, || {
        let [said, ours] =
            [&header.evaluator, &ours].map(|e| format!("{} {} in {}", e.name, e.version, e.dtype));
        format!("the evaluator is {said}: expected {ours}")
    })?;
    let confirmed = match model.dtype() {
        Dtype::F32 => confirm::<f32>(&certificate, options)?,
        Dtype::F64 => confirm::<f64>(&certificate, options)?,
    };
    Ok(Report {
        model: model.name().to_owned(),
        sha256,
        pairs: header.pairs.clone(),
        confirmed,
        time: start.elapsed(),
    })
}

fn confirm<T: Float>(certificate: &Certificate<'_>, options: &Options<'_>) -> Result<Confirmed, Failure> {
    let header = &certificate.header;
    match (header.verdict.as_str(), &header.counterexample) {
        ("proved", None) => {
            let proof = check::proof::<T>(certificate, options)?;
            Ok(Confirmed::Proved {
                layer: file::layer(&proof.leaves).to_owned(),
                stated: header.least_margin.unwrap_or_default(),
                margin: proof.confirmed,
                leaves: proof.leaves.iter().sum(),
                cases: proof.cases,
                ties: proof.ties,
            })
        }
        ("refuted", Some(found)) if certificate.steps.is_empty() => {
            check::refutation::<T>(certificate, found).map(|()| Confirmed::Refuted(found.clone()))
        }
        (verdict, _) => {
            let expected = "expected a proof, or a refutation with its pair alone";
            Err(Failure::at(1, format!("the verdict {verdict}: {expected}")))
        }
    }
}
