//! `fmt`: one way to write a model file.
//!
//! Sections and keys stand in the order of `docs/format.md`; what is unknown follows as it stood. Keys of `[params]`,
//! `[const]` and `tokens` keep their order, and numbers and strings are left as they are spelled. Comments go along with
//! what they stand above or behind. Every line ends as the first one of the file does, those inside of strings too.

use crate::text::{Document, Item, Kind, Section, read::read, write::write};
use spec::Problems;
use std::collections::BTreeMap;

/// The model file `text` as it is written by rule; `file` is its name in messages.
///
/// Formatting twice changes nothing more, and a model means the same afterwards.
///
/// # Errors
///
/// If `text` is not TOML. Whether it is a model does not matter.
pub fn format(file: &str, text: &str) -> Result<String, Problems> {
    spec::check_toml(file, text)?;
    let mut document = read(text);
    arrange(&mut document);
    Ok(write(&document))
}

/// Puts sections and keys in order.
fn arrange(document: &mut Document) {
    for section in &mut document.sections {
        let path = section.header.as_ref().map_or(&[][..], |header| &header.key.path).to_vec();
        order_items(&mut section.items, &path);
    }
    let keys = section_keys(&document.sections);
    let mut sections: Vec<_> = keys.into_iter().zip(document.sections.drain(..)).collect();
    sections.sort_by(|(a, _), (b, _)| a.cmp(b));
    document.sections = sections.into_iter().map(|(_, section)| section).collect();
}

/// The place of each part of a header's path among its neighbours: rank, first appearance, and the number of the array
/// element.
type Place = Vec<(usize, usize, usize)>;

fn section_keys(sections: &[Section]) -> Vec<Place> {
    let mut seen: BTreeMap<&[String], usize> = BTreeMap::new();
    let mut elements: BTreeMap<&[String], usize> = BTreeMap::new();
    let mut keys = Vec::new();
    for (index, section) in sections.iter().enumerate() {
        let Some(header) = &section.header else {
            keys.push(Vec::new());
            continue;
        };
        let path = header.key.path.as_slice();
        if header.array {
            *elements.entry(path).or_default() += 1;
        }
        let part = |len: usize| {
            let (parent, name) = (&path[..len - 1], &path[len - 1]);
            let first = *seen.entry(&path[..len]).or_insert(index);
            (rank(order(parent), name), first, elements.get(&path[..len]).copied().unwrap_or(0))
        };
        keys.push((1..=path.len()).map(part).collect());
    }
    keys
}

/// Puts the keys of a table in order, and those of the tables in it; `path` is the table's own.
fn order_items(items: &mut [Item], path: &[String]) {
    let names = order(path);
    items.sort_by_key(|item| item.key.as_ref().map_or(0, |key| rank(names, &key.path[0])));
    for item in items {
        let mut path = path.to_vec();
        path.extend(item.key.iter().flat_map(|key| key.path.iter().cloned()));
        match &mut item.value.kind {
            Kind::Scalar(_) => {}
            Kind::Array(items, _) | Kind::Table(items, _) => order_items(items, &path),
        }
    }
}

fn rank(order: &[&str], name: &str) -> usize {
    order.iter().position(|known| *known == name).unwrap_or(order.len())
}

const TOP: [&str; 21] = [
    "name", "title", "authors", "source", "category", "claimed", "dtype", "formulas", "sines", "sums",
    "weights", "note", "const", "task", "shape", "params", "embed", "position", "layer", "norm", "head",
];
const TASK: [&str; 4] = ["prompt", "tokens", "answer", "end"];
const SHAPE: [&str; 9] = [
    "vocabulary",
    "outputs",
    "width",
    "heads",
    "kv_heads",
    "head_width",
    "value_width",
    "hidden",
    "block_size",
];
const LAYER: [&str; 6] = ["shape", "attention_norm", "attention", "mlp_norm", "mlp", "gain"];
const ATTENTION: [&str; 10] =
    ["query_norm", "key_norm", "rope", "scale", "softmax", "query", "key", "value", "output", "bias"];
const MLP: [&str; 4] = ["activation", "gate", "up", "down"];
const NORM: [&str; 4] = ["kind", "weight", "bias", "eps"];
const ROPE: [&str; 3] = ["theta", "angle", "pairs"];
/// The form of a weight or map, then what belongs to it.
const WEIGHT: [&str; 19] = [
    "table",
    "transposed",
    "formula",
    "columns",
    "entries",
    "outer",
    "product",
    "rotation",
    "scale",
    "shared_rows",
    "slice",
    "same",
    "transpose",
    "low_rank",
    "rank",
    "reads",
    "of",
    "rows",
    "bias",
];

