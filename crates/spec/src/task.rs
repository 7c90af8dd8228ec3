//! The task: how `a` and `b` become tokens, and how generated tokens become the answer.

use crate::document::{Section, Value, keep};
use crate::problem::{Problem, Problems, Span};

/// The most digits an operand can have: twice the greatest still fits a `u64`.
const MOST_DIGITS: usize = 18;

/// One of the two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operand {
    /// The first.
    A,
    /// The second.
    B,
}

/// One token of a prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PromptToken {
    /// The same in every prompt, written as this character.
    Fixed {
        /// The token.
        token: usize,
        /// The character in the prompt's template.
        text: char,
    },
    /// A digit of an operand.
    Digit {
        /// Whose digit.
        operand: Operand,
        /// Its place: 0 is the ones, 1 the tens.
        place: usize,
    },
    /// A pair of digits in one token: `times · a + b`.
    Pair {
        /// What the digit of `a` is multiplied by.
        times: usize,
        /// The place of both digits.
        place: usize,
    },
}

/// The order of digits in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The ones come first.
    LeastFirst,
    /// The ones come last, as people write.
    MostFirst,
}

/// How `a` and `b` become a prompt and how the generated tokens become a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    digits: usize,
    prompt: Vec<PromptToken>,
    digit_tokens: [usize; 10],
    /// The digit of each token of the vocabulary, if it is one.
    token_digits: Vec<Option<u8>>,
    answer_len: usize,
    order: Order,
    end: Option<usize>,
}

impl Task {
    /// The number of digits of each operand.
    pub fn digits(&self) -> usize {
        self.digits
    }

    /// The greatest operand: as many nines as there are digits.
    pub fn greatest(&self) -> u64 {
        10_u64.pow(u32::try_from(self.digits).expect("at most 18 digits")) - 1
    }

    /// The prompt, token by token.
    pub fn prompt(&self) -> &[PromptToken] {
        &self.prompt
    }

    /// The tokens of the prompt of `a` and `b`, neither of which is greater than [`Task::greatest`].
    pub fn prompt_tokens(&self, a: u64, b: u64) -> Vec<usize> {
        let digit = |number: u64, place: usize| (0..place).fold(number, |rest, _| rest / 10) as usize % 10;
        let token = |token: &PromptToken| match *token {
            PromptToken::Fixed { token, .. } => token,
            PromptToken::Digit { operand: Operand::A, place } => self.digit_token(digit(a, place)),
            PromptToken::Digit { operand: Operand::B, place } => self.digit_token(digit(b, place)),
            PromptToken::Pair { times, place } => times * digit(a, place) + digit(b, place),
        };
        self.prompt.iter().map(token).collect()
    }

    /// The number of tokens to generate, the end token included.
    pub fn answer_len(&self) -> usize {
        self.answer_len + usize::from(self.end.is_some())
    }

    /// The number of digits to generate, the end token not included.
    pub fn answer_digits(&self) -> usize {
        self.answer_len
    }

    /// The order of the answer's digits.
    pub fn order(&self) -> Order {
        self.order
    }

    /// The token that ends an answer, if there is one.
    pub fn end(&self) -> Option<usize> {
        self.end
    }

    /// The number of tokens of the model's vocabulary.
    pub fn vocabulary(&self) -> usize {
        self.token_digits.len()
    }

    /// The token of a digit from 0 to 9.
    ///
    /// # Panics
    ///
    /// If `digit` is above 9.
    pub fn digit_token(&self, digit: usize) -> usize {
        self.digit_tokens[digit]
    }

    /// The number that generated `tokens` spell: all of them digits, ended by the end token if there is one.
    ///
    /// None if they spell no number.
    pub fn decode(&self, tokens: impl IntoIterator<Item = usize>) -> Option<u64> {
        let (mut total, mut scale, mut len, mut ended) = (0_u64, 1_u64, 0, self.end.is_none());
        for token in tokens {
            if Some(token) == self.end {
                ended = true;
                break;
            }
            let digit = u64::from((*self.token_digits.get(token)?)?);
            match self.order {
                Order::MostFirst => total = total * 10 + digit,
                Order::LeastFirst => total += digit * scale,
            }
            // At most 19 digits, so neither overflows before it is used.
            (scale, len) = (scale.wrapping_mul(10), len + 1);
        }
        (ended && len > 0).then_some(total)
    }

