//! Any bytes as a model file: a model, or problems that can be shown; never a panic.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Err(problems) = spec::Model::parse("fuzz.toml", text) {
        assert!(!problems.list().is_empty());
        assert!(!problems.to_string().is_empty());
    }
});
