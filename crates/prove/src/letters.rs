//! Letters and the carry automaton.
//!
//! At each place the two digits and the carry into it make one of 200 letters; the carry out of a place is the carry into
//! the next. Every token of the context is a function of one letter, so all that ties places together runs through the
//! two states of the carry.

use run::Pair;

/// The most places: 18 digits of an operand and the carry, and one to spare.
pub(crate) const MOST_PLACES: usize = 20;

/// The digits of one place and the carry into it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Letter {
    pub(crate) a: usize,
    pub(crate) b: usize,
    pub(crate) carry: usize,
}

impl Letter {
    /// Where no place is shown, any letter will do.
    pub(crate) const NONE: Self = Self { a: 0, b: 0, carry: 0 };

    /// The digit of the sum.
    pub(crate) fn sum(self) -> usize {
        (self.a + self.b + self.carry) % 10
    }

    /// The carry into the next place.
    pub(crate) fn out(self) -> usize {
        usize::from(self.a + self.b + self.carry >= 10)
    }
}

/// Which digit of a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Digit {
    A,
    B,
    Sum,
}

impl Digit {
    pub(crate) const ALL: [Self; 3] = [Self::A, Self::B, Self::Sum];

    pub(crate) fn of(self, letter: Letter) -> usize {
        match self {
            Self::A => letter.a,
            Self::B => letter.b,
            Self::Sum => letter.sum(),
        }
    }
}

/// A set of letters that a place can be restricted to, as a small number: all of them, one, or those with one digit given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Class(u8);

impl Class {
    /// Every letter.
    pub(crate) const ANY: Self = Self(0);
    /// The number of classes.
    pub(crate) const COUNT: usize = 231;

    pub(crate) fn one(letter: Letter) -> Self {
        Self::from_index(1 + letter.carry * 100 + letter.a * 10 + letter.b)
    }

    pub(crate) fn given(digit: Digit, value: usize) -> Self {
        Self::from_index(201 + digit as usize * 10 + value)
    }

    pub(crate) fn from_index(index: usize) -> Self {
        debug_assert!(index < Self::COUNT);
        Self(index as u8)
    }

    pub(crate) fn index(self) -> usize {
        usize::from(self.0)
    }

    /// The letter, if the class holds one only.
    pub(crate) fn single(self) -> Option<Letter> {
        let index = self.index();
        (1..201).contains(&index).then(|| {
            let index = index - 1;
            Letter { a: index / 10 % 10, b: index % 10, carry: index / 100 }
        })
    }

    fn holds(self, letter: Letter) -> bool {
        match self.index() {
            0 => true,
            1..201 => self.single() == Some(letter),
            index => Digit::ALL[(index - 201) / 10].of(letter) == (index - 201) % 10,
        }
    }

    /// Its letters at a place that shows digits of the operands, or at one above them, where both digits are 0.
    pub(crate) fn letters(self, shows_digits: bool) -> impl Iterator<Item = Letter> {
        let range = |index: usize| match self.single() {
            Some(letter) => {
                let only = [letter.a, letter.b, letter.carry][index];
                only..only + 1
            }
            None if index < 2 => 0..if shows_digits { 10 } else { 1 },
            None => 0..2,
        };
        let (a, b, carry) = (range(0), range(1), range(2));
        carry
            .flat_map(move |carry| {
                let b = b.clone();
                a.clone().flat_map(move |a| b.clone().map(move |b| Letter { a, b, carry }))
            })
            .filter(move |&letter| self.holds(letter) && (shows_digits || letter.a + letter.b == 0))
    }
}

/// A set of pairs: those whose letters lie in a class at each place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Case {
    pub(crate) classes: [Class; MOST_PLACES],
}

/// A way to divide a case: one open place is told apart, by one of its digits or letter by letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Split {
    pub(crate) place: usize,
    pub(crate) by: Option<Digit>,
}

impl Split {
    /// The parts in their order; those without a pair are left out.
    pub(crate) fn parts(self, places: Places, case: &Case) -> Vec<Case> {
        let with = |class: Class| {
            let mut part = *case;
            part.classes[self.place] = class;
            part
        };
        let mut parts: Vec<Case> = match self.by {
            Some(digit) => (0..10).map(|value| with(Class::given(digit, value))).collect(),
            None => places.letters(case, self.place).map(|letter| with(Class::one(letter))).collect(),
        };
        parts.retain(|part| places.weight(part) > 0);
        parts
    }
}

/// From which carry to which some pair goes through a place: `[in][out]`.
pub(crate) type Ways = [[bool; 2]; 2];

/// The places of a task: `digits` that show digits of the operands, and as many as the answer has above them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Places {
    pub(crate) digits: usize,
    pub(crate) count: usize,
}

impl Places {
    pub(crate) fn everything(self) -> Case {
        Case { classes: [Class::ANY; MOST_PLACES] }
    }

    /// The letters of a class at a place.
    pub(crate) fn letters(self, case: &Case, place: usize) -> impl Iterator<Item = Letter> {
        case.classes[place].letters(place < self.digits)
    }

    /// The exact number of pairs in `case`.
    pub(crate) fn weight(self, case: &Case) -> u128 {
        // The number of ways to reach each carry.
        let mut ways = [1_u128, 0];
        for place in 0..self.count {
            let mut next = [0, 0];
            match case.classes[place] {
                Class::ANY if place < self.digits => {
                    // Of the 100 pairs of digits 45 carry by themselves, and 55 with a carry coming in.
                    next[0] = 55 * ways[0] + 45 * ways[1];
                    next[1] = 45 * ways[0] + 55 * ways[1];
                }
                _ => {
                    for letter in self.letters(case, place) {
                        next[letter.out()] += ways[letter.carry];
                    }
                }
            }
            ways = next;
        }
        ways[0]
    }

