//! What a task's tokens cost: numbers that the file chooses and a formula can read.
//!
//! A token's number is a name as long as the tables are stored: giving tokens other numbers, and the rows of the tables with
//! them, changes nothing. Where a formula reads `token` or `row`, the number is a number. Then what follows from a list
//! is free, the digits in their order with the other characters behind them in the order of the prompt, and whatever departs
//! from it is counted as if a formula wrote it.

use crate::ledger::Literal;
use crate::task::{PromptToken, Task};

/// Numbers that the file chooses, with where.
type Chosen = Vec<(usize, String)>;

/// What the tokens of a task add to the counts.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Cost {
    /// Numbers other than 0 and 1.
    pub(crate) literals: Vec<Literal>,
    /// Every number that is chosen, and every change between fixed tokens that stand side by side in the prompt.
    pub(crate) symbols: usize,
}

/// What the tokens of `task` cost, if formulas of the embedding read their numbers, and if formulas of the head do.
pub(crate) fn cost(task: &Task, embedding: bool, head: bool) -> Cost {
    let (mut shown, mut fixed, mut end) = (Chosen::new(), Chosen::new(), Chosen::new());
    let row = digits(task, &mut shown);
    others(task, row, &mut fixed, &mut end);
    let mut chosen = Chosen::new();
    if embedding || head {
        chosen.append(&mut shown);
    }
    if embedding {
        chosen.append(&mut fixed);
    }
    if embedding || head {
        chosen.append(&mut end);
    }
    let literals = chosen.iter().filter(|(value, _)| *value > 1);
    let literal = |(value, place): &(usize, String)| Literal { value: *value as f64, place: place.clone() };
    Cost { literals: literals.map(literal).collect(), symbols: chosen.len() + changes(task) }
}

/// The numbers that the digits' tokens take to say; where the next character of a list would stand, if they are one.
fn digits(task: &Task, chosen: &mut Chosen) -> Option<usize> {
    let first = task.digit_token(0);
    if (0..10).all(|digit| task.digit_token(digit) == first + digit) {
        // A digit and one constant.
        chosen.extend((first > 0).then(|| (first, token('0'))));
        return Some(first + 10);
    }
    for (digit, text) in (0..10).zip('0'..) {
        let number = task.digit_token(digit);
        if number != digit {
            chosen.push((number, token(text)));
        }
    }
    None
}

fn token(text: char) -> String {
    format!("task (the token of `{text}`)")
}

/// The same for the prompt's fixed characters and factors, and for the end token. `next` is where a list goes on.
fn others(task: &Task, mut next: Option<usize>, fixed: &mut Chosen, end: &mut Chosen) {
    let mut seen: Vec<char> = Vec::new();
    let mut names: Vec<usize> = Vec::new();
    // Whether a token is chosen. Token 0, and that of a character before, is no choice of a number.
    let mut chosen = |number: usize| {
        let listed = next == Some(number);
        if number == 0 || names.contains(&number) {
            return false;
        }
        next = next.map(|_| number + 1);
        names.push(number);
        !listed
    };
    for part in task.prompt() {
        match *part {
            PromptToken::Fixed { text, .. } if seen.contains(&text) => {}
            PromptToken::Fixed { token: number, text } => {
                seen.push(text);
                match text.to_digit(10) {
                    // A digit that belongs to no operand is its value.
                    Some(digit) if digit > 0 => fixed.push((digit as usize, token(text))),
                    None if chosen(number) => fixed.push((number, token(text))),
                    Some(_) | None => {}
                }
            }
            // Written once for all places of its hole, the first of which has the least or the greatest place.
            PromptToken::Pair { times, place: 0 } => {
                fixed.push((times, "task (the factor of a pair)".to_owned()));
            }
            PromptToken::Pair { .. } | PromptToken::Digit { .. } => {}
        }
    }
    if let Some(number) = task.end()
        && chosen(number)
    {
        end.push((number, "task (the end token)".to_owned()));
    }
}

