//! `nanoadder count`: five figures and the ledger behind them.

use crate::args::{Common, Count};
use crate::output::{Align, BOLD, RESET, short, stdout, table};
use crate::{Answer, input};
use run::Subject;
use spec::{Ledger, Model, StoredTensor};
use std::io::Write;

pub(crate) fn run(args: &Count, common: &Common) -> anyhow::Result<Answer> {
    if let Some([first, second]) = args.diff.as_deref() {
        super::diff::run(&input::model(first, common)?, &input::model(second, common)?, common)?;
        return Ok(Answer::Yes);
    }
    match (input::subject(&args.model, &args.task, common)?, common.json()) {
        (Subject::File(model), true) => crate::output::json(&wire::Count::new(&model))?,
        (Subject::File(model), false) => human(&model)?,
        (Subject::Graph(model), true) => crate::output::json(&wire::Count::of_graph(&model))?,
        (Subject::Graph(model), false) => graph(&model)?,
    }
    Ok(Answer::Yes)
}

fn graph(model: &onnx::Model) -> anyhow::Result<()> {
    let mut out = stdout();
    let counts = model.counts();
    writeln!(out, "{BOLD}{}{RESET}\n", model.name())?;
    let figures = [
        ("stored", counts.total(), "every float of the initialisers that the logits depend on, each once"),
        ("board", counts.total(), "the same: a graph does not tell which positions are fixed"),
        ("literals", counts.literals.len(), "numbers other than 0 and 1 that stand alone"),
        ("strict", counts.strict(), "stored + literals"),
        ("description", counts.description(), "strict + every node that computes with these alone"),
    ];
    let rows = figures.map(|(name, figure, rule)| vec![name.into(), figure.to_string(), rule.into()]);
    writeln!(out, "{}", table(&[Align::Left, Align::Right, Align::Text], &rows))?;
    writeln!(out, "Stored numbers and the nodes that read them")?;
    let row = |stored: &onnx::Stored| {
        let what = match (&stored.repeats, stored.mask) {
            (Some(other), _) => format!("as {other}"),
            (None, true) => "mask".into(),
            (None, false) => stored.uses.join(", "),
        };
        vec![stored.name.clone(), format!("{:?}", stored.shape), stored.counted().to_string(), what]
    };
    let rows: Vec<_> = counts.stored.iter().map(row).collect();
    writeln!(out, "{}", table(&[Align::Left, Align::Right, Align::Right, Align::Text], &rows))?;
    writeln!(out, "Literals")?;
    let row = |literal: &onnx::Literal| vec![short(literal.value), literal.place.clone()];
    let rows: Vec<_> = counts.literals.iter().map(row).collect();
    let none = "  none\n".to_owned();
    write!(out, "{}", if rows.is_empty() { none } else { table(&[Align::Right, Align::Text], &rows) })?;
    Ok(())
}

fn human(model: &Model) -> anyhow::Result<()> {
    let mut out = stdout();
    let (ledger, counts) = (model.ledger(), model.counts());
    writeln!(out, "{BOLD}{}{RESET}\n", model.name())?;
    let rows = figures(counts).map(|(name, figure, rule)| vec![name.into(), figure.to_string(), rule.into()]);
    writeln!(out, "{}", table(&[Align::Left, Align::Right, Align::Text], &rows))?;
    writeln!(out, "Stored numbers and the weights that read them")?;
    let row = |tensor: &StoredTensor| {
        vec![tensor.name.clone(), shape(tensor), tensor.len().to_string(), tensor.uses.join(", ")]
    };
    let rows: Vec<_> = ledger.tensors().iter().map(row).collect();
    writeln!(out, "{}", table(&[Align::Left, Align::Right, Align::Right, Align::Text], &rows))?;
    writeln!(out, "Literals")?;
    let rows: Vec<_> =
        ledger.literals().iter().map(|literal| vec![short(literal.value), literal.place.clone()]).collect();
    let none = "  none\n".to_owned();
    write!(out, "{}", if rows.is_empty() { none } else { table(&[Align::Right, Align::Text], &rows) })?;
    let accounts = model.accounts();
    let ties = accounts.iter().flat_map(|account| account.tied.iter().map(move |source| (account, source)));
    let rows: Vec<_> = ties
        .map(|(account, source)| {
            let count = source.count.to_string();
            vec![account.place.clone(), count, format!("{} of {}", source.name, source.first)]
        })
        .collect();
    if !rows.is_empty() {
        writeln!(out, "\nTied: stored numbers that are read again")?;
        write!(out, "{}", table(&[Align::Left, Align::Right, Align::Text], &rows))?;
    }
    for (title, of) in [
        (
            "Derived from stored numbers",
            (|account| &account.derived) as fn(&spec::Account) -> &Vec<spec::Rule>,
        ),
        ("Written as formulas of literals", |account| &account.written),
    ] {
        let rules = accounts.iter().flat_map(|account| of(account).iter().map(move |rule| (account, rule)));
        let row = |(account, rule): (&spec::Account, &spec::Rule)| {
            vec![account.place.clone(), rule.cells.clone(), rule.text.clone()]
        };
        let rows: Vec<_> = rules.map(row).collect();
        if !rows.is_empty() {
            writeln!(out, "\n{title}")?;
            write!(out, "{}", table(&[Align::Left, Align::Text, Align::Text], &rows))?;
        }
    }
    Ok(())
}

/// The five counts, each with its rule.
pub(crate) fn figures(counts: spec::Counts) -> [(&'static str, usize, &'static str); 5] {
    [
        ("stored", counts.stored, "every stored number, each once"),
        ("board", counts.board, "AdderBoard's rule: fixed position formulas are free"),
        ("literals", counts.literals, "numbers other than 0 and 1 written in formulas"),
        ("strict", counts.strict, "stored + literals"),
        ("description", counts.description, "stored + every symbol of every weight"),
    ]
}

fn shape(tensor: &StoredTensor) -> String {
    // A single number is shown as PyTorch shows it, as a list of one.
    if tensor.shape.is_empty() { "[1]".into() } else { format!("{:?}", tensor.shape) }
}

/// The table of stored tensors with the total, as the seed prints it.
pub(crate) fn parameters(out: &mut impl Write, model: &Model) -> std::io::Result<()> {
    let mut rows: Vec<_> = model
        .ledger()
        .tensors()
        .iter()
        .map(|tensor| vec![tensor.name.clone(), shape(tensor), "=".into(), tensor.len().to_string()])
        .collect();
    rows.push(vec!["TOTAL".into(), String::new(), "=".into(), model.counts().stored.to_string()]);
    write!(out, "{}", table(&[Align::Left, Align::Right, Align::Left, Align::Right], &rows))
}

/// How many stored numbers each part holds: `label`, count.
pub(crate) fn budget(ledger: &Ledger) -> String {
    let rows: Vec<_> = ledger
        .budget()
        .into_iter()
        .map(|(part, count)| vec![part.label().into(), count.to_string()])
        .collect();
    table(&[Align::Left, Align::Right], &rows)
}
