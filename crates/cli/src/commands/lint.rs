//! `nanoadder lint`: what could be better about a model.

use crate::args::{Common, Lint};
use crate::output::{BOLD, DIM, RESET, SCHEMA_VERSION, stdout};
use crate::{Answer, input};
use craft::Rule;
use serde::Serialize;
use std::io::Write;

#[derive(Serialize)]
struct Json<'a> {
    schema_version: u32,
    model: &'a str,
    findings: Vec<Finding<'a>>,
}

#[derive(Serialize)]
struct Finding<'a> {
    rule: &'a str,
    line: usize,
    column: usize,
    message: &'a str,
    advice: &'a str,
}

pub(crate) fn run(args: &Lint, common: &Common) -> anyhow::Result<Answer> {
    let model = input::model(&args.model)?;
    let asked =
        |rule: &&Rule| (args.rule.is_empty() || args.rule.contains(rule)) && !args.allow.contains(rule);
    let rules: Vec<Rule> = craft::RULES.iter().filter(asked).copied().collect();
    anyhow::ensure!(!rules.is_empty(), "--rule and --allow leave no rule to look by");
    let findings = craft::lint(&model, &rules, args.threads.get());
    if common.json() {
        let findings = findings
            .iter()
            .map(|found| Finding {
                rule: found.rule.name,
                line: found.line,
                column: found.column,
                message: &found.message,
                advice: found.advice,
            })
            .collect();
        crate::output::json(&Json { schema_version: SCHEMA_VERSION, model: model.name(), findings })?;
    } else {
        human(&crate::output::path(&args.model), &findings)?;
    }
    Ok(Answer::from_right(findings.is_empty()))
}

fn human(name: &str, findings: &[craft::Finding]) -> anyhow::Result<()> {
    let mut out = stdout();
    let file = if zoo::find(name).is_some() { format!("{name}.toml") } else { name.to_owned() };
    for found in findings {
        writeln!(
            out,
            "{BOLD}{file}:{}:{}{RESET}: {} [{}]",
            found.line, found.column, found.message, found.rule.name
        )?;
        writeln!(out, "  {DIM}{}{RESET}", found.advice)?;
    }
    if findings.is_empty() {
        writeln!(out, "{name}: nothing found")?;
    }
    Ok(())
}
