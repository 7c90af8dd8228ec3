//! Rows on stdout.

use super::args::Format;
use super::progress::Bar;
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, RecordBatchOptions, StringArray};
use arrow::csv;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::error::ArrowError;
use arrow::json::WriterBuilder;
use arrow::json::writer::LineDelimited;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use arrow::util::pretty::pretty_format_batches_with_schema;
use spec::text::line;
use std::io::{self, Write};
use std::ops::ControlFlow;
use std::sync::Arc;

/// The version of the JSON that is printed.
const SCHEMA_VERSION: u32 = 1;

/// The most rows of a table: its columns are as wide as their widest row, so it is printed at its end.
const MOST_ROWS: usize = 1000;

/// Prints rows as they come.
pub(super) struct Printer {
    format: Format,
    schema: SchemaRef,
    /// The rows of a table so far.
    kept: Vec<RecordBatch>,
    rows: usize,
    more: bool,
}

impl Printer {
    pub(super) fn new(format: Format, schema: SchemaRef) -> Self {
        Self { format, schema, kept: Vec::new(), rows: 0, more: false }
    }

    /// Prints `batch`; breaks if no more rows are wanted.
    pub(super) fn print(&mut self, batch: &RecordBatch, bar: &Bar) -> io::Result<ControlFlow<()>> {
        if batch.num_rows() == 0 {
            return Ok(ControlFlow::Continue(()));
        }
        let before = self.rows;
        self.rows += batch.num_rows();
        match self.format {
            Format::Table => {
                self.kept.push(batch.slice(0, batch.num_rows().min(MOST_ROWS - before)));
                self.more = self.rows > MOST_ROWS;
                self.rows = self.rows.min(MOST_ROWS);
                if self.more {
                    return Ok(ControlFlow::Break(()));
                }
            }
            Format::Csv => {
                let bytes = csv_rows(batch, before == 0).map_err(io)?;
                bar.suspend(|| io::stdout().write_all(&bytes))?;
            }
            Format::Json => {
                let bytes = json_rows(batch, before == 0).map_err(io)?;
                bar.suspend(|| io::stdout().write_all(&bytes))?;
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Prints what is left to print.
    pub(super) fn finish(self) -> io::Result<()> {
        let mut out = io::stdout();
        match self.format {
            Format::Table => {
                let (schema, rows) = shown(&self.schema, &self.kept).map_err(io)?;
                let table = pretty_format_batches_with_schema(schema, &rows).map_err(io)?;
                writeln!(out, "{table}")?;
                if self.more {
                    eprintln!("these are the first {MOST_ROWS} rows; --format csv or json prints all");
                }
            }
            Format::Csv if self.rows == 0 => {
                out.write_all(&csv_rows(&RecordBatch::new_empty(self.schema), true).map_err(io)?)?
            }
            Format::Csv => {}
            Format::Json if self.rows == 0 => {
                writeln!(out, "{{\"schema_version\":{SCHEMA_VERSION},\"rows\":[]}}")?
            }
            Format::Json => writeln!(out, "\n]}}")?,
        }
        out.flush()
    }
}

fn io(error: ArrowError) -> io::Error {
    match error {
        ArrowError::IoError(_, error) => error,
        error => io::Error::other(error.to_string()),
    }
}

/// The rows of a batch as CSV. A struct or a list has no place in it, so it is written as text.
fn csv_rows(batch: &RecordBatch, header: bool) -> Result<Vec<u8>, ArrowError> {
    let (mut fields, mut columns) = (Vec::new(), Vec::new());
    for (field, column) in batch.schema().fields().iter().zip(batch.columns()) {
        if field.data_type().is_nested() {
            fields.push(field.as_ref().clone().with_data_type(DataType::Utf8));
            columns.push(as_text(column)?);
        } else {
            fields.push(field.as_ref().clone());
            columns.push(Arc::clone(column));
        }
    }
    let rows = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    let batch = RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), columns, &rows)?;
    let mut bytes = Vec::new();
    csv::WriterBuilder::new().with_header(header).build(&mut bytes).write(&batch)?;
    Ok(bytes)
}

/// The same rows as text that can be shown: names and values are what a file says, and a table is for a terminal.
fn shown(schema: &Schema, rows: &[RecordBatch]) -> Result<(SchemaRef, Vec<RecordBatch>), ArrowError> {
    let field = |field: &Arc<Field>| Field::new(line(field.name()), DataType::Utf8, true);
    let schema = Arc::new(Schema::new(schema.fields().iter().map(field).collect::<Vec<_>>()));
    let spelled = |column: &ArrayRef| {
        let text = as_text(column)?;
        let text = text.as_string::<i32>().iter().map(|value| value.map(line));
        Ok(Arc::new(text.collect::<StringArray>()) as ArrayRef)
    };
    let batch = |batch: &RecordBatch| {
        let columns = batch.columns().iter().map(spelled).collect::<Result<Vec<_>, ArrowError>>()?;
        let rows = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        RecordBatch::try_new_with_options(Arc::clone(&schema), columns, &rows)
    };
    let rows = rows.iter().map(batch).collect::<Result<Vec<_>, ArrowError>>()?;
    Ok((schema, rows))
}

/// Each value as it is in a table.
fn as_text(column: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    let options = FormatOptions::default();
    let shown = ArrayFormatter::try_new(column, &options)?;
    let text = |row| column.is_valid(row).then(|| shown.value(row).to_string());
    Ok(Arc::new((0..column.len()).map(text).collect::<StringArray>()))
}

/// The rows of a batch as JSON, one object on a line, behind the head or a comma.
fn json_rows(batch: &RecordBatch, first: bool) -> Result<Vec<u8>, ArrowError> {
    let mut lines = WriterBuilder::new().with_explicit_nulls(true).build::<_, LineDelimited>(Vec::new());
    lines.write(batch)?;
    lines.finish()?;
    let mut bytes = Vec::new();
    for (row, line) in
        lines.into_inner().split(|&byte| byte == b'\n').filter(|line| !line.is_empty()).enumerate()
    {
        match first && row == 0 {
            true => bytes.extend(format!("{{\"schema_version\":{SCHEMA_VERSION},\"rows\":[\n").bytes()),
            false => bytes.extend(b",\n"),
        }
        bytes.extend(line);
    }
    Ok(bytes)
}
