//! `nanoadder prove --explain`: why a model is right or wrong, in words.

use crate::commands::explain::looks;
use crate::output::{Align, BOLD, RESET, counted, short, stdout, table, thousands, wrap};
use prove::{Blame, Known, Report, Slack, StepReport, Verdict, blame, slack};
use run::Adder;
use serde::Serialize;
use std::io::Write;
use std::num::NonZeroUsize;
use std::sync::atomic::AtomicBool;

/// Why a model is right, or wrong.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Why {
    /// What the proof rests on.
    Right(Right),
    /// What the wrong answer hangs on.
    Wrong(Wrong),
}

#[derive(Serialize)]
pub(crate) struct Right {
    steps: Vec<Step>,
    /// The case with the smallest margin of all.
    tightest: Tightest,
}

#[derive(Serialize)]
struct Step {
    step: usize,
    cases: u64,
    portable: u64,
    program: u64,
    exact: u64,
    open: u64,
    min_margin: Option<f64>,
}

#[derive(Serialize)]
struct Tightest {
    step: usize,
    layer: &'static str,
    known: String,
    /// As text: it may exceed what JSON readers hold.
    pairs: String,
    #[serde(skip)]
    count: u128,
    a: u64,
    b: u64,
    margin: f64,
    /// The margin of this pair in our program, and at least, in any evaluation order.
    pair_margin: Option<f64>,
    pair_margin_any_order: Option<f64>,
    reads: String,
    attention: Vec<String>,
}

#[derive(Serialize)]
pub(crate) struct Wrong {
    a: u64,
    b: u64,
    step: usize,
    reads: String,
    expected_token: usize,
    chosen_token: usize,
    /// The right token's logit less the chosen one's.
    margin: f64,
    attention: Vec<String>,
    numbers_tried: usize,
    numbers_that_repair: usize,
    pairs_compared: usize,
    wrong_unchanged: usize,
    repairs: Vec<Repair>,
}

#[derive(Serialize)]
struct Repair {
    number: String,
    value: f64,
    repaired: f64,
    wrong: usize,
}

impl Why {
    /// None where there is nothing to explain: no proof and no counterexample, or an interrupt.
    pub(crate) fn new(
        adder: &Adder,
        report: &Report,
        threads: NonZeroUsize,
        stop: &AtomicBool,
    ) -> anyhow::Result<Option<Self>> {
        match &report.verdict {
            Verdict::Proved { .. } => right(adder, report),
            Verdict::Refuted(counterexample) => match blame(adder, counterexample, threads, stop) {
                Some(blame) => wrong(adder, counterexample, &blame).map(Some),
                None => Ok(None),
            },
            Verdict::Undecided { .. } | Verdict::Statistical { .. } | Verdict::Unsupported { .. } => Ok(None),
        }
    }

    pub(crate) fn print(&self) -> anyhow::Result<()> {
        match self {
            Self::Right(right) => right.print(),
            Self::Wrong(wrong) => wrong.print(),
        }
    }
}

fn right(adder: &Adder, report: &Report) -> anyhow::Result<Option<Why>> {
    let margin = |step: &StepReport| step.tightest.as_ref().map(|tightest| tightest.margin);
    let steps = report.steps.iter().map(|step| Step {
        step: step.step,
        cases: step.cases,
        portable: step.portable,
        program: step.program,
        exact: step.exact,
        open: step.open,
        min_margin: margin(step),
    });
    let least = report.steps.iter().filter(|step| step.tightest.is_some()).min_by(|x, y| {
        let value = |step| margin(step).unwrap_or(f64::INFINITY);
        value(x).total_cmp(&value(y))
    });
    let Some((step, case)) = least.and_then(|step| Some((step, step.tightest.as_ref()?))) else {
        return Ok(None);
    };
    let slack: Option<Slack> = slack(adder, step);
    let (a, b) = case.pair;
    let (reads, attention) = attention(adder, case.pair, step.step)?;
    let tightest = Tightest {
        step: step.step,
        layer: case.layer.name(),
        known: known(&case.known),
        pairs: case.pairs.to_string(),
        count: case.pairs,
        a,
        b,
        margin: case.margin,
        pair_margin: slack.map(|slack| slack.program),
        pair_margin_any_order: slack.map(|slack| slack.any_order),
        reads,
        attention,
    };
    Ok(Some(Why::Right(Right { steps: steps.collect(), tightest })))
}

fn wrong(adder: &Adder, c: &prove::Counterexample, blame: &Blame) -> anyhow::Result<Why> {
    let explanation = adder.explain(c.a, c.b)?;
    let index = c.step - 1;
    let (step, expected) = (&explanation.steps[index], explanation.expected[index]);
    let (reads, attention) = attention(adder, (c.a, c.b), c.step)?;
    let repair = |repair: &prove::Repair| Repair {
        number: match repair.index.as_slice() {
            [] => repair.tensor.clone(),
            index => format!("{}{index:?}", repair.tensor),
        },
        value: repair.value,
        repaired: repair.repaired,
        wrong: repair.wrong,
    };
    Ok(Why::Wrong(Wrong {
        a: c.a,
        b: c.b,
        step: c.step,
        reads,
        expected_token: expected,
        chosen_token: step.chosen,
        margin: step.logits[expected] - step.logits[step.chosen],
        attention,
        numbers_tried: blame.tried,
        numbers_that_repair: blame.able,
        pairs_compared: blame.pairs,
        wrong_unchanged: blame.wrong,
        repairs: blame.repairs.iter().map(repair).collect(),
    }))
}

