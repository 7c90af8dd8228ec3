//! The instructions of the lane engine.

use crate::graph::{Binary, Unary};
use crate::rounding::Rounding;

/// The place of a value while the program runs.
pub(crate) type Slot = u16;

/// One instruction. Every arithmetic operation in it rounds on its own.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Instruction<T> {
    /// `value` in every problem.
    Constant { value: T, out: Slot },
    /// `op x`.
    Unary { op: Unary, x: Slot, out: Slot },
    /// `x op y`.
    Binary { op: Binary, x: Slot, y: Slot, out: Slot },
    /// `x op value`.
    Right { op: Binary, x: Slot, value: T, out: Slot },
    /// `value op x`.
    Left { op: Binary, value: T, x: Slot, out: Slot },
    /// `x * scale + shift`.
    ScaleShift { x: Slot, scale: T, shift: T, out: Slot },
    /// `x * scale + y`.
    ScaleAdd { x: Slot, scale: T, y: Slot, out: Slot },
    /// `max(x + shift, 0) * scale`.
    Hinge { x: Slot, shift: T, scale: T, out: Slot },
    /// `max(x + shift, 0) * scale + y`.
    HingeAdd { x: Slot, shift: T, scale: T, y: Slot, out: Slot },
    /// `x * y + z`, rounded once.
    Fused { x: Slot, y: Slot, z: Slot, out: Slot },
    /// `x * scale + shift`, rounded once.
    FusedShift { x: Slot, scale: T, shift: T, out: Slot },
    /// `x * scale + y`, rounded once.
    FusedAdd { x: Slot, scale: T, y: Slot, out: Slot },
    /// `max(x + shift, 0) * scale + y`, the product and the last sum rounded once.
    HingeFused { x: Slot, shift: T, scale: T, y: Slot, out: Slot },
    /// `table[x]`.
    LookUp { x: Slot, table: Box<[T]>, out: Slot },
    /// The index of the greatest; of equal ones the first.
    Argmax { logits: Box<[Slot]>, out: Slot },
    /// The index that the stairs have at x.
    Staircase { x: Slot, stairs: Box<Stairs<T>>, out: Slot },
}

/// A staircase: `first`, and for each step whose threshold is not above x its rise.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Stairs<T> {
    pub(crate) first: T,
    /// Thresholds and rises.
    pub(crate) steps: Box<[(T, T)]>,
    /// The shorter way, where it is sure.
    pub(crate) rounding: Option<Rounding<T>>,
}

impl<T> Instruction<T> {
    /// Fills in the slots: those it reads, in the order in which they were listed, and that of the result.
    pub(crate) fn place(&mut self, read: &[Slot], slot: Slot) {
        match self {
            Self::Constant { out, .. } => *out = slot,
            Self::Unary { x, out, .. }
            | Self::Right { x, out, .. }
            | Self::Left { x, out, .. }
            | Self::ScaleShift { x, out, .. }
            | Self::FusedShift { x, out, .. }
            | Self::Hinge { x, out, .. }
            | Self::LookUp { x, out, .. }
            | Self::Staircase { x, out, .. } => (*x, *out) = (read[0], slot),
            Self::Binary { x, y, out, .. }
            | Self::ScaleAdd { x, y, out, .. }
            | Self::FusedAdd { x, y, out, .. }
            | Self::HingeFused { x, y, out, .. }
            | Self::HingeAdd { x, y, out, .. } => {
                (*x, *y, *out) = (read[0], read[1], slot);
            }
            Self::Fused { x, y, z, out } => (*x, *y, *z, *out) = (read[0], read[1], read[2], slot),
            Self::Argmax { logits, out } => {
                logits.copy_from_slice(read);
                *out = slot;
            }
        }
    }
}
