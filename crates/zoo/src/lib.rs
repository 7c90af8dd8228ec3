//! The models that come with nanoadder, as text.
//!
//! Each is a file in `models/`; this list says which there are and what is known of each.

use spec::{Model, Problems};

/// What is known of a model on all pairs, with the run that shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// There is a pair on which it is wrong.
    Refuted {
        /// The first operand.
        a: u64,
        /// The second operand.
        b: u64,
    },
    /// Nobody has proved it, and no wrong pair is known.
    Undecided,
}

impl Verdict {
    /// The word for it: `refuted` or `undecided`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Refuted { .. } => "refuted",
            Self::Undecided => "undecided",
        }
    }
}

/// A model of the zoo.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The name it is called by, which is the name of its file without `.toml`.
    pub name: &'static str,
    /// The text of its file.
    pub text: &'static str,
    /// What is known of it.
    pub verdict: Verdict,
}

/// The name of the model that is used when none is named.
pub const DEFAULT: &str = "nanoadder-58";

/// The model in the file of its name.
macro_rules! entry {
    ($name:literal, $verdict:expr) => {
        Entry { name: $name, text: include_str!(concat!("../models/", $name, ".toml")), verdict: $verdict }
    };
}

/// Every model of the zoo; the default stands first, then the seed with its ancestors, then others by their size.
pub const ENTRIES: [Entry; 22] = [
    entry!("nanoadder-58", Verdict::Undecided),
    entry!("gist-58", Verdict::Refuted { a: 9_999_999_999, b: 0 }),
    entry!("cosminscn-66", Verdict::Undecided),
    entry!("nanogpt-130", Verdict::Undecided),
    entry!("kswain98-2", Verdict::Undecided),
    entry!("kswain98-4", Verdict::Undecided),
    entry!("zcbtrak-6", Verdict::Undecided),
    entry!("kiguli-7", Verdict::Undecided),
    entry!("kswain98-8", Verdict::Undecided),
    entry!("lokimorty-10", Verdict::Undecided),
    entry!("lokimorty-12", Verdict::Undecided),
    entry!("yieldthought-20", Verdict::Undecided),
    entry!("wonderfall-27", Verdict::Undecided),
    entry!("seuperhakkerja-28", Verdict::Undecided),
    entry!("fblissjr-33", Verdict::Undecided),
    entry!("lichengliu03-50", Verdict::Undecided),
    entry!("bingbangboom-87", Verdict::Undecided),
    entry!("seuperhakkerja-93", Verdict::Undecided),
    entry!("prasannakotyal-116", Verdict::Undecided),
    entry!("wonderfall-121", Verdict::Undecided),
    entry!("wonderfall-130", Verdict::Undecided),
    entry!("xangma-177", Verdict::Undecided),
];

/// The entry called `name`, if there is one.
pub fn find(name: &str) -> Option<&'static Entry> {
    ENTRIES.iter().find(|entry| entry.name == name)
}

impl Entry {
    /// Reads the model.
    ///
    /// # Errors
    ///
    /// None in practice: a test reads every entry.
    pub fn model(&self) -> Result<Model, Problems> {
        Model::parse(&format!("{}.toml", self.name), self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the authors of `model` should claim. Some count in ways of their own.
    fn claimed(model: &Model) -> usize {
        match (model.name(), model.counts().stored) {
            // The board says one more than the published code stores.
            ("wonderfall-27", 26) => 27,
            // Different values of full matrices.
            ("fblissjr-33", 53) => 33,
            // The number that the causal mask adds.
            ("seuperhakkerja-93", 92) => 93,
            (_, stored) => stored,
        }
    }

    #[test]
    fn every_entry_is_a_model_of_its_name() {
        for entry in &ENTRIES {
            let model = entry.model().unwrap_or_else(|problems| panic!("{problems}"));
            assert_eq!(model.name(), entry.name);
            assert_eq!(Some(claimed(&model)), model.identity().claimed, "{}", entry.name);
        }
        assert_eq!(ENTRIES[0].name, DEFAULT);
        assert!(find(DEFAULT).is_some() && find("nosuch").is_none());
    }

    /// `docs/counting.md` shows the five counts of two models in a table; the columns are the models.
    #[test]
    fn the_table_in_the_documents_is_true() {
        let page = include_str!("../../../docs/counting.md");
        let counts = ["gist-58", "nanogpt-130"].map(|name| find(name).unwrap().model().unwrap().counts());
        let row = |rule: &str| {
            let line = page.lines().find(|line| line.starts_with(&format!("| {rule} |"))).unwrap();
            let cells: Vec<&str> = line.split('|').map(str::trim).collect();
            [cells[3], cells[4]].map(|cell| cell.parse::<usize>().unwrap())
        };
        assert_eq!(row("stored"), counts.map(|c| c.stored));
        assert_eq!(row("board"), counts.map(|c| c.board));
        assert_eq!(row("literals"), counts.map(|c| c.literals));
        assert_eq!(row("strict"), counts.map(|c| c.strict));
        assert_eq!(row("description"), counts.map(|c| c.description));
    }

    #[test]
    fn the_seed_stores_58_numbers_and_writes_three_literals() {
        let counts = find("gist-58").unwrap().model().unwrap().counts();
        assert_eq!((counts.stored, counts.board, counts.literals, counts.strict), (58, 58, 3, 61));
        let original = find("nanogpt-130").unwrap().model().unwrap().counts();
        assert_eq!((original.stored, original.literals), (130, 3));
    }
}
