//! Decodes with one machine number: one problem at a time, or a lane for each.

use crate::cpu::{Kernel, Level};
use crate::digits::{Digits, digits};
use crate::explain::Explanation;
use crate::fast::{Fast, FastBatch};
use crate::network::{Network, NetworkIn};
use crate::{Pair, Subject};
use num::{Float, Fused, LaneTokens, Lanes, Reading};
use program::Folding;
use spec::{Operand, PromptToken, Task};
use std::array::from_fn;
use std::sync::OnceLock;

/// A model's network in one machine number, ready to decode.
pub(crate) trait Engine: Send + Sync {
    /// The tokens that the model generates for one pair.
    fn one(&self, pair: Pair) -> Vec<usize>;

    /// The numbers that the model's answers spell, pair by pair, on the lanes of `level`.
    fn many(&self, pairs: &[Pair], sums: &mut [Option<u64>], path: Path, level: Level);

    /// The level that the folded program runs best on.
    fn best_level(&self) -> Level;

    /// The tokens that the model generates for one pair, by the folded program.
    fn one_fast(&self, pair: Pair) -> Vec<usize>;

    /// Operations of the network, of the folded program, and its listing.
    fn program(&self) -> ProgramText;

    /// Everything that happens in one decode.
    fn explain(&self, pair: Pair) -> Explanation;

    /// The name of the number and how many lanes it has.
    fn lanes(&self) -> (&'static str, usize);
}

/// A way to run many problems.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Path {
    /// The network itself, in lanes.
    Network,
    /// The same as another library may evaluate it: see [`Fused`]. Its answers may differ.
    Elsewhere,
    /// The program without folding.
    Dense,
    /// The folded program.
    Program,
}

/// A program for people: operation counts and text.
#[derive(Clone, Debug)]
pub struct ProgramText {
    /// Operations that the network performs directly.
    pub before: usize,
    /// Operations of the folded program.
    pub after: program::Operations,
    /// Instructions that the engine runs.
    pub instructions: usize,
    /// Values that live at the same time, at most.
    pub slots: usize,
    /// The program, line by line.
    pub listing: String,
}

/// Tiles of a slot in the lane engine: an instruction is told apart once for this many vectors.
const TILES: usize = 8;

/// The network and its decode as a program.
///
/// What is not needed is not made: start-up counts.
pub(crate) struct Networks<T: Float, const N: usize> {
    task: Task,
    network: Network<T>,
    lanes: OnceLock<NetworkIn<Lanes<T, N>>>,
    elsewhere: OnceLock<NetworkIn<Fused<T, N>>>,
    fast: OnceLock<Fast<T>>,
    dense: OnceLock<Fast<T>>,
}

impl<T: Float, const N: usize> Networks<T, N> {
    pub(crate) fn new(subject: &Subject) -> Self {
        let (task, network) = (subject.task().clone(), Network::new(subject));
        let (lanes, elsewhere) = (OnceLock::new(), OnceLock::new());
        Self { task, network, lanes, elsewhere, fast: OnceLock::new(), dense: OnceLock::new() }
    }

    fn fast(&self) -> &Fast<T> {
        self.fast.get_or_init(|| Fast::new(&self.task, &self.network, Folding::Full))
    }

    fn dense(&self) -> &Fast<T> {
        self.dense.get_or_init(|| Fast::new(&self.task, &self.network, Folding::Nothing))
    }

    fn prompt(&self, pair: Pair) -> Vec<usize> {
        let digits = [digits(pair.0), digits(pair.1)];
        self.task.prompt().iter().map(|token| scalar_token(token, &self.task, &digits)).collect()
    }
}

impl<T: Float, const N: usize> Engine for Networks<T, N> {
    fn one(&self, pair: Pair) -> Vec<usize> {
        self.network.decode(&self.prompt(pair), self.task.answer_len())
    }

    fn many(&self, pairs: &[Pair], sums: &mut [Option<u64>], path: Path, level: Level) {
        let task = &self.task;
        let fast = match path {
            Path::Network => {
                let network = self.lanes.get_or_init(|| self.network.read(Lanes::splat));
                return level.run(Batch { task, network, pairs, sums });
            }
            Path::Elsewhere => {
                let read = || self.network.read(|weight| Fused(Lanes::splat(weight)));
                return level.run(Batch { task, network: self.elsewhere.get_or_init(read), pairs, sums });
            }
            Path::Dense => self.dense(),
            Path::Program => self.fast(),
        };
        match fast.schedule().has_functions() {
            true => level.run(FastBatch::<T, N, TILES, true> { fast, pairs, sums }),
            false => level.run(FastBatch::<T, N, TILES, false> { fast, pairs, sums }),
        }
    }

    /// The widest: `nanoadder bench` shows that it is the fastest, and the others beside it.
    fn best_level(&self) -> Level {
        Level::available().into_iter().next_back().unwrap_or(Level::Baseline)
    }

    fn one_fast(&self, pair: Pair) -> Vec<usize> {
        self.fast().one(pair)
    }

    fn program(&self) -> ProgramText {
        let (program, schedule) = (self.fast().program(), self.fast().schedule());
        ProgramText {
            before: program.asked(),
            after: program.operations(),
            instructions: schedule.len(),
            slots: schedule.slots(),
            listing: program.listing(),
        }
    }

    fn explain(&self, pair: Pair) -> Explanation {
        self.network.explain(&self.task, pair, &self.prompt(pair))
    }

    fn lanes(&self) -> (&'static str, usize) {
        (T::NAME, N)
    }
}

/// A slice of pairs on the lanes of one processor, in a number with `N` lanes.
struct Batch<'a, S, const N: usize> {
    task: &'a Task,
    network: &'a NetworkIn<S>,
    pairs: &'a [Pair],
    sums: &'a mut [Option<u64>],
}

impl<S: Reading<Token = LaneTokens<N>>, const N: usize> Kernel for Batch<'_, S, N> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let task = self.task;
        let mut network = self.network.decoder();
        let mut prompt = vec![S::token(0); task.prompt().len()];
        let mut answer = vec![S::token(0); task.answer_len()];
        for (pairs, sums) in self.pairs.chunks(N).zip(self.sums.chunks_mut(N)) {
            // A short last chunk fills its idle lanes with its first pair.
            let digits: [_; N] = from_fn(|lane| {
                let (a, b) = *pairs.get(lane).unwrap_or(&pairs[0]);
                [digits(a), digits(b)]
            });
            for (slot, token) in prompt.iter_mut().zip(task.prompt()) {
                *slot = LaneTokens(from_fn(|lane| scalar_token(token, task, &digits[lane]) as u32));
            }
            network.decode(&prompt, &mut answer);
            for (lane, sum) in sums.iter_mut().enumerate() {
                *sum = task.decode(answer.iter().map(|token| token.0[lane] as usize));
            }
        }
    }
}

#[inline(always)]
fn scalar_token(token: &PromptToken, task: &Task, [a, b]: &[Digits; 2]) -> usize {
    match *token {
        PromptToken::Fixed { token, .. } => token,
        PromptToken::Digit { operand: Operand::A, place } => task.digit_token(usize::from(a[place])),
        PromptToken::Digit { operand: Operand::B, place } => task.digit_token(usize::from(b[place])),
        PromptToken::Pair { times, place } => times * usize::from(a[place]) + usize::from(b[place]),
    }
}
