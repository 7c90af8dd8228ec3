//! `nanoadder bench`: additions per second for every reading.

use crate::args::{Bench, Common};
use crate::output::{Align, SCHEMA_VERSION, stdout, table, thousands};
use crate::{Answer, input};
use serde::Serialize;
use std::io::Write;
use std::time::Duration;

#[derive(Serialize)]
struct Json<'a> {
    schema_version: u32,
    model: &'a str,
    readings: Vec<Reading>,
}

#[derive(Serialize)]
struct Reading {
    name: String,
    threads: usize,
    additions_per_second: f64,
    verified: bool,
}

pub(crate) fn run(args: &Bench, common: &Common) -> anyhow::Result<Answer> {
    let adder = input::adder(&args.model, &args.task, common)?;
    common.tell_reading(&adder, args.threads.get());
    let found = run::bench::bench(&adder, args.threads.get(), Duration::from_secs_f64(args.time));
    let verified = found.iter().all(|reading| reading.verified);
    if common.json() {
        let readings = found
            .into_iter()
            .map(|m| Reading {
                name: m.name,
                threads: m.threads,
                additions_per_second: m.rate,
                verified: m.verified,
            })
            .collect();
        crate::output::json(&Json { schema_version: SCHEMA_VERSION, model: adder.model().name(), readings })?;
        return Ok(Answer::from_right(verified));
    }
    let slowest = found[0].rate;
    let head = ["reading", "threads", "additions/s", "ratio", "answers"].map(str::to_owned).to_vec();
    let row = |m: &run::bench::Measurement| {
        let answers = if m.verified { "all as the scalar's" } else { "DIFFER" };
        let ratio = format!("{:.1}", m.rate / slowest);
        vec![m.name.clone(), m.threads.to_string(), thousands(m.rate as u64), ratio, answers.into()]
    };
    let rows: Vec<_> = std::iter::once(head).chain(found.iter().map(row)).collect();
    let align = [Align::Left, Align::Right, Align::Right, Align::Right, Align::Left];
    write!(stdout(), "{}", table(&align, &rows))?;
    Ok(Answer::from_right(verified))
}
