//! Sets of pairs, told apart by the digits and the carry at each place, and exact counts of them.

use spec::{Operand, Order, PromptToken, Task};
use std::collections::BTreeSet;

/// The most places of an answer.
const MOST_PLACES: usize = 20;

/// The digits `a` and `b` of one place and the carry into it, as the number `100 · carry + 10 · a + b`.
pub(crate) type Letter = u8;

/// How many letters there are.
pub(crate) const LETTERS: Letter = 200;

/// The carry into a place with this letter.
pub(crate) fn carry_in(letter: Letter) -> usize {
    usize::from(letter / 100)
}

/// The digits of both operands and of the sum.
pub(crate) fn digits(letter: Letter) -> [usize; 3] {
    let (a, b) = (usize::from(letter / 10 % 10), usize::from(letter % 10));
    [a, b, (a + b + carry_in(letter)) % 10]
}

/// The carry out of a place with this letter.
pub(crate) fn carry_out(letter: Letter) -> usize {
    let [a, b, _] = digits(letter);
    usize::from(a + b + carry_in(letter) >= 10)
}

/// A set of letters, one bit for each: those without and those with a carry in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Letters([u128; 2]);

impl Letters {
    /// Those with a property.
    fn with(property: impl Fn(Letter) -> bool) -> Self {
        let bit = |carry: Letter, at: Letter| u128::from(property(100 * carry + at)) << at;
        Self([0, 1].map(|carry| (0..100).fold(0, |bits, at| bits | bit(carry, at))))
    }

    pub(crate) fn one(letter: Letter) -> Self {
        Self([0, 1].map(|carry| u128::from(carry_in(letter) == carry) << (letter % 100)))
    }

    fn and(self, other: &Self) -> Self {
        Self([self.0[0] & other.0[0], self.0[1] & other.0[1]])
    }

    fn len(&self) -> u32 {
        self.0[0].count_ones() + self.0[1].count_ones()
    }

    pub(crate) fn has(&self, letter: Letter) -> bool {
        self.0[carry_in(letter)] >> (letter % 100) & 1 == 1
    }

    /// In rising order.
    pub(crate) fn iter(self) -> impl Iterator<Item = Letter> {
        (0..LETTERS).filter(move |&letter| self.has(letter))
    }

    /// The one letter, if there is only one.
    pub(crate) fn single(&self) -> Option<Letter> {
        let carry = u8::from(self.0[0] == 0);
        let at = self.0[usize::from(carry)].trailing_zeros();
        (self.len() == 1).then(|| 100 * carry + u8::try_from(at).unwrap_or(0))
    }
}

/// The pairs whose letter at each place lies in a set.
pub(crate) type Case = [Letters; MOST_PLACES];

/// How a case is divided at one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Split {
    /// By a digit: 0 that of `a`, 1 that of `b`, 2 that of the sum.
    Digit(usize),
    /// Letter by letter.
    Letter,
}

/// What a position of the context shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Symbol {
    Always(usize),
    Digit { place: usize, which: usize },
    Both { place: usize, times: usize },
}

/// The addition that a task asks for: its places and what each position of the context shows of them.
#[derive(Clone, Debug)]
pub(crate) struct Addition {
    /// How many digits the answer has.
    pub(crate) places: usize,
    symbols: Vec<Symbol>,
    prompt: usize,
    digit_tokens: [usize; 10],
    /// All letters of each place.
    everything: Case,
    /// The letters with a carry in and a carry out.
    through: [[Letters; 2]; 2],
    with_digit: [[Letters; 10]; 3],
}

impl Addition {
    /// None if no answer can be right on every pair, because it has too few digits for the greatest sum.
    pub(crate) fn new(task: &Task) -> Option<Self> {
        let places = task.answer_digits();
        if places <= task.digits() || places > MOST_PLACES {
            return None;
        }
        let prompt = task.prompt().iter().map(|token| match *token {
            PromptToken::Fixed { token, .. } => Symbol::Always(token),
            PromptToken::Digit { operand: Operand::A, place } => Symbol::Digit { place, which: 0 },
            PromptToken::Digit { operand: Operand::B, place } => Symbol::Digit { place, which: 1 },
            PromptToken::Pair { times, place } => Symbol::Both { place, times },
        });
        let answer = (0..places).map(|index| match task.order() {
            Order::LeastFirst => Symbol::Digit { place: index, which: 2 },
            Order::MostFirst => Symbol::Digit { place: places - 1 - index, which: 2 },
        });
        // Above the operands both digits are 0.
        let shown =
            |place: usize| Letters::with(|letter| place < task.digits() || letter.is_multiple_of(100));
        let way = |from: usize, to: usize| {
            Letters::with(|letter| (carry_in(letter), carry_out(letter)) == (from, to))
        };
        Some(Self {
            places,
            symbols: prompt.chain(answer).chain(task.end().map(Symbol::Always)).collect(),
            prompt: task.prompt().len(),
            digit_tokens: std::array::from_fn(|digit| task.digit_token(digit)),
            everything: std::array::from_fn(shown),
            through: [[way(0, 0), way(0, 1)], [way(1, 0), way(1, 1)]],
            with_digit: std::array::from_fn(|which| {
                std::array::from_fn(|value| Letters::with(|letter| digits(letter)[which] == value))
            }),
        })
    }

