//! The folded program of a model's decode, run in lanes.

use crate::Pair;
use crate::cpu::Kernel;
use crate::digits::{GROUP, GROUPS, groups, joined, split};
use crate::network::Network;
use num::{Float, Lanes};
use program::{Folding, Machine, Program, Schedule, Source};
use spec::{Operand, Order, PromptToken, Task};

/// A model's decode as a program, ready to run.
pub(crate) struct Fast<T> {
    task: Task,
    program: Program<T>,
    schedule: Schedule<T>,
    /// What each input of the program is.
    inputs: Vec<PromptToken>,
    /// Whether every digit is its own token, so that numbers need no translation.
    plain: bool,
}

impl<T: Float> Fast<T> {
    /// Records the decode of `network` for `task`.
    pub(crate) fn new(task: &Task, network: &Network<T>, folding: Folding) -> Self {
        let mut inputs = Vec::new();
        let mut prompt = Vec::new();
        for &token in task.prompt() {
            let possible = match token {
                PromptToken::Fixed { token, .. } => {
                    prompt.push(Source::Fixed(token));
                    continue;
                }
                PromptToken::Digit { .. } => (0..10).map(|digit| task.digit_token(digit)).collect(),
                PromptToken::Pair { times, .. } => {
                    let mut pairs: Vec<_> = (0..100).map(|pair| times * (pair / 10) + pair % 10).collect();
                    pairs.sort_unstable();
                    pairs.dedup();
                    pairs
                }
            };
            // The same digit shown twice is one input.
            let index = inputs.iter().position(|known| *known == token).unwrap_or_else(|| {
                inputs.push(token);
                inputs.len() - 1
            });
            prompt.push(Source::Input { index, possible });
        }
        let program = network.record(&prompt, task.answer_len(), folding);
        let schedule = Schedule::new(&program);
        let plain = (0..10).all(|digit| task.digit_token(digit) == digit);
        Self { task: task.clone(), program, schedule, inputs, plain }
    }

    pub(crate) fn program(&self) -> &Program<T> {
        &self.program
    }

    pub(crate) fn schedule(&self) -> &Schedule<T> {
        &self.schedule
    }

    /// The tokens that the program generates for one pair.
    pub(crate) fn one(&self, pair: Pair) -> Vec<usize> {
        let mut machine = Machine::<T, 1, 1>::new(&self.schedule);
        let mut places = [[[Lanes::splat(T::zero()); 1]; GROUP * GROUPS]; 2];
        self.load(&mut machine, &mut places, &[pair]);
        machine.run::<true>(&self.schedule);
        (0..self.task.answer_len())
            .map(|at| machine.output(&self.schedule, at)[0].0[0].to_f64() as usize)
            .collect()
    }

    /// Fills the inputs with the tokens of `pairs`, at most as many as there are lanes; idle lanes get the first pair's.
    #[inline(always)]
    #[expect(clippy::needless_range_loop, reason = "plain loops over lanes become vector instructions")]
    fn load<const LANES: usize, const TILES: usize>(
        &self,
        machine: &mut Machine<T, LANES, TILES>,
        places: &mut Places<T, LANES, TILES>,
        pairs: &[Pair],
    ) {
        let count = self.task.digits().div_ceil(GROUP);
        for tile in 0..TILES {
            let mut operands = [[0_u64; LANES]; 2];
            for lane in 0..LANES {
                let &(a, b) = pairs.get(tile * LANES + lane).unwrap_or(&pairs[0]);
                (operands[0][lane], operands[1][lane]) = (a, b);
            }
            for (operand, numbers) in operands.iter().enumerate() {
                let mut groups = groups::<T, LANES>(numbers, count);
                for group in 0..count {
                    for place in 0..GROUP {
                        places[operand][group * GROUP + place][tile] = split(&mut groups[group]);
                    }
                }
            }
        }
        for (index, token) in self.inputs.iter().enumerate() {
            let Some(input) = machine.input(&self.schedule, index) else { continue };
            match *token {
                PromptToken::Digit { operand, place } => {
                    *input = places[usize::from(operand == Operand::B)][place];
                    if !self.plain {
                        for value in input.iter_mut().flat_map(|tile| &mut tile.0) {
                            *value = T::from_f64(self.task.digit_token(value.to_f64() as usize) as f64);
                        }
                    }
                }
                PromptToken::Pair { times, place } => {
                    let times = Lanes::splat(T::from_f64(times as f64));
                    for (tile, input) in input.iter_mut().enumerate() {
                        // Small whole numbers: exact.
                        *input = places[0][place][tile] * times + places[1][place][tile];
                    }
                }
                PromptToken::Fixed { .. } => {}
            }
        }
    }

