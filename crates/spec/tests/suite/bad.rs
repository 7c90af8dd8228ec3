//! Bad model files, each beside the message it must give.
//!
//! `tests/bad/NAME.toml` is read; what it says must equal `tests/bad/NAME.stderr`. Run with `BLESS=1` to write the messages anew,
//! and review them as a diff.

use spec::Model;
use std::path::Path;

#[test]
fn bad_files_say_what_is_wrong_and_where() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bad");
    let mut files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    assert!(files.len() >= 10, "{} files", files.len());
    for path in files {
        let name = path.file_name().unwrap().to_str().unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        let found = match Model::parse(name, &text) {
            Ok(_) => panic!("{name} should not be readable"),
            Err(problems) => problems.to_string(),
        };
        let expected = path.with_extension("stderr");
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(&expected, &found).unwrap();
        }
        let expected = std::fs::read_to_string(&expected).unwrap_or_default();
        assert_eq!(found, expected, "{name}: run with BLESS=1 to accept");
    }
}
