//! Sets of pairs, told apart by the digits and the carry at each place, and exact counts of them.

use spec::{Operand, Order, PromptToken, Task};

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

/// A set of letters, one bit for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Letters([u64; 4]);

impl Letters {
    /// Those with a property.
    fn with(property: impl Fn(Letter) -> bool) -> Self {
        let mut bits = [0; 4];
        for letter in (0..LETTERS).filter(|&letter| property(letter)) {
            bits[usize::from(letter / 64)] |= 1 << (letter % 64);
        }
        Self(bits)
    }

    fn one(letter: Letter) -> Self {
        let mut bits = [0; 4];
        bits[usize::from(letter / 64)] = 1 << (letter % 64);
        Self(bits)
    }

    fn and(self, other: &Self) -> Self {
        Self(std::array::from_fn(|word| self.0[word] & other.0[word]))
    }

    fn len(&self) -> u32 {
        self.0.iter().map(|word| word.count_ones()).sum()
    }

    /// In rising order.
    pub(crate) fn iter(self) -> impl Iterator<Item = Letter> {
        (0..4_u8).flat_map(move |word| {
            let mut left = self.0[usize::from(word)];
            std::iter::from_fn(move || {
                let bit = left.trailing_zeros();
                left &= left.wrapping_sub(1);
                (bit < 64).then(|| word * 64 + u8::try_from(bit).unwrap_or(0))
            })
        })
    }

    /// The one letter, if there is only one.
    pub(crate) fn single(&self) -> Option<Letter> {
        (self.len() == 1).then(|| self.iter().next()).flatten()
    }
}

/// The pairs whose letter at each place lies in a set.
pub(crate) type Case = [Letters; MOST_PLACES];

/// How a case is divided at one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Split {
    /// By a digit: 0 that of `a`, 1 that of `b`, 2 that of the sum.
    Digit(u8),
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
        let mut tokens: Vec<usize> = letters.iter().map(|letter| self.token(position, letter)).collect();
        tokens.sort_unstable();
        tokens.dedup();
        tokens
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
        let with = |letters: Letters| {
            let mut part = *case;
            part[place] = letters;
            part
        };
        let mut parts: Vec<Case> = match split {
            Split::Digit(which) => {
                self.with_digit[usize::from(which)].iter().map(|digit| with(case[place].and(digit))).collect()
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

    /// Whether the place is not restricted at all.
    pub(crate) fn is_free(&self, case: &Case, place: usize) -> bool {
        case[place] == self.everything[place]
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

#[cfg(test)]
mod tests {
    use super::*;

    fn addition() -> Addition {
        let model = zoo::find("nanoadder-58").unwrap().model().unwrap();
        Addition::new(model.task()).unwrap()
    }

    #[test]
    fn counts_are_exact() {
        let addition = addition();
        let all = 10_u128.pow(20);
        assert_eq!(addition.count(addition.everything()), all);
        for place in [0, 4, 9, 10] {
            for split in [Split::Digit(0), Split::Digit(1), Split::Digit(2), Split::Letter] {
                let parts = addition.parts(addition.everything(), place, split);
                assert_eq!(parts.iter().map(|part| addition.count(part)).sum::<u128>(), all);
            }
        }
        // The ones carry in 45 of 100 cases.
        let carries = addition.parts(addition.everything(), 1, Split::Letter);
        let with: u128 = carries
            .iter()
            .filter(|case| case[1].single().is_some_and(|letter| carry_in(letter) == 1))
            .map(|case| addition.count(case))
            .sum();
        assert_eq!(with, all / 100 * 45);
    }

    #[test]
    fn roots_cover_everything_and_fix_what_is_read_and_said() {
        let addition = addition();
        for step in 0..addition.steps() {
            let roots = addition.roots(step);
            assert_eq!(roots.iter().map(|root| addition.count(root)).sum::<u128>(), 10_u128.pow(20));
            let last = addition.last_read(step);
            assert!(roots.iter().all(|root| addition.fixed_token(last, root).is_some()));
            assert!(roots.iter().all(|root| addition.fixed_token(last + 1, root).is_some()));
        }
        assert_eq!([0, 1, 2, 10].map(|step| addition.roots(step).len()), [100, 10_000, 20_000, 200]);
    }

    #[test]
    fn possible_letters_have_a_pair_each() {
        let addition = addition();
        // A carry out of the last place of the operands, whose digit of `a` is 0: then `b` is 9 and a carry comes in.
        let case = addition.parts(addition.everything(), 10, Split::Letter)[1];
        let case = addition.parts(&case, 9, Split::Digit(0))[0];
        let possible = addition.possible(&case);
        assert_eq!(possible[9].iter().collect::<Vec<_>>(), [109]);
        assert!(possible[8].iter().all(|letter| carry_out(letter) == 1));
        assert_eq!(possible[0].len(), 100);
    }
}