    /// The tokens that a right model generates for the sum `sum`.
    pub fn expected(&self, sum: u64) -> Vec<usize> {
        let mut left = sum;
        let mut tokens: Vec<usize> = (0..self.answer_len)
            .map(|_| {
                let digit = usize::try_from(left % 10).expect("a digit");
                left /= 10;
                self.digit_tokens[digit]
            })
            .collect();
        if self.order == Order::MostFirst {
            tokens.reverse();
        }
        tokens.extend(self.end);
        tokens
    }

    /// Reads a task that stands alone, without a model file: the keys of `[task]` as a TOML text, and the name of the output that gives
    /// the logits, if the text has the key `logits`, as it may for a graph. `file` is its name in messages.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the text, each with its place.
    pub fn from_toml(file: &str, text: &str, vocabulary: usize) -> Result<(Self, Option<String>), Problems> {
        let mut problems = Vec::new();
        let entries = crate::document::parse(text, &mut problems);
        let task = if problems.is_empty() {
            let end = text.lines().next().map_or(0, str::len);
            let mut section = Section::new("the task", 0..end, &entries);
            let logits = section.take("logits");
            let logits =
                logits.and_then(|node| keep(node.string("logits"), &mut problems).map(str::to_owned));
            Self::parse(section, vocabulary, vocabulary, &mut problems).map(|task| (task, logits))
        } else {
            None
        };
        match task {
            Some(task) if problems.is_empty() => Ok(task),
            _ => Err(Problems::new(file, text, problems)),
        }
    }

    /// Reads `[task]`.
    pub(crate) fn parse(
        mut section: Section<'_>,
        vocabulary: usize,
        outputs: usize,
        problems: &mut Vec<Problem>,
    ) -> Option<Self> {
        let mut tokens: Vec<(char, usize)> = Vec::new();
        if let Some(node) = section.take("tokens") {
            let Value::Table(entries) = &node.value else {
                problems.push(node.wrong("tokens", "a table from characters to tokens"));
                return None;
            };
            for entry in entries {
                let mut characters = entry.key.chars();
                match (characters.next(), characters.next()) {
                    (Some(text), None) => {
                        let id = entry.node.size("a token", 0..=vocabulary - 1);
                        tokens.extend(keep(id, problems).map(|id| (text, id)));
                    }
                    _ => {
                        let message = format!("tokens: found `{}`", entry.key);
                        problems
                            .push(Problem::new(entry.key_span.clone(), message).expected("one character"));
                    }
                }
            }
        }
        let token = |text: char| {
            let digit = text.to_digit(10).map(|digit| digit as usize);
            tokens.iter().find(|(known, _)| *known == text).map(|&(_, id)| id).or(digit)
        };
        let prompt = keep(section.need("prompt"), problems);
        let answer = keep(section.need("answer"), problems);
        let end = section.take("end").and_then(|node| keep(node.size("end", 0..=outputs - 1), problems));
        section.finish(problems);
        let (prompt, answer) = (prompt?, answer?);
        let digit_tokens = std::array::from_fn(|digit| {
            let text = char::from_digit(u32::try_from(digit).expect("a digit"), 10).expect("a digit");
            token(text).unwrap_or(digit)
        });
        let mut distinct = digit_tokens.to_vec();
        distinct.sort_unstable();
        distinct.dedup();
        if distinct.len() < 10 || distinct[9] >= outputs {
            let message = format!("the digits have the tokens {digit_tokens:?}");
            let which = if outputs < vocabulary { "number of outputs" } else { "vocabulary" };
            let expected = format!("ten different tokens below the {which}, {outputs}");
            problems.push(Problem::new(prompt.span.clone(), message).expected(expected));
            return None;
        }
        let text = keep(prompt.string("prompt"), problems)?;
        let (slots, digits) = keep(template(text, prompt.span.clone(), &token, vocabulary), problems)?;
        let (order, answer_len) = keep(answer_form(answer.string("answer"), answer.span.clone()), problems)?;
        let mut token_digits = vec![None; vocabulary];
        for (digit, &token) in (0..).zip(&digit_tokens) {
            token_digits[token] = Some(digit);
        }
        Some(Self { digits, prompt: slots, digit_tokens, token_digits, answer_len, order, end })
    }
}

