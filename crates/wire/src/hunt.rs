//! What a search for a wrong pair found.

use crate::{Counterexample, SCHEMA_VERSION};
use prove::{Catch, Source};
use serde::Serialize;

/// What came of a hunt.
#[derive(Debug, Serialize)]
pub struct Hunt {
    /// The version of this shape.
    pub schema_version: u32,
    /// The model's name.
    pub model: String,
    /// `refuted` or `undecided`.
    pub verdict: &'static str,
    /// A pair on which the model is wrong, shrunk.
    pub counterexample: Option<Counterexample>,
    /// The way it was found.
    pub found_by: Option<String>,
    /// The wrong pair that was found first.
    pub first_found: Option<Pair>,
    /// The pairs that were tried.
    pub pairs: u64,
    /// The climbs that were made.
    pub climbs: u64,
    /// The rounds that were finished.
    pub rounds: u64,
    /// The right pair of a climb that came closest to failing.
    pub closest: Option<Closest>,
    /// The seed of everything that was drawn.
    pub seed: u64,
    /// How long it took.
    pub seconds: f64,
}

/// Two operands.
#[derive(Debug, Serialize)]
pub struct Pair {
    /// The first.
    pub a: u64,
    /// The second.
    pub b: u64,
}

/// A right pair with a small margin.
#[derive(Debug, Serialize)]
pub struct Closest {
    /// The first operand.
    pub a: u64,
    /// The second operand.
    pub b: u64,
    /// The generated token of the margin, from 1.
    pub step: usize,
    /// How far the right token's logit leads the next.
    pub margin: f64,
}

impl Hunt {
    /// What `catch`, of a hunt drawn from `seed`, says of the model called `model`.
    pub fn new(model: &str, seed: u64, catch: &Catch) -> Self {
        let found = catch.found.as_ref();
        Self {
            schema_version: SCHEMA_VERSION,
            model: model.into(),
            verdict: if found.is_some() { "refuted" } else { "undecided" },
            counterexample: found.map(|found| Counterexample::new(&found.counterexample)),
            found_by: found.map(|found| source(found.source)),
            first_found: found.map(|found| Pair { a: found.first.0, b: found.first.1 }),
            pairs: catch.pairs,
            climbs: catch.climbs,
            rounds: catch.rounds,
            closest: catch.closest.map(|c| Closest {
                a: c.pair.0,
                b: c.pair.1,
                step: c.step,
                margin: c.margin,
            }),
            seed,
            seconds: catch.time.as_secs_f64(),
        }
    }
}

/// Where a wrong pair came from, in words.
pub fn source(source: Source) -> String {
    match source {
        Source::EdgeCase => "the edge cases".into(),
        Source::Set(name) => format!("the structured set `{name}`"),
        Source::Random => "random pairs".into(),
        Source::Climb => "a climb on the margins".into(),
    }
}