/// The keys of the table at `path` in their order; none where the order is the author's.
fn order(path: &[String]) -> &'static [&'static str] {
    let (Some(first), Some(last)) = (path.first(), path.last()) else { return &TOP };
    match (first.as_str(), last.as_str()) {
        ("task", "task") => &TASK,
        ("shape" | "layer", "shape") => &SHAPE,
        ("layer", "layer") => &LAYER,
        ("layer", "attention") => &ATTENTION,
        ("layer", "mlp") => &MLP,
        ("layer", "rope") => &ROPE,
        ("norm", "norm") | ("layer", "attention_norm" | "mlp_norm" | "query_norm" | "key_norm") => &NORM,
        (_, "columns") => &[],
        ("embed" | "position" | "layer" | "norm" | "head", _) => &WEIGHT,
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let found = format("t.toml", text).unwrap();
        assert_eq!(found, expected);
        assert_eq!(format("t.toml", &found).unwrap(), expected, "formatting again changes it");
    }

    #[test]
    fn blanks_lines_and_order() {
        check(
            "\n\n# The file.\n\n[ head ]   # h\nsame=\"embed\"\n\n\n# What is stored.\n[params]\nb  =  1_0\n\n\n\na.'x y'=[1,2 ,3,]# three\n#end\n\n\
             [shape]\nwidth=2\nvocabulary=10\n",
            "# The file.\n\n[shape]\nvocabulary = 10\nwidth = 2\n\n# What is stored.\n[params]\nb = 1_0\n\na.'x y' = [1, 2, 3] # three\n#end\n\n\
             [head] # h\nsame = \"embed\"\n",
        );
    }

    #[test]
    fn layers_stay_together() {
        check(
            "[[layer]]\n[layer.mlp]\nup='a'\n[layer.attention]\n[[layer]]\n[layer.mlp]\nup='b'\nactivation='relu'\n[embed]\nouter=['u','v']\n",
            "[embed]\nouter = ['u', 'v']\n\n[[layer]]\n\n[layer.attention]\n\n[layer.mlp]\nup = 'a'\n\n[[layer]]\n\n[layer.mlp]\n\
             activation = 'relu'\nup = 'b'\n",
        );
    }

    #[test]
    fn arrays_keep_their_lines_and_rows_stand_in_columns() {
        check(
            "[params]\nm=[ # of two\n[1,-20],\n\n  # the second\n[300,4] ] # m\nv=[1,2,\n3,4]\ne=[\n]\n",
            "[params]\nm = [\n  # of two\n  [  1, -20],\n\n  # the second\n  [300,   4],\n] # m\nv = [\n  1, 2,\n  3, 4,\n]\ne = []\n",
        );
    }

    #[test]
    fn long_lists_of_entries_are_broken_and_inline_tables_are_not() {
        let entries = |from: usize| (from..12).map(|row| format!("[{row}, 0, 'name']"));
        let (line, lines) =
            (entries(0).collect::<Vec<_>>().join(", "), entries(0).collect::<Vec<_>>().join(",\n  "));
        check(
            &format!("[layer.mlp]\nup={{bias='b',entries=[{line}]}}\n"),
            &format!("[layer.mlp]\nup = {{ entries = [\n  {lines},\n], bias = 'b' }}\n"),
        );
        let names = ["'a long name of a row'"; 8].join(", ");
        let same = format!("[layer.mlp]\nup = {{ shared_rows = [{names}], bias = 'b' }}\n");
        check(&same, &same);
    }

    #[test]
    fn comments_behind_neighbours_stand_in_a_column() {
        check(
            "[shape]\nwidth=2#a\nheads=10   # b\n\nhidden=4 # c\n",
            "[shape]\nwidth = 2  #a\nheads = 10 # b\n\nhidden = 4 # c\n",
        );
    }

    #[test]
    fn lines_end_as_the_first_one_does() {
        let file = "# A file.\nname='m' # c\nnote=\"\"\"\none\n\n  two\"\"\"\n\n\n[params]\na=[\n1,2, # d\n]\nb='''x\ny'''\n";
        let unix = format("t.toml", file).unwrap();
        let windows = unix.replace('\n', "\r\n");
        check(file, &unix);
        check(&file.replace('\n', "\r\n"), &windows);
        let other: String = file
            .split_inclusive('\n')
            .enumerate()
            .map(|(line, text)| if line % 2 == 0 { text.replace('\n', "\r\n") } else { text.to_owned() })
            .collect();
        check(&other, &windows);
        // Any one line end of the other kind.
        for at in file.match_indices('\n').map(|(at, _)| at) {
            let first = at == file.find('\n').unwrap();
            let mixed = format!("{}\r\n{}", &file[..at], &file[at + 1..]);
            check(&mixed, if first { &windows } else { &unix });
        }
    }

    #[test]
    fn what_is_not_toml_is_refused_with_its_place() {
        let problems = format("t.toml", "a = 1\na = 2\n").unwrap_err();
        assert_eq!(problems.place(&problems.list()[0]), (2, 1));
    }
}
