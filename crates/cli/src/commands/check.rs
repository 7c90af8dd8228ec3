//! `nanoadder check`: AdderBoard's protocol.

use crate::args::{Check, Common};
use crate::output::{self, Align, GREEN, RED, RESET, counted, stdout, table, tell, thousands, wrap};
use crate::{Answer, input};
use run::check::{Elsewhere, Group, Plan, Report, WrongTask, check, elsewhere};
use std::io::Write;
use std::path::Path;

pub(crate) fn run(args: &Check, common: &Common) -> anyhow::Result<Answer> {
    let adder = input::adder(&args.model, &args.task, common)?;
    let plan =
        Plan { seed: args.seed, pairs: args.pairs, threads: args.threads.get(), detailed: args.detailed };
    common.tell_reading(&adder, plan.threads);
    let bar = common.progress(Some(args.pairs), "pairs");
    let report = check(&adder, plan, &mut |done| bar.set_position(done));
    let report = report.map_err(|error| other_digits(&error, &args.model))?;
    bar.finish_and_clear();
    // Without remarks nothing is done that only a remark would tell.
    let elsewhere = if !common.quiet { Some(elsewhere(&adder, plan)?) } else { None };
    if common.json() {
        let json = wire::Check::new(adder.model().name(), &report);
        crate::output::json(&wire::Check { elsewhere: elsewhere.map(wire::Elsewhere::new), ..json })?;
    } else {
        human(adder.model().name(), args, &report)?;
        elsewhere.iter().for_each(remark);
    }
    Ok(Answer::from_right(report.qualified()))
}

/// A model that adds operands of another length is not for the protocol, but for other commands.
pub(crate) fn other_digits(error: &WrongTask, model: &Path) -> anyhow::Error {
    let model = output::path(model);
    anyhow::anyhow!(
        "{error}: `nanoadder prove {model}` and `nanoadder hunt {model}` take operands of any length"
    )
}

/// Says that answers hang on how sums are taken, if they do.
fn remark(found: &Elsewhere) {
    if found.otherwise > 0 {
        let (otherwise, total) = (thousands(found.otherwise), thousands(found.total));
        tell!(
            "another evaluation, with sums from the last term to the first and fused products, answers {otherwise} of {total} pairs \
             otherwise: other runtimes may, too (docs/numbers.md)"
        );
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
    let how = format!(
        "10 edge cases ({} wrong) and {} of seed {} in {:.1} ms, {} additions/s",
        report.edge_failures,
        counted(args.pairs, "random pair"),
        args.seed,
        report.time.as_secs_f64() * 1e3,
        thousands(report.rate() as u64),
    );
    writeln!(out, "  {}", wrap(&how, 2, 2))?;
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
