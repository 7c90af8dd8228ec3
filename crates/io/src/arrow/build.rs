//! Writing `FlatBuffers`, from the front to the back: a table comes before what it points to.

/// A field of a table.
#[derive(Clone, Debug)]
pub(super) enum Field<'a> {
    /// Not written; readers take its default.
    Absent,
    U8(u8),
    I16(i16),
    I32(i32),
    I64(i64),
    Text(&'a str),
    Table(Vec<Field<'a>>),
    Tables(Vec<Vec<Field<'a>>>),
    /// A vector of structs of integers of 64 bits, so many in each.
    Structs(usize, Vec<i64>),
}

/// The bytes of a buffer whose root is a table of `fields`; a multiple of eight of them.
pub(super) fn build(fields: &[Field<'_>]) -> Vec<u8> {
    let mut bytes = vec![0; 4];
    table(&mut bytes, 0, fields);
    align(&mut bytes, 8, 0);
    bytes
}

/// Pads so that what follows `after` more bytes is aligned to `size`.
fn align(bytes: &mut Vec<u8>, size: usize, after: usize) {
    while !(bytes.len() + after).is_multiple_of(size) {
        bytes.push(0);
    }
}

/// Points the offset at `from` at what comes next.
fn point(bytes: &mut [u8], from: usize) {
    let offset = short(bytes.len() - from);
    bytes[from..from + 4].copy_from_slice(&offset.to_le_bytes());
}

fn short(length: usize) -> u32 {
    u32::try_from(length).expect("metadata is far below 4 GiB")
}

/// Writes a table, to which the offset at `from` points, and then what it points to.
fn table(bytes: &mut Vec<u8>, from: usize, fields: &[Field<'_>]) {
    align(bytes, 2, 0);
    let vtable = bytes.len();
    bytes.resize(vtable + 4 + 2 * fields.len(), 0);
    align(bytes, 4, 0);
    point(bytes, from);
    let start = bytes.len();
    bytes.extend_from_slice(&short(start - vtable).to_le_bytes());
    let half = |length: usize| u16::try_from(length).expect("a table has a few fields").to_le_bytes();
    let mut offsets = Vec::new();
    for (slot, field) in fields.iter().enumerate() {
        let scalar = match field {
            Field::Absent => continue,
            Field::U8(value) => value.to_le_bytes().to_vec(),
            Field::I16(value) => value.to_le_bytes().to_vec(),
            Field::I32(value) => value.to_le_bytes().to_vec(),
            Field::I64(value) => value.to_le_bytes().to_vec(),
            Field::Text(_) | Field::Table(_) | Field::Tables(_) | Field::Structs(..) => vec![0; 4],
        };
        align(bytes, scalar.len(), 0);
        let at = bytes.len();
        bytes[vtable + 4 + 2 * slot..][..2].copy_from_slice(&half(at - start));
        bytes.extend_from_slice(&scalar);
        offsets.push((at, field));
    }
    let sizes = [half(4 + 2 * fields.len()), half(bytes.len() - start)].concat();
    bytes[vtable..vtable + 4].copy_from_slice(&sizes);
    for (at, field) in offsets {
        target(bytes, at, field);
    }
}

/// Writes what the offset of `field` at `from` points to.
fn target(bytes: &mut Vec<u8>, from: usize, field: &Field<'_>) {
    match field {
        Field::Text(text) => {
            vector(bytes, from, 1, text.len());
            bytes.extend_from_slice(text.as_bytes());
            bytes.push(0);
        }
        Field::Table(fields) => table(bytes, from, fields),
        Field::Tables(tables) => {
            vector(bytes, from, 4, tables.len());
            let first = bytes.len();
            bytes.resize(first + 4 * tables.len(), 0);
            for (index, fields) in tables.iter().enumerate() {
                table(bytes, first + 4 * index, fields);
            }
        }
        Field::Structs(each, numbers) => {
            vector(bytes, from, 8, numbers.len() / each);
            bytes.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
        }
        Field::Absent | Field::U8(_) | Field::I16(_) | Field::I32(_) | Field::I64(_) => {}
    }
}

/// Begins a vector of `len` elements that are aligned to `size`.
fn vector(bytes: &mut Vec<u8>, from: usize, size: usize, len: usize) {
    align(bytes, size.max(4), 4);
    point(bytes, from);
    bytes.extend_from_slice(&short(len).to_le_bytes());
}

#[cfg(test)]
mod tests {
    use super::super::table::Table;
    use super::*;

    #[test]
    fn what_is_written_can_be_read() {
        let bytes = build(&[
            Field::U8(1),
            Field::Absent,
            Field::I64(2),
            Field::Text("name"),
            Field::Table(vec![Field::I16(-3), Field::I32(4)]),
            Field::Tables(vec![vec![], vec![Field::Text("")]]),
            Field::Structs(2, vec![5, 6, 7, 8]),
        ]);
        assert!(bytes.len().is_multiple_of(8));
        let root = Table::root(&bytes).unwrap();
        assert_eq!(root.u8(0), Ok(1));
        assert_eq!(root.size(1), Ok(0));
        assert_eq!(root.size(2), Ok(2));
        assert_eq!(root.text(3), Ok("name"));
        let inner = root.table(4).unwrap().unwrap();
        assert_eq!((inner.i16(0), inner.i32(1)), (Ok(-3), Ok(4)));
        assert_eq!(root.tables(5).unwrap().iter().filter(Result::is_ok).count(), 2);
        let structs = root.structs::<16>(6).unwrap();
        assert_eq!(structs.len(), 2);
        assert_eq!(structs[1][..8], 7_i64.to_le_bytes());
        // Eight bytes after a multiple of eight, as the format wants it.
        let at = structs.as_ptr() as usize - bytes.as_ptr() as usize;
        assert!(at.is_multiple_of(8), "{at}");
    }

    #[test]
    fn a_table_by_hand() {
        let expected = [12, 0, 0, 0, 6, 0, 8, 0, 4, 0, 0, 0, 8, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0];
        assert_eq!(build(&[Field::I32(7)]), expected);
    }
}
