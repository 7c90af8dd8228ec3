//! The lane engine: one instruction after the other, each on many problems.
//!
//! A slot holds `TILES` tiles of `LANES` numbers. An instruction runs over the tiles of its slots: it loads a tile of each
//! operand, computes and stores, so that the cost of telling instructions apart is shared by all problems of a slot.
//! The lanes do what the scalar does, operation for operation.

use crate::graph::{Binary, Unary, compute_binary, compute_unary};
use crate::instruction::{Instruction, Slot, Stairs};
use crate::schedule::Schedule;
use num::{Float, Lanes, Reading, Scalar};

/// The values of one slot.
type Block<T, const LANES: usize, const TILES: usize> = [Lanes<T, LANES>; TILES];

/// The memory of a running program: `LANES * TILES` problems at a time.
#[derive(Clone, Debug)]
pub struct Machine<T, const LANES: usize, const TILES: usize> {
    slots: Vec<Block<T, LANES, TILES>>,
}

impl<T: Float, const LANES: usize, const TILES: usize> Machine<T, LANES, TILES> {
    /// How many problems run at a time.
    pub const PROBLEMS: usize = LANES * TILES;

    /// Memory for programs of this schedule.
    pub fn new(schedule: &Schedule<T>) -> Self {
        Self { slots: vec![[Lanes::splat(T::zero()); TILES]; schedule.slots] }
    }

    /// The lanes of one input, to be filled with its tokens as numbers; none if the program does not read it.
    #[inline(always)]
    pub fn input(&mut self, schedule: &Schedule<T>, index: usize) -> Option<&mut Block<T, LANES, TILES>> {
        let slot = schedule.inputs[index]?;
        Some(&mut self.slots[usize::from(slot)])
    }

    /// The lanes of one generated token, as numbers.
    #[inline(always)]
    pub fn output(&self, schedule: &Schedule<T>, index: usize) -> &Block<T, LANES, TILES> {
        &self.slots[usize::from(schedule.outputs[index])]
    }

    /// Runs the whole program. `FUNCTIONS` is what [`Schedule::has_functions`] says: the code of the exponential and its kin fills the
    /// loop that it stands in, and one without it is faster.
    ///
    /// # Panics
    ///
    /// If the program has functions and `FUNCTIONS` is false.
    #[inline(always)]
    pub fn run<const FUNCTIONS: bool>(&mut self, schedule: &Schedule<T>) {
        for instruction in &schedule.code {
            self.step::<FUNCTIONS>(instruction);
        }
    }

