//! `nanoadder lint`: what could be better about a model.

use crate::args::{Common, Lint};
use crate::output::{BOLD, DIM, RESET, SCHEMA_VERSION, counted, stdout, tell, wrap};
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
    let model = input::model(&args.model, common)?;
    let asked =
        |rule: &&Rule| (args.rule.is_empty() || args.rule.contains(rule)) && !args.allow.contains(rule);
    let rules: Vec<Rule> = craft::RULES.iter().filter(asked).copied().collect();
    anyhow::ensure!(!rules.is_empty(), "--rule and --allow leave no rule to look by");
    if common.verbose {
        let names: Vec<&str> = rules.iter().map(|rule| rule.name).collect();
        tell!("{}: {}", counted(rules.len(), "rule"), names.join(", "));
    }
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
    let name = spec::text::line(name);
    // What comes with nanoadder has no file here, and a file of tensors holds the text among its metadata.
    let is_text = zoo::find(&name).is_none() && name.ends_with(".toml");
    let file = if zoo::find(&name).is_some() { format!("{name}.toml") } else { name.to_string() };
    for (index, found) in findings.iter().enumerate() {
        let same = |other: &&craft::Finding| (other.rule, other.advice) == (found.rule, found.advice);
        if findings[..index].iter().any(|before| same(&before)) {
            continue;
        }
        let all: Vec<_> = findings.iter().filter(same).collect();
        let rule = found.rule.name;
        // A hint for many places is said once, above them.
        if all.len() > 1 {
            let head = format!("{rule}, {}: ", counted(all.len(), "place"));
            let advice = wrap(found.advice, head.chars().count(), 2);
            writeln!(out, "{BOLD}{head}{RESET}{DIM}{advice}{RESET}")?;
        }
        for found in &all {
            let place = format!("{file}:{}:{}", found.line, found.column);
            let indent = if all.len() > 1 { "  " } else { "" };
            let message =
                if all.len() > 1 { found.message.clone() } else { format!("{} [{rule}]", found.message) };
            let message = wrap(&message, place.chars().count() + indent.len() + 2, 4);
            writeln!(out, "{indent}{BOLD}{place}{RESET}: {message}")?;
        }
        if all.len() == 1 {
            writeln!(out, "  {DIM}{}{RESET}", wrap(found.advice, 2, 2))?;
        }
    }
    if !findings.is_empty() && !is_text {
        writeln!(out, "{DIM}Lines are those of `nanoadder show {name} --toml`.{RESET}")?;
    }
    if findings.is_empty() {
        writeln!(out, "{name}: nothing found")?;
    }
    Ok(())
}
