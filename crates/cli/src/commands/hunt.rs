//! `nanoadder hunt`: the search for a counterexample alone.

use crate::args::{Common, Hunt};
use crate::commands::prove::refuted;
use crate::interrupt::NEVER;
use crate::output::{DIM, RESET, counted, move_to, short, stdout};
use crate::{Answer, input};
use prove::Catch;
use std::io::Write;
use std::time::Duration;
use wire::source;

/// How long to look when nothing is said, in seconds.
const SECONDS: f64 = 10.0;

pub(crate) fn run(args: &Hunt, common: &Common) -> anyhow::Result<Answer> {
    let adder = input::adder(&args.model, &args.task, common)?;
    common.tell_reading(&adder, args.threads.get());
    let seconds = args.seconds.or(args.rounds.is_none().then_some(SECONDS));
    let plan = prove::Hunt {
        threads: args.threads.get(),
        seed: args.seed,
        time: seconds.map(Duration::from_secs_f64),
        rounds: args.rounds,
    };
    let bar = common.progress_of_share();
    let catch = prove::hunt(&adder, plan, &NEVER, &|share| move_to(&bar, share));
    bar.finish_and_clear();
    let model = adder.model().name();
    if common.json() {
        crate::output::json(&wire::Hunt::new(model, args.seed, &catch))?;
    } else {
        human(model, &catch)?;
    }
    // Finding nothing decides nothing.
    Ok(if catch.found.is_some() { Answer::No } else { Answer::Open })
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
            writeln!(out, "  This proves nothing: `nanoadder prove` decides all pairs.")?;
        }
    }
    if let Some(closest) = &catch.closest {
        let (a, b) = closest.pair;
        let margin = short(closest.margin);
        writeln!(out, "  smallest margin of a right answer: {margin}, at {a} + {b}, token {}", closest.step)?;
    }
    writeln!(
        out,
        "  {DIM}{}, {}, {}, {:.2} s{RESET}",
        counted(catch.pairs, "pair"),
        counted(catch.climbs, "climb"),
        counted(catch.rounds, "round"),
        catch.time.as_secs_f64()
    )?;
    Ok(())
}
