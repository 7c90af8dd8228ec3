//! The numbers of a model one by one, and what may stand in the place of one.

use super::edit::{array, scalar, set, splice};
use crate::formulas::{formulas, walk};
use crate::lint::number_name;
use crate::text::Document;
use spec::{Kind, Model, Recipe, Span};

/// A number of the file.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Atom {
    pub(super) what: What,
    pub(super) value: f64,
    /// Where formulas use it, and whether the use is the whole formula.
    uses: Vec<(Span, bool)>,
    /// Whether formulas are all that use it, with a fixed index.
    pub(super) free: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    Stored {
        tensor: usize,
        element: usize,
    },
    Const(usize),
    /// Written in a formula.
    Literal,
}

/// The numbers of a model with their names.
pub(super) struct Atoms<'a> {
    model: &'a Model,
    pub(super) list: Vec<Atom>,
    consts: Vec<String>,
    /// Each stored number as the file spells it.
    spelled: Vec<Vec<String>>,
}

impl<'a> Atoms<'a> {
    pub(super) fn new(model: &'a Model, document: &Document) -> Self {
        let text = model.text();
        let spelled: Vec<Vec<String>> = document
            .numbers(model)
            .into_iter()
            .map(|spans| spans.into_iter().map(|span| text.get(span).unwrap_or("").to_owned()).collect())
            .collect();
        let mut list = Vec::new();
        for (tensor, values) in model.stored().iter().enumerate() {
            for (element, &value) in values.iter().enumerate() {
                let free = spelled[tensor][element].parse::<f64>().is_ok();
                let what = What::Stored { tensor, element };
                list.push(Atom { what, value, uses: Vec::new(), free });
            }
        }
        let consts: Vec<String> = model.consts().map(|(name, _)| name.to_owned()).collect();
        for (index, (_, value)) in model.consts().enumerate() {
            list.push(Atom { what: What::Const(index), value, uses: Vec::new(), free: true });
        }
        let mut atoms = Self { model, list, consts, spelled };
        atoms.find_uses();
        atoms
    }

    fn find_uses(&mut self) {
        for writing in self.model.ledger().writings() {
            let recipe = writing.recipe();
            for tensor in named(&recipe) {
                self.bind(tensor);
            }
            for formula in formulas(&recipe) {
                let root = formula.root.span.clone();
                let mut found = Vec::new();
                walk(&formula.root, false, &mut |expression, in_index| {
                    found.push((expression.kind.clone(), expression.span.clone(), in_index));
                });
                for (kind, span, in_index) in found {
                    let whole = span == root;
                    match kind {
                        Kind::Stored(tensor, indices) => match self.element(tensor, &indices) {
                            Some(element) => self.add_use(What::Stored { tensor, element }, span, whole),
                            None => self.bind(tensor),
                        },
                        Kind::Named(index) => self.add_use(What::Const(index), span, whole),
                        Kind::Number(value) if value != 0.0 && value != 1.0 && !in_index => {
                            let known =
                                |atom: &Atom| atom.uses.first().is_some_and(|(known, _)| *known == span);
                            if !self.list.iter().any(|atom| atom.what == What::Literal && known(atom)) {
                                let uses = vec![(span, whole)];
                                self.list.push(Atom { what: What::Literal, value, uses, free: true });
                            }
                        }
                        _ => {}
                    }
                }
            }
        }
    }

    /// The element that constant indices name; none if they are computed.
    fn element(&self, tensor: usize, indices: &[spec::Expression]) -> Option<usize> {
        let index = |expression: &spec::Expression| match expression.kind {
            Kind::Number(number) => Some(number as usize),
            _ => None,
        };
        match (indices, self.model.ledger().tensors()[tensor].shape.as_slice()) {
            ([], _) => Some(0),
            ([i], _) => index(i),
            ([i, j], [_, columns]) => Some(index(i)? * columns + index(j)?),
            _ => None,
        }
    }

    fn add_use(&mut self, what: What, span: Span, whole: bool) {
        let atom = self.list.iter_mut().find(|atom| atom.what == what);
        if let Some(atom) = atom.filter(|atom| !atom.uses.iter().any(|(known, _)| *known == span)) {
            atom.uses.push((span, whole));
        }
    }

