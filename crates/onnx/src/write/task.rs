//! A task in the words of a model file.

use spec::{Operand, Order, PromptToken, Task};
use std::collections::BTreeMap;
use std::fmt::Write;

/// The keys of `[task]` as a TOML text.
pub(crate) fn toml(task: &Task) -> String {
    let mut tokens: BTreeMap<char, usize> =
        ('0'..='9').enumerate().map(|(digit, text)| (text, task.digit_token(digit))).collect();
    let mut prompt = String::new();
    let prompt_tokens = task.prompt();
    let mut at = 0;
    while at < prompt_tokens.len() {
        let (name, place) = match prompt_tokens[at] {
            PromptToken::Fixed { token, text } => {
                tokens.insert(text, token);
                prompt.push(text);
                at += 1;
                continue;
            }
            PromptToken::Digit { operand: Operand::A, place } => ("a".to_owned(), place),
            PromptToken::Digit { operand: Operand::B, place } => ("b".to_owned(), place),
            PromptToken::Pair { times, place } => (format!("{times}*a+b"), place),
        };
        // A template shows all digits of an operand in one run.
        let order = if place == 0 && task.digits() > 1 { "least-first" } else { "most-first" };
        write!(prompt, "{{{name}:{order}:{}}}", task.digits()).expect("a text takes every part");
        at += task.digits();
    }
    let order = if task.order() == Order::LeastFirst { "least-first" } else { "most-first" };
    let quoted = |text: &str| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
    let entries: Vec<String> =
        tokens.iter().map(|(text, token)| format!("{} = {token}", quoted(&text.to_string()))).collect();
    let end = task.end().map_or(String::new(), |end| format!("end = {end}\n"));
    format!(
        "prompt = {}\ntokens = {{ {} }}\nanswer = \"{order}:{}\"\n{end}",
        quoted(&prompt),
        entries.join(", "),
        task.answer_digits()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_reads_back_as_itself() {
        for entry in &zoo::ENTRIES {
            let model = entry.model().unwrap();
            let text = toml(model.task());
            let task = crate::Prompt::from_toml("task", &text).task(model.task().vocabulary()).unwrap();
            assert_eq!(&task, model.task(), "{}: {text}", entry.name);
        }
    }
}