/// How often a fixed token of the prompt follows another one. Which of them stands where would otherwise be free, like the bits
/// of a number.
fn changes(task: &Task) -> usize {
    let fixed = |token: &PromptToken| match *token {
        PromptToken::Fixed { token, .. } => Some(token),
        PromptToken::Digit { .. } | PromptToken::Pair { .. } => None,
    };
    let pairs = task.prompt().windows(2).filter_map(|pair| Some((fixed(&pair[0])?, fixed(&pair[1])?)));
    pairs.filter(|(left, right)| left != right).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The literals of a task whose tokens are all read, and its symbols.
    fn check(text: &str) -> (Vec<f64>, usize) {
        let (task, _) =
            Task::from_toml("t.toml", &format!("{text}\nanswer = \"least-first:3\"\n"), 200).unwrap();
        let cost = cost(&task, true, true);
        (cost.literals.iter().map(|literal| literal.value).collect(), cost.symbols)
    }

    #[test]
    fn lists_are_free() {
        for text in [
            "prompt = \"{a:0>2}{b:0>2}\"",
            "prompt = \"00{a:0>2}0{b:0>2}000\"",
            "prompt = \"{a:0>2}+{b:0>2}=\"\ntokens = { \"=\" = 0, \"+\" = 0 }",
            "prompt = \"{a:0>2}+{b:0>2}=\"\ntokens = { \"=\" = 11, \"+\" = 10 }\nend = 12",
            "prompt = \"{a:0>2}+{b:0>2}=\"\ntokens = { \"=\" = 10, \"+\" = 10 }\nend = 11",
            "prompt = \"{a:0>2}+{b:0>2}+\"\ntokens = { \"+\" = 10, \"7\" = 7, \"x\" = 99 }",
        ] {
            assert_eq!(check(text), (vec![], 0), "{text}");
        }
    }

    #[test]
    fn what_departs_from_a_list_is_counted() {
        let digits =
            |from: usize| (0..10).map(|d| format!("\"{d}\" = {}", d + from)).collect::<Vec<_>>().join(", ");
        let shifted = |from: usize, rest: &str| {
            check(&format!("prompt = \"{{a:0>2}}+{{b:0>2}}=\"\ntokens = {{ {}{rest} }}", digits(from)))
        };
        // One constant for all digits; 1 is free where numbers of formulas are.
        assert_eq!(shifted(20, ", \"+\" = 30, \"=\" = 31"), (vec![20.0], 1));
        assert_eq!(shifted(1, ", \"+\" = 11, \"=\" = 0"), (vec![], 1));
        assert_eq!(shifted(2, ", \"+\" = 0, \"=\" = 1"), (vec![2.0], 2));
        // A hole in the list is a number, and the list goes on behind it.
        assert_eq!(shifted(0, ", \"+\" = 40, \"=\" = 41"), (vec![40.0], 1));
        assert_eq!(shifted(0, ", \"+\" = 11, \"=\" = 10"), (vec![11.0, 10.0], 2));
        assert_eq!(shifted(0, ", \"+\" = 5, \"=\" = 5"), (vec![5.0], 1));
        // Two digits change places: both are chosen, and no list stands behind them.
        let swapped = "prompt = \"{a:0>2}+{b:0>2}=\"\ntokens = { \"2\" = 7, \"7\" = 2, \"+\" = 10, \"=\" = 11 }\nend = 12";
        assert_eq!(check(swapped), (vec![7.0, 2.0, 10.0, 11.0, 12.0], 5));
        let swapped = "prompt = \"{a:0>2}{b:0>2}\"\ntokens = { \"0\" = 1, \"1\" = 0 }";
        assert_eq!(check(swapped), (vec![], 2));
        // Digits that belong to no operand, and those of an end token.
        assert_eq!(check("prompt = \"7{a:0>2}0{b:0>2}1\"\nend = 50"), (vec![7.0, 50.0], 3));
        // A factor for each hole.
        assert_eq!(check("prompt = \"{12*a+b:0>2}{10*a+b:least-first:2}\""), (vec![12.0, 10.0], 2));
    }

    #[test]
    fn patterns_of_fixed_tokens_are_symbols() {
        assert_eq!(check("prompt = \"0110{a:0>2}00{b:0>2}1\""), (vec![], 1 + 2));
    }

    #[test]
    fn names_that_no_formula_reads_are_free() {
        let text = "prompt = \"7{12*a+b:0>2}+\"\ntokens = { \"0\" = 3, \"3\" = 0, \"+\" = 150 }\nanswer = \"least-first:3\"\nend = 77";
        let (task, _) = Task::from_toml("t.toml", text, 200).unwrap();
        let values = |embedding, head| {
            let cost = cost(&task, embedding, head);
            cost.literals.iter().map(|literal| literal.value).collect::<Vec<_>>()
        };
        assert_eq!(values(false, false), [0.0; 0]);
        // A head never meets what is only in a prompt.
        assert_eq!(values(false, true), [3.0, 77.0]);
        assert_eq!(values(true, false), [3.0, 7.0, 12.0, 150.0, 77.0]);
    }
}