    /// Something else than a formula with a fixed index uses the tensor.
    fn bind(&mut self, tensor: usize) {
        for atom in &mut self.list {
            if matches!(atom.what, What::Stored { tensor: of, .. } if of == tensor) {
                atom.free = false;
            }
        }
    }

    /// What formulas call an atom.
    pub(super) fn name(&self, atom: &Atom) -> String {
        match atom.what {
            What::Stored { tensor, element } => {
                let single = self.model.stored()[tensor].len() == 1;
                let name = number_name(self.model, tensor, element);
                if single { self.model.ledger().tensors()[tensor].name.clone() } else { name }
            }
            What::Const(index) => self.consts[index].clone(),
            What::Literal => atom.value.to_string(),
        }
    }

    /// Its name when the elements of its tensor that stand before it are those of `kept`.
    fn name_in(&self, what: What, kept: &[(usize, usize)]) -> String {
        match what {
            What::Stored { tensor, element } if kept.iter().any(|&(t, _)| t == tensor) => {
                let name = &self.model.ledger().tensors()[tensor].name;
                let left: Vec<usize> =
                    kept.iter().filter(|kept| kept.0 == tensor).map(|kept| kept.1).collect();
                match left.iter().position(|&e| e == element) {
                    Some(_) if left.len() == 1 => name.clone(),
                    Some(index) => format!("{name}[{index}]"),
                    None => number_name(self.model, tensor, element),
                }
            }
            _ => {
                self.list.iter().find(|atom| atom.what == what).map_or(String::new(), |atom| self.name(atom))
            }
        }
    }

    /// The document with another value for the stored number `what`.
    fn with_value(&self, document: &mut Document, what: What, value: f64) {
        let What::Stored { tensor, element } = what else { return };
        let spelled = self.spelled[tensor].iter().enumerate();
        let values =
            spelled.map(|(other, old)| if other == element { value.to_string() } else { old.clone() });
        let mut values: Vec<_> = values.map(scalar).collect();
        let value = if values.len() == 1 { values.remove(0) } else { array(values) };
        set(document, "params", &self.model.ledger().tensors()[tensor].name, Some(value));
    }

    /// The document with the stored number `atom` written as 1, and the stored number `into` changed to `value` in return.
    ///
    /// None if they are no two stored numbers.
    pub(super) fn fold(&self, document: &Document, atom: &Atom, into: &Atom, value: f64) -> Option<Document> {
        let (What::Stored { tensor, element }, What::Stored { tensor: other, .. }) = (atom.what, into.what)
        else {
            return None;
        };
        if tensor != other {
            let mut document = self.replace(document, atom, &Made::One);
            self.with_value(&mut document, into.what, value);
            return Some(document);
        }
        let mut changed = Self::new(self.model, document);
        let What::Stored { element: at, .. } = into.what else { return None };
        changed.spelled[tensor][at] = value.to_string();
        (at != element).then(|| changed.replace(document, atom, &Made::One))
    }

    /// The document with `atom` gone and what `made` makes in its place.
    pub(super) fn replace(&self, document: &Document, atom: &Atom, made: &Made) -> Document {
        let mut document = document.clone();
        let (mut splices, mut kept) = (Vec::new(), Vec::new());
        if let What::Stored { tensor, element } = atom.what {
            let len = self.model.stored()[tensor].len();
            kept.extend((0..len).filter(|&other| other != element).map(|other| (tensor, other)));
            for other in &self.list {
                if matches!(other.what, What::Stored { tensor: of, .. } if of == tensor)
                    && other.what != atom.what
                {
                    let name = self.name_in(other.what, &kept);
                    splices.extend(other.uses.iter().map(|(span, _)| (span.clone(), name.clone())));
                }
            }
            let values: Vec<_> =
                kept.iter().map(|&(tensor, element)| scalar(self.spelled[tensor][element].clone())).collect();
            let name = &self.model.ledger().tensors()[tensor].name;
            let value = match values.len() {
                0 => None,
                1 => values.into_iter().next(),
                _ => Some(array(values)),
            };
            set(&mut document, "params", name, value);
        }
        let text = made.text(&|what| self.name_in(what, &kept));
        let inner = if made.is_atomic() { text.clone() } else { format!("({text})") };
        let put =
            |(span, whole): &(Span, bool)| (span.clone(), if *whole { text.clone() } else { inner.clone() });
        splices.extend(atom.uses.iter().map(put));
        splice(&mut document, &splices);
        if let What::Const(index) = atom.what {
            set(&mut document, "const", &self.consts[index], None);
        }
        document
    }
}

