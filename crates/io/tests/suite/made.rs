//! Small files with columns of any type, for what no data file has. Their rows are (1, 1), (2, 2) and (3, 3).

use arrow_array::types::{Decimal256Type, Int32Type};
use arrow_array::{
    ArrayRef, ArrowPrimitiveType, Decimal32Array, Decimal64Array, Decimal128Array, Decimal256Array,
    DictionaryArray, Float64Array, Int64Array, ListArray, RecordBatch, StringArray, StructArray,
    TimestampMicrosecondArray, new_null_array,
};
use arrow_ipc::writer::{FileWriter, IpcWriteOptions, StreamWriter};
use arrow_ipc::{CompressionType, MetadataVersion};
use arrow_schema::{DataType, Field, IntervalUnit, TimeUnit, UnionFields, UnionMode};
use parquet::basic::Compression;
use parquet::column::writer::{ColumnWriter, ColumnWriterImpl};
use parquet::data_type::{ByteArray, DataType as Physical, FixedLenByteArray, Int96};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use std::sync::Arc;

/// An Arrow file of these columns.
pub(crate) fn arrow_file(columns: &[(&str, ArrayRef)], packing: Option<CompressionType>) -> Vec<u8> {
    let options = IpcWriteOptions::default().try_with_compression(packing).unwrap();
    file(columns, options)
}

/// An Arrow file of these columns as they were written before V5, when unions had a validity.
pub(crate) fn old_arrow_file(columns: &[(&str, ArrayRef)]) -> Vec<u8> {
    file(columns, IpcWriteOptions::try_new(8, false, MetadataVersion::V4).unwrap())
}

fn file(columns: &[(&str, ArrayRef)], options: IpcWriteOptions) -> Vec<u8> {
    let batch = RecordBatch::try_from_iter(columns.iter().cloned()).unwrap();
    let mut writer = FileWriter::try_new_with_options(Vec::new(), &batch.schema(), options).unwrap();
    writer.write(&batch).unwrap();
    writer.finish().unwrap();
    writer.into_inner().unwrap()
}

/// An Arrow stream of these columns.
pub(crate) fn arrow_stream(columns: &[(&str, ArrayRef)]) -> Vec<u8> {
    let batch = RecordBatch::try_from_iter(columns.iter().cloned()).unwrap();
    let mut writer = StreamWriter::try_new(Vec::new(), &batch.schema()).unwrap();
    writer.write(&batch).unwrap();
    writer.finish().unwrap();
    writer.into_inner().unwrap()
}

/// Integers of 64 bits.
pub(crate) fn integers() -> ArrayRef {
    Arc::new(Int64Array::from(vec![1, 2, 3]))
}

/// Decimals of 32, 64, 128 or 256 bits.
pub(crate) fn decimals(bits: u32, scale: i8) -> ArrayRef {
    type Wide = <Decimal256Type as ArrowPrimitiveType>::Native;
    let wide = [1, 2, 3].map(Wide::from_i128).to_vec();
    match bits {
        32 => Arc::new(Decimal32Array::from(vec![1, 2, 3]).with_precision_and_scale(9, scale).unwrap()),
        64 => Arc::new(Decimal64Array::from(vec![1, 2, 3]).with_precision_and_scale(18, scale).unwrap()),
        128 => Arc::new(Decimal128Array::from(vec![1, 2, 3]).with_precision_and_scale(38, scale).unwrap()),
        _ => Arc::new(Decimal256Array::from(wide).with_precision_and_scale(76, scale).unwrap()),
    }
}

/// Columns that are no integers, by the name that errors give them.
pub(crate) fn others() -> Vec<(&'static str, ArrayRef)> {
    let list = ListArray::from_iter_primitive::<Int32Type, _, _>([Some([Some(1)]), None, Some([None])]);
    let dictionary: DictionaryArray<Int32Type> = ["one", "two", "one"].into_iter().collect();
    let part = (Arc::new(Field::new("a", DataType::Int64, true)), integers());
    vec![
        ("float64", Arc::new(Float64Array::from(vec![1.0, 2.0, 3.0]))),
        ("utf8", Arc::new(StringArray::from(vec!["1", "2", "3"]))),
        ("timestamp", Arc::new(TimestampMicrosecondArray::from(vec![1, 2, 3]))),
        ("list", Arc::new(list)),
        ("a dictionary of utf8", Arc::new(dictionary)),
        ("struct", Arc::new(StructArray::from(vec![part]))),
    ]
}

