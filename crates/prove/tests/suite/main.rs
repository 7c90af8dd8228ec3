//! Whether the prover tells the truth: on models made wrong on purpose, and on small ones where every pair can be tried.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod ends;
mod extreme;
mod faithful;
mod graphs;
mod mutants;
mod planted;
mod runtimes;
mod small;
mod trapdoor;
mod two_layers;

use prove::{Options, Report, prove};
use run::Adder;
use std::num::NonZeroUsize;
use std::sync::atomic::AtomicBool;

/// Two threads.
pub(crate) fn threads() -> NonZeroUsize {
    NonZeroUsize::new(2).unwrap()
}

/// The verdict without looking for a counterexample first: the bounds alone must not be wrong.
pub(crate) fn decide(adder: &Adder, rate: bool, most_states: u64) -> Report {
    let options = Options { rate, most_states, search: false, ..Options::new(threads()) };
    prove(adder, options, &AtomicBool::new(false), &|_| ())
}

/// A stream of numbers for choices that a test can repeat (xorshift64*, Vigna 2016).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    /// A number below `most`.
    pub(crate) fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % most
    }

    /// A number from −1 to 1.
    pub(crate) fn signed(&mut self) -> f64 {
        self.below(2_000_001) as f64 / 1e6 - 1.0
    }
}
