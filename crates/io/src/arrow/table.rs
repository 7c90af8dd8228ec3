//! Reading `FlatBuffers`: tables whose fields are found through offsets.
//!
//! A table begins with a signed offset back to its vtable, which says where in the table each field is. Every access
//! checks that it stays inside the bytes, so no bytes can do worse than be [`Malformed`].

/// Bytes that are no metadata of Arrow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Malformed;

type Result<T> = std::result::Result<T, Malformed>;

/// A table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Table<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// A vector of tables.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tables<'a> {
    bytes: &'a [u8],
    first: usize,
    len: usize,
}

fn get<const N: usize>(bytes: &[u8], at: usize) -> Result<[u8; N]> {
    bytes.get(at..).and_then(<[u8]>::first_chunk).copied().ok_or(Malformed)
}

/// Follows the unsigned offset at `at`.
fn follow(bytes: &[u8], at: usize) -> Result<usize> {
    let offset = u32::from_le_bytes(get(bytes, at)?);
    at.checked_add(offset as usize).filter(|&target| target < bytes.len()).ok_or(Malformed)
}

impl<'a> Table<'a> {
    /// The table at the root of `bytes`.
    pub(super) fn root(bytes: &'a [u8]) -> Result<Self> {
        Ok(Self { bytes, at: follow(bytes, 0)? })
    }

    /// Where field `slot` is, if the table has it.
    fn place(self, slot: usize) -> Result<Option<usize>> {
        let back = i32::from_le_bytes(get(self.bytes, self.at)?);
        let vtable = self.at as i64 - i64::from(back);
        let vtable = usize::try_from(vtable).map_err(|_| Malformed)?;
        let size = usize::from(u16::from_le_bytes(get(self.bytes, vtable)?));
        // The vtable's own size and the table's stand before the fields.
        let entry = 4 + 2 * slot;
        if entry + 2 > size {
            return Ok(None);
        }
        let offset = u16::from_le_bytes(get(self.bytes, vtable + entry)?);
        Ok((offset > 0).then(|| self.at + usize::from(offset)))
    }

    fn scalar<const N: usize>(self, slot: usize) -> Result<Option<[u8; N]>> {
        self.place(slot)?.map(|at| get(self.bytes, at)).transpose()
    }

    /// A byte, 0 if absent, as in all the schemas.
    pub(super) fn u8(self, slot: usize) -> Result<u8> {
        Ok(self.scalar(slot)?.map_or(0, u8::from_le_bytes))
    }

    pub(super) fn i16(self, slot: usize) -> Result<i16> {
        Ok(self.scalar(slot)?.map_or(0, i16::from_le_bytes))
    }

    pub(super) fn i32(self, slot: usize) -> Result<i32> {
        Ok(self.scalar(slot)?.map_or(0, i32::from_le_bytes))
    }

    /// A length or a position, which must not be negative.
    pub(super) fn size(self, slot: usize) -> Result<u64> {
        let value = self.scalar(slot)?.map_or(0, i64::from_le_bytes);
        u64::try_from(value).map_err(|_| Malformed)
    }

    pub(super) fn table(self, slot: usize) -> Result<Option<Self>> {
        let at = self.place(slot)?.map(|at| follow(self.bytes, at)).transpose()?;
        Ok(at.map(|at| Self { bytes: self.bytes, at }))
    }

    /// A vector of elements of `size` bytes: where it begins and how many it has.
    fn vector(self, slot: usize, size: usize) -> Result<Option<(usize, usize)>> {
        let Some(place) = self.place(slot)? else { return Ok(None) };
        let at = follow(self.bytes, place)?;
        let len = u32::from_le_bytes(get(self.bytes, at)?) as usize;
        let first = at + 4;
        let end = len.checked_mul(size).and_then(|bytes| first.checked_add(bytes));
        end.filter(|&end| end <= self.bytes.len()).map(|_| Some((first, len))).ok_or(Malformed)
    }

    /// A vector of tables; empty if absent.
    pub(super) fn tables(self, slot: usize) -> Result<Tables<'a>> {
        let (first, len) = self.vector(slot, 4)?.unwrap_or((0, 0));
        Ok(Tables { bytes: self.bytes, first, len })
    }

    /// A vector of structs of `N` bytes; empty if absent.
    pub(super) fn structs<const N: usize>(self, slot: usize) -> Result<&'a [[u8; N]]> {
        let (first, len) = self.vector(slot, N)?.unwrap_or((0, 0));
        Ok(self.bytes[first..first + len * N].as_chunks().0)
    }

    /// A text; empty if absent.
    pub(super) fn text(self, slot: usize) -> Result<&'a str> {
        let (first, len) = self.vector(slot, 1)?.unwrap_or((0, 0));
        std::str::from_utf8(&self.bytes[first..first + len]).map_err(|_| Malformed)
    }
}

impl<'a> Tables<'a> {
    pub(super) fn iter(self) -> impl Iterator<Item = Result<Table<'a>>> {
        (0..self.len).map(move |index| {
            let at = follow(self.bytes, self.first + 4 * index)?;
            Ok(Table { bytes: self.bytes, at })
        })
    }
}

/// The integer of 64 bits in `bytes` that begins at `at`, which must not be negative.
pub(super) fn size_at(bytes: &[u8], at: usize) -> Result<u64> {
    u64::try_from(i64::from_le_bytes(get(bytes, at)?)).map_err(|_| Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_by_hand() {
        // Root offset 12; vtable of 8 bytes at 4: table of 8 bytes, slot 0 at 4, slot 1 absent; the table at 12.
        let bytes = [12, 0, 0, 0, 8, 0, 8, 0, 4, 0, 0, 0, 8, 0, 0, 0, 7, 0, 0, 0];
        let table = Table::root(&bytes).unwrap();
        assert_eq!(table.i32(0), Ok(7));
        assert_eq!(table.i32(1), Ok(0));
        assert_eq!(table.i32(9), Ok(0));
        assert_eq!(table.size(0), Err(Malformed), "eight bytes are not there");
        assert_eq!(table.text(0), Err(Malformed), "seven bytes on is the end");
        assert!(table.table(1).unwrap().is_none());
    }

    #[test]
    fn bytes_that_are_no_table() {
        for bytes in
            [&[][..], &[1, 0], &[9, 0, 0, 0], &[0; 4], &[0xff; 64], &[4, 0, 0, 0, 0xff, 0xff, 0xff, 0x7f]]
        {
            let found = Table::root(bytes).and_then(|table| table.i32(0));
            assert!(matches!(found, Err(Malformed) | Ok(0)), "{bytes:?}");
        }
    }
}