/// A column of nulls of each type that Arrow has, and of some inside of others.
pub(crate) fn every_type() -> Vec<ArrayRef> {
    let field = |kind: DataType| Arc::new(Field::new("item", kind, true));
    let union = |mode| {
        let fields = [field(DataType::Utf8View), field(DataType::Int64)];
        DataType::Union(UnionFields::try_new([0, 1], fields).unwrap(), mode)
    };
    let dictionary = DataType::Dictionary(Box::new(DataType::Int8), Box::new(DataType::Utf8));
    let ends = Arc::new(Field::new("run_ends", DataType::Int32, false));
    let entry = vec![Field::new("keys", DataType::Utf8, false), Field::new("values", DataType::Int64, true)];
    let entries = Arc::new(Field::new("entries", DataType::Struct(entry.into()), false));
    let mut kinds = vec![
        DataType::Null,
        DataType::Boolean,
        DataType::Int8,
        DataType::UInt64,
        DataType::Float16,
        DataType::Float32,
        DataType::Float64,
        DataType::Timestamp(TimeUnit::Nanosecond, Some("UTC".into())),
        DataType::Date32,
        DataType::Date64,
        DataType::Time32(TimeUnit::Second),
        DataType::Time64(TimeUnit::Microsecond),
        DataType::Duration(TimeUnit::Millisecond),
        DataType::Interval(IntervalUnit::YearMonth),
        DataType::Interval(IntervalUnit::DayTime),
        DataType::Interval(IntervalUnit::MonthDayNano),
        DataType::Binary,
        DataType::FixedSizeBinary(3),
        DataType::LargeBinary,
        DataType::BinaryView,
        DataType::Utf8,
        DataType::LargeUtf8,
        DataType::Utf8View,
        DataType::Decimal32(9, 2),
        DataType::Decimal64(18, 2),
        DataType::Decimal128(38, 2),
        DataType::Decimal256(76, 2),
        DataType::Map(entries, false),
        DataType::RunEndEncoded(ends, field(DataType::Utf8)),
        dictionary.clone(),
        union(UnionMode::Sparse),
        union(UnionMode::Dense),
    ];
    for inner in [DataType::Utf8View, DataType::Decimal256(76, 2), dictionary, union(UnionMode::Dense)] {
        kinds.extend([
            DataType::List(field(inner.clone())),
            DataType::LargeList(field(inner.clone())),
            DataType::ListView(field(inner.clone())),
            DataType::LargeListView(field(inner.clone())),
            DataType::FixedSizeList(field(inner.clone()), 2),
            DataType::Struct(vec![field(inner)].into()),
        ]);
    }
    kinds.iter().map(|kind| new_null_array(kind, 3)).collect()
}

/// A Parquet file of these fields; those that are not required hold nulls.
pub(crate) fn parquet(fields: &str, packing: Compression) -> Vec<u8> {
    let schema = Arc::new(parse_message_type(&format!("message m {{ {fields} }}")).unwrap());
    let properties = Arc::new(WriterProperties::builder().set_compression(packing).build());
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, properties).unwrap();
    let mut group = writer.next_row_group().unwrap();
    while let Some(mut column) = group.next_column().unwrap() {
        fill(column.untyped());
        column.close().unwrap();
    }
    group.close().unwrap();
    writer.into_inner().unwrap()
}

fn fill(column: &mut ColumnWriter<'_>) {
    match column {
        ColumnWriter::BoolColumnWriter(writer) => rows(writer, &[true; 3]),
        ColumnWriter::Int32ColumnWriter(writer) => rows(writer, &[1, 2, 3]),
        ColumnWriter::Int64ColumnWriter(writer) => rows(writer, &[1, 2, 3]),
        ColumnWriter::Int96ColumnWriter(writer) => rows(writer, &[(); 3].map(|()| Int96::new())),
        ColumnWriter::FloatColumnWriter(writer) => rows(writer, &[1.0, 2.0, 3.0]),
        ColumnWriter::DoubleColumnWriter(writer) => rows(writer, &[1.0, 2.0, 3.0]),
        ColumnWriter::ByteArrayColumnWriter(writer) => {
            rows(writer, &[1, 2, 3].map(|byte: u8| ByteArray::from(vec![byte])));
        }
        ColumnWriter::FixedLenByteArrayColumnWriter(writer) => {
            let length = usize::try_from(writer.get_descriptor().type_length()).unwrap();
            let number = |byte: u8| {
                let mut bytes = vec![0; length];
                bytes[length - 1] = byte;
                FixedLenByteArray::from(bytes)
            };
            rows(writer, &[1, 2, 3].map(number));
        }
    }
}

fn rows<T: Physical>(writer: &mut ColumnWriterImpl<'_, T>, values: &[T::T]) {
    let column = writer.get_descriptor();
    let (optional, repeated) = (column.max_def_level() > 0, column.max_rep_level() > 0);
    let zeros: &[i16] = &[0; 3];
    let values = if optional { &[] } else { values };
    writer.write_batch(values, optional.then_some(zeros), repeated.then_some(zeros)).unwrap();
}
