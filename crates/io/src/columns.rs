//! Two columns that become pairs, for the formats that store columns.

use crate::integer::Integer;
use crate::wide::wide;
use crate::{Error, Pair};

/// The names of the two columns of operands.
pub(crate) const OPERANDS: [&str; 2] = ["a", "b"];

/// Some rows of a column.
#[derive(Debug)]
pub(crate) struct Chunk {
    /// The type that the values were widened from.
    pub(crate) integer: Integer,
    /// The values, up to the first that is no integer of 64 bits.
    pub(crate) values: Vec<u64>,
    /// What follows the values instead of one: `null`, or a number.
    end: Option<String>,
}

impl Chunk {
    pub(crate) fn new(integer: Integer) -> Self {
        Self { integer, values: Vec::new(), end: None }
    }

    pub(crate) fn clear(&mut self) {
        self.values.clear();
        self.end = None;
    }

    /// Appends the values whose bytes are `raw`, the lowest first.
    pub(crate) fn widen(&mut self, raw: &[u8]) {
        self.end = self.integer.widen(raw, &mut self.values);
    }

    /// Appends values of any width whose bytes have the highest first.
    pub(crate) fn widen_backwards<'a>(&mut self, raw: impl Iterator<Item = &'a [u8]>) {
        for value in raw {
            match wide(value.iter().rev(), true) {
                Ok(value) => self.values.push(value),
                Err(text) => {
                    self.end = Some(text);
                    return;
                }
            }
        }
    }

    /// Says that `row` is the first null.
    pub(crate) fn null(&mut self, row: usize) {
        // What comes before it is told first.
        if row <= self.values.len() {
            self.values.truncate(row);
            self.end = Some("null".to_owned());
        }
    }

    /// The first row that is no integer from 0 to `greatest`, and what it is.
    fn wrong(&self, greatest: u64) -> Option<(usize, String)> {
        let limit = self.integer.limit(greatest);
        let most = self.values.iter().fold(0, |most, &value| most.max(value));
        if most > limit {
            let at = self.values.iter().position(|&value| value > limit);
            return at.map(|at| (at, self.integer.show(self.values[at])));
        }
        self.end.clone().map(|found| (self.values.len(), found))
    }
}

/// Appends the pairs of the chunks `a` and `b`, which begin `before` rows after the first row of the file `name`.
pub(crate) fn join(
    name: &str,
    before: u64,
    [a, b]: [&Chunk; 2],
    greatest: u64,
    pairs: &mut Vec<Pair>,
) -> Result<(), Error> {
    let wrong = |chunk: &Chunk, operand: &'static str| {
        chunk.wrong(greatest).map(|(row, found)| (row, operand, found))
    };
    // Of two in the same row, the first column is told.
    let first = [wrong(a, "a"), wrong(b, "b")].into_iter().flatten().min_by_key(|(row, ..)| *row);
    if let Some((row, operand, found)) = first {
        let row = before + row as u64 + 1;
        return Err(Error::operand(name, format_args!("row {row}, column `{operand}`"), &found, greatest));
    }
    pairs.extend(a.values.iter().copied().zip(b.values.iter().copied()));
    Ok(())
}

/// The place of the column `wanted` among `names`: the exact name, or else the other case of it; none if no column has it.
///
/// # Errors
///
/// If several columns have that name, for then nobody can know which one is meant.
pub(crate) fn place(name: &str, names: &[String], wanted: &str) -> Result<Option<usize>, Error> {
    let places = |fits: &dyn Fn(&String) -> bool| -> Vec<usize> {
        names.iter().enumerate().filter(|(_, name)| fits(name)).map(|(place, _)| place).collect()
    };
    let mut found = places(&|name| name == wanted);
    if found.is_empty() {
        found = places(&|name| name.eq_ignore_ascii_case(wanted));
    }
    match found[..] {
        [] => Ok(None),
        [place] => Ok(Some(place)),
        _ => {
            let count = found.len();
            Err(Error::inside(name, format_args!(": found {count} columns named `{wanted}`: expected one")))
        }
    }
}

