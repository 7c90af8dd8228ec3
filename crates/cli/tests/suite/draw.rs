//! Draws at random, the same on every machine.

/// A generator (Marsaglia's xorshift) and what is drawn with it.
#[derive(Debug)]
pub(crate) struct Draw(u64);

impl Draw {
    /// The draws of `seed`.
    pub(crate) fn new(seed: u64) -> Self {
        // Zero would stay zero, and neighbours would begin alike.
        let mut draw = Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        for _ in 0..8 {
            draw.below(1);
        }
        draw
    }

    /// A number below `most`, which is above 0.
    pub(crate) fn below(&mut self, most: usize) -> usize {
        let Self(state) = self;
        *state ^= *state << 13;
        *state ^= *state >> 7;
        *state ^= *state << 17;
        (*state >> 20) as usize % most
    }

    /// One of `all`.
    pub(crate) fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}
