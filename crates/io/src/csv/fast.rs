//! The fast way through a record of plain digits.

use crate::Pair;

/// Which fields of a record are the operands, counted from 0, and how many fields each record has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Columns {
    pub(super) a: usize,
    pub(super) b: usize,
    pub(super) count: usize,
}

/// The columns of a file without a header.
pub(super) const FIRST_TWO: Columns = Columns { a: 0, b: 1, count: 2 };

/// What the fast way made of the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fast {
    /// A pair, and how many bytes its record has with its line end.
    Pair(Pair, usize),
    /// The record does not end in these bytes.
    More,
    /// Something else than digits, commas and blanks, or another number of fields.
    Slow,
}

/// Reads the record at the start of `bytes`.
#[inline]
pub(super) fn record(bytes: &[u8], columns: Columns) -> Fast {
    // Most lines of the world's files of pairs are `digits,digits` and a line feed.
    if columns == FIRST_TWO
        && let Some((a, comma)) = digits(bytes, 0)
        && bytes.get(comma) == Some(&b',')
        && let Some((b, end)) = digits(bytes, comma + 1)
        && bytes.get(end) == Some(&b'\n')
    {
        return Fast::Pair((a, b), end + 1);
    }
    spaced(bytes, columns)
}

/// The same for operands in any columns, with blanks around them, other fields without quotes, and any line end.
fn spaced(bytes: &[u8], columns: Columns) -> Fast {
    // Without one more byte nothing can be said.
    let unless_more = |at: usize| if at < bytes.len() { Fast::Slow } else { Fast::More };
    let (mut a, mut b) = (0, 0);
    let mut at = 0;
    for column in 0..columns.count {
        if column == columns.a || column == columns.b {
            let start = blanks(bytes, at);
            let Some((value, after)) = digits(bytes, start) else { return unless_more(start) };
            at = blanks(bytes, after);
            if column == columns.a {
                a = value;
            }
            if column == columns.b {
                b = value;
            }
        } else {
            // A quote may hide commas and line ends; it is no comma, and so leaves this way.
            while bytes.get(at).is_some_and(|byte| !b",\"\r\n".contains(byte)) {
                at += 1;
            }
        }
        if column + 1 < columns.count {
            if bytes.get(at) != Some(&b',') {
                return unless_more(at);
            }
            at += 1;
        }
    }
    match bytes.get(at..) {
        Some([b'\n', ..]) => Fast::Pair((a, b), at + 1),
        Some([b'\r', b'\n', ..]) => Fast::Pair((a, b), at + 2),
        Some([] | [b'\r']) | None => Fast::More,
        Some(_) => Fast::Slow,
    }
}

/// The digits from `at` as a number, and where they end; none if there are none or more than surely fit 64 bits.
#[inline]
fn digits(bytes: &[u8], at: usize) -> Option<(u64, usize)> {
    let mut value = 0;
    let mut end = at;
    while let Some(digit) = bytes.get(end).map(|byte| byte.wrapping_sub(b'0'))
        && digit <= 9
    {
        // Nineteen digits fit; a twentieth ends in none below, so wrapping does no harm.
        value = u64::wrapping_mul(value, 10).wrapping_add(u64::from(digit));
        end += 1;
    }
    (1..=19).contains(&(end - at)).then_some((value, end))
}

/// Where the blanks from `at` end.
fn blanks(bytes: &[u8], mut at: usize) -> usize {
    while bytes.get(at).is_some_and(|byte| b" \t".contains(byte)) {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_by_hand() {
        let check = |text: &str, columns: Columns, expected: Fast| {
            assert_eq!(record(text.as_bytes(), columns), expected, "{text:?}");
        };
        check("1,2\n3,4\n", FIRST_TWO, Fast::Pair((1, 2), 4));
        check("1,2\r\n3", FIRST_TWO, Fast::Pair((1, 2), 5));
        check(" 1 ,\t2 \n", FIRST_TWO, Fast::Pair((1, 2), 8));
        check("001,2,x,\n", Columns { a: 0, b: 1, count: 4 }, Fast::Pair((1, 2), 9));
        check("9999999999999999999,0\n", FIRST_TWO, Fast::Pair((9_999_999_999_999_999_999, 0), 22));
        check("x y,2,,1\n", Columns { a: 3, b: 1, count: 4 }, Fast::Pair((1, 2), 9));
        check("7\n", Columns { a: 0, b: 0, count: 1 }, Fast::Pair((7, 7), 2));
        check("1,,2\n", Columns { a: 0, b: 2, count: 3 }, Fast::Pair((1, 2), 5));
        for text in ["", "1", "1,", "1,2", "1,2\r", " "] {
            check(text, FIRST_TWO, Fast::More);
        }
        for text in [
            "x,1\n",
            "1;2\n",
            "\"1\",2\n",
            "1,2x\n",
            "1\n",
            "-1,2\n",
            "1,2,\"\n\"\n",
            ",1\n",
            "1,2\r3,4",
            "1,2,\n",
            "1,2,3\n",
        ] {
            check(text, FIRST_TWO, Fast::Slow);
        }
        for text in ["1,2\n", "1,2,3,4\n", "1,2,\"x\"\n", "1,2,3,\n"] {
            check(text, Columns { a: 0, b: 1, count: 3 }, Fast::Slow);
        }
        check("00000000000000000001,2\n", FIRST_TWO, Fast::Slow);
    }
}
