//! Files with very many names are read in time that grows as they do.

use spec::Model;
use std::fmt::Write;
use std::time::{Duration, Instant};

const FILE: &str = include_str!("../../../zoo/models/kiguli-7.toml");

/// `FILE` with 800 more hidden units, whose weights read `names` further names of `section`.
fn with_names(section: &str, names: usize) -> String {
    let (mut entries, mut listed) = (String::from("up = { entries = [[0, 0, 1], [1, 0, 1]"), String::new());
    for name in 0..names {
        let _ = writeln!(listed, "zz{name} = 0");
    }
    for (row, first) in (2..).zip((0..names).step_by(names / 800)) {
        let sum: Vec<String> =
            (first..names.min(first + names / 800)).map(|name| format!("zz{name}")).collect();
        let _ = write!(entries, ", [{row}, 0, \"{}\"]", sum.join(" + "));
    }
    entries.push(']');
    FILE.replace("hidden = 2", "hidden = 802")
        .replace("up = { entries = [[0, 0, 1], [1, 0, 1]]", &entries)
        .replace(section, &format!("{section}\n{listed}"))
}

#[test]
fn fifty_thousand_names_are_looked_up_at_once() {
    for section in ["[params]", "[const]"] {
        let text = with_names(section, 48_000);
        let start = Instant::now();
        let model = Model::parse("many.toml", &text).unwrap();
        model.accounts();
        let stored = model.counts().stored;
        assert_eq!(stored, if section == "[params]" { 48_007 } else { 7 });
        // It took seconds when each look-up went through the list; it takes a tenth of one.
        assert!(start.elapsed() < Duration::from_secs(3), "{section}: {:?}", start.elapsed());
    }
}
