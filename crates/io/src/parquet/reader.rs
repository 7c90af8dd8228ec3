//! Pairs out of Parquet: both columns of each row group, page after page.

use super::{read, whole};
use crate::arrow::Hidden;
use crate::columns::{self, Chunk, join};
use crate::integer::Integer;
use crate::look::Column;
use crate::quiet::quietly;
use crate::{BATCH, Error, Pair, Reader};
use parquet::basic::{ConvertedType, LogicalType, Type};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{ByteArray, DataType, FixedLenByteArray};
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::schema::types::{ColumnDescriptor, SchemaDescriptor};
use std::fs::File;

/// A Parquet file.
pub(crate) struct Parquet {
    name: String,
    greatest: u64,
    file: SerializedFileReader<File>,
    /// The columns of operands.
    places: [usize; 2],
    /// The row group that comes next.
    group: usize,
    open: Option<[ColumnReader; 2]>,
    /// How many rows of the open row group are left.
    left: u64,
    /// How many rows came before what is read next.
    rows: u64,
    size: u64,
    chunks: [Chunk; 2],
    buffers: Buffers,
}

/// What a column is decoded into before it is widened.
#[derive(Default)]
struct Buffers {
    /// For each row of an optional column 0, which is null, or 1.
    levels: Vec<i16>,
    small: Vec<i32>,
    large: Vec<i64>,
    fixed: Vec<FixedLenByteArray>,
    bytes: Vec<ByteArray>,
}

impl Parquet {
    /// Opens a Parquet file of `size` bytes, which ends with its index.
    pub(crate) fn open(name: &str, file: File, size: u64, greatest: u64) -> Result<Self, Error> {
        let file = begin(name, file, size)?;
        let schema = file.metadata().file_metadata().schema_descr_ptr();
        let (names, hidden) = (names(&schema), hidden(&file));
        let [a, b] = columns::find(name, &names)?;
        let column = |root: usize, operand: &str| {
            if hidden.as_ref().is_some_and(|hidden| hidden.is_duration(&names[root])) {
                return Err(columns::no_integers(name, operand, "duration"));
            }
            let column = integers(&schema, root);
            column.map_err(|found| columns::no_integers(name, operand, found))
        };
        let [(a, left), (b, right)] = [column(a, "a")?, column(b, "b")?];
        Ok(Self {
            name: name.to_owned(),
            greatest,
            places: [a, b],
            chunks: [Chunk::new(left), Chunk::new(right)],
            file,
            group: 0,
            open: None,
            left: 0,
            rows: 0,
            size,
            buffers: Buffers::default(),
        })
    }

    /// Opens the next row group; false at the end.
    fn next_group(&mut self) -> Result<bool, ParquetError> {
        if self.group >= self.file.num_row_groups() {
            return Ok(false);
        }
        let group = self.file.get_row_group(self.group)?;
        let rows = group.metadata().num_rows();
        self.left = u64::try_from(rows)
            .map_err(|_| ParquetError::General(format!("found a row group of {rows} rows")))?;
        let [a, b] = self.places;
        self.open = Some([group.get_column_reader(a)?, group.get_column_reader(b)?]);
        self.group += 1;
        Ok(true)
    }

