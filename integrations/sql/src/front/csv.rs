//! CSV as a table: which columns are integers, as `nanoadder add --input` reads them.
//!
//! The engine infers types from the first rows. Where integers among them stand between blanks, it takes the column for text: such a
//! column is read as text and made integers, and the table is a view.

use arrow::array::AsArray;
use arrow::csv::ReaderBuilder;
use arrow::csv::reader::Format;
use arrow::datatypes::{DataType, Field, Schema};
use datafusion::common::{Column, Result};
use datafusion::functions::expr_fn::btrim;
use datafusion::logical_expr::cast;
use datafusion::prelude::{CsvReadOptions, Expr, SessionContext};
use io::Table;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

/// How many rows say what type a column has.
const ROWS: usize = 1000;

/// Makes the CSV file at `path`, whose name ends with `ending`, known to `session` as `name`.
pub(super) async fn table(
    session: &SessionContext,
    name: &str,
    path: &Path,
    ending: &str,
    table: &Table,
) -> Result<()> {
    let format = Format::default().with_header(table.header);
    let (found, _) = format.infer_schema(File::open(path)?, Some(ROWS))?;
    // The names are ours: the engine would keep blanks around them and a mark of byte order.
    let named = |(field, column): (&Arc<Field>, &io::Column)| field.as_ref().clone().with_name(&column.name);
    let fields: Vec<Field> = found.fields().iter().zip(&table.columns).map(named).collect();
    let schema = Schema::new(fields);
    let options = CsvReadOptions::new()
        .has_header(table.header)
        .schema(&schema)
        .file_extension(ending)
        // A file with quotes is not cut into parts, for many threads: whether a line end is in quotes can only be told from its start.
        .newlines_in_values(table.quotes);
    let path_text = path.to_str().unwrap_or_default();
    let blank = between_blanks(path, table.header, &schema)?;
    if !blank.contains(&true) {
        return session.register_csv(name, path_text, options).await;
    }
    let columns = schema.fields().iter().zip(blank).map(|(field, blank)| {
        let column = Expr::Column(Column::new_unqualified(field.name()));
        if blank { cast(btrim(vec![column]), DataType::Int64).alias(field.name()) } else { column }
    });
    let rows = session.read_csv(path_text, options).await?.select(columns.collect::<Vec<_>>())?;
    session.register_table(name, rows.into_view())?;
    Ok(())
}

/// Which columns of text hold in the first rows nothing but integers from 0 on, with blanks around them.
fn between_blanks(path: &Path, header: bool, schema: &Schema) -> Result<Vec<bool>> {
    if !schema.fields().iter().any(|field| field.data_type() == &DataType::Utf8) {
        return Ok(vec![false; schema.fields().len()]);
    }
    let text = |field: &Arc<Field>| Field::new(field.name(), DataType::Utf8, true);
    let texts = Arc::new(Schema::new(schema.fields().iter().map(text).collect::<Vec<_>>()));
    let rows =
        ReaderBuilder::new(texts).with_header(header).with_batch_size(ROWS).build(File::open(path)?)?.next();
    let Some(rows) = rows.transpose()? else { return Ok(vec![false; schema.fields().len()]) };
    let integer = |text: &str| {
        let text = text.trim_ascii();
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    let of_integers = |(field, column): (&Arc<Field>, &arrow::array::ArrayRef)| {
        let mut values =
            column.as_string::<i32>().iter().flatten().filter(|text| !text.is_empty()).peekable();
        field.data_type() == &DataType::Utf8 && values.peek().is_some() && values.all(integer)
    };
    Ok(schema.fields().iter().zip(rows.columns()).map(of_integers).collect())
}
