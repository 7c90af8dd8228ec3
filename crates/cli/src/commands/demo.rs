//! `nanoadder` alone: what it is about, computed on the spot.

use crate::Answer;
use crate::args::Common;
use crate::commands::count::{budget, parameters};
use crate::output::{Align, BOLD, GREEN, RED, RESET, counted, share, stdout, table, thousands};
use anyhow::Context;
use prove::Verdict;
use run::{Adder, Pair, check};
use spec::Ledger;
use std::collections::BTreeMap;
use std::io::Write;
use std::num::NonZeroUsize;
use std::sync::atomic::AtomicBool;

/// The cases that the seed's own file tests.
const SEED_CASES: [Pair; 11] = [
    (5, 5),
    (555, 445),
    (99_999, 1),
    (19_492, 23_919),
    (9_999_999_999, 1),
    (1_234_567_890, 987_654_321),
    (0, 0),
    (1_111_111_111, 8_888_888_889),
    (9_999_999_999, 9_999_999_999),
    (1_000_000_000, 0),
    (4_567_891_234, 5_432_108_766),
];

pub(crate) fn run(common: &Common) -> anyhow::Result<Answer> {
    let mut out = stdout();
    let entry = |name| zoo::find(name).with_context(|| format!("the zoo has no `{name}`"));
    let model = entry(zoo::DEFAULT)?.model()?;
    let original = entry("nanogpt-130")?.model()?;
    common.tell_model(zoo::DEFAULT.as_ref(), &model);
    let (stored, before) = (model.counts().stored, original.counts().stored);

    writeln!(out, "{BOLD}{}{RESET}: {stored} params, 0 buffers\n", model.name())?;
    parameters(&mut out, &model)?;
    writeln!(out, "\nBudget by part\n{}", budget(model.ledger()))?;
    let saved = before.saturating_sub(stored);
    writeln!(out, "Savings against {} ({before} → {stored} = -{saved} params)", original.name())?;
    writeln!(out, "{}", savings(original.ledger(), model.ledger()))?;

    let adder = Adder::new(model);
    let answers = cases(&adder)?;
    let row = |&((a, b), sum): &(Pair, Option<u64>)| {
        let mark = if sum == Some(a + b) { "right" } else { "wrong" };
        let sum = sum.map_or("no number".into(), thousands);
        vec![thousands(a), "+".into(), thousands(b), "=".into(), sum, mark.into()]
    };
    let rows: Vec<_> = answers.iter().map(row).collect();
    let align = [Align::Right, Align::Left, Align::Right, Align::Left, Align::Right, Align::Left];
    let (passed, count) = (passed(&answers), answers.len());
    writeln!(out, "The seed's {count} cases\n{}", table(&align, &rows))?;
    let color = if passed == count { GREEN } else { RED };
    writeln!(out, "  {color}{passed}/{count} passed{RESET}\n")?;

    let threads = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let proved = prove(&mut out, &adder, threads)?;

    let published = Adder::new(entry("gist-58")?.model()?);
    let (a, b) = (9_999_999_999, 0);
    let sum = published.add(a, b)?.value.map_or("no number".into(), |sum| sum.to_string());
    let published_passed = self::passed(&cases(&published)?);
    let plan =
        check::Plan { seed: run::protocol::SEED, pairs: run::protocol::PAIRS, threads, detailed: false };
    let report = check::check(&published, plan, &mut |_| ())?;
    let (wrong, total) = (report.total - report.passed, report.total);
    writeln!(
        out,
        "gist-58, the numbers as published, passes {published_passed}/{count} of these and says {a} + {b} = {sum}."
    )?;
    writeln!(
        out,
        "On AdderBoard's protocol it misses {} of {} ({}): `nanoadder check gist-58`.\n",
        thousands(wrong),
        counted(total, "pair"),
        share(wrong, total)
    )?;
    writeln!(out, "Try next")?;
    let next = [
        ("nanoadder add 1234567890 987654321", "add two numbers"),
        ("nanoadder explain gist-58 9999999999 0", "see where the published numbers go wrong"),
        ("nanoadder check nanoadder-58 --detailed", "check a model, 10,010 pairs and more"),
        ("nanoadder prove nanoadder-58 --explain", "why it is right on every pair"),
        ("nanoadder count nanogpt-130", "every number of a model, by five rules"),
        ("nanoadder --help", "everything else"),
    ];
    let rows = next.map(|(command, does)| vec![command.into(), does.into()]);
    write!(out, "{}", table(&[Align::Left, Align::Left], &rows))?;
    Ok(Answer::from_right(passed == count && proved))
}

/// Proves `adder`'s model on the spot and says what came of it.
fn prove(out: &mut impl Write, adder: &Adder, threads: NonZeroUsize) -> anyhow::Result<bool> {
    let options = prove::Options { most_states: 1_000_000, ..prove::Options::new(threads) };
    let report = prove::prove(adder, options, &AtomicBool::new(false), &|_| ());
    let name = adder.model().name();
    let Verdict::Proved { layer } = report.verdict else {
        writeln!(out, "{RED}{name} is not proved{RESET}: `nanoadder prove {name}`.\n")?;
        return Ok(false);
    };
    let greatest = adder.model().task().greatest();
    let pairs = thousands((u128::from(greatest) + 1).pow(2));
    writeln!(
        out,
        "{GREEN}Proved{RESET} right on all {pairs} pairs ({}): {} in {:.2} s.\n",
        layer.name(),
        counted(report.states, "case"),
        report.time.as_secs_f64()
    )?;
    Ok(true)
}

/// What a model answers to the seed's cases.
fn cases(adder: &Adder) -> anyhow::Result<Vec<(Pair, Option<u64>)>> {
    SEED_CASES.iter().map(|&(a, b)| Ok(((a, b), adder.add(a, b)?.value))).collect()
}

/// How many answers are right.
fn passed(answers: &[(Pair, Option<u64>)]) -> usize {
    answers.iter().filter(|((a, b), sum)| *sum == Some(a + b)).count()
}

/// The parts in which two models hold different amounts of stored numbers.
fn savings(before: &Ledger, after: &Ledger) -> String {
    let mut groups: BTreeMap<&str, [usize; 2]> = BTreeMap::new();
    let mut order = Vec::new();
    for (column, ledger) in [before, after].into_iter().enumerate() {
        for (part, count) in ledger.budget() {
            let group = part.group();
            if !order.contains(&group) {
                order.push(group);
            }
            groups.entry(group).or_default()[column] += count;
        }
    }
    let rows: Vec<_> = order
        .into_iter()
        .map(|group| (group, groups[group]))
        .filter(|(_, [before, after])| before != after)
        .map(|(group, [before, after])| vec![group.into(), before.to_string(), "→".into(), after.to_string()])
        .collect();
    table(&[Align::Left, Align::Right, Align::Left, Align::Left], &rows)
}
