//! Checks a certificate without trusting the prover that wrote it.
//!
//! [`certify`] reads a certificate and nothing else. It repeats the proof with other means than the prover: `pairs` counts sets of
//! pairs and divides them, `attention` and `slope` bound the right token's lead with slopes where the prover has affine forms,
//! `program` runs the model on ranges of its own numbers, `leaves` decides one leaf with them, `file` reads the lines, and `check`
//! goes through the steps. Of the rest of nanoadder it shares the network's blocks, the model file and the elementary
//! functions. `docs/certificates.md` describes the format for whoever writes another checker.
//!
//! What is proved: for every step and all pairs, after the right digits so far the greatest logit is that of the right next
//! token. By induction the model spells the right sum for all pairs.

mod attention;
mod check;
mod file;
mod leaves;
mod pairs;
mod program;
mod range;
mod slope;
#[cfg(test)]
mod tests;

pub use file::Counterexample;
use file::{Certificate, sha256};
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
    if let Some(expected) = options.model.filter(|expected| expected.content() != model.content()) {
        let (name, other) = (model.name(), expected.name());
        let what = format!("the certificate is of the model {name} ({sha256}), not of this {other}");
        return Err(Failure::at(1, what));
    }
    let evaluator = &header.evaluator;
    let ours = ("nanoadder", env!("CARGO_PKG_VERSION"), model.dtype().name());
    let theirs = (evaluator.name.as_str(), evaluator.version.as_str(), evaluator.dtype.as_str());
    if theirs != ours {
        return Err(Failure::at(1, format!("the evaluator is {theirs:?}: expected {ours:?}")));
    }
    let confirmed = match (header.verdict.as_str(), &header.counterexample) {
        ("proved", None) => {
            let proof = match model.dtype() {
                Dtype::F32 => check::proof::<f32>(&certificate, options)?,
                Dtype::F64 => check::proof::<f64>(&certificate, options)?,
            };
            let leaves = proof.leaves;
            Confirmed::Proved {
                layer: leaves.layer().to_owned(),
                stated: header.least_margin.unwrap_or_default(),
                margin: proof.confirmed,
                leaves: leaves.portable + leaves.program + leaves.exact,
                cases: proof.cases,
            }
        }
        ("refuted", Some(counterexample)) if certificate.steps.is_empty() => {
            match model.dtype() {
                Dtype::F32 => check::refutation::<f32>(&certificate, counterexample)?,
                Dtype::F64 => check::refutation::<f64>(&certificate, counterexample)?,
            }
            Confirmed::Refuted(counterexample.clone())
        }
        (verdict, _) => {
            let what =
                format!("the verdict {verdict}: expected a proof, or a refutation with its pair alone");
            return Err(Failure::at(1, what));
        }
    };
    Ok(Report {
        model: model.name().to_owned(),
        sha256,
        pairs: header.pairs.clone(),
        confirmed,
        time: start.elapsed(),
    })
}
