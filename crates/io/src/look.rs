//! A file as a table of any columns, for engines that read the rows themselves: the same rules at the door as for pairs.

use crate::{Error, Format, arrow, csv, foreign::Door, parquet, source};
use std::fs::File;
use std::path::Path;

/// What a file says of itself before its rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its format: whether Arrow is a file or a stream its first bytes decide.
    pub format: Format,
    /// Its columns, in order.
    pub columns: Vec<Column>,
    /// Whether the first record of CSV is one of names. Where it is not, there are two columns, `a` and `b`.
    pub header: bool,
    /// Whether there are quotes in CSV: then a line end may stand inside of a field.
    pub quotes: bool,
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name, as the file has it.
    pub name: String,
    /// An integer type of more than 64 bits that it has or that is inside of it, such as `int128`.
    pub wide: Option<String>,
}

impl Column {
    /// A column of what every engine reads.
    pub(crate) fn plain(name: String) -> Self {
        Self { name, wide: None }
    }
}

impl Table {
    /// Looks at the file at `path`, which should be in `format`, from its first bytes to its last: a file that is cut, or that is two
    /// files one behind the other, is none, and the quotes of CSV are whole. Other than that rows are not read.
    ///
    /// # Errors
    ///
    /// If it cannot be read, is not of `format`, or is not whole; a cure that is a command is one for files.
    pub fn look(path: &Path, format: Format) -> Result<Self, Error> {
        let name = path.display().to_string();
        let cannot = |error| Error::read(&name, error);
        // A pipe that nobody writes to would not open.
        let metadata = std::fs::metadata(path).map_err(cannot)?;
        if !metadata.is_file() {
            return Err(Error::inside(&name, ": found a pipe or a device: expected a file"));
        }
        let (mut file, size) = (File::open(path).map_err(cannot)?, metadata.len());
        let format = source::found(&name, &mut file, format, Door::Table)?;
        let (mut header, mut quotes) = (true, false);
        let columns = match format {
            Format::Csv => {
                let names = csv::names(&name, file)?;
                quotes = csv::has_quotes(&name, File::open(path).map_err(cannot)?)?;
                header = names.is_some();
                let names = names.unwrap_or_else(|| vec!["a".into(), "b".into()]);
                names.into_iter().map(Column::plain).collect()
            }
            Format::Arrow => arrow::Arrow::columns_of_file(&name, file, size)?,
            Format::ArrowStream => arrow::Arrow::columns_of_stream(&name, file, size)?,
            Format::Parquet => parquet::columns(&name, file, size)?,
        };
        Ok(Self { format, columns, header, quotes })
    }
}
