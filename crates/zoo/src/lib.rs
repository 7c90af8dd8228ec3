//! The models that come with nanoadder, as text.
//!
//! Each is a file in `models/`; this list says which there are and what is known of each.

use spec::{Model, Problems};

/// What is known of a model on all pairs, with the run that shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Right on every pair: `nanoadder prove` says so, and a test that what stands here is what it says.
    Proved {
        /// What the proof holds for.
        layer: Layer,
    },
    /// There is a pair on which it is wrong.
    Refuted {
        /// The first operand.
        a: u64,
        /// The second operand.
        b: u64,
    },
}

impl Verdict {
    /// The word for it: `proved` or `refuted`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Proved { .. } => "proved",
            Self::Refuted { .. } => "refuted",
        }
    }

    /// What a proof holds for, if there is one.
    pub fn layer(self) -> Option<Layer> {
        match self {
            Self::Proved { layer } => Some(layer),
            Self::Refuted { .. } => None,
        }
    }
}

/// What a proof holds for; `docs/proofs.md` tells the three apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layer {
    /// For our program, which ran where bounds did not suffice.
    Exact,
    /// For our program.
    Program,
    /// For every order of evaluation.
    Portable,
}

impl Layer {
    /// Its name: `exact`, `program`, `portable`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Program => "program",
            Self::Portable => "portable",
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

const PORTABLE: Verdict = Verdict::Proved { layer: Layer::Portable };
const PROGRAM: Verdict = Verdict::Proved { layer: Layer::Program };
const EXACT: Verdict = Verdict::Proved { layer: Layer::Exact };

/// The model in the file of its name.
macro_rules! entry {
    ($name:literal, $verdict:expr) => {
        Entry { name: $name, text: include_str!(concat!("../models/", $name, ".toml")), verdict: $verdict }
    };
}

/// Every model of the zoo; the default stands first, then the seed with its ancestors, our smallest, and others by their size.
pub const ENTRIES: [Entry; 36] = [
    entry!("nanoadder-58", PORTABLE),
    entry!("gist-58", Verdict::Refuted { a: 900, b: 0 }),
    entry!("cosminscn-66", EXACT),
    entry!("nanogpt-130", PROGRAM),
    entry!("nanoadder-5", PORTABLE),
    entry!("nanoadder-3", PORTABLE),
    entry!("nanoadder-symbols-20", PORTABLE),
    entry!("nanoadder-0", PORTABLE),
    entry!("jnros-1", PORTABLE),
    entry!("kswain98-2", PORTABLE),
    entry!("kswain98-4", PORTABLE),
    entry!("zcbtrak-6", PORTABLE),
    entry!("warlockee-6", PORTABLE),
    entry!("kiguli-7", PORTABLE),
    entry!("kiguli-7-mask", PORTABLE),
    entry!("kswain98-8", PORTABLE),
    entry!("lokimorty-10", PORTABLE),
    entry!("lokimorty-12", PORTABLE),
    entry!("yieldthought-20", PORTABLE),
    entry!("wonderfall-27", PORTABLE),
    entry!("seuperhakkerja-28", EXACT),
    entry!("fblissjr-33", PROGRAM),
    entry!("alexlitz-36", Verdict::Refuted { a: 58_370_394, b: 1_629_601 }),
    entry!("wonderfall-40", PORTABLE),
    entry!("lichengliu03-50", PROGRAM),
    entry!("bingbangboom-87", PORTABLE),
    entry!("seuperhakkerja-93", EXACT),
    entry!("corbensorenson-111", EXACT),
    entry!("prasannakotyal-116", EXACT),
    entry!("wonderfall-121", EXACT),
    entry!("wonderfall-130", EXACT),
    entry!("wonderfall-139", EXACT),
    entry!("bingbangboom-148", PORTABLE),
    entry!("xangma-177", PORTABLE),
    entry!("xangma-197", PORTABLE),
    entry!("fblissjr-249", PORTABLE),
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
    use spec::Counts;

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

    /// Each row of the table of disputed entries: name, claim, and the five figures.
    #[test]
    fn disputed_entries_have_the_figures_that_the_documents_show() {
        let page = include_str!("../../../docs/counting.md");
        let rows: Vec<Vec<&str>> = page
            .lines()
            .filter(|line| line.starts_with("| `") && line.matches('|').count() == 9)
            .map(|line| line.split('|').map(|cell| cell.trim().trim_matches('`')).collect())
            .collect();
        assert!(rows.len() >= 15, "{}", rows.len());
        for cells in rows {
            let model = find(cells[1]).unwrap().model().unwrap();
            let counts = model.counts();
            let figures = [
                model.identity().claimed.unwrap(),
                counts.stored,
                counts.board,
                counts.literals,
                counts.strict,
                counts.description,
            ];
            assert_eq!(cells[2..8], figures.map(|figure| figure.to_string()), "{}", cells[1]);
        }
    }

    #[test]
    fn the_seed_stores_58_numbers_and_writes_three_literals() {
        let counts = find("gist-58").unwrap().model().unwrap().counts();
        assert_eq!((counts.stored, counts.board, counts.literals, counts.strict), (58, 58, 3, 61));
        let original = find("nanogpt-130").unwrap().model().unwrap().counts();
        assert_eq!((original.stored, original.literals), (130, 3));
    }

    /// `docs/smallest.md`: under each rule the lowest model is ours, and it is the one that the page names.
    #[test]
    fn ours_are_the_smallest_and_the_page_says_which() {
        let counts = |name: &str| find(name).unwrap().model().unwrap().counts();
        let others: Vec<Counts> = ENTRIES
            .iter()
            .filter(|entry| !entry.name.starts_with("nanoadder-"))
            .map(|entry| counts(entry.name))
            .collect();
        let least = |figure: fn(&Counts) -> usize| others.iter().map(figure).min().unwrap();
        for name in ["nanoadder-5", "nanoadder-3", "nanoadder-symbols-20", "nanoadder-0"] {
            let ours = counts(name);
            assert!(matches!(find(name).unwrap().verdict, Verdict::Proved { layer: Layer::Portable }));
            assert!(ours.strict < least(|c| c.strict), "{name}");
            assert!(ours.description < least(|c| c.description), "{name}");
            let few = others.iter().filter(|c| c.literals <= counts("gist-58").literals);
            assert!(few.map(|c| c.stored).min().unwrap() > ours.stored, "{name}");
        }
        let page = include_str!("../../../docs/smallest.md");
        let rows: Vec<Vec<&str>> = page
            .lines()
            .filter(|line| line.starts_with("| `"))
            .map(|line| line.split('|').map(str::trim).skip(1).take(6).collect())
            .collect();
        for row in &rows {
            let counts = counts(row[0].trim_matches('`'));
            let figures = [counts.stored, counts.board, counts.literals, counts.strict, counts.description];
            assert_eq!(row[1..], figures.map(|figure| figure.to_string()), "{}", row[0]);
        }
        assert_eq!(rows.len(), 8);
    }
}