    /// How many tokens are generated: one step each.
    pub(crate) fn steps(&self) -> usize {
        self.symbols.len() - self.prompt
    }

    /// The position that is read last at a step; the next one is to be predicted.
    pub(crate) fn last_read(&self, step: usize) -> usize {
        self.prompt + step - 1
    }

    /// The place whose letter a position shows.
    pub(crate) fn place(&self, position: usize) -> Option<usize> {
        match self.symbols[position] {
            Symbol::Always(_) => None,
            Symbol::Digit { place, .. } | Symbol::Both { place, .. } => Some(place),
        }
    }

    /// The token at a position when its place has this letter; any letter will do where it shows none.
    pub(crate) fn token(&self, position: usize, letter: Letter) -> usize {
        let digits = digits(letter);
        match self.symbols[position] {
            Symbol::Always(token) => token,
            Symbol::Digit { which, .. } => self.digit_tokens[digits[which]],
            Symbol::Both { times, .. } => times * digits[0] + digits[1],
        }
    }

    /// The token at a position in a case that fixes the letter of its place.
    pub(crate) fn fixed_token(&self, position: usize, case: &Case) -> Option<usize> {
        let letter = self.place(position).map_or(Some(0), |place| case[place].single())?;
        Some(self.token(position, letter))
    }

    /// The tokens that a position can show, each once, in rising order.
    pub(crate) fn alphabet(&self, position: usize) -> Vec<usize> {
        let letters = self.place(position).map_or(Letters::one(0), |place| self.everything[place]);
        let tokens: BTreeSet<usize> = letters.iter().map(|letter| self.token(position, letter)).collect();
        tokens.into_iter().collect()
    }

    /// The exact number of pairs of a case: ways through the places with the carry as the state, from no carry to none.
    pub(crate) fn count(&self, case: &Case) -> u128 {
        let mut ways = [1_u128, 0];
        for letters in &case[..self.places] {
            let way =
                |from: usize, to: usize| ways[from] * u128::from(letters.and(&self.through[from][to]).len());
            ways = [way(0, 0) + way(1, 0), way(0, 1) + way(1, 1)];
        }
        ways[0]
    }

    /// The parts of a case in their order: digits rising, letters by carry, then `a`, then `b`. Those without a pair are left out.
    pub(crate) fn parts(&self, case: &Case, place: usize, split: Split) -> Vec<Case> {
        let with = |letters| std::array::from_fn(|at| if at == place { letters } else { case[at] });
        let mut parts: Vec<Case> = match split {
            Split::Digit(which) => {
                self.with_digit[which].iter().map(|digit| with(case[place].and(digit))).collect()
            }
            Split::Letter => case[place].iter().map(|letter| with(Letters::one(letter))).collect(),
        };
        parts.retain(|part| self.count(part) > 0);
        parts
    }

    /// The cases that a step starts from: the places shown by the last token read and by the next token are told apart letter
    /// by letter, the lower place first.
    pub(crate) fn roots(&self, step: usize) -> Vec<Case> {
        let last = self.last_read(step);
        let mut places: Vec<usize> = [last, last + 1].iter().filter_map(|&at| self.place(at)).collect();
        places.sort_unstable();
        places.dedup();
        let divide = |cases: Vec<Case>, place: usize| {
            cases.iter().flat_map(|case| self.parts(case, place, Split::Letter)).collect()
        };
        places.into_iter().fold(vec![self.everything], divide)
    }

    /// The places of a case whose letter is known, for people: `place 3: 4 + 5 + 1`.
    pub(crate) fn describe(&self, case: &Case) -> String {
        let known = (0..self.places).filter_map(|place| case[place].single().map(|letter| (place, letter)));
        let text = known.map(|(place, letter)| {
            let [a, b, _] = digits(letter);
            format!("place {place}: {a} + {b} + {}", carry_in(letter))
        });
        text.collect::<Vec<_>>().join(", ")
    }

    pub(crate) fn everything(&self) -> &Case {
        &self.everything
    }

    /// The letters that some pair of the case has at each place.
    pub(crate) fn possible(&self, case: &Case) -> Case {
        let mut possible = *case;
        let mut carries = [true, false];
        for letters in &mut possible[..self.places] {
            let all = *letters;
            *letters = Letters::with(|at| carries[carry_in(at)]).and(&all);
            carries = [0, 1].map(|carry| letters.iter().any(|at| carry_out(at) == carry));
        }
        carries = [true, false];
        for letters in possible[..self.places].iter_mut().rev() {
            let all = *letters;
            *letters = Letters::with(|at| carries[carry_out(at)]).and(&all);
            carries = [0, 1].map(|carry| letters.iter().any(|at| carry_in(at) == carry));
        }
        possible
    }
}
