//! AdderBoard's protocol.

use crate::SCHEMA_VERSION;
use serde::Serialize;
use utoipa::ToSchema;

/// The outcome of a check.
#[derive(Debug, Serialize, ToSchema)]
pub struct Check {
    /// The version of this shape.
    pub schema_version: u32,
    /// The model's name.
    pub model: String,
    /// Right answers.
    pub passed: u64,
    /// All answers.
    pub total: u64,
    /// The share of right answers.
    pub accuracy: f64,
    /// Whether that share qualifies for the race.
    pub qualified: bool,
    /// Wrong answers among the edge cases.
    pub edge_failures: u64,
    /// The first wrong answers, at most 20.
    pub failures: Vec<Failure>,
    /// The time that the additions took.
    pub seconds: f64,
    /// Additions per second.
    pub additions_per_second: f64,
    /// Where the model is wrong, if that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detailed: Option<Detailed>,
    /// How many answers another evaluation of the same numbers gives otherwise, if that was tried.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub elsewhere: Option<Elsewhere>,
}

/// Answers of another evaluation: sums from the last term to the first, and in f32 fused products.
#[derive(Debug, Serialize, ToSchema)]
pub struct Elsewhere {
    /// So many pairs are answered otherwise.
    pub otherwise: u64,
    /// Of so many: the edge cases and the first 10,000 random pairs.
    pub total: u64,
}

impl Elsewhere {
    /// The shape of `found`.
    pub fn new(found: run::check::Elsewhere) -> Self {
        Self { otherwise: found.otherwise, total: found.total }
    }
}

/// A pair on which a model is wrong.
#[derive(Debug, Serialize, ToSchema)]
pub struct Failure {
    /// The first operand.
    pub a: u64,
    /// The second operand.
    pub b: u64,
    /// Their sum.
    pub expected: u64,
    /// What the model answered; null if its tokens spell no number.
    pub got: Option<u64>,
}

/// Where a model is wrong.
#[derive(Debug, Serialize, ToSchema)]
pub struct Detailed {
    /// By position of the answer, the ones first.
    pub by_position: Vec<Group>,
    /// By the length of the longest carry chain.
    pub by_carry_chain: Vec<Group>,
    /// By structured set.
    pub by_set: Vec<Group>,
}

/// Wrong answers out of all, for one group of pairs.
#[derive(Debug, Serialize, ToSchema)]
pub struct Group {
    /// What the pairs have in common.
    pub name: String,
    /// Wrong answers.
    pub wrong: u64,
    /// All answers.
    pub total: u64,
}

impl Check {
    /// The outcome `report` of the model called `model`.
    pub fn new(model: &str, report: &run::check::Report) -> Self {
        let failure = |failure: &run::check::Failure| Failure {
            a: failure.pair.0,
            b: failure.pair.1,
            expected: failure.expected,
            got: failure.got,
        };
        Self {
            schema_version: SCHEMA_VERSION,
            model: model.into(),
            passed: report.passed,
            total: report.total,
            accuracy: report.accuracy(),
            qualified: report.qualified(),
            edge_failures: report.edge_failures,
            failures: report.failures.iter().map(failure).collect(),
            seconds: report.time.as_secs_f64(),
            additions_per_second: report.rate(),
            detailed: report.detail.as_ref().map(|detail| Detailed {
                by_position: groups(&detail.by_position),
                by_carry_chain: groups(&detail.by_chain),
                by_set: groups(&detail.by_set),
            }),
            elsewhere: None,
        }
    }
}

fn groups(groups: &[run::check::Group]) -> Vec<Group> {
    groups
        .iter()
        .map(|group| Group { name: group.name.clone(), wrong: group.wrong, total: group.total })
        .collect()
}
