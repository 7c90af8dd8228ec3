//! `lint`: what could be better about a model that can be read.
//!
//! `written` looks at the file alone, `running` at what the model does on pairs, with the numbers and the order of summation
//! that are its own and with others (`reversed`).

mod reversed;
mod running;
mod trial;
mod written;

pub(crate) use trial::pairs as trial_pairs;
pub(crate) use written::law;

use crate::text::{Document, read::read};
use run::Adder;
use spec::{Model, Span};
use std::num::NonZeroUsize;

/// Something to look for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// What it is called.
    pub name: &'static str,
    /// What it finds.
    pub about: &'static str,
}

macro_rules! rules {
    ($($constant:ident = $name:literal: $about:literal;)*) => {
        $(pub(crate) const $constant: Rule = Rule { name: $name, about: $about };)*
        /// Every rule: first those of the file, then those of what the model does.
        pub const RULES: &[Rule] = &[$($constant),*];
    };
}

rules! {
    UNFORMATTED = "unformatted": "the file is not written as `fmt` writes it";
    EQUAL_NUMBERS = "equal-numbers": "a number is stored more than once, with either sign";
    STORED_ZEROS = "stored-zeros": "zeros are stored that could be left out";
    STORED_ONES = "stored-ones": "ones are stored that a form could write";
    COUNTING_NUMBERS = "counting-numbers": "a row of stored numbers is a formula of its index";
    REPEATED_LITERAL = "repeated-literal": "a formula writes a number that stands elsewhere already";
    WITHOUT_EFFECT = "without-effect": "a stored number has no effect on any logit";
    WRONG_ANSWERS = "wrong-answers": "the model is wrong on pairs";
    THIN_MARGIN = "thin-margin": "a choice hangs on a few units in the last place of a logit";
    NEVER_CERTAIN = "never-certain": "all choices of a digit hang on so little";
    OTHER_DTYPE = "other-dtype": "the model is wrong in the other dtype";
    SUMMATION_ORDER = "summation-order": "the model is wrong when sums run from the last term to the first";
    ATTENTION_TIE = "attention-tie": "rounding decides how a head's weight is shared";
}

/// One thing that could be better.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule that found it.
    pub rule: Rule,
    /// The line in the model file, from 1.
    pub line: usize,
    /// The column in that line, in characters, from 1.
    pub column: usize,
    /// What was found.
    pub message: String,
    /// What it means, and what can be done.
    pub advice: &'static str,
}

/// What a rule says, and where in the text.
struct Note {
    rule: Rule,
    start: usize,
    message: String,
    advice: &'static str,
}

/// A model file with all that rules look at.
struct Subject<'a> {
    model: &'a Model,
    document: Document,
    /// The places of the stored numbers.
    numbers: Vec<Vec<Span>>,
}

/// Everything that `rules` find about `model`, in the order of its text. The same model has the same findings.
pub fn lint(model: &Model, rules: &[Rule], threads: NonZeroUsize) -> Vec<Finding> {
    let adder = Adder::new(model.clone());
    let document = read(model.text());
    let numbers = document.numbers(model);
    let subject = Subject { model, document, numbers };
    let mut notes = written::notes(&subject, rules);
    notes.extend(running::notes(&subject, &adder, rules, threads));
    notes.sort_by_key(|note| note.start);
    let finding = |note: Note| {
        let (line, column) = place(model.text(), note.start);
        Finding { rule: note.rule, line, column, message: note.message, advice: note.advice }
    };
    notes.into_iter().filter(|note| rules.contains(&note.rule)).map(finding).collect()
}

/// The line and the column of a byte of `text`, both from 1.
fn place(text: &str, start: usize) -> (usize, usize) {
    let before = text.get(..start).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}

/// `name`, `name[i]` or `name[i, j]`: a stored number as formulas write it.
pub(crate) fn number_name(model: &Model, tensor: usize, element: usize) -> String {
    let tensor = &model.ledger().tensors()[tensor];
    match tensor.shape[..] {
        [] => tensor.name.clone(),
        [_] => format!("{}[{element}]", tensor.name),
        [_, columns, ..] => format!("{}[{}, {}]", tensor.name, element / columns, element % columns),
    }
}
