//! Random programs: the instructions give what the program gives, to the bit, whatever the scheduler fuses.

use crate::graph::{Graph, TokenId, TokenNode};
use crate::program::Program;
use crate::recorded::{Recorded, recording, token};
use crate::{Machine, Schedule};
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

/// A program of the shapes that networks have, and of many that they do not: sums, scaled sums, hinges, and lines of one number.
fn program<T: Float>(dice: &mut Dice, folds: bool) -> Program<T> {
    let (graph, outputs) = recording(Graph::new::<T>(folds), || {
        let mut tokens: Vec<TokenId> =
            (0..2).map(|index| token(TokenNode::Input(index, (0..10).collect()))).collect();
        let column: Vec<Recorded> = (0..10).map(|digit| Recorded::constant(f64::from(digit) - 2.5)).collect();
        let mut numbers: Vec<Recorded> =
            tokens.iter().map(|&token| Recorded::look_up(&column, token)).collect();
        for _ in 0..dice.below(60) {
            let (x, y) = (dice.recent(&numbers), dice.recent(&numbers));
            let constant = Recorded::constant(dice.of(&CONSTANTS));
            let made = match dice.below(14) {
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
        vec![last, dice.of(&tokens), last]
    });
    Program::new(graph, &outputs, Vec::new())
}

fn compare<T: Float>(seed: u64, folds: bool) {
    let program = program::<T>(&mut Dice(seed), folds);
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
        machine.run(&schedule);
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
        compare::<f32>(seed, true);
        compare::<f64>(seed, false);
    }
}
