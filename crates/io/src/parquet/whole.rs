//! Whether the index of a Parquet file names all that the file holds.
//!
//! Of two files, one behind the other, the index of the second is read, and its places are in the first: rows would be
//! missing without a word.

use crate::Error;
use parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData, RowGroupMetaData};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

/// The mark that a file begins with.
const MARK: u64 = 4;

/// Writers before 2016 gave the last column up to 100 bytes too few. A file with a column in it is longer.
const SLACK: u64 = 128;

/// Where the index of a file of `size` bytes begins; 0 if the file is too short or its length is a lie, which its reader will say.
pub(super) fn index(mut file: &File, size: u64) -> std::io::Result<u64> {
    let Some(last) = size.checked_sub(8) else { return Ok(0) };
    file.seek(SeekFrom::Start(last))?;
    let mut length = [0; 4];
    file.read_exact(&mut length)?;
    file.rewind()?;
    Ok(last.saturating_sub(u64::from(u32::from_le_bytes(length))))
}

/// Checks that rows and bytes are those that the index counts; it begins at `end`.
pub(super) fn check(name: &str, metadata: &ParquetMetaData, end: u64) -> Result<(), Error> {
    let groups = metadata.row_groups();
    let (rows, counted) = (
        metadata.file_metadata().num_rows(),
        groups.iter().map(|group| i128::from(group.num_rows())).sum::<i128>(),
    );
    if counted != i128::from(rows) {
        let text =
            format_args!(": found {counted} rows in its row groups: expected {rows}, as its index says");
        return Err(Error::inside(name, text));
    }
    let mut columns = groups.iter().flat_map(RowGroupMetaData::columns);
    if columns.any(|column| column.file_path().is_some()) {
        let text = ": found columns that lie in another file: expected a Parquet file with its own columns";
        return Err(Error::inside(name, text));
    }
    let mut last = MARK;
    for column in groups.iter().flat_map(RowGroupMetaData::columns) {
        match ends(column) {
            Some(end) => last = last.max(end),
            None => return Ok(()),
        }
    }
    match end.saturating_sub(last) {
        0..=SLACK => Ok(()),
        more => {
            let text =
                format_args!(": found {more} bytes that its index does not name: expected one Parquet file");
            Err(Error::inside(name, text))
        }
    }
}

/// Where a column with what belongs to it ends; none where the index does not say it.
fn ends(column: &ColumnChunkMetaData) -> Option<u64> {
    let start = column.dictionary_page_offset().into_iter().chain([column.data_page_offset()]).min();
    let parts = [
        (start, Some(column.compressed_size())),
        (column.bloom_filter_offset(), column.bloom_filter_length().map(i64::from)),
        (column.column_index_offset(), column.column_index_length().map(i64::from)),
        (column.offset_index_offset(), column.offset_index_length().map(i64::from)),
    ];
    let mut last = 0;
    for (start, length) in parts {
        let Some(start) = start else { continue };
        last = last.max(u64::try_from(start).ok()?.checked_add(u64::try_from(length?).ok()?)?);
    }
    Some(last)
}
