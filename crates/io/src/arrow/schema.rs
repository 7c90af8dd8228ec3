//! Which buffers of a record batch hold the columns `a` and `b`.
//!
//! A batch lists the nodes and buffers of all columns one after the other, nested ones in depth first order, so the
//! place of a column follows from the types of all before it.

use super::table::{Malformed, Table};
use super::{DECIMAL, DURATION, FLOAT, INT};
use crate::integer::Integer;
use crate::{Error, columns, look};

/// More fields than any table has; a malformed one may have the same child a billion times.
const MOST_FIELDS: usize = 100_000;

/// Where a column of operands is in each record batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) integer: Integer,
    /// Its node; views before it make its buffers come later, by as many as the batch says.
    pub(super) node: usize,
    /// Its validity; its values are the buffer after it.
    pub(super) buffer: usize,
    /// How many columns of views come before it.
    pub(super) views: usize,
    /// How many columns before it have a validity in batches older than V5 alone.
    pub(super) old: usize,
}

/// How many nodes, buffers and columns of views there are so far.
#[derive(Clone, Copy, Debug, Default)]
struct Count {
    nodes: usize,
    buffers: usize,
    views: usize,
    old: usize,
}

/// Finds the columns of operands in the `Schema` that messages and footers hold.
pub(super) fn columns(name: &str, schema: Table<'_>) -> Result<[Column; 2], Error> {
    let fields = fields(schema).map_err(|Malformed| malformed(name))?;
    let (names, places): (Vec<_>, Vec<_>) = fields.into_iter().unzip();
    if schema.i16(0) != Ok(0) {
        return Err(Error::inside(name, ": found big-endian numbers: expected little-endian ones"));
    }
    let [a, b] = columns::find(name, &names)?;
    let column = |at: usize, operand: &str| {
        let (integer, found, count): &(Option<Integer>, String, Count) = &places[at];
        let integer = integer.ok_or_else(|| columns::no_integers(name, operand, found))?;
        let Count { nodes: node, buffers: buffer, views, old } = *count;
        Ok(Column { integer, node, buffer, views, old })
    };
    Ok([column(a, "a")?, column(b, "b")?])
}

/// Says that the metadata makes no sense.
pub(super) fn malformed(name: &str) -> Error {
    Error::inside(name, ": malformed metadata: expected Arrow IPC")
}

/// All columns, whatever their types.
pub(super) fn all(schema: Table<'_>) -> Result<Vec<look::Column>, Malformed> {
    let mut left = MOST_FIELDS;
    let column = |field: Result<Table<'_>, Malformed>| {
        let field = field?;
        Ok(look::Column { name: field.text(0)?.to_owned(), wide: wide(field, &mut left, 0)? })
    };
    schema.tables(1)?.iter().map(column).collect()
}

