//! `nanoadder show`: one model.

use crate::args::{Common, Show};
use crate::output::{BOLD, RESET, SCHEMA_VERSION, counted, data, stdout, thousands, wrap};
use crate::picture::Picture;
use crate::{Answer, commands, input};
use serde::Serialize;
use spec::text::line;
use spec::{Model, PromptToken};
use std::io::Write;

pub(crate) fn run(args: &Show, common: &Common) -> anyhow::Result<Answer> {
    let subject = input::subject(&args.model, &args.task, common)?;
    if args.program {
        let name = subject.name().to_owned();
        program(&name, &run::Adder::new(subject).program(), common)?;
        return Ok(Answer::Yes);
    }
    let run::Subject::File(model) = subject else {
        let name = args.model.display();
        anyhow::bail!("`{name}` is a graph: `count` lists its numbers, `show --program` its program");
    };
    anyhow::ensure!(!args.weights || common.json(), "--weights: only with `--format json`");
    if let Some(target) = &args.plot {
        Picture::begin(target)?.finish(&plot::network(&model))?;
    }
    if args.toml {
        data(model.text().as_bytes())?;
    } else if common.json() {
        let shown = if args.weights { wire::Show::with_network(&model) } else { wire::Show::new(&model) };
        crate::output::json(&shown)?;
    } else {
        human(&model)?;
    }
    Ok(Answer::Yes)
}

#[derive(Serialize)]
struct ProgramJson<'a> {
    schema_version: u32,
    model: &'a str,
    operations_before: usize,
    operations: usize,
    additions: usize,
    products: usize,
    quotients: usize,
    comparisons: usize,
    functions: usize,
    look_ups: usize,
    instructions: usize,
    slots: usize,
    listing: &'a str,
}

fn program(model: &str, program: &run::ProgramText, common: &Common) -> anyhow::Result<()> {
    let after = program.after;
    if common.json() {
        return crate::output::json(&ProgramJson {
            schema_version: SCHEMA_VERSION,
            model,
            operations_before: program.before,
            operations: after.total(),
            additions: after.additions,
            products: after.products,
            quotients: after.quotients,
            comparisons: after.comparisons,
            functions: after.functions,
            look_ups: after.look_ups,
            instructions: program.instructions,
            slots: program.slots,
            listing: &program.listing,
        });
    }
    let mut out = stdout();
    writeln!(out, "{BOLD}{model}{RESET}: one addition as a straight line\n")?;
    writeln!(out, "  {} as the network performs them", counted(program.before, "operation"))?;
    writeln!(
        out,
        "  {} after folding: {}, {}, {}, {}, {}, {}",
        thousands(after.total()),
        counted(after.additions, "addition"),
        counted(after.products, "product"),
        counted(after.quotients, "quotient"),
        counted(after.comparisons, "comparison"),
        counted(after.functions, "function"),
        counted(after.look_ups, "look-up"),
    )?;
    let instructions = counted(program.instructions, "instruction");
    writeln!(out, "  {instructions} of the engine on {}\n", counted(program.slots, "slot"))?;
    write!(out, "{}", program.listing)?;
    Ok(())
}

fn human(model: &Model) -> anyhow::Result<()> {
    let mut out = stdout();
    let (identity, shape, task) = (model.identity(), model.shape(), model.task());
    // One line each, so that none can look like the next.
    let title = wrap(&line(&identity.title), identity.name.chars().count() + 2, 2);
    writeln!(out, "{BOLD}{}{RESET}: {title}", identity.name)?;
    if !identity.authors.is_empty() {
        writeln!(out, "  by      {}", line(&identity.authors.join(", ")))?;
    }
    if let Some(source) = &identity.source {
        writeln!(out, "  from    {}", line(source))?;
    }
    writeln!(out, "  kind    {}, {}", identity.category.name(), model.dtype().name())?;
    if let Some(verdict) = verdict(model) {
        writeln!(out, "  verdict {verdict}")?;
    }
    let net = model.net::<f64>();
    let sizes = format!(
        "{}, width {}, {} on {} of {}, values of {}, {}, vocabulary {}",
        counted(net.layers().len(), "layer"),
        shape.width,
        counted(shape.heads, "head"),
        counted(shape.kv_heads, "key-value head"),
        counted(shape.head_width, "unit"),
        shape.value_width,
        if shape.hidden == 0 { "no mlp".into() } else { counted(shape.hidden, "hidden unit") },
        shape.vocabulary,
    );
    writeln!(out, "  shape   {}", wrap(&sizes, 10, 10))?;
    let prompt = format!("{} ({})", prompt(task.prompt()), counted(task.prompt().len(), "token"));
    writeln!(out, "  prompt  {}", wrap(&prompt, 10, 10))?;
    let order = if task.order() == spec::Order::LeastFirst { "the ones first" } else { "the ones last" };
    writeln!(out, "  answer  {}, {order}", counted(task.answer_len(), "token"))?;
    writeln!(out)?;
    commands::count::parameters(&mut out, model)?;
    if let Some(note) = &identity.note {
        writeln!(out, "\n{}", wrap(note.trim(), 0, 0))?;
    }
    Ok(())
}

/// What the zoo says of a model that is its own, unchanged.
fn verdict(model: &Model) -> Option<String> {
    let entry = zoo::find(model.name()).filter(|entry| entry.text == model.text())?;
    Some(match entry.verdict {
        zoo::Verdict::Proved { layer } => format!("proved right on every pair, {}", layer.name()),
        zoo::Verdict::Refuted { a, b } => format!("refuted, wrong on {a} + {b}"),
    })
}

/// The prompt with letters for digits: `a9…a0+b9…b0=`.
fn prompt(tokens: &[PromptToken]) -> String {
    let name = |token: &PromptToken| match token {
        PromptToken::Fixed { text, .. } => line(&text.to_string()).into_owned(),
        PromptToken::Digit { operand: spec::Operand::A, place } => format!("a{place}"),
        PromptToken::Digit { operand: spec::Operand::B, place } => format!("b{place}"),
        PromptToken::Pair { place, .. } => format!("a{place}b{place}"),
    };
    tokens.iter().map(name).collect::<Vec<_>>().join(" ")
}