    /// Reads the next `rows` rows of the open row group into the chunks.
    fn fill(&mut self, rows: usize) -> Result<(), ParquetError> {
        let open = self.open.as_mut().expect("the caller has opened a row group");
        let Buffers { levels, small, large, fixed, bytes } = &mut self.buffers;
        for (column, chunk) in open.iter_mut().zip(&mut self.chunks) {
            chunk.clear();
            match column {
                ColumnReader::Int32ColumnReader(column) => {
                    decode(column, rows, levels, small)?;
                    // Types below 32 bits are stored in 32, and those without sign just the same.
                    chunk.values.extend(small.iter().map(|&value| chunk.integer.extend(value)));
                }
                ColumnReader::Int64ColumnReader(column) => {
                    decode(column, rows, levels, large)?;
                    chunk.values.extend(large.iter().map(|value| value.cast_unsigned()));
                }
                ColumnReader::FixedLenByteArrayColumnReader(column) => {
                    decode(column, rows, levels, fixed)?;
                    chunk.widen_backwards(fixed.iter().map(|value| value.data()));
                }
                ColumnReader::ByteArrayColumnReader(column) => {
                    decode(column, rows, levels, bytes)?;
                    chunk.widen_backwards(bytes.iter().map(ByteArray::data));
                }
                _ => return Err(ParquetError::General("found a column of another type".to_owned())),
            }
            if let Some(row) = levels.iter().position(|&level| level == 0) {
                // Nulls are not among the values.
                chunk.null(row);
            }
        }
        Ok(())
    }
}

/// Opens a file of `size` bytes that is whole.
fn begin(name: &str, file: File, size: u64) -> Result<SerializedFileReader<File>, Error> {
    let end = whole::index(&file, size).map_err(|error| Error::read(name, error))?;
    let file = guard(|| SerializedFileReader::new(file)).map_err(|error| read(name, error))?;
    whole::check(name, file.metadata(), end)?;
    Ok(file)
}

/// The columns of a file of `size` bytes, which is whole.
pub(crate) fn columns(name: &str, file: File, size: u64) -> Result<Vec<Column>, Error> {
    let file = begin(name, file, size)?;
    let wide = hidden(&file).map_or(Vec::new(), |hidden| hidden.columns());
    let column = |found: String| {
        let known = wide.iter().find(|column| column.name == found);
        known.cloned().unwrap_or_else(|| Column::plain(found))
    };
    Ok(names(file.metadata().file_metadata().schema_descr()).into_iter().map(column).collect())
}

/// The names of the columns.
fn names(schema: &SchemaDescriptor) -> Vec<String> {
    schema.root_schema().get_fields().iter().map(|root| root.name().to_owned()).collect()
}

/// The Arrow schema that the file has, if its writer left one.
fn hidden(file: &SerializedFileReader<File>) -> Option<Hidden> {
    let entries = file.metadata().file_metadata().key_value_metadata()?;
    let entry = entries.iter().find(|entry| entry.key == "ARROW:schema")?;
    Hidden::parse(entry.value.as_ref()?)
}

/// Reads exactly `rows` rows of `column`.
fn decode<T: DataType>(
    column: &mut ColumnReaderImpl<T>,
    rows: usize,
    levels: &mut Vec<i16>,
    values: &mut Vec<T::T>,
) -> Result<(), ParquetError> {
    levels.clear();
    values.clear();
    let (found, _, count) = column.read_records(rows, Some(levels), None, values)?;
    let whole = if levels.is_empty() { count } else { levels.len() };
    if found == rows && whole == rows {
        return Ok(());
    }
    Err(ParquetError::General("found fewer values than rows".to_owned()))
}

/// Calls what may panic inside the `parquet` crate, which some malformed files make it do.
fn guard<T>(call: impl FnOnce() -> Result<T, ParquetError>) -> Result<T, ParquetError> {
    quietly(call, || ParquetError::General("found malformed data".to_owned()))
}

/// Where the values of the field `root` are and their integer type, or else its type in words.
fn integers(schema: &SchemaDescriptor, root: usize) -> Result<(usize, Integer), String> {
    let field = &schema.root_schema().get_fields()[root];
    if field.is_group() {
        let info = field.get_basic_info();
        return Err(match info.converted_type() {
            ConvertedType::NONE => "a struct".to_owned(),
            converted => format!("a struct as {converted}"),
        });
    }
    let place = (0..schema.num_columns()).find(|&leaf| schema.get_column_root_idx(leaf) == root);
    let place = place.ok_or("no values")?;
    let column = schema.column(place);
    integer(&column).map(|integer| (place, integer)).ok_or_else(|| found(&column))
}