/// Says that the column of `operand` has the type `found`, and what makes one that is read of it.
pub(crate) fn no_integers(name: &str, operand: &str, found: impl std::fmt::Display) -> Error {
    let cure = format_args!("cast it: `CAST({operand} AS UBIGINT)`");
    Error::inside(name, format_args!(", column `{operand}`: found {found}: expected integers; {cure}"))
}

/// The places of the columns `a` and `b` among `names`, as [`place`] finds them.
pub(crate) fn find(name: &str, names: &[String]) -> Result<[usize; 2], Error> {
    let place = |wanted: &str| {
        place(name, names, wanted)?.ok_or_else(|| {
            // A table may have thousands of columns.
            let shown: Vec<_> =
                names.iter().take(10).map(|name| format!("`{}`", name.escape_debug())).collect();
            let more = if names.len() > 10 { ", …" } else { "" };
            let found = if names.is_empty() { "none".to_owned() } else { shown.join(", ") };
            Error::inside(name, format_args!(": found columns {found}{more}: expected a column `{wanted}`"))
        })
    };
    Ok([place("a")?, place("b")?])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(values: &[u64], null: bool) -> Chunk {
        let end = null.then(|| "null".to_owned());
        Chunk { integer: Integer::new(64, true).unwrap(), values: values.to_vec(), end }
    }

    #[test]
    fn the_first_wrong_row_is_told() {
        let check = |a: &Chunk, b: &Chunk, expected: &str| {
            let error = join("f", 10, [a, b], 99, &mut Vec::new()).unwrap_err();
            assert_eq!(error.to_string(), format!("`f`, row {expected}: expected an integer from 0 to 99"));
        };
        check(&chunk(&[1, 100], false), &chunk(&[1], true), "12, column `a`: operand `100`");
        check(&chunk(&[1, 100], false), &chunk(&[], true), "11, column `b`: operand `null`");
        check(&chunk(&[1, 2], false), &chunk(&[1, u64::MAX], false), "12, column `b`: operand `-1`");
        let mut pairs = Vec::new();
        join("f", 0, [&chunk(&[1, 2], false), &chunk(&[3, 99], false)], 99, &mut pairs).unwrap();
        assert_eq!(pairs, [(1, 3), (2, 99)]);
    }

    #[test]
    fn of_a_null_and_a_wide_number_the_first_is_told() {
        for (row, expected) in [(1, "12, column `a`: operand `null`"), (2, "12, column `a`: operand `-128`")]
        {
            let mut a = chunk(&[], false);
            a.widen_backwards([&[7][..], &[0x80], &[9]].into_iter());
            a.null(row);
            let error = join("f", 10, [&a, &chunk(&[1], true)], 99, &mut Vec::new()).unwrap_err();
            assert_eq!(error.to_string(), format!("`f`, row {expected}: expected an integer from 0 to 99"));
        }
    }

    #[test]
    fn columns_by_name() {
        let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
        assert_eq!(find("f", &names(&["A", "x", "b", "a"])).unwrap(), [3, 2]);
        assert_eq!(find("f", &names(&["B", "A"])).unwrap(), [1, 0]);
        assert_eq!(
            find("f", &names(&["x", "a", "x", "B", "A"])).unwrap(),
            [1, 3],
            "other names may stand twice"
        );
        let error = find("f", &names(&["a", "b", "a"])).unwrap_err().to_string();
        assert_eq!(error, "`f`: found 2 columns named `a`: expected one");
        let error = find("f", &names(&["a", "B", "b", "x", "b"])).unwrap_err().to_string();
        assert_eq!(error, "`f`: found 2 columns named `b`: expected one");
        let error = find("f", &names(&["a", "B", "B"])).unwrap_err().to_string();
        assert_eq!(error, "`f`: found 2 columns named `b`: expected one");
        let error = find("f", &names(&["a", "c"])).unwrap_err().to_string();
        assert_eq!(error, "`f`: found columns `a`, `c`: expected a column `b`");
        let error = find("f", &[]).unwrap_err().to_string();
        assert_eq!(error, "`f`: found columns none: expected a column `a`");
    }
}
