//! What a formula holds: its literals, its constants, its symbols.

use super::{Expression, Formula, Kind};

impl Formula {
    /// The number of leaves, operators and functions.
    ///
    /// A number, `pi`, `tau`, a name and an index word are a leaf each; a sign is an operator, `if` a function; the
    /// indices of a stored number count like any formula.
    pub(crate) fn symbols(&self) -> usize {
        let mut count = 0;
        self.root.walk(&mut |_| count += 1);
        count
    }

    /// Every number that is written in the formula, except zero and one.
    pub(crate) fn literals(&self) -> Vec<f64> {
        let mut found = Vec::new();
        self.root.walk(&mut |node| match node.kind {
            Kind::Number(value) if value != 0.0 && value != 1.0 => found.push(value),
            _ => {}
        });
        found
    }

    /// The entries of `[const]` that the formula reads.
    pub(crate) fn consts(&self) -> Vec<usize> {
        let mut found = Vec::new();
        self.root.walk(&mut |node| {
            if let Kind::Named(index) = node.kind {
                found.push(index);
            }
        });
        found
    }

    /// Whether the formula reads a stored number.
    pub(crate) fn reads_stored(&self) -> bool {
        let mut found = false;
        self.root.walk(&mut |node| found |= matches!(node.kind, Kind::Stored(..)));
        found
    }

    /// Whether the formula reads an index word.
    pub(crate) fn reads_index(&self) -> bool {
        let mut found = false;
        self.root.walk(&mut |node| found |= matches!(node.kind, Kind::Word(_)));
        found
    }

    /// The formula as text without the names of stored numbers; `consts` are the values of the entries of `[const]`.
    pub(crate) fn shape(&self, consts: &[f64]) -> String {
        let mut shape = String::new();
        self.root.walk(&mut |node| {
            let part = match &node.kind {
                Kind::Number(value) | Kind::Constant(value) => format!("{value:?}"),
                Kind::Named(index) => format!("{:?}", consts[*index]),
                Kind::Word(word) => format!("{word:?}"),
                Kind::Stored(_, indices) => format!("stored/{}", indices.len()),
                Kind::Negative(_) => "-".into(),
                Kind::Binary(operator, ..) => format!("{operator:?}"),
                Kind::Call(function, _) => format!("{function:?}"),
                Kind::If(_) => "if".into(),
            };
            shape.push_str(&part);
            shape.push(' ');
        });
        shape
    }

    /// Moves every place by `offset`: from the text of the formula to the text of the file.
    pub(crate) fn shift(&mut self, place: &impl Fn(crate::problem::Span) -> crate::problem::Span) {
        shift(&mut self.root, place);
    }
}

fn shift(node: &mut Expression, place: &impl Fn(crate::problem::Span) -> crate::problem::Span) {
    node.span = place(node.span.clone());
    for child in node.children_mut() {
        shift(child, place);
    }
}

impl Expression {
    fn walk(&self, visit: &mut impl FnMut(&Self)) {
        visit(self);
        match &self.kind {
            Kind::Number(_) | Kind::Constant(_) | Kind::Named(_) | Kind::Word(_) => {}
            Kind::Stored(_, indices) => indices.iter().for_each(|index| index.walk(visit)),
            Kind::Negative(inner) | Kind::Call(_, inner) => inner.walk(visit),
            Kind::Binary(_, left, right) => {
                left.walk(visit);
                right.walk(visit);
            }
            Kind::If(parts) => parts.iter().for_each(|part| part.walk(visit)),
        }
    }

    fn children_mut(&mut self) -> Vec<&mut Self> {
        match &mut self.kind {
            Kind::Number(_) | Kind::Constant(_) | Kind::Named(_) | Kind::Word(_) => Vec::new(),
            Kind::Stored(_, indices) => indices.iter_mut().collect(),
            Kind::Negative(inner) | Kind::Call(_, inner) => vec![inner],
            Kind::Binary(_, left, right) => vec![left, right],
            Kind::If(parts) => parts.iter_mut().collect(),
        }
    }
}