/// The tensors that a form names outside of formulas.
fn named(recipe: &Recipe<'_>) -> Vec<usize> {
    match *recipe {
        Recipe::Table { tensor }
        | Recipe::Transposed { tensor }
        | Recipe::Reads { tensor, .. }
        | Recipe::Slice { tensor, .. } => vec![tensor],
        Recipe::Outer { rows, columns } => vec![rows, columns],
        Recipe::Product { left, right } => vec![left, right],
        Recipe::SharedRows { tensors } => tensors.to_vec(),
        _ => Vec::new(),
    }
}

/// A number made of others.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Made {
    Zero,
    One,
    MinusOne,
    Same(What),
    Negative(What),
    Double(What),
    Square(What),
    Inverse(What),
    Next(What),
    Before(What),
    Sum(What, What),
    Difference(What, What),
    Product(What, What),
    Quotient(What, What),
}

impl Made {
    /// What a form writes without a stored number.
    pub(super) const WHOLE: [Self; 3] = [Self::Zero, Self::One, Self::MinusOne];

    /// Everything that can be made of one number.
    pub(super) fn of_one(a: What) -> [Self; 7] {
        [
            Self::Same(a),
            Self::Negative(a),
            Self::Double(a),
            Self::Square(a),
            Self::Inverse(a),
            Self::Next(a),
            Self::Before(a),
        ]
    }

    /// Everything that can be made of two.
    pub(super) fn of_two(a: What, b: What) -> [Self; 5] {
        [
            Self::Sum(a, b),
            Self::Difference(a, b),
            Self::Difference(b, a),
            Self::Product(a, b),
            Self::Quotient(a, b),
        ]
    }

    pub(super) fn value(self, of: &impl Fn(What) -> f64) -> f64 {
        match self {
            Self::Zero => 0.0,
            Self::One => 1.0,
            Self::MinusOne => -1.0,
            Self::Same(a) => of(a),
            Self::Negative(a) => -of(a),
            Self::Double(a) => of(a) + of(a),
            Self::Square(a) => of(a) * of(a),
            Self::Inverse(a) => 1.0 / of(a),
            Self::Next(a) => of(a) + 1.0,
            Self::Before(a) => of(a) - 1.0,
            Self::Sum(a, b) => of(a) + of(b),
            Self::Difference(a, b) => of(a) - of(b),
            Self::Product(a, b) => of(a) * of(b),
            Self::Quotient(a, b) => of(a) / of(b),
        }
    }

    pub(super) fn text(self, name: &impl Fn(What) -> String) -> String {
        let both = |a, sign: &str, b| format!("{} {sign} {}", name(a), name(b));
        match self {
            Self::Zero => "0".into(),
            Self::One => "1".into(),
            Self::MinusOne => "-1".into(),
            Self::Same(a) => name(a),
            Self::Negative(a) => format!("-{}", name(a)),
            Self::Double(a) => both(a, "+", a),
            Self::Square(a) => both(a, "*", a),
            Self::Inverse(a) => format!("1 / {}", name(a)),
            Self::Next(a) => format!("{} + 1", name(a)),
            Self::Before(a) => format!("{} - 1", name(a)),
            Self::Sum(a, b) => both(a, "+", b),
            Self::Difference(a, b) => both(a, "-", b),
            Self::Product(a, b) => both(a, "*", b),
            Self::Quotient(a, b) => both(a, "/", b),
        }
    }

    fn is_atomic(self) -> bool {
        matches!(self, Self::Zero | Self::One | Self::Same(_))
    }
}
