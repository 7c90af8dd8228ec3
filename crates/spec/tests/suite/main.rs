//! The model file from outside: what it accepts, what it says of what it does not, and what it counts.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod accounts;
mod attention;
mod bad;
mod forms;
mod fuzz;
mod ledger;
mod many;
mod shown;
mod tasks;
mod weights;

/// A small model in parts, so that a test can replace one: a table lookup with one idle head.
pub(crate) struct Draft {
    pub(crate) top: String,
    pub(crate) task: String,
    pub(crate) shape: String,
    pub(crate) params: String,
    pub(crate) network: String,
}

impl Draft {
    pub(crate) fn new() -> Self {
        Self {
            top: "name = \"draft\"\ndtype = \"f64\"\n".into(),
            task: "prompt = \"{a:0>2}{b:0>2}\"\nanswer = \"least-first:3\"\n".into(),
            shape: "vocabulary = 10\nwidth = 2\nheads = 1\nblock_size = 8\n".into(),
            params: "e = [[0, 1], [1, 1], [2, 1], [3, 1], [4, 1], [5, 1], [6, 1], [7, 1], [8, 1], [9, 1]]\n"
                .into(),
            network: "[embed]\ntable = \"e\"\n[[layer]]\n[layer.attention]\n\
                      query = { entries = [] }\nkey = { entries = [] }\nvalue = { entries = [] }\n\
                      output = { entries = [] }\n[head]\nsame = \"embed\"\n"
                .into(),
        }
    }

    pub(crate) fn text(&self) -> String {
        format!(
            "{}[task]\n{}[shape]\n{}[params]\n{}{}",
            self.top, self.task, self.shape, self.params, self.network
        )
    }

    pub(crate) fn model(&self) -> spec::Model {
        spec::Model::parse("draft.toml", &self.text()).unwrap_or_else(|problems| panic!("{problems}"))
    }

    /// The problems of the file, as shown.
    pub(crate) fn problems(&self) -> String {
        spec::Model::parse("draft.toml", &self.text())
            .expect_err("the draft should not be readable")
            .to_string()
    }

    /// The 10 × 2 embedding that `form` writes, row by row.
    pub(crate) fn embedding(form: &str, params: &str, top: &str) -> Vec<f64> {
        let mut draft = Self::new();
        draft.top.push_str(top);
        draft.params = params.into();
        draft.network = draft.network.replace("table = \"e\"", form);
        let net = draft.model().net::<f64>();
        (0..10)
            .flat_map(|row| (0..2).map(move |col| (row, col)))
            .map(|(r, c)| *net.embedding().at(r, c))
            .collect()
    }
}
