//! Files as tables and as models.

use super::csv;
use super::query::Error;
use crate::pin::Named;
use arrow::datatypes::{DataType, Field, Fields, Schema};
use datafusion::common::DataFusionError;
use datafusion::datasource::listing::ListingTableUrl;
use datafusion::execution::options::{ArrowReadOptions, ReadOptions};
use datafusion::prelude::{ParquetReadOptions, SessionContext};
use io::{Column, Format, Table};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Makes the file at `path` known to `session` as `name`: the rules at the door are those of `nanoadder add --input`.
pub(super) async fn table(session: &SessionContext, name: &str, path: &Path) -> Result<(), Error> {
    let name = name.to_owned();
    let found = std::fs::canonicalize(path)
        .map_err(|error| Error::new(format!("--table {name}: cannot read `{}`: {error}", path.display())))?;
    let wrong = |text: String| Error::new(format!("--table {name}: {text}"));
    // Cluster or not, the path is whole; a name with quotes keeps its letters.
    let (quoted, mut whole) = (format!("\"{}\"", name.replace('"', "\"\"")), location(&found)?);
    let format = Format::of(&found);
    let files = if found.is_dir() { parquet_files(&found) } else { vec![found.clone()] };
    let mut tables = Vec::new();
    for file in files {
        let asked = if found.is_dir() { Format::Parquet } else { format };
        let table = Table::look(&file, asked).map_err(|error| wrong(with_cause(&error)))?;
        columns(&table.columns).map_err(|text| wrong(format!("`{}`: {text}", file.display())))?;
        tables.push(table);
    }
    let ending = found.extension().and_then(|ending| ending.to_str()).filter(|_| !found.is_dir());
    let dotted = ending.map_or(String::new(), |ending| format!(".{ending}"));
    let inside = |error: DataFusionError| wrong(format!("`{}`: {}", path.display(), error.strip_backtrace()));
    let (config, defaults) = (session.copied_config(), session.copied_table_options());
    let options = match tables.first() {
        Some(table) if table.format == Format::Csv => {
            return csv::table(session, &quoted, &found, &dotted, table).await.map_err(inside);
        }
        Some(table) if table.format != Format::Parquet => {
            ArrowReadOptions { file_extension: &dotted, ..ArrowReadOptions::default() }
                .to_listing_options(&config, defaults)
        }
        _ => {
            if found.is_dir() {
                whole.push('/');
            }
            let ending = if found.is_dir() { ".parquet" } else { &dotted };
            ParquetReadOptions { file_extension: ending, ..ParquetReadOptions::default() }
                .to_listing_options(&config, defaults)
        }
    };
    let url = ListingTableUrl::parse(&whole).map_err(inside)?;
    let schema = options.infer_schema(&session.state(), &url).await.map_err(inside)?;
    // In Parquet a dictionary is a way to store a column, in Arrow it is a type of its own.
    let is_parquet = tables.first().is_none_or(|table| table.format == Format::Parquet);
    let schema = if is_parquet { Arc::new(plain(&schema)) } else { schema };
    let done = session.register_listing_table(quoted.as_str(), whole, options, Some(schema), None);
    done.await.map_err(inside)
}

