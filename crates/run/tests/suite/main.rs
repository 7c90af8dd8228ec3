//! Running zoo models: every way gives the same answers, and they are PyTorch's.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod checks;
mod explanations;
mod parity;
mod programs;
mod readings;
mod trained;

/// Every model of the zoo, made ready once.
pub(crate) fn zoo() -> &'static [run::Adder] {
    static ADDERS: std::sync::LazyLock<Vec<run::Adder>> =
        std::sync::LazyLock::new(|| zoo::ENTRIES.iter().map(|entry| adder(entry.name)).collect());
    &ADDERS
}

/// A model of the zoo with fused sums.
pub(crate) fn fused(name: &str) -> run::Adder {
    run::Adder::new(
        spec::Model::parse(name, &with(name, "sums = \"fused\"\n", &["sums"])).expect("a readable model"),
    )
}

/// The text of a model of the zoo with other lines on top, and without the lines of some keys.
pub(crate) fn with(name: &str, top: &str, without: &[&str]) -> String {
    let text = zoo::find(name).expect("a zoo model").text;
    let kept = text.lines().filter(|line| !without.iter().any(|key| line.starts_with(&format!("{key} = "))));
    top.to_owned() + &kept.map(|line| format!("{line}\n")).collect::<String>()
}

pub(crate) fn adder(name: &str) -> run::Adder {
    run::Adder::new(zoo::find(name).expect("a zoo model").model().expect("a readable model"))
}