    #[inline(always)]
    fn step<const FUNCTIONS: bool>(&mut self, instruction: &Instruction<T>) {
        // Loops rather than closures: a closure is not always inlined, and would then be compiled for the baseline.
        // `$x` and `$y` are loaded before the result is stored, so a result may take the slot of an operand.
        macro_rules! tiles {
            ($out:expr; $($name:ident = $slot:expr),+; $value:expr) => {
                for tile in 0..TILES {
                    $(let $name = self.slots[usize::from($slot)][tile];)+
                    self.slots[usize::from($out)][tile] = $value;
                }
            };
        }
        let zero = Lanes::splat(T::zero());
        match *instruction {
            Instruction::Constant { value, out } => {
                self.slots[usize::from(out)] = [Lanes::splat(value); TILES];
            }
            Instruction::Unary { op: Unary::Neg, x, out } => tiles!(out; x = x; -x),
            Instruction::Unary { op: Unary::Sqrt, x, out } => tiles!(out; x = x; x.sqrt()),
            Instruction::Unary { op: Unary::AsF32, x, out } => tiles!(out; x = x; x.as_f32()),
            Instruction::Unary { op, x, out } if FUNCTIONS => tiles!(out; x = x; compute_unary(op, x)),
            Instruction::Unary { .. } => unreachable!("the caller asked the schedule"),
            Instruction::Binary { op, x, y, out } => match op {
                Binary::Add => tiles!(out; x = x, y = y; x + y),
                Binary::Sub => tiles!(out; x = x, y = y; x - y),
                Binary::Mul => tiles!(out; x = x, y = y; x * y),
                Binary::Div => tiles!(out; x = x, y = y; x / y),
                Binary::Max => tiles!(out; x = x, y = y; x.max(y)),
            },
            Instruction::Right { op, x, value, out } => {
                let value = Lanes::splat(value);
                match op {
                    Binary::Add => tiles!(out; x = x; x + value),
                    Binary::Mul => tiles!(out; x = x; x * value),
                    _ => tiles!(out; x = x; compute_binary(op, x, value)),
                }
            }
            Instruction::Left { op, value, x, out } => {
                let value = Lanes::splat(value);
                tiles!(out; x = x; compute_binary(op, value, x));
            }
            Instruction::ScaleShift { x, scale, shift, out } => {
                let (scale, shift) = (Lanes::splat(scale), Lanes::splat(shift));
                tiles!(out; x = x; x * scale + shift);
            }
            Instruction::ScaleAdd { x, scale, y, out } => {
                let scale = Lanes::splat(scale);
                tiles!(out; x = x, y = y; x * scale + y);
            }
            Instruction::Hinge { x, shift, scale, out } => {
                let (shift, scale) = (Lanes::splat(shift), Lanes::splat(scale));
                tiles!(out; x = x; (x + shift).max(zero) * scale);
            }
            Instruction::HingeAdd { x, shift, scale, y, out } => {
                let (shift, scale) = (Lanes::splat(shift), Lanes::splat(scale));
                tiles!(out; x = x, y = y; (x + shift).max(zero) * scale + y);
            }
            Instruction::Fused { x, y, z, out } => tiles!(out; x = x, y = y, z = z; x.fused(y, z)),
            Instruction::FusedShift { x, scale, shift, out } => {
                let (scale, shift) = (Lanes::splat(scale), Lanes::splat(shift));
                tiles!(out; x = x; x.fused(scale, shift));
            }
            Instruction::FusedAdd { x, scale, y, out } => {
                let scale = Lanes::splat(scale);
                tiles!(out; x = x, y = y; x.fused(scale, y));
            }
            Instruction::HingeFused { x, shift, scale, y, out } => {
                let (shift, scale) = (Lanes::splat(shift), Lanes::splat(scale));
                tiles!(out; x = x, y = y; (x + shift).max(zero).fused(scale, y));
            }
            Instruction::LookUp { x, ref table, out } => tiles!(out; x = x; look_up(table, x)),
            Instruction::Staircase { x, ref stairs, out } => match &stairs.rounding {
                Some(rounding) => tiles!(out; x = x; match rounding.apply(x) {
                    (index, true) => index,
                    (_, false) => climb(stairs, x),
                }),
                None => tiles!(out; x = x; climb(stairs, x)),
            },
            Instruction::Argmax { ref logits, out } => self.argmax(logits, out),
        }
    }

    #[inline(always)]
    fn argmax(&mut self, logits: &[Slot], out: Slot) {
        let mut row = vec![Lanes::splat(T::zero()); logits.len()];
        for tile in 0..TILES {
            for (value, &slot) in row.iter_mut().zip(logits) {
                *value = self.slots[usize::from(slot)][tile];
            }
            let index = Lanes::argmax(&row);
            let mut found = Lanes::splat(T::zero());
            for i in 0..LANES {
                found.0[i] = T::from_f64(f64::from(index.0[i]));
            }
            self.slots[usize::from(out)][tile] = found;
        }
    }
}

/// The entries of `table` at the indices in `x`.
#[inline(always)]
fn look_up<T: Float, const LANES: usize>(table: &[T], x: Lanes<T, LANES>) -> Lanes<T, LANES> {
    let mut found = x;
    for entry in &mut found.0 {
        *entry = table[entry.to_f64() as usize];
    }
    found
}

/// `first`, and the rise of each step whose threshold is not above x. The sum stays a small whole number, and so exact.
#[inline(always)]
fn climb<T: Float, const LANES: usize>(stairs: &Stairs<T>, x: Lanes<T, LANES>) -> Lanes<T, LANES> {
    let mut sum = Lanes::splat(stairs.first);
    for &(from, rise) in &stairs.steps {
        for i in 0..LANES {
            sum.0[i] = sum.0[i] + if x.0[i] >= from { rise } else { T::zero() };
        }
    }
    sum
}
