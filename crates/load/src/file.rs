//! Files as bytes and as text, within limits.

use crate::Error;
use std::io::Read;
use std::path::Path;

/// The bytes of the file at `path`, at most `largest`.
pub(crate) fn bytes(path: &Path, largest: u64) -> Result<Vec<u8>, Error> {
    let name = path.display();
    let cannot = |error: std::io::Error| Error::new(&format!("cannot read the model file `{name}`: {error}"));
    let size = std::fs::metadata(path).map_err(cannot)?.len();
    if size > largest {
        return Err(Error::new(&format!(
            "`{name}` has {size} bytes: expected a model file of at most {largest}"
        )));
    }
    // A device says no size, and may have no end.
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(cannot)?;
    file.take(largest + 1).read_to_end(&mut bytes).map_err(cannot)?;
    if bytes.len() as u64 > largest {
        return Err(Error::new(&format!("`{name}`: expected a model file of at most {largest} bytes")));
    }
    Ok(bytes)
}

/// `bytes`, which were read from `name`, as the text of a model file.
///
/// # Errors
///
/// Where they are no UTF-8.
pub fn utf8(name: &str, bytes: Vec<u8>) -> Result<String, Error> {
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Error::new(&format!("`{name}`: byte {at} is not UTF-8: expected a TOML text"))
    })
}
