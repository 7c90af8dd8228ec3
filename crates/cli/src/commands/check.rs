//! `nanoadder check`: AdderBoard's protocol.

use crate::args::{Check, Common};
use crate::interrupt::leave_nothing;
use crate::output::{Align, GREEN, RED, RESET, SCHEMA_VERSION, stdout, table, thousands};
use crate::{Answer, input};
use run::check::{Group, Plan, Report, check};
use serde::Serialize;
use std::io::Write;

#[derive(Serialize)]
struct Json<'a> {
    schema_version: u32,
    model: &'a str,
    passed: u64,
    total: u64,
    accuracy: f64,
    qualified: bool,
    edge_failures: u64,
    failures: Vec<Failure>,
    seconds: f64,
    additions_per_second: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    detailed: Option<Detailed>,
}

#[derive(Serialize)]
struct Failure {
    a: u64,
    b: u64,
    expected: u64,
    got: Option<u64>,
}

#[derive(Serialize)]
struct Detailed {
    by_position: Vec<Row>,
    by_carry_chain: Vec<Row>,
    by_set: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    name: String,
    wrong: u64,
    total: u64,
}

pub(crate) fn run(args: &Check, common: &Common) -> anyhow::Result<Answer> {
    let adder = input::adder(&args.model, common)?;
    leave_nothing()?;
    let plan =
        Plan { seed: args.seed, pairs: args.pairs, threads: args.threads.get(), detailed: args.detailed };
    common.tell_reading(&adder, plan.threads);
    let bar = common.progress(Some(args.pairs), "pairs");
    let report = check(&adder, plan, &mut |done| bar.set_position(done))?;
    bar.finish_and_clear();
    if common.json() {
        crate::output::json(&json(adder.model().name(), &report))?;
    } else {
        human(adder.model().name(), args, &report)?;
    }
    Ok(Answer::from_right(report.qualified()))
}

fn json<'a>(model: &'a str, report: &Report) -> Json<'a> {
    let rows = |groups: &[Group]| {
        groups
            .iter()
            .map(|group| Row { name: group.name.clone(), wrong: group.wrong, total: group.total })
            .collect()
    };
    let failures = report.failures.iter();
    Json {
        schema_version: SCHEMA_VERSION,
        model,
        passed: report.passed,
        total: report.total,
        accuracy: report.accuracy(),
        qualified: report.qualified(),
        edge_failures: report.edge_failures,
        failures: failures
            .map(|failure| Failure {
                a: failure.pair.0,
                b: failure.pair.1,
                expected: failure.expected,
                got: failure.got,
            })
            .collect(),
        seconds: report.time.as_secs_f64(),
        additions_per_second: report.rate(),
        detailed: report.detail.as_ref().map(|detail| Detailed {
            by_position: rows(&detail.by_position),
            by_carry_chain: rows(&detail.by_chain),
            by_set: rows(&detail.by_set),
        }),
    }
}

fn human(model: &str, args: &Check, report: &Report) -> anyhow::Result<()> {
    let mut out = stdout();
    let (color, verdict) =
        if report.qualified() { (GREEN, "qualified") } else { (RED, "not qualified, which needs 99 %") };
    writeln!(
        out,
        "{model}: {} of {} right, {:.2} %, {color}{verdict}{RESET}",
        thousands(report.passed),
        thousands(report.total),
        // Rounded down, so that 100 % means all.
        (report.accuracy() * 1e4).floor() / 1e2,
    )?;
    writeln!(
        out,
        "  10 edge cases ({} wrong) and {} random pairs of seed {} in {:.1} ms, {} additions/s",
        report.edge_failures,
        thousands(args.pairs),
        args.seed,
        report.time.as_secs_f64() * 1e3,
        thousands(report.rate() as u64),
    )?;
    if !report.failures.is_empty() {
        writeln!(out, "\nWrong, the first {}:", report.failures.len())?;
        let row = |failure: &run::check::Failure| {
            let (a, b) = failure.pair;
            let got = failure.got.map_or("no number".into(), |got| got.to_string());
            vec![format!("{a} + {b}"), "=".into(), failure.expected.to_string(), "answered".into(), got]
        };
        let rows: Vec<_> = report.failures.iter().map(row).collect();
        let align = [Align::Right, Align::Left, Align::Right, Align::Left, Align::Right];
        write!(out, "{}", table(&align, &rows))?;
    }
    if let Some(detail) = &report.detail {
        let positions = "Wrong digits of the answer, digit 0 the ones";
        for (title, groups) in [
            (positions, &detail.by_position),
            ("Wrong by the longest carry chain of the pair", &detail.by_chain),
            ("Wrong on structured sets", &detail.by_set),
        ] {
            writeln!(out, "\n{title}")?;
            let row = |group: &Group| {
                let share = format!("{:.2} %", 100.0 * group.wrong as f64 / group.total.max(1) as f64);
                vec![group.name.clone(), thousands(group.wrong), "of".into(), thousands(group.total), share]
            };
            let rows: Vec<_> = groups.iter().map(row).collect();
            let align = [Align::Left, Align::Right, Align::Left, Align::Right, Align::Right];
            write!(out, "{}", table(&align, &rows))?;
        }
    }
    Ok(())
}
