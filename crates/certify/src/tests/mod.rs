//! The checker's parts on their own; `tests/suite` has whole certificates.

mod bounds;
mod ends;
mod file;
mod leaves;
mod pairs;
mod taylor;

/// A generator of test numbers: xorshift64.
struct Random(u64);

impl Random {
    fn bits(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// From −1 to 1.
    fn number(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
    }

    fn below(&mut self, most: usize) -> usize {
        ((self.bits() >> 11) % most as u64) as usize
    }
}
