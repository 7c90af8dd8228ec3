//! `nanoadder hunt`: the search for a counterexample alone.

use crate::args::{Common, Hunt};
use crate::commands::prove::refuted;
use crate::interrupt::stop_flag;
use crate::output::{DIM, RESET, SCHEMA_VERSION, move_to, short, stdout, thousands};
use crate::{Answer, input};
use prove::{Catch, Source};
use serde::Serialize;
use std::io::Write;
use std::time::Duration;
use wire::Counterexample;

/// How long to look when nothing is said, in seconds.
const SECONDS: f64 = 10.0;

#[derive(Serialize)]
struct Json<'a> {
    schema_version: u32,
    model: &'a str,
    verdict: &'a str,
    counterexample: Option<Counterexample>,
    found_by: Option<String>,
    first_found: Option<Pair>,
    pairs: u64,
    climbs: u64,
    rounds: u64,
    closest: Option<Closest>,
    seed: u64,
    seconds: f64,
}

#[derive(Serialize)]
struct Pair {
    a: u64,
    b: u64,
}

#[derive(Serialize)]
struct Closest {
    a: u64,
    b: u64,
    step: usize,
    margin: f64,
}

pub(crate) fn run(args: &Hunt, common: &Common) -> anyhow::Result<Answer> {
    let adder = input::adder(&args.model, common)?;
    let stop = stop_flag()?;
    common.tell_reading(&adder, args.threads.get());
    let seconds = args.seconds.or(args.rounds.is_none().then_some(SECONDS));
    let plan = prove::Hunt {
        threads: args.threads.get(),
        seed: args.seed,
        time: seconds.map(Duration::from_secs_f64),
        rounds: args.rounds,
    };
    let bar = common.progress_of_share();
    let catch = prove::hunt(&adder, plan, stop, &|share| move_to(&bar, share));
    bar.finish_and_clear();
    let model = adder.model().name();
    if common.json() {
        crate::output::json(&json(model, args.seed, &catch))?;
    } else {
        human(model, &catch)?;
    }
    // Finding nothing decides nothing.
    Ok(if catch.found.is_some() { Answer::No } else { Answer::Open })
}

fn json<'a>(model: &'a str, seed: u64, catch: &Catch) -> Json<'a> {
    let found = catch.found.as_ref();
    Json {
        schema_version: SCHEMA_VERSION,
        model,
        verdict: if found.is_some() { "refuted" } else { "undecided" },
        counterexample: found.map(|found| Counterexample::new(&found.counterexample)),
        found_by: found.map(|found| source(found.source)),
        first_found: found.map(|found| Pair { a: found.first.0, b: found.first.1 }),
        pairs: catch.pairs,
        climbs: catch.climbs,
        rounds: catch.rounds,
        closest: catch.closest.map(|c| Closest { a: c.pair.0, b: c.pair.1, step: c.step, margin: c.margin }),
        seed,
        seconds: catch.time.as_secs_f64(),
    }
}

fn human(model: &str, catch: &Catch) -> anyhow::Result<()> {
    let mut out = stdout();
    match &catch.found {
        Some(found) => {
            refuted(&mut out, model, &found.counterexample)?;
            let (a, b) = found.first;
            let shrunk = if (a, b) == (found.counterexample.a, found.counterexample.b) {
                String::new()
            } else {
                format!(", shrunk from {a} + {b}")
            };
            writeln!(out, "  found by {}{shrunk}", source(found.source))?;
        }
        None => {
            writeln!(out, "{model}: undecided, no wrong pair found")?;
            writeln!(out, "  This proves nothing: `nanoadder prove {model}` decides all pairs.")?;
        }
    }
    if let Some(closest) = &catch.closest {
        let (a, b) = closest.pair;
        let margin = short(closest.margin);
        writeln!(out, "  smallest margin of a right answer: {margin}, at {a} + {b}, token {}", closest.step)?;
    }
    writeln!(
        out,
        "  {DIM}{} pairs, {} climbs, {} rounds, {:.2} s{RESET}",
        thousands(catch.pairs),
        thousands(catch.climbs),
        thousands(catch.rounds),
        catch.time.as_secs_f64()
    )?;
    Ok(())
}

fn source(source: Source) -> String {
    match source {
        Source::EdgeCase => "the edge cases".into(),
        Source::Set(name) => format!("the structured set `{name}`"),
        Source::Random => "random pairs".into(),
        Source::Climb => "a climb on the margins".into(),
    }
}
