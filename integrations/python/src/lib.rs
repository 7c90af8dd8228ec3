//! nanoadder for Python: what `python/nanoadder` calls.
//!
//! Numbers go in and out as NumPy arrays; everything else goes out as the JSON of the commands, which the Python side reads into
//! dictionaries, so that both have one shape. Nothing here computes.

mod model;
mod work;

use pyo3::pymodule;

#[pymodule]
mod _native {
    #[pymodule_export]
    use crate::model::Model;

    /// The names of the zoo's models; the default stands first.
    #[pyo3::pyfunction]
    fn names() -> Vec<&'static str> {
        zoo::ENTRIES.iter().map(|entry| entry.name).collect()
    }
}
