//! A model ready to add.

use crate::cpu::Level;
use crate::engine::{Engine, Networks, Path, ProgramText};
use crate::explain::Explanation;
use crate::{Pair, Subject};
use spec::Dtype;
use std::fmt;
use std::num::NonZeroUsize;

/// How many pairs of columns a thread adds at once: they stay in its cache.
const BLOCK: usize = 4096;

/// A model ready to add.
pub struct Adder {
    model: Subject,
    engine: Box<dyn Engine>,
}

/// What a model answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sum {
    /// The number that the tokens spell; none if they spell no number.
    pub value: Option<u64>,
    /// The generated tokens.
    pub tokens: Vec<usize>,
}

/// An operand that the model's prompt has no room for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperandError {
    found: u64,
    greatest: u64,
}

impl fmt::Display for OperandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "operand {}: expected an integer from 0 to {}", self.found, self.greatest)
    }
}

impl std::error::Error for OperandError {}

impl fmt::Debug for Adder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Adder").field("model", &self.model.name()).finish_non_exhaustive()
    }
}

impl Adder {
    /// Makes `model` ready: its network in its own machine number, as scalars and in lanes.
    pub fn new(model: impl Into<Subject>) -> Self {
        // Not generic from here on, so that engines are compiled once, in this crate and as it is compiled.
        Self::of(model.into())
    }

    fn of(model: Subject) -> Self {
        // One vector register of the widest level is 64 bytes: 16 lanes of f32, 8 of f64.
        let engine: Box<dyn Engine> = match model.dtype() {
            Dtype::F32 => Box::new(Networks::<f32, 16>::new(&model)),
            Dtype::F64 => Box::new(Networks::<f64, 8>::new(&model)),
        };
        Self { model, engine }
    }

    /// The model.
    pub fn model(&self) -> &Subject {
        &self.model
    }

    /// Checks that `operand` has no more digits than the prompt.
    ///
    /// # Errors
    ///
    /// If it has; the error says what was expected.
    pub fn check_operand(&self, operand: u64) -> Result<(), OperandError> {
        let greatest = self.model.task().greatest();
        if operand <= greatest { Ok(()) } else { Err(OperandError { found: operand, greatest }) }
    }

    /// Adds one pair.
    ///
    /// # Errors
    ///
    /// If an operand has too many digits.
    pub fn add(&self, a: u64, b: u64) -> Result<Sum, OperandError> {
        self.check_operand(a)?;
        self.check_operand(b)?;
        let tokens = self.engine.one((a, b));
        Ok(Sum { value: self.model.task().decode(tokens.iter().copied()), tokens })
    }

    /// Adds many pairs on `threads` threads, in lanes; the sums come in the order of the pairs.
    ///
    /// # Errors
    ///
    /// If an operand has too many digits; then nothing is added.
    pub fn add_many(&self, pairs: &[Pair], threads: NonZeroUsize) -> Result<Vec<Option<u64>>, OperandError> {
        for &(a, b) in pairs {
            self.check_operand(a)?;
            self.check_operand(b)?;
        }
        let mut sums = vec![None; pairs.len()];
        self.add_into(pairs, &mut sums, threads, Path::Program, self.level());
        Ok(sums)
    }

    /// Adds two columns on `threads` threads: `sums[i]` becomes what `spell` makes of the answer to `a[i]` and `b[i]`, which is
    /// `None` where the tokens spell no number. Beside the columns it needs 130 kB a thread.
    ///
    /// # Errors
    ///
    /// If an operand has too many digits; then nothing is added.
    ///
    /// # Panics
    ///
    /// If the columns have different lengths.
    pub fn add_columns<V: Send>(
        &self,
        (a, b): (&[u64], &[u64]),
        sums: &mut [V],
        spell: impl Fn(Option<u64>) -> V + Sync,
        threads: NonZeroUsize,
    ) -> Result<(), OperandError> {
        assert!(a.len() == b.len() && a.len() == sums.len(), "columns of one length");
        for operand in a.iter().chain(b) {
            self.check_operand(*operand)?;
        }
        let block = |a: &[u64], b: &[u64], sums: &mut [V]| {
            let mut pairs = Vec::with_capacity(BLOCK);
            let mut found = vec![None; BLOCK];
            for ((a, b), sums) in a.chunks(BLOCK).zip(b.chunks(BLOCK)).zip(sums.chunks_mut(BLOCK)) {
                pairs.clear();
                pairs.extend(a.iter().copied().zip(b.iter().copied()));
                self.add_alone(&pairs, &mut found[..pairs.len()]);
                sums.iter_mut().zip(&found).for_each(|(sum, &found)| *sum = spell(found));
            }
        };
        let share = a.len().div_ceil(threads.get()).next_multiple_of(BLOCK).max(1);
        if share >= a.len() {
            block(a, b, sums);
            return Ok(());
        }
        std::thread::scope(|scope| {
            for ((a, b), sums) in a.chunks(share).zip(b.chunks(share)).zip(sums.chunks_mut(share)) {
                scope.spawn(|| block(a, b, sums));
            }
        });
        Ok(())
    }

    /// Adds one pair by the folded program: the same tokens, sooner once the program is recorded.
    ///
    /// # Errors
    ///
    /// If an operand has too many digits.
    pub fn add_fast(&self, a: u64, b: u64) -> Result<Sum, OperandError> {
        self.check_operand(a)?;
        self.check_operand(b)?;
        let tokens = self.engine.one_fast((a, b));
        Ok(Sum { value: self.model.task().decode(tokens.iter().copied()), tokens })
    }

    /// The model's decode as a program.
    pub fn program(&self) -> ProgramText {
        self.engine.program()
    }

    /// Adds pairs that are known to fit on the calling thread alone, as fast as it can; `sums` has a place for each.
    pub(crate) fn add_alone(&self, pairs: &[Pair], sums: &mut [Option<u64>]) {
        self.engine.many(pairs, sums, Path::Program, self.level());
    }

    /// Adds pairs that are known to fit on the lanes of `level`; `sums` has a place for each.
    pub(crate) fn add_into(
        &self,
        pairs: &[Pair],
        sums: &mut [Option<u64>],
        threads: NonZeroUsize,
        path: Path,
        level: Level,
    ) {
        let (_, lanes) = self.engine.lanes();
        // Whole lanes for each thread, and no thread for less than one chunk of lanes.
        let share = pairs.len().div_ceil(threads.get()).next_multiple_of(lanes).max(1);
        if share >= pairs.len() {
            return self.engine.many(pairs, sums, path, level);
        }
        std::thread::scope(|scope| {
            for (pairs, sums) in pairs.chunks(share).zip(sums.chunks_mut(share)) {
                scope.spawn(|| self.engine.many(pairs, sums, path, level));
            }
        });
    }

    /// The instructions that many additions run on: those that are fastest for this model on this processor.
    pub fn level(&self) -> Level {
        self.engine.best_level()
    }

    /// The name of the model's number and how many lanes it has.
    pub(crate) fn lanes(&self) -> (&'static str, usize) {
        self.engine.lanes()
    }

    /// Everything that happens while the model adds one pair.
    ///
    /// # Errors
    ///
    /// If an operand has too many digits.
    pub fn explain(&self, a: u64, b: u64) -> Result<Explanation, OperandError> {
        self.check_operand(a)?;
        self.check_operand(b)?;
        Ok(self.engine.explain((a, b)))
    }
}
