//! Files as tables and as models.

use super::query::Error;
use crate::pin::Named;
use arrow::csv::reader::Format;
use arrow::datatypes::Schema;
use arrow::error::ArrowError;
use arrow::ipc::reader::{FileReader, StreamReader};
use datafusion::execution::options::ArrowReadOptions;
use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use datafusion::prelude::{CsvReadOptions, ParquetReadOptions, SessionContext};
use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::path::{Path, PathBuf};

/// Makes the file at `path` known to `session` as `name`.
pub(super) async fn table(session: &SessionContext, name: &str, path: &Path) -> Result<(), Error> {
    let shown = path.display();
    let found = std::fs::canonicalize(path)
        .map_err(|error| Error::new(format!("--table {name}: cannot read `{shown}`: {error}")))?;
    let ending = found.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_owned();
    // Cluster or not, the path is whole; a name with quotes keeps its letters.
    let (quoted, mut whole) = (format!("\"{}\"", name.replace('"', "\"\"")), location(&found)?);
    if found.is_dir() {
        whole.push('/');
    }
    let dotted = format!(".{ending}");
    let done = match ending.as_str() {
        _ if found.is_dir() => {
            session.register_parquet(quoted.as_str(), whole, ParquetReadOptions::default()).await
        }
        "parquet" => session.register_parquet(quoted.as_str(), whole, ParquetReadOptions::default()).await,
        "csv" => session.register_csv(quoted.as_str(), whole, CsvReadOptions::default()).await,
        "arrow" | "feather" | "ipc" => {
            let options = ArrowReadOptions { file_extension: &dotted, ..ArrowReadOptions::default() };
            session.register_arrow(quoted.as_str(), whole, options).await
        }
        _ => {
            return Err(Error::new(format!(
                "--table {name}: `{shown}`: expected a .csv, .parquet, .arrow or .feather file"
            )));
        }
    };
    let wrong = |text: String| Error::new(format!("--table {name}: `{shown}`: {text}"));
    done.map_err(|error| wrong(error.strip_backtrace()))?;
    for file in if found.is_dir() { parquet_files(&found) } else { vec![found] } {
        let schema = schema(&file).map_err(|error| wrong(error.to_string()))?;
        once(&schema).map_err(wrong)?;
    }
    Ok(())
}

/// The files of a folder that the engine takes for the parts of a table.
fn parquet_files(folder: &Path) -> Vec<PathBuf> {
    let paths = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    paths.filter(|path| path.extension().is_some_and(|ending| ending == "parquet")).collect()
}

/// The columns of the file at `path` as it has them: the engine makes one of those that have one name.
fn schema(path: &Path) -> Result<Schema, ArrowError> {
    let mut file = BufReader::new(File::open(path)?);
    match path.extension().and_then(|ending| ending.to_str()) {
        Some("parquet") => {
            let reader = ParquetRecordBatchReaderBuilder::try_new(file.into_inner())?;
            Ok(reader.schema().as_ref().clone())
        }
        Some("csv") => Ok(Format::default().with_header(true).infer_schema(file, Some(0))?.0),
        _ => {
            let mut start = Vec::new();
            file.by_ref().take(6).read_to_end(&mut start)?;
            file.rewind()?;
            let schema = if start == b"ARROW1" {
                FileReader::try_new(file, None)?.schema()
            } else {
                StreamReader::try_new(file, None)?.schema()
            };
            Ok(schema.as_ref().clone())
        }
    }
}

/// Checks that no two columns have one name: which of them a query means could not be told, and the engine takes any.
fn once(schema: &Schema) -> Result<(), String> {
    let mut names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    names.sort_unstable();
    match names.windows(2).find(|pair| pair[0] == pair[1]) {
        None => Ok(()),
        Some(pair) => {
            let count = names.iter().filter(|name| **name == pair[0]).count();
            Err(format!("found {count} columns named `{}`: expected one", pair[0].escape_debug()))
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
    use arrow::datatypes::{DataType, Field};

    #[test]
    fn a_name_stands_once() {
        let schema = |names: &[&str]| {
            Schema::new(names.iter().map(|name| Field::new(*name, DataType::Int64, true)).collect::<Vec<_>>())
        };
        assert_eq!(once(&schema(&["a", "b", "A"])), Ok(()));
        assert_eq!(once(&schema(&[])), Ok(()));
        assert_eq!(once(&schema(&["a", "b", "a"])), Err("found 2 columns named `a`: expected one".into()));
    }
}
