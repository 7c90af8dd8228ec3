//! The index at the end of an Arrow file: where its batches are, and whether they are all that the file holds.

use super::table::{Malformed, Table, size_at};

/// Blocks are padded, to 64 bytes by `arrow-rs`, and behind the last one stands the mark of a stream's end. No block is as short.
const PADDING: u64 = 128;

/// What the index says.
pub(super) struct Index<'a> {
    pub(super) schema: Table<'a>,
    /// The record batches in the order of their rows.
    batches: Vec<Block>,
    dictionaries: Vec<Block>,
}

/// Where a message with its body begins and ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Block {
    start: u64,
    end: u64,
}

impl<'a> Index<'a> {
    /// Reads the `Footer` of `File.fbs`.
    pub(super) fn parse(footer: &'a [u8]) -> Result<Self, Malformed> {
        let root = Table::root(footer)?;
        let blocks = |slot| root.structs::<24>(slot)?.iter().map(block).collect::<Result<Vec<_>, _>>();
        Ok(Self { schema: root.table(1)?.ok_or(Malformed)?, dictionaries: blocks(2)?, batches: blocks(3)? })
    }

    /// Where the record batches begin, the last first.
    pub(super) fn batches(&self) -> Vec<u64> {
        self.batches.iter().rev().map(|block| block.start).collect()
    }

    /// The length of the first stretch of bytes up to `end` that is in no block; 0 if there is none.
    ///
    /// Before the first block stands the schema, up to `first` if there is no block: it need not be a message, and Polars
    /// writes it without the length that a message has.
    ///
    /// Of two files, one behind the other, the index of the second is read, and its places are in the first: then the second
    /// is such a stretch.
    pub(super) fn unnamed(&self, first: u64, end: u64) -> Result<u64, Malformed> {
        let mut blocks: Vec<Block> = self.batches.iter().chain(&self.dictionaries).copied().collect();
        blocks.sort_unstable();
        blocks.push(Block { start: end, end });
        let mut at = blocks.first().map_or(first, |block| block.start.min(first));
        for block in blocks {
            // Blocks that lie over each other would be read twice.
            let gap = block.start.checked_sub(at).ok_or(Malformed)?;
            if gap > PADDING {
                return Ok(gap);
            }
            at = block.end;
        }
        Ok(0)
    }
}

/// A `Block`: its place, the length of its metadata in 32 bits and padding, the length of its body.
fn block(bytes: &[u8; 24]) -> Result<Block, Malformed> {
    let start = size_at(bytes, 0)?;
    let length = *bytes[8..].first_chunk().expect("a block has 24 bytes");
    let metadata = u64::try_from(i32::from_le_bytes(length)).map_err(|_| Malformed)?;
    let end = start.checked_add(metadata).and_then(|end| end.checked_add(size_at(bytes, 16).ok()?));
    Ok(Block { start, end: end.ok_or(Malformed)? })
}

#[cfg(test)]
mod tests {
    use super::super::build::{Field, build};
    use super::*;

    fn at(start: u64, length: u64) -> Block {
        Block { start, end: start + length }
    }

    fn unnamed(batches: Vec<Block>, dictionaries: Vec<Block>) -> Result<u64, Malformed> {
        let bytes = build(&[Field::Absent, Field::Table(vec![])]);
        let schema = Index::parse(&bytes).unwrap().schema;
        Index { schema, batches, dictionaries }.unnamed(400, 1000)
    }

    #[test]
    fn blocks_by_hand() {
        assert_eq!(unnamed(vec![at(400, 592)], vec![]), Ok(0));
        assert_eq!(unnamed(vec![at(600, 392), at(400, 100)], vec![at(504, 96)]), Ok(0));
        assert_eq!(unnamed(vec![], vec![]), Ok(600));
        assert_eq!(unnamed(vec![at(400, 300)], vec![]), Ok(300));
        assert_eq!(unnamed(vec![at(550, 450)], vec![]), Ok(150));
        assert_eq!(unnamed(vec![at(300, 692)], vec![]), Ok(0));
        assert_eq!(unnamed(vec![at(400, 300), at(400, 300)], vec![]), Err(Malformed));
        assert_eq!(unnamed(vec![at(400, 700)], vec![]), Err(Malformed));
    }

    #[test]
    fn a_block_has_a_place_and_two_lengths() {
        let mut bytes = [0; 24];
        (bytes[0], bytes[8], bytes[16]) = (8, 24, 64);
        assert_eq!(block(&bytes), Ok(Block { start: 8, end: 96 }));
        bytes[11] = 0x80;
        assert_eq!(block(&bytes), Err(Malformed));
    }
}
