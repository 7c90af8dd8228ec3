//! Random programs: the instructions give what the program gives, and the folded program what the plain one gives, to the bit,
//! whatever the scheduler fuses and whatever overflows.

use crate::graph::{Graph, TokenId, TokenNode};
use crate::program::{Program, Seen};
use crate::recorded::{Recorded, recording, token};
use crate::{Machine, Schedule};
use net::Site;
use num::{Float, Lanes, Reading, Scalar};

/// A stream of choices (xorshift64*, Vigna 2016).
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % most
    }

    fn of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }

    /// Often a number that was made just now: what is read once can be fused.
    fn recent<T: Copy>(&mut self, choices: &[T]) -> T {
        let back = if self.below(3) > 0 { self.below(3) } else { self.below(choices.len()) };
        choices[choices.len() - 1 - back.min(choices.len() - 1)]
    }
}

const CONSTANTS: [f64; 9] = [0.0, -0.0, 1.0, -1.0, 2.0, 0.5, -3.25, 0.1, 1e3];

/// Numbers whose products overflow, vanish or turn into NaN, in both types: the wide ones first, the others only in f64.
const WIDE: [f64; 20] = [
    0.0, -0.0, 0.0, 1.0, -1.0, 3e38, -1e30, 1e30, 2e-45, -1e-40, 1.5e-38, 7e-20, 0.5, -3.25, 1e300, -1.7e308,
    1e-300, -5e-324, 3e-310, 1e160,
];

/// A program of the shapes that networks have, and of many that they do not: sums, scaled sums, hinges, and lines of one number.
fn program<T: Float>(dice: &mut Dice, constants: &[f64], folds: bool) -> Program<T> {
    // A constant is a finite number of the type.
    let constants: Vec<f64> = constants.iter().map(|&number| T::from_f64(number).to_f64()).collect();
    let constants: Vec<f64> = constants.into_iter().filter(|number| number.is_finite()).collect();
    let (graph, (outputs, numbers)) = recording(Graph::new::<T>(folds), || {
        let mut tokens: Vec<TokenId> =
            (0..2).map(|index| token(TokenNode::Input(index, (0..10).collect()))).collect();
        let column: Vec<Recorded> = (0..10).map(|digit| Recorded::constant(f64::from(digit) - 2.5)).collect();
        let wide: Vec<Recorded> = (0..10).map(|_| Recorded::constant(dice.of(&constants))).collect();
        let mut numbers: Vec<Recorded> = tokens
            .iter()
            .zip([&column, &wide])
            .map(|(&token, column)| Recorded::look_up(column, token))
            .collect();
        for _ in 0..dice.below(60) {
            let (x, y) = (dice.recent(&numbers), dice.recent(&numbers));
            let constant = Recorded::constant(dice.of(&constants));
            let made = match dice.below(24) {
                0 => x + y,
                1 => x - y,
                2 => x * y,
                3 | 4 => x + constant,
                5 => constant + x,
                6 | 7 => x * constant,
                8 => constant * x,
                9 | 10 => x.max(Recorded::zero()),
                11 => x.max(y),
                12 => -x,
                13 => x / y,
                14 => x / constant,
                15 => x.exp(),
                16 => x.sqrt(),
                17 => x.tanh(),
                18 => x.erf(),
                19 => x.fused(constant, y),
                20 => constant.fused(x, constant),
                21 => x.fused(y, constant),
                22 => x.max(Recorded::zero()).fused(constant, y),
                _ => {
                    let lines = (0..10).map(|line| {
                        let scale = Recorded::constant(f64::from(line));
                        let shift = Recorded::constant(-0.5 * f64::from(line * line));
                        if dice.below(60) == 0 { y } else { x * scale + shift }
                    });
                    let lines: Vec<Recorded> = lines.collect();
                    let choice = Recorded::argmax(&lines);
                    tokens.push(choice);
                    Recorded::look_up(&column, choice)
                }
            };
            numbers.push(made);
        }
        let logits: Vec<Recorded> = (0..4).map(|_| dice.recent(&numbers)).collect();
        let last = Recorded::argmax(&logits);
        let numbers: Vec<_> = numbers.iter().map(|number| Some(number.0)).collect();
        (vec![last, dice.of(&tokens), last], numbers)
    });
    // What no output needs has no value.
    let seen = Seen { step: 0, site: Site::Logits, values: numbers };
    Program::new(graph, &outputs, vec![seen])
}

fn compare<T: Float>(seed: u64, constants: &[f64], folds: bool) {
    let program = program::<T>(&mut Dice(seed), constants, folds);
    let schedule = Schedule::new(&program);
    let mut machine = Machine::<T, 4, 2>::new(&schedule);
    for first in 0..10 {
        for index in 0..program.inputs() {
            if let Some(block) = machine.input(&schedule, index) {
                // Eight problems at a time: the second input is another in each lane.
                let digit = |lane: usize| if index == 0 { first } else { (first * 3 + lane) % 10 };
                *block = std::array::from_fn(|tile| {
                    Lanes(std::array::from_fn(|lane| T::from_f64(digit(4 * tile + lane) as f64)))
                });
            }
        }
        match schedule.has_functions() {
            true => machine.run::<true>(&schedule),
            false => machine.run::<false>(&schedule),
        }
        for lane in 0..8 {
            let expected = program.evaluate(&[first, (first * 3 + lane) % 10], |constant: T| constant);
            let got: Vec<usize> = (0..expected.len())
                .map(|output| machine.output(&schedule, output)[lane / 4].0[lane % 4].to_f64() as usize)
                .collect();
            assert_eq!(got, expected, "seed {seed}, first {first}, lane {lane}");
        }
    }
}

#[test]
fn machines_do_what_programs_say() {
    for seed in 1..=1000 {
        compare::<f32>(seed, &CONSTANTS, true);
        compare::<f64>(seed, &CONSTANTS, false);
        compare::<f32>(seed, &WIDE, seed % 2 == 0);
        compare::<f64>(seed, &WIDE, seed % 2 == 1);
    }
}

/// What two programs that were recorded alike give, number by number; of NaN only that it is one. How many numbers were not finite.
fn compare_folded<T: Float>(seed: u64) -> usize {
    let [plain, folded] = [false, true].map(|folds| program::<T>(&mut Dice(seed), &WIDE, folds));
    let bits = |value: T| if value.to_f64().is_nan() { u64::MAX } else { value.to_f64().to_bits() };
    let mut odd = 0;
    for problem in 0..30 {
        let inputs = [problem % 10, problem * 7 % 10];
        let [(plain_values, plain_tokens), (values, tokens)] =
            [&plain, &folded].map(|program| program.values(&inputs, |constant: T| constant));
        assert_eq!(plain_tokens, tokens, "seed {seed}, {inputs:?}");
        let [before, after] =
            [&plain, &folded].map(|program| program.seen().iter().flat_map(|seen| &seen.values));
        for (number, (before, after)) in before.zip(after).enumerate() {
            let (Some(before), Some(after)) = (before, after) else { continue };
            let (before, after) = (plain_values[before.index()], values[after.index()]);
            odd += usize::from(!before.to_f64().is_finite());
            assert_eq!(
                bits(before),
                bits(after),
                "seed {seed}, {inputs:?}, number {number}: {before:?} is {after:?}"
            );
        }
    }
    odd
}

#[test]
fn folding_changes_no_bit_of_numbers_that_overflow() {
    let odd: usize = (1..=3000).map(|seed| compare_folded::<f32>(seed) + compare_folded::<f64>(seed)).sum();
    assert!(odd > 10_000, "{odd} numbers were infinite or NaN");
}
