//! How dot products round, by where they stand.

use crate::document::{Node, Section, Value, keep};
use crate::plan::one_of;
use crate::problem::Problem;
use num::Sums;

/// How the dot products of a model round: `sums` in its file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DotProducts {
    /// In linear maps.
    pub maps: Sums,
    /// Of queries with keys.
    pub scores: Sums,
    /// Of the weights of attention with values.
    pub values: Sums,
}

impl DotProducts {
    /// Whether any are fused.
    pub fn any_fused(self) -> bool {
        [self.maps, self.scores, self.values].contains(&Sums::Fused)
    }
}

/// Reads a word for all of them, or a table with a word for some; the others are separate.
pub(crate) fn parse(node: &Node, problems: &mut Vec<Problem>) -> DotProducts {
    match &node.value {
        Value::String(_) => {
            let all = keep(word(node, "sums"), problems).unwrap_or_default();
            DotProducts { maps: all, scores: all, values: all }
        }
        Value::Table(_) => {
            let Some(mut section) = keep(Section::of("sums", node), problems) else {
                return DotProducts::default();
            };
            let mut part = |key: &'static str, what: &str| {
                section.take(key).and_then(|node| keep(word(node, what), problems)).unwrap_or_default()
            };
            let found = DotProducts {
                maps: part("maps", "sums.maps"),
                scores: part("scores", "sums.scores"),
                values: part("values", "sums.values"),
            };
            section.finish(problems);
            found
        }
        _ => {
            problems.push(node.wrong("sums", "`separate`, `fused` or a table"));
            DotProducts::default()
        }
    }
}

fn word(node: &Node, what: &str) -> Result<Sums, Problem> {
    one_of(node, what, &[("separate", Sums::Separate), ("fused", Sums::Fused)])
}
