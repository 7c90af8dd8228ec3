//! Formulas of the model file as Python expressions.
//!
//! As in PyTorch code, literals and consts are Python's numbers; whatever involves a stored number or an index is a tensor.

use super::names::Names;
use spec::{Expression, Formula, Frame, Function, Kind, Operator, Word};

/// A Python expression.
pub(super) struct Code {
    pub(super) text: String,
    /// How tightly its outermost operation binds: 0 for a comparison to 5 for a name or a call.
    binding: u8,
    /// Whether its value is a tensor.
    tensor: bool,
}

/// What the index words of a formula are called.
pub(super) struct Words {
    frame: Frame,
    row: String,
    column: String,
}

impl Words {
    /// The variables `row` and `column` of a grid.
    pub(super) fn grid(frame: Frame) -> Self {
        Self { frame, row: "row".into(), column: "column".into() }
    }

    /// One column of a grid.
    pub(super) fn column(frame: Frame, column: usize) -> Self {
        Self { frame, row: "row".into(), column: format!("torch.tensor({column}, dtype=FORMULA)") }
    }

    /// A single cell.
    pub(super) fn cell(frame: Frame, row: usize, column: usize) -> Self {
        let number = |index: usize| format!("torch.tensor({index}, dtype=FORMULA)");
        Self { frame, row: number(row), column: number(column) }
    }

    fn code(&self, word: Word) -> Code {
        let (row, column) = (&self.row, &self.column);
        let name = |text: &String| Code { text: text.clone(), binding: 5, tensor: true };
        let product = |text: String| Code { text, binding: 2, tensor: true };
        match (self.frame, word) {
            (Frame::Heads(width), Word::Head) => product(format!("{row} // {width}")),
            (Frame::Heads(width), Word::Unit) => product(format!("{row} % {width}")),
            (Frame::HeadColumns(width), Word::Head) => product(format!("{column} // {width}")),
            (Frame::HeadColumns(width), Word::Unit) => product(format!("{column} % {width}")),
            (Frame::Turns, Word::Unit) => product(format!("{column} // 2")),
            (Frame::Scores(size), Word::Head) => product(format!("{row} // {size}")),
            (Frame::Scores(size), Word::Query) => product(format!("{row} % {size}")),
            (Frame::UnitColumns, Word::Unit) | (_, Word::Col | Word::Key) => name(column),
            (_, _) => name(row),
        }
    }
}

/// `formula` in Python.
pub(super) fn python(formula: &Formula, words: &Words, names: &Names) -> String {
    Writer { words, names }.code(&formula.root).text
}

/// Whether `formula` uses an index word.
pub(super) fn has_words(formula: &Formula) -> bool {
    fn inside(expression: &Expression) -> bool {
        match &expression.kind {
            Kind::Word(_) => true,
            Kind::Number(_) | Kind::Constant(_) | Kind::Named(_) => false,
            Kind::Stored(_, indices) => indices.iter().any(inside),
            Kind::Negative(inner) | Kind::Call(_, inner) => inside(inner),
            Kind::Binary(_, left, right) => inside(left) || inside(right),
            Kind::If(parts) => parts.iter().any(inside),
        }
    }
    inside(&formula.root)
}

struct Writer<'a> {
    words: &'a Words,
    names: &'a Names,
}

