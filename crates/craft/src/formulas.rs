//! The formulas of a model as trees.

use spec::{Expression, Formula, Kind, Model, Recipe, Span};

/// A number written in a formula.
pub(crate) struct Written {
    pub(crate) value: f64,
    pub(crate) span: Span,
    /// The weight whose formula it is.
    pub(crate) place: String,
}

/// Every number that formulas write, each once, in the order of the text; those that say which stored number is meant are left
/// out.
pub(crate) fn literals(model: &Model) -> Vec<Written> {
    let mut found: Vec<Written> = Vec::new();
    for writing in model.ledger().writings() {
        for formula in formulas(&writing.recipe()) {
            walk(&formula.root, false, &mut |expression, in_index| {
                if let Kind::Number(value) = expression.kind
                    && !in_index
                {
                    let (span, place) = (expression.span.clone(), writing.place.clone());
                    found.push(Written { value, span, place });
                }
            });
        }
    }
    // A tie shows the formulas of its target again.
    found.sort_by_key(|literal| literal.span.start);
    found.dedup_by_key(|literal| literal.span.start);
    found
}

/// The formulas that a weight is written with.
pub(crate) fn formulas<'a>(recipe: &Recipe<'a>) -> Vec<&'a Formula> {
    match recipe {
        Recipe::Formula { formula, .. }
        | Recipe::Turns { angle: formula, .. }
        | Recipe::Theta { theta: formula }
        | Recipe::Scores { formula, .. } => vec![formula],
        Recipe::Columns { columns, .. } => columns.iter().map(|(_, formula)| *formula).collect(),
        Recipe::Entries { cells, .. } => cells.iter().map(|(_, _, formula)| *formula).collect(),
        Recipe::Rotation { angles, scale, .. } => angles.iter().chain([*scale]).collect(),
        Recipe::Table { .. }
        | Recipe::Transposed { .. }
        | Recipe::Outer { .. }
        | Recipe::Product { .. }
        | Recipe::Reads { .. }
        | Recipe::SharedRows { .. }
        | Recipe::Slice { .. }
        | Recipe::Derived(_) => Vec::new(),
    }
}

/// Shows `see` every node of `expression`, the outer ones first, and whether it is in the index of a stored number.
pub(crate) fn walk(expression: &Expression, in_index: bool, see: &mut impl FnMut(&Expression, bool)) {
    see(expression, in_index);
    match &expression.kind {
        Kind::Number(_) | Kind::Constant(_) | Kind::Named(_) | Kind::Word(_) => {}
        Kind::Stored(_, indices) => indices.iter().for_each(|index| walk(index, true, see)),
        Kind::Negative(inner) | Kind::Call(_, inner) => walk(inner, in_index, see),
        Kind::Binary(_, left, right) => {
            walk(left, in_index, see);
            walk(right, in_index, see);
        }
        Kind::If(parts) => parts.iter().for_each(|part| walk(part, in_index, see)),
    }
}
