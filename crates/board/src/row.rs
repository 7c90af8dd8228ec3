//! What is known of one model.

use prove::{Counterexample, Report, Statistics, Verdict};
use spec::{Counts, Model};

/// One line of the board: a model, or the reason why there is none.
#[derive(Clone, Debug)]
pub struct Line {
    /// The name of the model, or of the file that could not be read.
    pub name: String,
    /// What is known, or what is wrong with the file.
    pub row: Result<Row, String>,
}

/// What is known of a model.
#[derive(Clone, Debug)]
pub struct Row {
    /// Where it was published.
    pub source: Option<String>,
    /// The count that its authors give.
    pub claimed: Option<usize>,
    /// The counts by the five rules.
    pub counts: Counts,
    /// Right answers on AdderBoard's protocol; none if the model adds operands of another length.
    pub accuracy: Option<Accuracy>,
    /// Whether it is right on every pair.
    pub decision: Decision,
    /// Additions per second in lanes, on all threads that were allowed; none if it was not measured.
    pub rate: Option<f64>,
}

/// Right answers out of all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accuracy {
    /// Right answers.
    pub right: u64,
    /// All answers.
    pub total: u64,
}

/// What the prover says.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// The answer.
    pub verdict: Verdict,
    /// The smallest margin that was proved; none if there is no proof.
    pub margin: Option<f64>,
    /// What random pairs say, where there is no proof.
    pub statistics: Option<Statistics>,
}

impl Decision {
    pub(crate) fn of(report: Report) -> Self {
        let proved = matches!(report.verdict, Verdict::Proved { .. });
        let margin = report.least_margin.filter(|_| proved);
        Self { verdict: report.verdict, margin, statistics: report.statistics }
    }

    /// The word for it: `proved`, `refuted`, `statistical`, `undecided` or `unsupported`.
    pub fn word(&self) -> &'static str {
        match self.verdict {
            Verdict::Proved { .. } => "proved",
            Verdict::Refuted(_) => "refuted",
            Verdict::Undecided { .. } => "undecided",
            Verdict::Statistical { .. } => "statistical",
            Verdict::Unsupported { .. } => "unsupported",
        }
    }

    /// What a proof holds for: `exact`, `program` or `portable`.
    pub fn layer(&self) -> Option<&'static str> {
        match &self.verdict {
            Verdict::Proved { layer } => Some(layer.name()),
            _ => None,
        }
    }

    /// The pair on which the model is wrong.
    pub fn counterexample(&self) -> Option<&Counterexample> {
        match &self.verdict {
            Verdict::Refuted(counterexample) => Some(counterexample),
            _ => None,
        }
    }

    /// Why there is neither a proof nor a counterexample.
    pub fn why(&self) -> Option<&str> {
        match &self.verdict {
            Verdict::Undecided { why } | Verdict::Statistical { why } | Verdict::Unsupported { why } => {
                Some(why)
            }
            Verdict::Proved { .. } | Verdict::Refuted(_) => None,
        }
    }
}

impl Row {
    /// What the file alone says, with `decision`.
    pub(crate) fn new(model: &Model, decision: Decision) -> Self {
        let identity = model.identity();
        Self {
            source: identity.source.clone(),
            claimed: identity.claimed,
            counts: model.counts(),
            accuracy: None,
            decision,
            rate: None,
        }
    }
}

/// The count by which lines are sorted, the smallest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// What the authors claim; models without a claim come last.
    Claimed,
    /// Numbers stored.
    Stored,
    /// Numbers stored and literals.
    Strict,
    /// Numbers stored and symbols.
    Description,
}

/// Sorts `lines`: those with an error come last, equal ones in the order of the other counts and of names.
pub fn sort(lines: &mut [Line], order: Order) {
    let key = |line: &Line| {
        let Ok(row) = &line.row else { return (true, 0, 0, 0, line.name.clone()) };
        let counts = row.counts;
        let first = match order {
            Order::Claimed => row.claimed.unwrap_or(usize::MAX),
            Order::Stored => counts.stored,
            Order::Strict => counts.strict,
            Order::Description => counts.description,
        };
        (false, first, counts.strict, counts.description, line.name.clone())
    };
    lines.sort_by_cached_key(key);
}