/// An error of a file with the system's reason.
fn with_cause(error: &io::Error) -> String {
    match std::error::Error::source(error) {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}

/// `schema` with integers where it has dictionaries of integers.
fn plain(schema: &Schema) -> Schema {
    let field = |field: &Arc<Field>| match field.data_type() {
        DataType::Dictionary(_, value) if value.is_integer() => {
            Arc::new(field.as_ref().clone().with_data_type(value.as_ref().clone()))
        }
        _ => Arc::clone(field),
    };
    Schema::new_with_metadata(
        schema.fields().iter().map(field).collect::<Fields>(),
        schema.metadata().clone(),
    )
}

/// The files of a folder that the engine takes for the parts of a table.
fn parquet_files(folder: &Path) -> Vec<PathBuf> {
    let paths = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut files: Vec<_> =
        paths.filter(|path| path.extension().is_some_and(|ending| ending == "parquet")).collect();
    files.sort();
    files
}

/// Checks that the engine can tell the columns apart, and that it has their types: of integers of more than 64 bits it knows
/// nothing and stops, even where nobody asks for them.
fn columns(columns: &[Column]) -> Result<(), String> {
    if let Some((name, kind)) = columns.iter().find_map(|column| Some((&column.name, column.wide.as_ref()?)))
    {
        return Err(format!(
            "column `{}`: found {kind}: expected integers of at most 64 bits in all columns; cast it to a decimal",
            spec::text::name(name)
        ));
    }
    once(columns)
}

/// Checks that no two columns have one name: which of them a query means could not be told, and the engine takes any.
fn once(columns: &[Column]) -> Result<(), String> {
    let mut names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    names.sort_unstable();
    match names.windows(2).find(|pair| pair[0] == pair[1]) {
        None => Ok(()),
        Some(pair) => {
            let count = names.iter().filter(|name| **name == pair[0]).count();
            Err(format!("found {count} columns named `{}`: expected one", spec::text::name(pair[0])))
        }
    }
}

/// A path as the engine takes it.
fn location(path: &Path) -> Result<String, Error> {
    let text = path.to_str().filter(|text| !text.contains(['*', '?', '[']));
    text.map(ToOwned::to_owned).ok_or_else(|| {
        Error::new(format!("`{}`: expected a path in UTF-8 without the characters * ? [", path.display()))
    })
}

/// The models of `files`, by their names.
pub(super) fn models(files: &[(String, PathBuf)]) -> Result<Named, Error> {
    let mut named = Named::new();
    for (name, path) in files {
        let wrong = |error: String| Error::new(format!("--model {name}: {error}"));
        let shown = path.to_str().ok_or_else(|| wrong("expected a path in UTF-8".into()))?;
        // It is read here, and all that is wrong with it is said.
        let model = load::model(shown).map_err(|error| wrong(error.to_string()))?;
        let content = if path.extension().is_some_and(|ending| ending == "safetensors") {
            std::fs::read(path).map_err(|error| wrong(format!("cannot read `{shown}`: {error}")))?
        } else if model.weights_file().is_some() {
            return Err(wrong(format!(
                "`{shown}` keeps its numbers in a file of weights: expected one file, as `nanoadder export {shown} --to safetensors` \
                 writes it"
            )));
        } else {
            model.text().into()
        };
        named.insert(name.clone(), content);
    }
    Ok(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(name: &str, wide: Option<&str>) -> Column {
        Column { name: name.into(), wide: wide.map(Into::into) }
    }

    #[test]
    fn a_name_stands_once() {
        let names =
            |names: &[&str]| columns(&names.iter().map(|name| column(name, None)).collect::<Vec<_>>());
        assert_eq!(names(&["a", "b", "A"]), Ok(()));
        assert_eq!(names(&[]), Ok(()));
        assert_eq!(names(&["a", "b", "a"]), Err("found 2 columns named `a`: expected one".into()));
    }

    /// The types at which the Arrow crate stops the process: there is no file of one here.
    #[test]
    fn a_type_that_the_engine_does_not_have_is_named() {
        let error = columns(&[column("a", None), column("x\u{1b}", Some("uint128"))]).unwrap_err();
        assert_eq!(
            error,
            "column `x\\u{1b}`: found uint128: expected integers of at most 64 bits in all columns; cast it to a decimal"
        );
    }

    #[test]
    fn dictionaries_of_integers_are_integers() {
        let dictionary = |value| DataType::Dictionary(Box::new(DataType::Int8), Box::new(value));
        let schema = |a, x| Schema::new(vec![Field::new("a", a, true), Field::new("x", x, true)]);
        assert_eq!(
            plain(&schema(dictionary(DataType::UInt16), dictionary(DataType::Utf8))),
            schema(DataType::UInt16, dictionary(DataType::Utf8))
        );
    }
}
