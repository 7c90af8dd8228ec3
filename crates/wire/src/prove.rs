//! A verdict on all pairs.

use crate::SCHEMA_VERSION;
use prove::{Report, Verdict};
use serde::Serialize;
use utoipa::ToSchema;

/// A verdict.
#[derive(Debug, Serialize, ToSchema)]
pub struct Proof {
    /// The version of this shape.
    pub schema_version: u32,
    /// The model's name.
    pub model: String,
    /// `proved`, `refuted`, `undecided`, `statistical` or `unsupported`.
    pub verdict: &'static str,
    /// What a proof holds for: `exact`, `program` or `portable`.
    pub layer: Option<&'static str>,
    /// The runtimes that a proof holds for, by the errors that were measured of them: `nanoadder`, this program, always; of
    /// `pytorch`, `onnxruntime`, `jax`, `numpy`, `openvino` (told to compute in f32), `mlx`, `tinygrad` those that keep to what
    /// its bounds allow. Empty where there is no proof. `docs/arithmetic.md` has versions and conditions.
    pub holds_for: Vec<&'static str>,
    /// A pair on which the model is wrong, if it is refuted.
    pub counterexample: Option<Counterexample>,
    /// On what share of all pairs it is wrong: certain bounds if they were asked for, else those of the statistics.
    pub rate: Option<Rate>,
    /// What random pairs say, where they were tried because there is no proof.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub statistics: Option<Statistics>,
    /// The cases that were looked at.
    pub states: u64,
    /// The smallest margin that was proved.
    pub min_margin: Option<f64>,
    /// How long it took.
    pub seconds: f64,
    /// Why there is neither proof nor counterexample.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// A pair on which a model is wrong.
#[derive(Debug, Serialize, ToSchema)]
pub struct Counterexample {
    /// The first operand.
    pub a: u64,
    /// The second operand.
    pub b: u64,
    /// Their sum.
    pub expected: u64,
    /// What the model says; null if its tokens spell no number.
    pub got: Option<u64>,
    /// The first generated token that is wrong, from 1.
    pub step: usize,
}

/// Bounds on a share of all pairs.
#[derive(Debug, Serialize, ToSchema)]
pub struct Rate {
    /// The least share.
    pub lo: f64,
    /// The greatest share.
    pub hi: f64,
}

/// What random pairs say.
#[derive(Debug, Serialize, ToSchema)]
pub struct Statistics {
    /// How many were tried.
    pub n: u64,
    /// On how many the model is wrong.
    pub failures: u64,
    /// How often bounds like these hold.
    pub confidence: f64,
    /// The least share of wrong pairs.
    pub lo: f64,
    /// The greatest share of wrong pairs.
    pub hi: f64,
    /// The seed of the pairs.
    pub seed: u64,
}

impl Statistics {
    /// The shape of `s`.
    pub fn new(s: &prove::Statistics) -> Self {
        let prove::Statistics { pairs: n, failures, seed, confidence, lo, hi } = *s;
        Self { n, failures, confidence, lo, hi, seed }
    }
}

impl Counterexample {
    /// The shape of `c`.
    pub fn new(c: &prove::Counterexample) -> Self {
        Self { a: c.a, b: c.b, expected: c.expected, got: c.got, step: c.step }
    }
}

impl Proof {
    /// What `report` says of the model called `model`.
    pub fn new(model: &str, report: &Report) -> Self {
        let (verdict, layer, why) = match &report.verdict {
            Verdict::Proved { layer } => ("proved", Some(layer.name()), None),
            Verdict::Refuted(_) => ("refuted", None, None),
            Verdict::Undecided { why } => ("undecided", None, Some(why.clone())),
            Verdict::Statistical { why } => ("statistical", None, Some(why.clone())),
            Verdict::Unsupported { why } => ("unsupported", None, Some(why.clone())),
        };
        let counterexample = match &report.verdict {
            Verdict::Refuted(c) => Some(Counterexample::new(c)),
            _ => None,
        };
        Self {
            schema_version: SCHEMA_VERSION,
            model: model.into(),
            verdict,
            layer,
            holds_for: holds_for(report),
            counterexample,
            rate: report
                .rate
                .map(|rate| Rate { lo: rate.lo(), hi: rate.hi() })
                .or(report.statistics.map(|sampled| Rate { lo: sampled.lo, hi: sampled.hi })),
            statistics: report.statistics.as_ref().map(Statistics::new),
            states: report.states,
            min_margin: report.least_margin,
            seconds: report.time.as_secs_f64(),
            why,
        }
    }
}

fn holds_for(report: &Report) -> Vec<&'static str> {
    let ours = matches!(report.verdict, Verdict::Proved { .. }).then_some("nanoadder");
    ours.into_iter().chain(report.holds_for.iter().map(|runtime| runtime.key)).collect()
}