    /// Reads the sums off the outputs.
    #[inline(always)]
    fn store<const LANES: usize, const TILES: usize>(
        &self,
        machine: &Machine<T, LANES, TILES>,
        sums: &mut [Option<u64>],
    ) {
        let count = self.task.answer_len();
        if !self.plain || self.task.end().is_some() || self.vocabulary_exceeds_digits() {
            for (problem, sum) in sums.iter_mut().enumerate() {
                let (tile, lane) = (problem / LANES, problem % LANES);
                let tokens =
                    (0..count).map(|at| machine.output(&self.schedule, at)[tile].0[lane].to_f64() as usize);
                *sum = self.task.decode(tokens);
            }
            return;
        }
        // Every token is a digit: five at a time make a whole number that is exact in f32.
        let at = |place: usize| match self.task.order() {
            Order::LeastFirst => place,
            Order::MostFirst => count - 1 - place,
        };
        let ten = Lanes::<T, LANES>::splat(T::from_f64(10.0));
        for (tile, sums) in sums.chunks_mut(LANES).enumerate() {
            let mut groups = [Lanes::splat(T::zero()); GROUPS];
            let used = count.div_ceil(GROUP);
            for (index, group) in groups[..used].iter_mut().enumerate() {
                let (first, end) = (index * GROUP, count.min(index * GROUP + GROUP));
                *group = machine.output(&self.schedule, at(end - 1))[tile];
                for place in (first..end - 1).rev() {
                    *group = *group * ten + machine.output(&self.schedule, at(place))[tile];
                }
            }
            let totals = joined(&groups[..used]);
            for (sum, total) in sums.iter_mut().zip(totals) {
                *sum = Some(total);
            }
        }
    }

    fn vocabulary_exceeds_digits(&self) -> bool {
        self.task.vocabulary() > 10
    }
}

/// The digits of both operands, place by place.
type Places<T, const LANES: usize, const TILES: usize> = [[[Lanes<T, LANES>; TILES]; GROUP * GROUPS]; 2];

/// A slice of pairs on the lanes of one processor. `FUNCTIONS` is what the program's [`Schedule::has_functions`] says.
pub(crate) struct FastBatch<'a, T, const LANES: usize, const TILES: usize, const FUNCTIONS: bool> {
    pub(crate) fast: &'a Fast<T>,
    pub(crate) pairs: &'a [Pair],
    pub(crate) sums: &'a mut [Option<u64>],
}

impl<T: Float, const LANES: usize, const TILES: usize, const FUNCTIONS: bool> Kernel
    for FastBatch<'_, T, LANES, TILES, FUNCTIONS>
{
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Self { fast, pairs, sums } = self;
        let mut machine = Machine::<T, LANES, TILES>::new(&fast.schedule);
        let mut places = [[[Lanes::splat(T::zero()); TILES]; GROUP * GROUPS]; 2];
        let problems = LANES * TILES;
        for (pairs, sums) in pairs.chunks(problems).zip(sums.chunks_mut(problems)) {
            fast.load(&mut machine, &mut places, pairs);
            machine.run::<FUNCTIONS>(&fast.schedule);
            fast.store(&machine, sums);
        }
    }
}
