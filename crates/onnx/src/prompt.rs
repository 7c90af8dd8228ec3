//! The task of a graph: what a model file says in `[task]`, from a file beside the graph or from the command line.

use crate::Error;
use spec::{PromptToken, Task};
use std::fmt::Write;

/// Formats with names: what they are called, the prompt, the tokens of its characters, the order of the answer.
///
/// Operands have ten digits; `F` is followed by the number of tokens of the prompt.
const FORMATS: [(&str, &str, &str); 6] = [
    ("F22", "{a:0>10}+{b:0>10}=", PLAIN),
    ("F22t", "{a:0>10}+{b:0>10}=", PLAIN),
    ("F22s", "{a:least-first:10}+{b:least-first:10}=", PLAIN),
    ("F22z", "{a:0>10}0{b:0>10}0", "0123456789"),
    ("F24", "0{a:least-first:10}00{b:least-first:10}0", "0123456789"),
    ("F31", "0{a:least-first:10}000000000{b:least-first:10}0", "0123456789"),
];

/// The tokens where nothing else is said: each character has its place as its token.
const PLAIN: &str = "0123456789+=";

/// The answer where nothing else is said.
const ANSWER: &str = "least-first:11";

/// The most tokens of a vocabulary before the graph says how many it has.
const MOST: usize = 1 << 16;

/// The text of a task, in the words of a model file's `[task]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prompt {
    file: String,
    text: String,
    /// The output that gives the logits, if it is asked for; otherwise the text may name it.
    logits: Option<String>,
}

impl Prompt {
    /// The task in the TOML text `text`, which may name the output of logits with the key `logits`; `file` is its name in messages.
    pub fn from_toml(file: impl Into<String>, text: impl Into<String>) -> Self {
        Self { file: file.into(), text: text.into(), logits: None }
    }

    /// The task of a prompt, either a template such as `{a:0>10}+{b:0>10}=` or the name of a format: `F22`, `F22t`, `F22s`,
    /// `F22z`, `F24`, `F31`.
    ///
    /// `tokens` are characters, each at the place of its token; `answer` is `least-first:11` or the like; `end` is the token that
    /// ends an answer, as a number or as one of the characters.
    ///
    /// # Errors
    ///
    /// If a character stands twice among the tokens, a digit is not among them, or the end is no token.
    pub fn new(
        prompt: &str,
        tokens: Option<&str>,
        answer: Option<&str>,
        end: Option<&str>,
    ) -> Result<Self, Error> {
        let format = FORMATS.iter().find(|(name, ..)| *name == prompt);
        let named = prompt.starts_with('F') && !prompt.contains('{');
        if format.is_none() && named {
            let names: Vec<&str> = FORMATS.iter().map(|format| format.0).collect();
            let message = format!(
                "no format is called `{prompt}`: expected one of {}, or a template",
                names.join(", ")
            );
            return Err(Error::new(message));
        }
        let template = format.map_or(prompt, |format| format.1);
        let tokens = tokens.unwrap_or(format.map_or(PLAIN, |format| format.2));
        let characters: Vec<char> = tokens.chars().collect();
        for (index, character) in characters.iter().enumerate() {
            if characters[..index].contains(character) {
                return Err(Error::new(format!(
                    "--tokens: `{character}` stands twice: expected each character once"
                )));
            }
        }
        if let Some(digit) = ('0'..='9').find(|digit| !characters.contains(digit)) {
            return Err(Error::new(format!(
                "--tokens: no `{digit}` among the characters: expected every digit"
            )));
        }
        let mut text = format!(
            "prompt = {}\nanswer = {}\ntokens = {{ ",
            quoted(template),
            quoted(answer.unwrap_or(ANSWER))
        );
        let entries: Vec<String> = characters
            .iter()
            .enumerate()
            .map(|(token, character)| format!("{} = {token}", quoted(&character.to_string())))
            .collect();
        text.push_str(&entries.join(", "));
        text.push_str(" }\n");
        if let Some(end) = end {
            let of_character = || {
                let mut only = end.chars();
                let character = only.next().filter(|_| only.next().is_none())?;
                characters.iter().position(|known| *known == character)
            };
            let token = end.parse().ok().or_else(of_character);
            let token: usize = token.ok_or_else(|| {
                Error::new(format!("--end: `{end}`: expected a token, as a number or as its character"))
            })?;
            writeln!(text, "end = {token}").expect("a text takes every line");
        }
        Ok(Self { file: "the prompt".into(), text, logits: None })
    }

    /// The same prompt for a graph whose output `logits`, a name or a number counted from 0, gives the logits.
    #[must_use]
    pub fn with_logits(self, logits: impl Into<String>) -> Self {
        Self { logits: Some(logits.into()), ..self }
    }

    /// The output that gives the logits, if it is asked for.
    pub(crate) fn logits(&self) -> Result<Option<String>, Error> {
        match &self.logits {
            Some(asked) => Ok(Some(asked.clone())),
            None => Ok(self.parse(MOST)?.1),
        }
    }

    fn parse(&self, vocabulary: usize) -> Result<(Task, Option<String>), Error> {
        Ok(Task::from_toml(&self.file, &self.text, vocabulary)?)
    }

    /// The task, for a vocabulary of at least `least` tokens.
    pub(crate) fn task(&self, least: usize) -> Result<Task, Error> {
        let (task, _) = self.parse(MOST)?;
        let most = |token: &PromptToken| match *token {
            PromptToken::Fixed { token, .. } => token,
            PromptToken::Digit { .. } => 0,
            PromptToken::Pair { times, .. } => times * 9 + 9,
        };
        let digits = (0..10).map(|digit| task.digit_token(digit));
        let used = task.prompt().iter().map(most).chain(digits).chain(task.end()).max().unwrap_or(0);
        Ok(self.parse(least.max(used + 1))?.0)
    }
}

/// `text` as a TOML string.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_have_the_length_in_their_name() {
        for (name, ..) in FORMATS {
            let task = Prompt::new(name, None, None, None).unwrap().task(10).unwrap();
            let length: usize = name[1..3].parse().unwrap();
            assert_eq!((task.prompt().len(), task.digits(), task.answer_len()), (length, 10, 11), "{name}");
        }
        assert!(Prompt::new("F9", None, None, None).unwrap_err().to_string().contains("F24"));
    }

    #[test]
    fn characters_are_tokens_by_their_place() {
        let task = Prompt::new("{a:0>2}+{b:0>2}=", Some("+=0123456789e"), Some("most-first:3"), Some("e"));
        let task = task.unwrap().task(10).unwrap();
        assert_eq!((task.digit_token(0), task.end(), task.vocabulary()), (2, Some(12), 13));
        assert!(Prompt::new("{a:0>2}", Some("00"), None, None).unwrap_err().to_string().contains("twice"));
        let wrong = Prompt::new("{a:0>2}?{b:0>2}", None, None, None).unwrap().task(12).unwrap_err();
        assert!(wrong.to_string().contains("`?` has no token"), "{wrong}");
    }
}