/// The integer type of a column that is not nested, if it has one.
fn integer(column: &ColumnDescriptor) -> Option<Integer> {
    if column.max_rep_level() > 0 {
        return None;
    }
    let bits = match column.physical_type() {
        Type::INT32 => 32,
        Type::INT64 => 64,
        // As wide as it is, each value comes with its length.
        Type::BYTE_ARRAY | Type::FIXED_LEN_BYTE_ARRAY => 128,
        _ => return None,
    };
    if let Some((_, scale)) = decimal(column) {
        return Integer::new(bits, true).filter(|_| scale == 0);
    }
    if bits == 128 {
        return None;
    }
    if let Some(logical) = column.logical_type_ref() {
        let LogicalType::Integer(int) = logical else { return None };
        return Integer::new(u32::try_from(int.bit_width).ok()?, int.is_signed);
    }
    // Files from before 2019 have converted types alone.
    let (bits, signed) = match column.converted_type() {
        ConvertedType::NONE => (bits, true),
        ConvertedType::INT_8 => (8, true),
        ConvertedType::INT_16 => (16, true),
        ConvertedType::INT_32 => (32, true),
        ConvertedType::INT_64 => (64, true),
        ConvertedType::UINT_8 => (8, false),
        ConvertedType::UINT_16 => (16, false),
        ConvertedType::UINT_32 => (32, false),
        ConvertedType::UINT_64 => (64, false),
        _ => return None,
    };
    Integer::new(bits, signed)
}

/// Precision and scale of a column of decimals.
fn decimal(column: &ColumnDescriptor) -> Option<(i32, i32)> {
    match (column.logical_type_ref(), column.converted_type()) {
        (Some(LogicalType::Decimal(decimal)), _) => Some((decimal.precision, decimal.scale)),
        (None, ConvertedType::DECIMAL) => Some((column.type_precision(), column.type_scale())),
        _ => None,
    }
}

/// The type of a column that is not of integers, in words.
fn found(column: &ColumnDescriptor) -> String {
    if column.max_rep_level() > 0 {
        return "a repeated column".to_owned();
    }
    let physical = column.physical_type();
    if let Some((precision, scale)) = decimal(column) {
        return format!("{physical} as decimal({precision}, {scale})");
    }
    match (column.logical_type_ref(), column.converted_type()) {
        (Some(logical), _) => format!("{physical} as {}", name(logical)),
        (None, ConvertedType::NONE) => physical.to_string(),
        (None, converted) => format!("{physical} as {converted}"),
    }
}

/// What Parquet calls a type, without its settings.
fn name(logical: &LogicalType) -> String {
    // The crate has no other text for it than that of the code.
    let text = format!("{logical:?}");
    let name = text.split(|character: char| !character.is_ascii_alphanumeric()).next().unwrap_or_default();
    name.to_uppercase()
}

impl Reader for Parquet {
    fn read(&mut self, pairs: &mut Vec<Pair>) -> Result<(), Error> {
        while pairs.len() < BATCH {
            if self.left == 0 {
                let more = guard(|| self.next_group()).map_err(|error| read(&self.name, error))?;
                if !more {
                    break;
                }
                continue;
            }
            let room = BATCH - pairs.len();
            let rows = usize::try_from(self.left).map_or(room, |left| left.min(room));
            guard(|| self.fill(rows)).map_err(|error| read(&self.name, error))?;
            let [a, b] = &self.chunks;
            join(&self.name, self.rows, [a, b], self.greatest, pairs)?;
            self.rows += rows as u64;
            self.left -= rows as u64;
        }
        Ok(())
    }

    fn position(&self) -> u64 {
        let all = self.file.metadata().file_metadata().num_rows().max(1);
        (self.size as f64 * (self.rows as f64 / all as f64)) as u64
    }
}
