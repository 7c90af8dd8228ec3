//! What stands at each position of a decode, as a function of letters.

use crate::letters::{Case, Class, Digit, Letter, MOST_PLACES, Places};
use run::Pair;
use spec::{Operand, Order, PromptToken, Task};

/// What a position shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Symbol {
    /// The same token always.
    Fixed(usize),
    /// One digit of a place.
    Digit { place: usize, digit: Digit },
    /// Both digits of a place in one token, `times · a + b`.
    Pair { place: usize, times: usize },
}

impl Symbol {
    /// The place whose letter it shows.
    pub(crate) fn place(self) -> Option<usize> {
        match self {
            Self::Fixed(_) => None,
            Self::Digit { place, .. } | Self::Pair { place, .. } => Some(place),
        }
    }
}

/// The positions of a task: the prompt, then the right answer.
#[derive(Clone, Debug)]
pub(crate) struct Script {
    pub(crate) places: Places,
    symbols: Vec<Symbol>,
    prompt: usize,
    digit_tokens: [usize; 10],
}

/// One claim of a proof: after the right prefix, the model's next token is the right one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step {
    /// The position that is read last, whose logits are compared.
    pub(crate) query: usize,
    /// What is to be predicted.
    pub(crate) target: Symbol,
}

impl Script {
    /// None if the answer is too short for the greatest sum: no model of such a task is right.
    pub(crate) fn new(task: &Task) -> Option<Self> {
        let digits = task.digits();
        let count = task.answer_digits();
        if count <= digits || count > MOST_PLACES {
            return None;
        }
        let prompt = task.prompt().iter().map(|token| match *token {
            PromptToken::Fixed { token, .. } => Symbol::Fixed(token),
            PromptToken::Digit { operand: Operand::A, place } => Symbol::Digit { place, digit: Digit::A },
            PromptToken::Digit { operand: Operand::B, place } => Symbol::Digit { place, digit: Digit::B },
            PromptToken::Pair { times, place } => Symbol::Pair { place, times },
        });
        let answer = (0..count).map(|index| {
            let place = if task.order() == Order::LeastFirst { index } else { count - 1 - index };
            Symbol::Digit { place, digit: Digit::Sum }
        });
        Some(Self {
            places: Places { digits, count },
            symbols: prompt.chain(answer).chain(task.end().map(Symbol::Fixed)).collect(),
            prompt: task.prompt().len(),
            digit_tokens: std::array::from_fn(|digit| task.digit_token(digit)),
        })
    }

    /// The symbols of all positions that are read or predicted.
    pub(crate) fn symbols(&self) -> &[Symbol] {
        &self.symbols
    }

    /// The number of tokens of the prompt.
    pub(crate) fn prompt(&self) -> usize {
        self.prompt
    }

    /// The claims, one for each generated token.
    pub(crate) fn steps(&self) -> Vec<Step> {
        (self.prompt..self.symbols.len())
            .map(|target| Step { query: target - 1, target: self.symbols[target] })
            .collect()
    }

    /// The token that a symbol shows for the letter of its place.
    pub(crate) fn token(&self, symbol: Symbol, letter: Letter) -> usize {
        match symbol {
            Symbol::Fixed(token) => token,
            Symbol::Digit { digit, .. } => self.digit_tokens[digit.of(letter)],
            Symbol::Pair { times, .. } => times * letter.a + letter.b,
        }
    }

    /// The digit that a token stands for, if it is the only one.
    pub(crate) fn digit_of(&self, token: usize) -> Option<usize> {
        let mut digits = (0..10).filter(|&digit| self.digit_tokens[digit] == token);
        digits.next().filter(|_| digits.next().is_none())
    }

    /// The token of a symbol in a case that fixes the letter of its place.
    pub(crate) fn known_token(&self, symbol: Symbol, case: &Case) -> Option<usize> {
        let letter = match symbol.place() {
            None => Letter::NONE,
            Some(place) => case.classes[place].single()?,
        };
        Some(self.token(symbol, letter))
    }

    /// Every token that a symbol can show, in rising order.
    pub(crate) fn alphabet(&self, symbol: Symbol) -> Vec<usize> {
        let shows = symbol.place().is_none_or(|place| place < self.places.digits);
        let mut tokens: Vec<usize> =
            Class::ANY.letters(shows).map(|letter| self.token(symbol, letter)).collect();
        tokens.sort_unstable();
        tokens.dedup();
        tokens
    }

    /// All tokens of a decode of `pair` with the right answer.
    pub(crate) fn tokens(&self, pair: Pair) -> Vec<usize> {
        let mut letters = Vec::new();
        let (mut a, mut b, mut carry) = (pair.0, pair.1, 0);
        for _ in 0..self.places.count {
            let letter = Letter { a: (a % 10) as usize, b: (b % 10) as usize, carry };
            letters.push(letter);
            (a, b, carry) = (a / 10, b / 10, letter.out());
        }
        let letter = |symbol: &Symbol| symbol.place().map_or(Letter::NONE, |place| letters[place]);
        self.symbols.iter().map(|symbol| self.token(*symbol, letter(symbol))).collect()
    }

    /// The cases that a step starts from: the letters that its query and its target are functions of, one by one.
    pub(crate) fn roots(&self, step: Step) -> Vec<Case> {
        let mut known: Vec<usize> =
            [self.symbols[step.query].place(), step.target.place()].into_iter().flatten().collect();
        known.sort_unstable();
        known.dedup();
        let mut cases = vec![self.places.everything()];
        for place in known {
            let extend = |case: &Case| {
                let case = *case;
                let below = place.checked_sub(1).map(|below| case.classes[below].single());
                let carry = match below {
                    None => Some(0),
                    Some(below) => below.map(Letter::out),
                };
                Class::ANY
                    .letters(place < self.places.digits)
                    .filter(move |letter| carry.is_none_or(|carry| letter.carry == carry))
                    .map(move |letter| {
                        let mut case = case;
                        case.classes[place] = Class::one(letter);
                        case
                    })
            };
            cases = cases.iter().flat_map(extend).collect();
        }
        cases.retain(|case| self.places.weight(case) > 0);
        cases
    }
}

/// The roots of one step that read the same token last.
#[derive(Clone)]
pub(crate) struct Job {
    pub(crate) index: usize,
    pub(crate) step: Step,
    /// The token that is read last.
    pub(crate) token: usize,
    pub(crate) roots: Vec<Case>,
}

/// All jobs of a script.
pub(crate) fn jobs(script: &Script) -> Vec<Job> {
    let mut jobs: Vec<Job> = Vec::new();
    for (index, step) in script.steps().into_iter().enumerate() {
        let first = jobs.len();
        for case in script.roots(step) {
            let token = script
                .known_token(script.symbols()[step.query], &case)
                .expect("a root fixes the token that is read last");
            match jobs[first..].iter_mut().find(|job| job.token == token) {
                Some(job) => job.roots.push(case),
                None => jobs.push(Job { index, step, token, roots: vec![case] }),
            }
        }
    }
    jobs
}
