//! The text of a submission to AdderBoard: its form, filled.

use crate::wrap::wrapped;
use spec::figures::counted;
use spec::text::markdown;
use spec::{Category, Model, Recipe};
use std::fmt::Write;

/// What was found out about a model by running it.
#[derive(Clone, Debug)]
pub struct Findings {
    /// How many pairs of the protocol are right.
    pub passed: usize,
    /// How many pairs the protocol has.
    pub total: usize,
    /// The verdict on all pairs, in words.
    pub verdict: String,
}

/// The issue's text, under the headings of AdderBoard's form. The link to the code is the author's to add.
pub fn submission(model: &Model, findings: &Findings) -> String {
    let (identity, counts, shape) = (model.identity(), model.counts(), model.shape());
    let net = model.net::<f64>();
    let method = match identity.category {
        Category::HandCoded => "Hand-coded weights",
        Category::Trained => "Trained (SGD/Adam)",
    };
    let accuracy = 100.0 * findings.passed as f64 / findings.total as f64;
    let mut text = String::new();
    let mut section = |title: &str, body: &str| {
        let _ = write!(text, "### {title}\n\n{}\n\n", body.trim());
    };
    section("Author", &markdown(&identity.authors.join(", ")));
    section("Unique Parameter Count", &counts.board.to_string());
    section(
        "Accuracy",
        &format!(
            "{accuracy:.2} % ({} of {} of the protocol)",
            findings.passed,
            counted(findings.total, "pair")
        ),
    );
    section("Method", method);
    let (layers, hidden) = (net.layers().len(), shape.hidden);
    let heads = if shape.kv_heads == shape.heads {
        counted(shape.heads, "head")
    } else {
        format!("{} on {}", counted(shape.heads, "head"), counted(shape.kv_heads, "key-value head"))
    };
    section(
        "Architecture",
        &format!(
            "{layers}L decoder, d={}, {heads} of width {}, ff={hidden}, {}",
            shape.width,
            shape.head_width,
            model.dtype().name()
        ),
    );
    section("Key Tricks", &tricks(model));
    section(
        "Link to Code",
        // An address on one line is a link as it is.
        &identity.source.as_deref().map_or("(yours to add: a public repository or gist)".into(), |source| {
            if source.starts_with("https://")
                && source.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'<')
            {
                source.to_owned()
            } else {
                markdown(source)
            }
        }),
    );
    let check = format!(
        "nanoadder check {name}\n{} of {} right\n\nnanoadder prove {name}\n{}",
        findings.passed,
        findings.total,
        findings.verdict,
        name = model.name()
    );
    section("Verification Output", &format!("```\n{check}\n```"));
    let mut notes = format!(
        "Counts by five rules: {} stored, {} by the board's rule, {} literals in formulas, {} strict (stored and literals), {} \
         symbols in the whole description.",
        counts.stored, counts.board, counts.literals, counts.strict, counts.description
    );
    if let Some(note) = &identity.note {
        let lines: Vec<String> = note.lines().map(line_of).collect();
        let _ = write!(notes, "\n\n{}", wrapped(&lines.join("\n"), 110));
    }
    section("Additional Notes", &notes);
    text.trim_end().to_owned() + "\n"
}

/// A line of a note; an item of a list stays one.
fn line_of(note: &str) -> String {
    match note.strip_prefix("- ") {
        Some(rest) => format!("- {}", markdown(rest)),
        None => markdown(note),
    }
}

/// The ways in which weights are written with fewer numbers than they have, a line each.
fn tricks(model: &Model) -> String {
    let writings = model.ledger().writings();
    let mut lines = String::new();
    for (index, writing) in writings.iter().enumerate() {
        let earlier = writings[..index].iter().find(|earlier| writing.is_tied_to(earlier));
        let trick = match (earlier, writing.recipe()) {
            (Some(earlier), _) => format!("tied to `{}`", earlier.place),
            (None, Recipe::Outer { .. }) => "rank one".to_owned(),
            (None, Recipe::Product { .. }) => "low rank".to_owned(),
            (None, Recipe::Reads { columns, .. }) => format!("reads {}", counted(columns.len(), "column")),
            (None, Recipe::Rotation { .. }) => "rotations from angles".to_owned(),
            (None, Recipe::SharedRows { .. }) => "shared rows".to_owned(),
            (None, Recipe::Entries { .. } | Recipe::Columns { .. }) => "sparse".to_owned(),
            (None, Recipe::Formula { .. }) if writing.rows * writing.columns > 1 => {
                "computed by a formula".to_owned()
            }
            _ => continue,
        };
        let _ = writeln!(lines, "- `{}`: {trick}", writing.place);
    }
    if lines.is_empty() { "- none: every matrix is stored in full".to_owned() } else { lines }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seed_fills_the_form() {
        let model = zoo::find("gist-58").unwrap().model().unwrap();
        let text =
            submission(&model, &Findings { passed: 9203, total: 10_010, verdict: "refuted: 900 + 0".into() });
        for line in [
            "### Unique Parameter Count\n\n58\n",
            "91.94 %",
            "rotations from angles",
            "1L decoder, d=4, 2 heads",
        ] {
            assert!(text.contains(line), "{line}\n{text}");
        }
    }

    #[test]
    fn a_note_fills_no_other_part_of_the_form() {
        let text = zoo::find("gist-58").unwrap().text;
        let text = text.replace("\"cosminscn\"", "\"me\\n\\n### Accuracy\\n\\n100 %\"");
        let text = text.replace("note = \"\"\"\n", "note = \"\"\"\n### Accuracy\n\n100 %\n\n");
        let model = spec::Model::parse("odd.toml", &text).unwrap();
        let text = submission(&model, &Findings { passed: 1, total: 2, verdict: "refuted".into() });
        assert_eq!(
            (text.matches("\n### Accuracy").count(), text.matches("### Accuracy").count()),
            (1, 1),
            "{text}"
        );
        assert_eq!(text.matches(r"\#\#\# Accuracy").count(), 2, "{text}");
    }
}
