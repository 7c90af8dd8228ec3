//! Integer columns of any width, widened to 64 bits.

use crate::wide::wide;

/// An integer type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Integer {
    /// Its bytes: 1, 2, 4, 8, 16 or 32.
    bytes: usize,
    signed: bool,
}

impl Integer {
    /// The type of `bits`, if it is one that columns have.
    pub(crate) fn new(bits: u32, signed: bool) -> Option<Self> {
        matches!(bits, 8 | 16 | 32 | 64 | 128 | 256).then_some(Self { bytes: bits as usize / 8, signed })
    }

    /// How many bytes a value has.
    pub(crate) fn bytes(self) -> usize {
        self.bytes
    }

    /// Appends the little-endian values of `raw` to `values`; a negative one becomes its two's complement, above
    /// every [limit](Self::limit).
    ///
    /// Of types above 64 bits it stops at the first value that is none of 64 bits without sign, and returns that.
    pub(crate) fn widen(self, raw: &[u8], values: &mut Vec<u64>) -> Option<String> {
        match (self.bytes, self.signed) {
            (1, false) => values.extend(raw.iter().map(|&byte| u64::from(byte))),
            (1, true) => values.extend(raw.iter().map(|&byte| i64::from(byte.cast_signed()).cast_unsigned())),
            (2, false) => values.extend(arrays(raw).map(|bytes| u64::from(u16::from_le_bytes(bytes)))),
            (2, true) => values.extend(signed(arrays(raw).map(i16::from_le_bytes))),
            (4, false) => values.extend(arrays(raw).map(|bytes| u64::from(u32::from_le_bytes(bytes)))),
            (4, true) => values.extend(signed(arrays(raw).map(i32::from_le_bytes))),
            (8, _) => values.extend(arrays(raw).map(u64::from_le_bytes)),
            (bytes, signed) => {
                for value in raw.chunks_exact(bytes) {
                    match wide(value.iter(), signed) {
                        Ok(value) => values.push(value),
                        Err(text) => return Some(text),
                    }
                }
            }
        }
        None
    }

    /// A value that is stored in 32 bits, whatever its type, as [`widen`](Self::widen) would have it.
    pub(crate) fn extend(self, stored: i32) -> u64 {
        if self.signed { i64::from(stored).cast_unsigned() } else { u64::from(stored.cast_unsigned()) }
    }

    /// The greatest widened value that stands for an integer from 0 to `greatest`.
    pub(crate) fn limit(self, greatest: u64) -> u64 {
        if self.has_sign() { greatest.min(i64::MAX.cast_unsigned()) } else { greatest }
    }

    /// A widened value as it was meant.
    pub(crate) fn show(self, value: u64) -> String {
        if self.has_sign() { value.cast_signed().to_string() } else { value.to_string() }
    }

    /// Whether a widened value may stand for a negative one.
    fn has_sign(self) -> bool {
        self.signed && self.bytes <= 8
    }
}

fn arrays<const N: usize>(raw: &[u8]) -> impl ExactSizeIterator<Item = [u8; N]> {
    raw.as_chunks().0.iter().copied()
}

fn signed<T: Into<i64>>(values: impl ExactSizeIterator<Item = T>) -> impl ExactSizeIterator<Item = u64> {
    values.map(|value| value.into().cast_unsigned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bits: u32, signed: bool, raw: &[u8], expected: &[&str]) {
        let integer = Integer::new(bits, signed).unwrap();
        let mut values = Vec::new();
        assert_eq!(integer.widen(raw, &mut values), None, "{integer:?}");
        let shown: Vec<_> = values.iter().map(|&value| integer.show(value)).collect();
        assert_eq!(shown, expected, "{integer:?}");
        for (value, text) in values.iter().zip(expected) {
            assert_eq!(*value > integer.limit(u64::MAX), text.starts_with('-'), "{integer:?} {text}");
        }
    }

    #[test]
    fn widths_by_hand() {
        check(8, false, &[7, 255], &["7", "255"]);
        check(8, true, &[7, 255], &["7", "-1"]);
        check(16, false, &[1, 2, 255, 255], &["513", "65535"]);
        check(16, true, &[1, 2, 254, 255], &["513", "-2"]);
        check(32, false, &[0, 0, 0, 128], &["2147483648"]);
        check(32, true, &[0, 0, 0, 128], &["-2147483648"]);
        check(64, false, &[255; 8], &["18446744073709551615"]);
        check(64, true, &[255; 8], &["-1"]);
        assert_eq!(Integer::new(24, true), None);
        assert_eq!(Integer::new(0, false), None);
    }

    #[test]
    fn wide_ones_stop_at_what_64_bits_do_not_hold() {
        for bits in [128, 256] {
            let integer = Integer::new(bits, true).unwrap();
            let number = |low: [u8; 8], sign: u8| {
                let mut bytes = vec![sign; integer.bytes()];
                bytes[..8].copy_from_slice(&low);
                bytes
            };
            let raw = [number([7; 8], 0), number([0xff; 8], 0), number([0xff; 8], 0xff), number([0; 8], 0)];
            let mut values = Vec::new();
            assert_eq!(integer.widen(&raw.concat(), &mut values), Some("-1".to_owned()));
            assert_eq!(values, [u64::from_le_bytes([7; 8]), u64::MAX]);
            assert_eq!((integer.limit(u64::MAX), integer.show(u64::MAX)), (u64::MAX, u64::MAX.to_string()));
        }
    }

    #[test]
    fn stored_in_32_bits() {
        assert_eq!(Integer::new(32, false).unwrap().extend(-1), u64::from(u32::MAX));
        assert_eq!(Integer::new(8, true).unwrap().extend(-1), u64::MAX);
        assert_eq!(Integer::new(8, false).unwrap().extend(255), 255);
    }

    #[test]
    fn limits_exclude_negative_values() {
        assert_eq!(Integer::new(64, true).unwrap().limit(u64::MAX), i64::MAX as u64);
        assert_eq!(Integer::new(8, true).unwrap().limit(99), 99);
        assert_eq!(Integer::new(64, false).unwrap().limit(u64::MAX), u64::MAX);
    }
}