impl Writer<'_> {
    fn code(&self, expression: &Expression) -> Code {
        let call = |name: &str, parts: &[&str], tensor| Code {
            text: format!("{name}({})", parts.join(", ")),
            binding: 5,
            tensor,
        };
        let name = |text: String, tensor| Code { text, binding: 5, tensor };
        match &expression.kind {
            Kind::Number(value) => name(format!("{value:?}"), false),
            Kind::Constant(value) => {
                name(if *value > 4.0 { "math.tau" } else { "math.pi" }.to_owned(), false)
            }
            Kind::Named(index) => name(self.names.constant(*index).to_owned(), false),
            Kind::Word(word) => self.words.code(*word),
            Kind::Stored(tensor, indices) => self.stored(*tensor, indices),
            Kind::Negative(inner) => {
                let inner = self.code(inner);
                Code { text: format!("-{}", inner.inside(3)), binding: 3, tensor: inner.tensor }
            }
            Kind::Binary(operator, left, right) => self.binary(*operator, left, right),
            Kind::Call(function, inner) => {
                let inner = self.code(inner);
                let text = inner.text.as_str();
                match (function, inner.tensor) {
                    (Function::Abs, tensor) => call("abs", &[text], tensor),
                    (Function::Sin, true) => call("sin", &[text], true),
                    (Function::Cos, true) => call("cos", &[text], true),
                    (Function::Exp, true) => call("exp", &[text], true),
                    (Function::Ln, true) => call("log", &[text], true),
                    (Function::Sqrt, true) => call("root", &[text], true),
                    (Function::Floor, true) => call("torch.floor", &[text], true),
                    (Function::Sin, false) => call("math.sin", &[text], false),
                    (Function::Cos, false) => call("math.cos", &[text], false),
                    (Function::Exp, false) => call("math.exp", &[text], false),
                    (Function::Ln, false) => call("math.log", &[text], false),
                    (Function::Sqrt, false) => call("math.sqrt", &[text], false),
                    (Function::Floor, false) => call("math.floor", &[text], false),
                }
            }
            Kind::If(parts) => {
                let [condition, then, otherwise] = &**parts;
                let (condition, then, otherwise) =
                    (self.condition(condition), self.code(then), self.code(otherwise));
                if condition.tensor {
                    return call("choose", &[&condition.text, &then.text, &otherwise.text], true);
                }
                let text = format!("({} if {} else {})", then.text, condition.text, otherwise.text);
                if then.tensor != otherwise.tensor {
                    return name(format!("torch.as_tensor({text}, dtype=FORMULA)"), true);
                }
                name(text, then.tensor)
            }
        }
    }

    fn stored(&self, tensor: usize, indices: &[Expression]) -> Code {
        let stored = format!("self.{}", self.names.tensor(tensor));
        let text = if indices.is_empty() {
            format!("number({stored})")
        } else {
            let indices: Vec<String> = indices.iter().map(|index| self.code(index).text).collect();
            format!("at({stored}, {})", indices.join(", "))
        };
        Code { text, binding: 5, tensor: true }
    }

    /// A comparison as Python's own truth, anything else as whether it is not zero.
    fn condition(&self, expression: &Expression) -> Code {
        if let Kind::Binary(operator, left, right) = &expression.kind
            && let Some(sign) = comparison(*operator)
        {
            let (left, right) = (self.code(left), self.code(right));
            let text = format!("{} {sign} {}", left.inside(1), right.inside(1));
            return Code { text, binding: 0, tensor: left.tensor || right.tensor };
        }
        let code = self.code(expression);
        Code { text: format!("{} != 0", code.inside(1)), binding: 0, tensor: code.tensor }
    }

    fn binary(&self, operator: Operator, left: &Expression, right: &Expression) -> Code {
        if comparison(operator).is_some() {
            let whole = Kind::Binary(operator, Box::new(left.clone()), Box::new(right.clone()));
            let condition = self.condition(&Expression { kind: whole, span: left.span.clone() });
            let name = if condition.tensor { "truth" } else { "float" };
            let text = format!("{name}({})", condition.text);
            return Code { text, binding: 5, tensor: condition.tensor };
        }
        let (left, right) = (self.code(left), self.code(right));
        let tensor = left.tensor || right.tensor;
        let infix = |sign: &str, binding: u8| Code {
            // Left to right: an operand on the right binds more tightly.
            text: format!("{} {sign} {}", left.inside(binding), right.inside(binding + 1)),
            binding,
            tensor,
        };
        match operator {
            Operator::Add => infix("+", 1),
            Operator::Subtract => infix("-", 1),
            Operator::Multiply => infix("*", 2),
            // PyTorch divides a number by a tensor in two roundings: the reciprocal, then a product.
            Operator::Divide if right.tensor && !left.tensor => Code {
                text: format!("torch.as_tensor({}, dtype=FORMULA) / {}", left.text, right.inside(3)),
                binding: 2,
                tensor,
            },
            Operator::Divide => infix("/", 2),
            Operator::Remainder => infix("%", 2),
            Operator::Quotient if tensor => {
                Code { text: format!("quotient({}, {})", left.text, right.text), binding: 5, tensor }
            }
            Operator::Quotient => {
                Code { text: format!("math.floor({})", infix("/", 2).text), binding: 5, tensor }
            }
            Operator::Power if tensor => {
                Code { text: format!("power({}, {})", left.text, right.text), binding: 5, tensor }
            }
            // Python's power binds to the right.
            Operator::Power => {
                Code { text: format!("{} ** {}", left.inside(5), right.inside(4)), binding: 4, tensor }
            }
            _ => unreachable!("comparisons are above"),
        }
    }
}

impl Code {
    /// The text, in brackets where it binds less tightly than `binding`.
    fn inside(&self, binding: u8) -> String {
        if self.binding < binding { format!("({})", self.text) } else { self.text.clone() }
    }
}

fn comparison(operator: Operator) -> Option<&'static str> {
    Some(match operator {
        Operator::Less => "<",
        Operator::LessEqual => "<=",
        Operator::Greater => ">",
        Operator::GreaterEqual => ">=",
        Operator::Equal => "==",
        Operator::NotEqual => "!=",
        _ => return None,
    })
}