    /// A part of `case` with one pair, if it has one.
    pub(crate) fn single(self, case: &Case) -> Option<Case> {
        // Which carries can lead from each place to the end.
        let mut alive = vec![[true, false]];
        for place in (0..self.count).rev() {
            let next = alive[alive.len() - 1];
            let mut here = [false; 2];
            for letter in self.letters(case, place) {
                here[letter.carry] |= next[letter.out()];
            }
            alive.push(here);
        }
        alive.reverse();
        let (mut carry, mut single) = (0, *case);
        for (place, after) in (0..self.count).zip(&alive[1..]) {
            let letter =
                self.letters(case, place).find(|letter| letter.carry == carry && after[letter.out()])?;
            single.classes[place] = Class::one(letter);
            carry = letter.out();
        }
        Some(single)
    }

    /// A pair of `case`, if it has one.
    pub(crate) fn witness(self, case: &Case) -> Option<Pair> {
        let single = self.single(case)?;
        let (mut scale, mut pair) = (1_u64, (0, 0));
        for letter in single.classes[..self.digits].iter().filter_map(|class| class.single()) {
            pair = (pair.0 + letter.a as u64 * scale, pair.1 + letter.b as u64 * scale);
            scale = scale.wrapping_mul(10);
        }
        Some(pair)
    }

    /// For each place, the ways that some pair of `case` goes there.
    pub(crate) fn ways(self, case: &Case) -> Vec<Ways> {
        let mut ways = vec![[[false; 2]; 2]; self.count];
        for (place, way) in ways.iter_mut().enumerate() {
            if case.classes[place] == Class::ANY && place < self.digits {
                *way = [[true; 2]; 2];
                continue;
            }
            self.letters(case, place).for_each(|letter| way[letter.carry][letter.out()] = true);
        }
        let mut reached = [true, false];
        for way in &mut ways {
            for (row, reached) in way.iter_mut().zip(reached) {
                *row = row.map(|possible| possible && reached);
            }
            reached = [way[0][0] || way[1][0], way[0][1] || way[1][1]];
        }
        let mut alive = [true, false];
        for way in ways.iter_mut().rev() {
            for row in way.iter_mut() {
                *row = [row[0] && alive[0], row[1] && alive[1]];
            }
            alive = way.map(|row| row[0] || row[1]);
        }
        ways
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_exact() {
        let places = Places { digits: 10, count: 11 };
        let mut case = places.everything();
        assert_eq!(places.weight(&case), 10_u128.pow(20));
        // With a carry out of the ones: 45 of 100.
        case.classes[0] = Class::given(Digit::Sum, 0);
        assert_eq!(places.weight(&case), 10_u128.pow(19));
        case.classes[0] = Class::one(Letter { a: 4, b: 5, carry: 0 });
        case.classes[1] = Class::one(Letter { a: 0, b: 0, carry: 1 });
        assert_eq!((places.weight(&case), places.witness(&case)), (0, None));
        case.classes[1] = Class::one(Letter { a: 7, b: 8, carry: 0 });
        assert_eq!((places.weight(&case), places.witness(&case)), (10_u128.pow(16), Some((74, 85))));
    }

    #[test]
    fn classes_are_told_apart() {
        for index in 0..Class::COUNT {
            let class = Class::from_index(index);
            let letters: Vec<_> = class.letters(true).collect();
            let expected = if index == 0 {
                200
            } else if index < 201 {
                1
            } else {
                20
            };
            assert_eq!(letters.len(), expected, "{class:?}");
            if let Some(letter) = class.single() {
                assert_eq!((class, letters), (Class::one(letter), vec![letter]));
            }
        }
        // Above the operands only the carry is open.
        assert_eq!(Class::ANY.letters(false).count(), 2);
    }

    #[test]
    fn possible_letters_have_a_pair_each() {
        let places = Places { digits: 3, count: 4 };
        let mut case = places.everything();
        case.classes[3] = Class::one(Letter { a: 0, b: 0, carry: 1 });
        case.classes[1] = Class::given(Digit::A, 0);
        let ways = places.ways(&case);
        let possible = |place: usize| {
            let way = ways[place];
            places.letters(&case, place).filter(move |letter| way[letter.carry][letter.out()])
        };
        let letters: Vec<Vec<Letter>> = (0..places.count).map(|place| possible(place).collect()).collect();
        for (place, here) in letters.iter().enumerate() {
            for &letter in here {
                let mut narrow = case;
                narrow.classes[place] = Class::one(letter);
                assert!(places.weight(&narrow) > 0, "{letter:?} at {place}");
            }
        }
        // No letter that some pair has is left out.
        for (place, here) in letters.iter().enumerate() {
            let mut narrow = case;
            let with_pair = places.letters(&case, place).filter(|&letter| {
                narrow.classes[place] = Class::one(letter);
                places.weight(&narrow) > 0
            });
            assert_eq!(with_pair.count(), here.len(), "{place}");
        }
        assert_eq!(letters[0].len(), 100);
        // Without a digit sum of 9 or more at the hundreds there is no carry out.
        assert!(letters[2].iter().all(|letter| letter.out() == 1));
    }
}