/// What is read at a step of a decode, and where each head looks.
fn attention(adder: &Adder, (a, b): (u64, u64), step: usize) -> anyhow::Result<(String, Vec<String>)> {
    let explanation = adder.explain(a, b)?;
    let answer = explanation.tokens.iter().map(ToString::to_string);
    let context: Vec<String> = explanation.prompt.iter().cloned().chain(answer).collect();
    let trace = &explanation.steps[step - 1];
    let heads = trace.layers.iter().enumerate().flat_map(|(layer, trace)| {
        trace.heads.iter().enumerate().map(move |(head, trace)| (layer, head, trace))
    });
    let heads = heads.map(|(layer, head, trace)| {
        format!("layer {layer} head {head} looks at {}", looks(&trace.weights, &context))
    });
    Ok((format!("`{}` at position {}", context[trace.position], trace.position), heads.collect()))
}

/// What is known of a case, in words.
fn known(known: &[Known]) -> String {
    let place = |known: &Known| {
        let digit = |name: &str, digit: Option<usize>| digit.map(|digit| format!("{name} {digit}"));
        let both = known.a.is_some() && known.b.is_some();
        let parts = [
            digit("a", known.a),
            digit("b", known.b),
            digit("sum", known.sum.filter(|_| !both)),
            digit("carry in", known.carry),
        ];
        format!("10^{}: {}", known.place, parts.into_iter().flatten().collect::<Vec<_>>().join(", "))
    };
    known.iter().map(place).collect::<Vec<_>>().join("; ")
}

impl Right {
    fn print(&self) -> anyhow::Result<()> {
        let mut out = stdout();
        writeln!(out, "\n{BOLD}Why it is right{RESET}")?;
        let text = "At each step, whatever the digits are, the right token's logit leads all others.";
        writeln!(out, "{}\n", wrap(text, 0, 0))?;
        let head = ["token", "cases", "portable", "program", "exact", "smallest margin"].map(str::to_owned);
        let row = |step: &Step| {
            let counts = [step.cases, step.portable, step.program, step.exact].map(thousands::<u64>);
            let margin = step.min_margin.map_or(String::new(), short);
            [vec![step.step.to_string()], counts.to_vec(), vec![margin]].concat()
        };
        let rows: Vec<_> = std::iter::once(head.to_vec()).chain(self.steps.iter().map(row)).collect();
        write!(out, "{}", table(&[Align::Right; 6], &rows))?;
        let case = &self.tightest;
        writeln!(out, "\n{BOLD}The tightest case{RESET}: token {}, read after {}", case.step, case.reads)?;
        writeln!(out, "  known       {}", case.known)?;
        writeln!(out, "  one of its  {}: {} + {}", counted(case.count, "pair"), case.a, case.b)?;
        for head in &case.attention {
            writeln!(out, "  {}", wrap(head, 2, 4))?;
        }
        writeln!(out, "  margin of all its pairs  at least {} ({})", short(case.margin), case.layer)?;
        if let (Some(program), Some(order)) = (case.pair_margin, case.pair_margin_any_order) {
            writeln!(out, "  margin of that pair      {}", short(program))?;
            writeln!(out, "    in any evaluation      at least {}", short(order))?;
            let text = format!(
                "So rounding may take {} of it, and what the digits left open may take is bounded by {}.",
                short(program - order),
                short(order - case.margin.min(order))
            );
            writeln!(out, "  {}", wrap(&text, 2, 2))?;
        } else if case.layer == "exact" {
            writeln!(
                out,
                "  Our program computes the same logits, to the bit, on all of them; other programs may not."
            )?;
        } else {
            writeln!(
                out,
                "  The bound follows our program's order of operations; other programs may round otherwise."
            )?;
        }
        Ok(())
    }
}

impl Wrong {
    fn print(&self) -> anyhow::Result<()> {
        let mut out = stdout();
        writeln!(out, "\n{BOLD}Why it is wrong{RESET}")?;
        let text = format!(
            "In {} + {}, token {} is predicted from {}: {} instead of {}, ahead by {}.",
            self.a,
            self.b,
            self.step,
            self.reads,
            self.chosen_token,
            self.expected_token,
            short(-self.margin)
        );
        writeln!(out, "{}", wrap(&text, 0, 0))?;
        for head in &self.attention {
            writeln!(out, "  {}", wrap(head, 2, 4))?;
        }
        let text = format!(
            "Each of {} was changed alone, by up to its own size; {} of them can repair this pair and break no \
             edge case.",
            counted(self.numbers_tried, "stored number"),
            self.numbers_that_repair
        );
        writeln!(out, "\n{}", wrap(&text, 0, 0))?;
        if self.repairs.is_empty() {
            return Ok(());
        }
        let pairs = counted(self.pairs_compared, "pair");
        writeln!(out, "The smallest changes, with the wrong answers on {pairs}:\n")?;
        let head = ["number", "is", "repairs at", "change", "wrong"].map(str::to_owned).to_vec();
        let row = |repair: &Repair| {
            let change = 100.0 * (repair.repaired - repair.value) / repair.value;
            let wrong = thousands(repair.wrong);
            vec![
                repair.number.clone(),
                short(repair.value),
                short(repair.repaired),
                format!("{change:+.3} %"),
                wrong,
            ]
        };
        let unchanged = thousands(self.wrong_unchanged);
        let last = ["unchanged", "", "", "", &unchanged].map(str::to_owned).to_vec();
        let rows: Vec<_> =
            std::iter::once(head).chain(self.repairs.iter().map(row)).chain(std::iter::once(last)).collect();
        let align = [Align::Left, Align::Right, Align::Right, Align::Right, Align::Right];
        write!(out, "{}", table(&align, &rows))?;
        Ok(())
    }
}