/// The first integer type of more than 64 bits in `field` and its children.
fn wide(field: Table<'_>, left: &mut usize, depth: usize) -> Result<Option<String>, Malformed> {
    *left = left.checked_sub(1).filter(|_| depth < 64).ok_or(Malformed)?;
    if field.u8(2)? == INT && field.table(3)?.ok_or(Malformed)?.i32(0)? > 64 {
        let (_, found) = integer(field)?;
        return Ok(Some(found));
    }
    for child in field.tables(5)?.iter() {
        if let Some(found) = wide(child?, left, depth + 1)? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// Whether the column `name` is one of durations, which Parquet stores as plain integers.
pub(super) fn is_duration(schema: Table<'_>, name: &str) -> Result<bool, Malformed> {
    let is = |field: Table<'_>| Ok(field.text(0)? == name && field.u8(2)? == DURATION);
    schema.tables(1)?.iter().try_fold(false, |found, field| Ok(found || is(field?)?))
}

/// Name, integer type, name of the type and place of each column.
type Fields = Vec<(String, (Option<Integer>, String, Count))>;

fn fields(schema: Table<'_>) -> Result<Fields, Malformed> {
    let mut count = Count::default();
    let mut left = MOST_FIELDS;
    let field = |field: Result<Table<'_>, Malformed>| {
        let field = field?;
        let (integer, found) = integer(field)?;
        let place = count;
        walk(field, &mut count, &mut left, 0)?;
        Ok((field.text(0)?.to_owned(), (integer, found, place)))
    };
    schema.tables(1)?.iter().map(field).collect()
}

/// The integer type of `field`, if it has one, and its type in words.
fn integer(field: Table<'_>) -> Result<(Option<Integer>, String), Malformed> {
    let kind = field.u8(2)?;
    let name = NAMES.get(usize::from(kind)).unwrap_or(&"an unknown type");
    if field.table(4)?.is_some() {
        return Ok((None, format!("a dictionary of {name}")));
    }
    let body = || field.table(3)?.ok_or(Malformed);
    let integer = |bits: i32, signed| u32::try_from(bits).ok().and_then(|bits| Integer::new(bits, signed));
    match kind {
        INT => {
            let (bits, signed) = (body()?.i32(0)?, body()?.u8(1)? != 0);
            let sign = if signed { "" } else { "u" };
            Ok((integer(bits, signed), format!("{sign}int{bits}")))
        }
        FLOAT => Ok((None, format!("float{}", 16 << body()?.i16(0)?.clamp(0, 2)))),
        DECIMAL => {
            let (precision, scale, bits) = (body()?.i32(0)?, body()?.i32(1)?, body()?.i32(2)?);
            // Absent where it is what it always was.
            let bits = if bits == 0 { 128 } else { bits };
            let whole = integer(bits, true).filter(|_| scale == 0);
            Ok((whole, format!("decimal{bits}({precision}, {scale})")))
        }
        _ => Ok((None, (*name).to_owned())),
    }
}

/// The types of `Schema.fbs`, in its order.
const NAMES: [&str; 27] = [
    "no type",
    "null",
    "int",
    "float",
    "binary",
    "utf8",
    "bool",
    "decimal",
    "date",
    "time",
    "timestamp",
    "interval",
    "list",
    "struct",
    "union",
    "fixed size binary",
    "fixed size list",
    "map",
    "duration",
    "large binary",
    "large utf8",
    "large list",
    "run end encoded",
    "binary view",
    "utf8 view",
    "list view",
    "large list view",
];

/// Counts the nodes and buffers of `field` and its children.
fn walk(field: Table<'_>, count: &mut Count, left: &mut usize, depth: usize) -> Result<(), Malformed> {
    *left = left.checked_sub(1).filter(|_| depth < 64).ok_or(Malformed)?;
    count.nodes += 1;
    let kind = NAMES.get(usize::from(field.u8(2)?)).ok_or(Malformed)?;
    // A batch holds the indices of a dictionary, which are integers; its values come in a message of their own.
    let dictionary = field.table(4)?.is_some();
    count.buffers += match *kind {
        _ if dictionary => 2,
        "no type" => return Err(Malformed),
        "null" => 0,
        "run end encoded" => {
            count.old += 1;
            0
        }
        "struct" | "fixed size list" => 1,
        "binary" | "utf8" | "large binary" | "large utf8" | "list view" | "large list view" => 3,
        // Types and, in a dense union, offsets.
        "union" => {
            let dense = field.table(3)?.ok_or(Malformed)?.i16(0)? == 1;
            count.old += 1;
            1 + usize::from(dense)
        }
        "binary view" | "utf8 view" => {
            count.views += 1;
            2
        }
        _ => 2,
    };
    if !dictionary {
        for child in field.tables(5)?.iter() {
            walk(child?, count, left, depth + 1)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::build::{Field, build};
    use super::*;

    fn int(bits: i32) -> Field<'static> {
        Field::Table(vec![Field::I32(bits), Field::U8(1)])
    }

    fn field<'a>(
        name: &'a str,
        kind: u8,
        body: Field<'a>,
        dictionary: bool,
        children: Vec<Vec<Field<'a>>>,
    ) -> Vec<Field<'a>> {
        let dictionary = if dictionary { Field::Table(vec![]) } else { Field::Absent };
        vec![Field::Text(name), Field::Absent, Field::U8(kind), body, dictionary, Field::Tables(children)]
    }

    /// Node, buffer, and columns of views before each operand.
    fn check(fields: Vec<Vec<Field<'_>>>) -> Result<[(usize, usize, usize); 2], String> {
        let bytes = build(&[Field::Absent, Field::Tables(fields)]);
        columns("f", Table::root(&bytes).unwrap())
            .map(|columns| columns.map(|column| (column.node, column.buffer, column.views)))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn places_follow_from_the_types_before() {
        let a = || field("a", INT, int(64), false, vec![]);
        let b = || field("b", INT, int(8), false, vec![]);
        let empty = || Field::Table(vec![]);
        assert_eq!(check(vec![a(), b()]), Ok([(0, 0, 0), (1, 2, 0)]));
        assert_eq!(check(vec![b(), field("s", 5, empty(), false, vec![]), a()]), Ok([(2, 5, 0), (0, 0, 0)]));
        let list = field("l", 12, empty(), false, vec![a()]);
        assert_eq!(check(vec![list, a(), b()]), Ok([(2, 4, 0), (3, 6, 0)]));
        let nested = field("t", 13, empty(), false, vec![b(), field("v", 24, empty(), false, vec![])]);
        assert_eq!(check(vec![nested, a(), b()]), Ok([(3, 5, 1), (4, 7, 1)]));
        let dense = field("u", 14, Field::Table(vec![Field::I16(1)]), false, vec![a()]);
        assert_eq!(check(vec![dense, a(), b()]), Ok([(2, 4, 0), (3, 6, 0)]));
        let dictionary = field("d", 12, empty(), true, vec![a()]);
        assert_eq!(check(vec![dictionary, a(), b()]), Ok([(1, 2, 0), (2, 4, 0)]));
    }

    #[test]
    fn other_types_are_named() {
        let a = || field("a", INT, int(64), false, vec![]);
        let text = field("b", 5, Field::Table(vec![]), false, vec![]);
        assert_eq!(
            check(vec![a(), text]),
            Err("`f`, column `b`: found utf8: expected integers; cast it: `CAST(b AS UBIGINT)`".to_owned())
        );
        let dictionary = field("b", INT, int(32), true, vec![]);
        let error = check(vec![a(), dictionary]).unwrap_err();
        assert!(error.contains("a dictionary of int"), "{error}");
        let odd = |name| field(name, INT, int(24), false, vec![]);
        assert!(check(vec![a(), odd("b")]).unwrap_err().contains("found int24"));
        let wide = field("b", INT, int(128), false, vec![]);
        assert_eq!(check(vec![wide, a()]), Ok([(1, 2, 0), (0, 0, 0)]));
        let decimal = |scale, bits| {
            let body = Field::Table(vec![Field::I32(9), Field::I32(scale), Field::I32(bits)]);
            field("b", DECIMAL, body, false, vec![])
        };
        assert_eq!(check(vec![a(), decimal(0, 0), odd("x")]), Ok([(0, 0, 0), (1, 2, 0)]));
        assert_eq!(check(vec![decimal(0, 32), a()]), Ok([(1, 2, 0), (0, 0, 0)]));
        let error = check(vec![a(), decimal(2, 0)]).unwrap_err();
        assert!(error.contains("found decimal128(9, 2): expected integers"), "{error}");
        let error = check(vec![a(), decimal(-2, 256)]).unwrap_err();
        assert!(error.contains("found decimal256(9, -2)"), "{error}");
        assert!(check(vec![a()]).unwrap_err().contains("expected a column `b`"));
    }
}
