//! Parquet, page after page through the `parquet` crate's column readers and writers, without its Arrow half.

mod reader;
mod whole;
mod writer;

pub(crate) use reader::{Parquet, columns};
pub(crate) use writer::ParquetWriter;

use crate::Error;
use parquet::errors::ParquetError;

/// The system's error, if there is one under `error`.
fn system(error: ParquetError) -> Result<std::io::Error, ParquetError> {
    match error {
        ParquetError::External(inner) => inner.downcast().map(|error| *error).map_err(ParquetError::External),
        error => Err(error),
    }
}

fn read(name: &str, error: ParquetError) -> Error {
    match system(error) {
        Ok(error) if error.kind() != std::io::ErrorKind::UnexpectedEof => Error::read(name, error),
        Ok(error) => Error::inside(name, format_args!(": {error}: expected a Parquet file that is not cut")),
        Err(error) => Error::inside(name, format_args!(": expected a Parquet file: {error}")),
    }
}

fn write(name: &str, error: ParquetError) -> Error {
    Error::write(name, system(error).unwrap_or_else(std::io::Error::other))
}
