//! Decodes with one machine number: one problem at a time, or a lane for each.

use crate::Pair;
use crate::cpu::{Kernel, Level};
use crate::explain::{Explanation, Recorder};
use net::{Net, State, generate};
use num::{Float, LaneTokens, Lanes, Reading};
use spec::{Operand, PromptToken, Task};
use std::array::from_fn;

/// A model's network in one machine number, ready to decode.
pub(crate) trait Engine: Send + Sync {
    /// The tokens that the model generates for one pair.
    fn one(&self, pair: Pair) -> Vec<usize>;

    /// The numbers that the model's answers spell, pair by pair, on the lanes of `level`.
    fn many(&self, pairs: &[Pair], sums: &mut [Option<u64>], level: Level);

    /// Everything that happens in one decode.
    fn explain(&self, pair: Pair) -> Explanation;

    /// The name of the number and how many lanes it has.
    fn lanes(&self) -> (&'static str, usize);
}

/// The network as scalars and in lanes of `N`.
pub(crate) struct Nets<T: Float, const N: usize> {
    task: Task,
    scalar: Net<T>,
    lanes: Net<Lanes<T, N>>,
}

impl<T: Float, const N: usize> Nets<T, N> {
    pub(crate) fn new(task: Task, scalar: Net<T>) -> Self {
        let lanes = scalar.map(|&weight| Lanes::splat(weight));
        Self { task, scalar, lanes }
    }

    fn decode(&self, pair: Pair, probe: &mut impl net::Probe<T>) -> Vec<usize> {
        let digits = [digits(pair.0), digits(pair.1)];
        let prompt: Vec<_> =
            self.task.prompt().iter().map(|token| scalar_token(token, &self.task, &digits)).collect();
        let mut state = State::new(&self.scalar);
        let mut tokens = vec![0; self.task.answer_len()];
        generate(&self.scalar, &prompt, &mut state, &mut tokens, probe);
        tokens
    }
}

impl<T: Float, const N: usize> Engine for Nets<T, N> {
    fn one(&self, pair: Pair) -> Vec<usize> {
        self.decode(pair, &mut ())
    }

    fn many(&self, pairs: &[Pair], sums: &mut [Option<u64>], level: Level) {
        level.run(Batch { nets: self, pairs, sums });
    }

    fn explain(&self, pair: Pair) -> Explanation {
        let mut recorder = Recorder::default();
        let tokens = self.decode(pair, &mut recorder);
        recorder.finish(&self.task, pair, tokens)
    }

    fn lanes(&self) -> (&'static str, usize) {
        (T::NAME, N)
    }
}

/// A slice of pairs on the lanes of one processor.
struct Batch<'a, T: Float, const N: usize> {
    nets: &'a Nets<T, N>,
    pairs: &'a [Pair],
    sums: &'a mut [Option<u64>],
}

impl<T: Float, const N: usize> Kernel for Batch<'_, T, N> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Nets { task, lanes: net, .. } = self.nets;
        let mut state = State::new(net);
        let mut prompt = vec![Lanes::<T, N>::token(0); task.prompt().len()];
        let mut answer = vec![Lanes::<T, N>::token(0); task.answer_len()];
        for (pairs, sums) in self.pairs.chunks(N).zip(self.sums.chunks_mut(N)) {
            // A short last chunk fills its idle lanes with its first pair.
            let digits: [_; N] = from_fn(|lane| {
                let (a, b) = *pairs.get(lane).unwrap_or(&pairs[0]);
                [digits(a), digits(b)]
            });
            for (slot, token) in prompt.iter_mut().zip(task.prompt()) {
                *slot = LaneTokens(from_fn(|lane| scalar_token(token, task, &digits[lane]) as u32));
            }
            generate(net, &prompt, &mut state, &mut answer, &mut ());
            for (lane, sum) in sums.iter_mut().enumerate() {
                *sum = task.decode(answer.iter().map(|token| token.0[lane] as usize));
            }
        }
    }
}

/// The decimal digits of an operand, the ones first.
type Digits = [u8; 18];

fn digits(mut number: u64) -> Digits {
    from_fn(|_| {
        let digit = number % 10;
        number /= 10;
        digit as u8
    })
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