fn answer_form(text: Result<&str, Problem>, span: Span) -> Result<(Order, usize), Problem> {
    let text = text?;
    order(text).filter(|(_, len)| (1..=MOST_DIGITS + 1).contains(len)).ok_or_else(|| {
        Problem::new(span, format!("answer: found `{text}`")).expected("`least-first:11` or `most-first:11`")
    })
}

/// `least-first:10`, `most-first:10` or `0>10`, which is the same.
fn order(text: &str) -> Option<(Order, usize)> {
    let (order, len) = match text.split_once(':') {
        Some(("least-first", len)) => (Order::LeastFirst, len),
        Some(("most-first", len)) => (Order::MostFirst, len),
        _ => (Order::MostFirst, text.strip_prefix("0>")?),
    };
    len.bytes().all(|b| b.is_ascii_digit()).then(|| len.parse().ok().map(|len| (order, len)))?
}

/// The tokens of a template such as `{a:0>10}+{b:0>10}=`, and the number of digits of each operand.
fn template(
    text: &str,
    span: Span,
    token: &dyn Fn(char) -> Option<usize>,
    vocabulary: usize,
) -> Result<(Vec<PromptToken>, usize), Problem> {
    const HOLES: &str = "`{a:0>10}`, `{a:least-first:10}` or `{10*a+b:least-first:10}`";
    let problem = |message: String| Problem::new(span.clone(), message);
    let mut prompt = Vec::new();
    // The number of digits that the template shows of each operand.
    let mut sizes: [Option<usize>; 2] = [None; 2];
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if first != '{' {
            let id = token(first).filter(|&id| id < vocabulary).ok_or_else(|| {
                problem(format!("prompt: `{first}` has no token"))
                    .expected("an entry in `tokens`, below the vocabulary")
            })?;
            prompt.push(PromptToken::Fixed { token: id, text: first });
            rest = &rest[first.len_utf8()..];
            continue;
        }
        let end =
            rest.find('}').ok_or_else(|| problem("prompt: `{` is not closed".into()).expected(HOLES))?;
        let hole = &rest[1..end];
        rest = &rest[end + 1..];
        let wrong = || problem(format!("prompt: found `{{{hole}}}`")).expected(HOLES);
        let (name, form) = hole.split_once(':').ok_or_else(wrong)?;
        let (order, len) =
            order(form).filter(|(_, len)| (1..=MOST_DIGITS).contains(len)).ok_or_else(wrong)?;
        let times =
            name.strip_suffix("*a+b").map(|times| times.parse::<usize>().map_err(|_| wrong())).transpose()?;
        let (shows_a, shows_b) = (name == "a" || times.is_some(), name == "b" || times.is_some());
        if !shows_a && !shows_b {
            return Err(wrong());
        }
        for (size, _) in sizes.iter_mut().zip([shows_a, shows_b]).filter(|(_, shown)| *shown) {
            if size.is_some_and(|size| size != len) {
                return Err(
                    problem("prompt: an operand is shown with two lengths".into()).expected("one length")
                );
            }
            *size = Some(len);
        }
        if times.is_some_and(|times| times.checked_mul(9).is_none_or(|most| most + 9 >= vocabulary)) {
            return Err(problem(format!("prompt: `{{{hole}}}` exceeds the vocabulary, {vocabulary}")));
        }
        prompt.extend((0..len).map(|index| {
            let place = if order == Order::LeastFirst { index } else { len - 1 - index };
            match times {
                Some(times) => PromptToken::Pair { times, place },
                None => PromptToken::Digit { operand: if shows_a { Operand::A } else { Operand::B }, place },
            }
        }));
    }
    match sizes {
        [Some(a), Some(b)] if a == b => Ok((prompt, a)),
        _ => Err(problem("prompt: `a` and `b` must both be shown, with equally many digits".into())
            .expected(HOLES)),
    }
}
