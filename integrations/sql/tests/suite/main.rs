//! The functions in queries, and the binary as its users run it.

mod binary;
mod functions;
#[path = "../../../../crates/io/tests/suite/inputs.rs"]
mod inputs;
#[path = "../../../../crates/io/tests/suite/made.rs"]
mod made;
mod page;
mod tables;

/// A file that pyarrow wrote, of the tests of `crates/io`.
pub(crate) fn data(name: &str) -> Vec<u8> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../crates/io/tests/data");
    std::fs::read(folder.join(name)).unwrap()
}
