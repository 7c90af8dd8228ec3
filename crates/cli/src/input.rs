//! What the user names or types: models and operands.

use crate::args::{Common, Task};
use crate::output::{self, counted, tell};
use anyhow::{Context, anyhow};
use run::{Adder, Subject};
use std::io::Read;
use std::path::Path;

pub(crate) use load::text;

/// The model that `name` names.
pub(crate) fn model(name: &Path, common: &Common) -> anyhow::Result<spec::Model> {
    let model = load::model(name)?;
    common.tell_model(name, &model);
    Ok(model)
}

/// The text of a model file that comes through stdin.
pub(crate) fn stdin() -> anyhow::Result<String> {
    let mut bytes = Vec::new();
    let largest = load::LARGEST_TEXT;
    std::io::stdin().take(largest + 1).read_to_end(&mut bytes).context("cannot read stdin")?;
    if bytes.len() as u64 > largest {
        return Err(anyhow!("stdin: expected a model file of at most {largest} bytes"));
    }
    Ok(load::utf8("stdin", bytes)?)
}

/// What `name` names, a model file or a graph; what is worth knowing of how a graph is read is said on stderr.
pub(crate) fn subject(name: &Path, task: &Task, common: &Common) -> anyhow::Result<Subject> {
    let subject = load::subject(name, &task.task())?;
    match &subject {
        Subject::File(model) => common.tell_model(name, model),
        Subject::Graph(graph) if common.verbose => {
            let stored = counted(graph.counts().total(), "stored number");
            tell!("{}: a graph read from `{}`, {stored}", graph.name(), output::path(name));
        }
        Subject::Graph(_) => {}
    }
    if let Subject::Graph(graph) = &subject
        && !common.quiet
    {
        for remark in graph.remarks() {
            tell!("{}: {remark}", graph.name());
        }
    }
    Ok(subject)
}

/// What `name` names, ready to add.
pub(crate) fn adder(name: &Path, task: &Task, common: &Common) -> anyhow::Result<Adder> {
    Ok(Adder::new(subject(name, task, common)?))
}

/// The operand that `text` writes in decimal digits, at most the greatest of `task`.
pub(crate) fn operand(text: &str, task: &spec::Task) -> anyhow::Result<u64> {
    let greatest = task.greatest();
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse().ok().filter(|&number: &u64| digits && number <= greatest);
    number.ok_or_else(|| anyhow!("operand `{text}`: expected an integer from 0 to {greatest}"))
}
