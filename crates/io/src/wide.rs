//! Integers of more than 64 bits, as decimals without places are.

/// The integer that `bytes` are, the lowest first; as text if it is not one of 64 bits without sign.
pub(crate) fn wide<'a>(
    bytes: impl DoubleEndedIterator<Item = &'a u8> + Clone,
    signed: bool,
) -> Result<u64, String> {
    let negative = signed && bytes.clone().next_back().is_some_and(|&top| top >= 0x80);
    let sign = if negative { 0xff } else { 0 };
    let mut low = [sign; 16];
    let mut beyond = false;
    for (place, &byte) in bytes.enumerate() {
        match low.get_mut(place) {
            Some(slot) => *slot = byte,
            None => beyond |= byte != sign,
        }
    }
    let number = i128::from_le_bytes(low);
    if beyond || (number < 0) != negative {
        return Err("a number of 39 digits or more".to_owned());
    }
    u64::try_from(number).map_err(|_| number.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_by_hand() {
        let check = |number: i128| {
            let expected = u64::try_from(number).map_err(|_| number.to_string());
            let bytes = number.to_le_bytes();
            assert_eq!(wide(bytes.iter(), true), expected, "{number}");
            let sign = if number < 0 { 0xff } else { 0 };
            let longer = [bytes, [sign; 16]].concat();
            assert_eq!(wide(longer.iter(), true), expected, "{number} in 256 bits");
            let backwards: Vec<u8> = bytes.iter().rev().copied().collect();
            assert_eq!(wide(backwards.iter().rev(), true), expected, "{number} from its highest byte");
        };
        for number in [0, 1, 255, u64::MAX.into(), i128::from(u64::MAX) + 1, -1, i128::MIN, i128::MAX] {
            check(number);
        }
        assert_eq!(wide([0x80].iter(), true), Err("-128".to_owned()));
        assert_eq!(wide([0x80].iter(), false), Ok(128));
        assert_eq!(wide([].iter(), true), Ok(0));
    }

    #[test]
    fn numbers_beyond() {
        let beyond = Err("a number of 39 digits or more".to_owned());
        assert_eq!(wide([0xff; 16].iter(), false), beyond);
        let mut bytes = [0; 32];
        bytes[15] = 0x80;
        assert_eq!(wide(bytes.iter(), true), beyond);
        bytes[31] = 0x80;
        assert_eq!(wide(bytes.iter(), true), beyond);
        let mut bytes = [0xff; 32];
        bytes[15] = 0x7f;
        assert_eq!(wide(bytes.iter(), true), beyond);
    }
}
