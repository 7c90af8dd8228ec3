//! `nanoadder count`: five figures and the ledger behind them.

use crate::args::{Common, Count};
use crate::output::{Align, BOLD, RESET, SCHEMA_VERSION, short, stdout, table};
use crate::{Answer, input};
use run::Subject;
use serde::Serialize;
use spec::{Ledger, Model, StoredTensor};
use std::io::Write;

#[derive(Serialize)]
struct Json<'a> {
    schema_version: u32,
    model: &'a str,
    claimed: Option<usize>,
    counts: Counts,
    numbers: Vec<Number<'a>>,
    literals: Vec<Literal<'a>>,
    weights: Vec<Weight>,
}

/// How the numbers of one weight come about.
#[derive(Serialize)]
struct Weight {
    place: String,
    stored: Vec<Source>,
    tied: Vec<Source>,
    derived: Vec<Rule>,
    written: Vec<Rule>,
}

#[derive(Serialize)]
struct Source {
    name: String,
    count: usize,
    first: String,
}

#[derive(Serialize)]
struct Rule {
    cells: String,
    formula: String,
    literals: Vec<f64>,
}

impl Weight {
    fn new(account: spec::Account) -> Self {
        let sources = |sources: Vec<spec::Source>| {
            let source =
                |source: spec::Source| Source { name: source.name, count: source.count, first: source.first };
            sources.into_iter().map(source).collect()
        };
        let rules = |rules: Vec<spec::Rule>| {
            let rule =
                |rule: spec::Rule| Rule { cells: rule.cells, formula: rule.text, literals: rule.literals };
            rules.into_iter().map(rule).collect()
        };
        Self {
            place: account.place,
            stored: sources(account.stored),
            tied: sources(account.tied),
            derived: rules(account.derived),
            written: rules(account.written),
        }
    }
}

#[derive(Serialize)]
pub(crate) struct Counts {
    stored: usize,
    board: usize,
    literals: usize,
    strict: usize,
    description: usize,
}

impl From<spec::Counts> for Counts {
    fn from(counts: spec::Counts) -> Self {
        let spec::Counts { stored, board, literals, strict, description } = counts;
        Self { stored, board, literals, strict, description }
    }
}

#[derive(Serialize)]
struct Number<'a> {
    name: &'a str,
    shape: &'a [usize],
    role: &'static str,
    uses: &'a [String],
}

#[derive(Serialize)]
struct Literal<'a> {
    value: f64,
    place: &'a str,
}

pub(crate) fn run(args: &Count, common: &Common) -> anyhow::Result<Answer> {
    if let Some([first, second]) = args.diff.as_deref() {
        super::diff::run(&input::model(first)?, &input::model(second)?, common)?;
        return Ok(Answer::Yes);
    }
    match (input::subject(&args.model, &common.task)?, common.json()) {
        (Subject::File(model), true) => crate::output::json(&json(&model))?,
        (Subject::File(model), false) => human(&model)?,
        (Subject::Graph(model), true) => crate::output::json(&graph_json(&model))?,
        (Subject::Graph(model), false) => graph(&model)?,
    }
    Ok(Answer::Yes)
}

/// What a stored tensor of a graph is: counted, the same as another, or a mask.
fn role(stored: &onnx::Stored) -> &'static str {
    match stored {
        _ if stored.repeats.is_some() => "repeated",
        _ if stored.mask => "mask",
        _ => "stored",
    }
}

fn graph_json(model: &onnx::Model) -> Json<'_> {
    let counts = model.counts();
    Json {
        schema_version: SCHEMA_VERSION,
        model: model.name(),
        claimed: None,
        counts: Counts {
            stored: counts.total(),
            board: counts.total(),
            literals: counts.literals.len(),
            strict: counts.strict(),
            description: counts.description(),
        },
        numbers: counts
            .stored
            .iter()
            .map(|stored| Number {
                name: &stored.name,
                shape: &stored.shape,
                role: role(stored),
                uses: &stored.uses,
            })
            .collect(),
        literals: counts
            .literals
            .iter()
            .map(|literal| Literal { value: literal.value, place: &literal.place })
            .collect(),
        weights: Vec::new(),
    }
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
    writeln!(out, "{}", table(&[Align::Left, Align::Right, Align::Left], &rows))?;
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
    writeln!(out, "{}", table(&[Align::Left, Align::Right, Align::Right, Align::Left], &rows))?;
    writeln!(out, "Literals")?;
    let row = |literal: &onnx::Literal| vec![short(literal.value), literal.place.clone()];
    let rows: Vec<_> = counts.literals.iter().map(row).collect();
    let none = "  none\n".to_owned();
    write!(out, "{}", if rows.is_empty() { none } else { table(&[Align::Right, Align::Left], &rows) })?;
    Ok(())
}

fn json(model: &Model) -> Json<'_> {
    let (ledger, counts) = (model.ledger(), model.counts());
    Json {
        schema_version: SCHEMA_VERSION,
        model: model.name(),
        claimed: model.identity().claimed,
        counts: counts.into(),
        numbers: ledger
            .tensors()
            .iter()
            .map(|tensor| Number {
                name: &tensor.name,
                shape: &tensor.shape,
                role: "stored",
                uses: &tensor.uses,
            })
            .collect(),
        literals: ledger
            .literals()
            .iter()
            .map(|literal| Literal { value: literal.value, place: &literal.place })
            .collect(),
        weights: model.accounts().into_iter().map(Weight::new).collect(),
    }
}

fn human(model: &Model) -> anyhow::Result<()> {
    let mut out = stdout();
    let (ledger, counts) = (model.ledger(), model.counts());
    writeln!(out, "{BOLD}{}{RESET}\n", model.name())?;
    let rows = figures(counts).map(|(name, figure, rule)| vec![name.into(), figure.to_string(), rule.into()]);
    writeln!(out, "{}", table(&[Align::Left, Align::Right, Align::Left], &rows))?;
    writeln!(out, "Stored numbers and the weights that read them")?;
    let row = |tensor: &StoredTensor| {
        vec![tensor.name.clone(), shape(tensor), tensor.len().to_string(), tensor.uses.join(", ")]
    };
    let rows: Vec<_> = ledger.tensors().iter().map(row).collect();
    writeln!(out, "{}", table(&[Align::Left, Align::Right, Align::Right, Align::Left], &rows))?;
    writeln!(out, "Literals")?;
    let rows: Vec<_> =
        ledger.literals().iter().map(|literal| vec![short(literal.value), literal.place.clone()]).collect();
    let none = "  none\n".to_owned();
    write!(out, "{}", if rows.is_empty() { none } else { table(&[Align::Right, Align::Left], &rows) })?;
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
        write!(out, "{}", table(&[Align::Left, Align::Right, Align::Left], &rows))?;
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
            write!(out, "{}", table(&[Align::Left; 3], &rows))?;
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
