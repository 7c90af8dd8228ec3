//! The weights of the network, computed from the stored numbers.

use super::formula::{Words, has_words, python};
use super::names::Names;
use spec::{Formula, Frame, Model, Recipe, Writing};
use std::fmt::Write;

/// The body of `weights`.
pub(super) fn body(text: &mut String, model: &Model, names: &Names) {
    text.push_str("        w = {}\n");
    let writings = model.ledger().writings();
    let mut grid = None;
    for (index, writing) in writings.iter().enumerate() {
        let place = &writing.place;
        let tie = writings[..index].iter().find(|earlier| writing.is_tied_to(earlier));
        if let Some(earlier) = tie {
            let turn = if earlier.transposed == writing.transposed { "" } else { ".T" };
            let _ = writeln!(text, "        w[\"{place}\"] = w[\"{}\"]{turn}", earlier.place);
            continue;
        }
        let (rows, columns) = (writing.rows, writing.columns);
        if needs_grid(&writing.recipe()) && grid != Some((rows, columns)) {
            let _ = writeln!(text, "        row, column = grid({rows}, {columns})");
            grid = Some((rows, columns));
        }
        let turn = if writing.transposed { ".T" } else { "" };
        let _ = writeln!(text, "        w[\"{place}\"] = {}{turn}", weight(writing, model, names));
    }
    text.push_str("        return w\n");
}

fn needs_grid(recipe: &Recipe<'_>) -> bool {
    match recipe {
        Recipe::Formula { formula, .. } => has_words(formula),
        Recipe::Columns { columns, .. } => columns.iter().any(|(_, formula)| has_words(formula)),
        Recipe::Turns { .. } | Recipe::Scores { .. } => true,
        _ => false,
    }
}

/// A Python expression for the whole weight, `[rows, columns]`; a bias of scores is `[head, query, key]`.
fn weight(writing: &Writing, model: &Model, names: &Names) -> String {
    let (rows, columns) = (writing.rows, writing.columns);
    let tensors = model.ledger().tensors();
    let stored = |tensor: usize| format!("self.{}", names.tensor(tensor));
    // The tensor in a given shape.
    let shaped = |tensor: usize, shape: &[usize]| {
        if tensors[tensor].shape == shape {
            return stored(tensor);
        }
        let shape: Vec<String> = shape.iter().map(ToString::to_string).collect();
        format!("{}.reshape({})", stored(tensor), shape.join(", "))
    };
    let whole = |formula: &Formula, frame: Frame| python(formula, &Words::grid(frame), names);
    match writing.recipe() {
        Recipe::Table { tensor } => shaped(tensor, &[rows, columns]),
        Recipe::Transposed { tensor } => format!("{}.T", stored(tensor)),
        Recipe::Formula { formula, frame } => format!("filled({}, {rows}, {columns})", whole(formula, frame)),
        Recipe::Columns { columns: by, frame } => {
            let by: Vec<String> = by
                .iter()
                .map(|(column, formula)| format!("{column}: {}", in_column(formula, frame, *column, names)))
                .collect();
            format!("by_column({rows}, {columns}, {{{}}})", by.join(", "))
        }
        Recipe::Entries { cells, frame } => {
            let cells: Vec<String> = cells
                .iter()
                .map(|(row, column, formula)| {
                    format!(
                        "({row}, {column}, {})",
                        python(formula, &Words::cell(frame, *row, *column), names)
                    )
                })
                .collect();
            format!("sparse({rows}, {columns}, [{}])", cells.join(", "))
        }
        Recipe::Outer { rows: left, columns: right } => {
            format!("torch.outer({}, {})", shaped(left, &[rows]), shaped(right, &[columns]))
        }
        Recipe::Product { left, right } => format!("product({}, {})", stored(left), stored(right)),
        Recipe::Reads { columns: reads, tensor } => {
            format!("spread({rows}, {columns}, {reads:?}, {})", stored(tensor))
        }
        Recipe::Rotation { angles, scale, columns: reads } => {
            let single = Words::grid(Frame::Single);
            let angles: Vec<String> = angles.iter().map(|angle| python(angle, &single, names)).collect();
            let scale = python(scale, &single, names);
            format!("rotation({columns}, {reads:?}, [{}], {scale})", angles.join(", "))
        }
        Recipe::SharedRows { tensors } => {
            let rows: Vec<String> = tensors.iter().map(|&tensor| shaped(tensor, &[columns])).collect();
            format!("torch.stack([{}])", rows.join(", "))
        }
        Recipe::Slice { tensor, first } => {
            let part = format!("{}[{first}:{}]", stored(tensor), first + rows);
            if tensors[tensor].shape.len() == 2 { part } else { format!("{part}.reshape({rows}, {columns})") }
        }
        Recipe::Turns { angle, frame } => format!("turns({}, {rows}, {columns})", whole(angle, frame)),
        Recipe::Theta { theta } => {
            let theta = python(theta, &Words::grid(Frame::Single), names);
            format!("theta_turns({theta}, {rows}, {columns})")
        }
        Recipe::Scores { formula, frame } => {
            let heads = rows / columns;
            format!("causal_scores({}, {heads}, {columns})", whole(formula, frame))
        }
        Recipe::Derived(value) => format!("filled({value:?}, 1, 1)"),
    }
}

/// The formula of one column: the index of that column is one number.
fn in_column(formula: &Formula, frame: Frame, column: usize, names: &Names) -> String {
    python(formula, &Words::column(frame, column), names)
}
