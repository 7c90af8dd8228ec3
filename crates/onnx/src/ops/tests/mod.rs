//! Operators on small inputs, by hand: each row is a node with its inputs, and what it gives or why it is refused.
//!
//! A row is `Operator@version attributes inputs -> outputs`, or `-> ! words` for an error that holds these words. An attribute is
//! `name=value`: a text in quotes, a float with a point, an integer, or integers with commas between them. An input that is left
//! out is `_`. A tensor is a letter for its type (see [`types`]), a shape and its elements: `f:1x2[1 nan]`. Without a shape it has
//! one axis; `i:[7]` is a single number. `i@0[5 6]` is one integer that the token at position 0 decides, of a vocabulary of as many
//! tokens. `f@0[5 6]` is such a number, and `f~0[5 6]` one that is no look-up either: an expression of it.

use super::types;
use crate::arena::{Arena, Id};
use crate::constant::Width;
use crate::graph::Walk;
use crate::proto::{AttributeProto, ModelProto, NodeProto, OperatorSetIdProto};
use crate::tensor::{Cell, Dtype, Tensor, Value};
use program::{Binary, Constant, Expression, Function};
use std::fmt::Write;

mod casts;
mod choices;
mod integers;
mod numbers;
mod places;

/// Checks every row; all that are wrong are told at once.
fn check(rows: &[&str]) {
    let mut wrong = String::new();
    for row in rows {
        let (left, expected) = row.rsplit_once(" -> ").expect("a row has an arrow");
        let found = run(left.trim());
        let expected = expected.trim();
        let right = match (&found, expected.strip_prefix("! ")) {
            (Err(message), Some(words)) => message.contains(words),
            (Ok(found), None) => same(found, expected),
            _ => false,
        };
        if !right {
            writeln!(wrong, "{row}\n    gives {found:?}").unwrap();
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// The words of a row: parts without spaces, but for those in brackets and quotes.
fn words(text: &str) -> Vec<String> {
    let (mut found, mut word, mut open, mut quoted) = (Vec::new(), String::new(), false, false);
    for c in text.chars() {
        match c {
            '[' => open = true,
            ']' => open = false,
            '\'' => quoted = !quoted,
            _ => {}
        }
        if c == ' ' && !open && !quoted {
            if !word.is_empty() {
                found.push(std::mem::take(&mut word));
            }
        } else {
            word.push(c);
        }
    }
    if !word.is_empty() {
        found.push(word);
    }
    found
}

fn attribute(name: &str, value: &str) -> AttributeProto {
    let mut made = AttributeProto { name: Some(name.to_owned()), ..AttributeProto::default() };
    if let Some(text) = value.strip_prefix('\'') {
        (made.r#type, made.s) = (Some(3), Some(text.trim_end_matches('\'').into()));
    } else if value.ends_with(',') || value.contains(',') {
        let ints = value.split(',').filter(|part| !part.is_empty()).map(|part| part.parse().unwrap());
        (made.r#type, made.ints) = (Some(7), ints.collect());
    } else if value.contains('.') || value.ends_with("inf") || value == "nan" {
        (made.r#type, made.f) = (Some(1), Some(value.parse().unwrap()));
    } else {
        (made.r#type, made.i) = (Some(2), Some(value.parse().unwrap()));
    }
    made
}

/// The tensor that `text` stands for.
fn tensor(arena: &mut Arena, text: &str) -> Tensor {
    let (head, rest) = text.split_once('[').unwrap_or_else(|| panic!("`{text}`: expected a tensor"));
    let elements: Vec<&str> = rest.trim_end_matches(']').split_whitespace().collect();
    let (letter, rest) = head.split_at(1);
    let dtype = *types::ALL.iter().find(|dtype| types::letter(**dtype).to_string() == letter).unwrap();
    let float = |text: &str| {
        let value: f64 = text.parse().unwrap();
        if dtype == Dtype::F32 { f64::from(value as f32) } else { value }
    };
    let int = |text: &str| text.parse::<i64>().unwrap();
    if let Some(position) = rest.strip_prefix(['@', '~']) {
        let position = position.parse().unwrap();
        let cell = if dtype.is_float() {
            let (sign, width) = match dtype {
                _ if rest.starts_with('@') => (1.0, None),
                Dtype::F32 => (-1.0, Some(Width::Single)),
                _ => (-1.0, Some(Width::Double)),
            };
            let entries = elements.iter().map(|text| Constant::exact(sign * float(text)));
            let found = arena.look_up(position, entries.collect());
            // The negative of a look-up is no look-up.
            Cell::Float(width.map_or(found, |width| arena.neg(width, found)))
        } else {
            arena.integers(position, elements.iter().map(|text| int(text)).collect())
        };
        return Tensor::new(dtype, vec![1], vec![cell]);
    }
    let cells: Vec<Cell> =
        elements
            .iter()
            .map(|text| {
                if dtype.is_float() { Cell::Float(arena.constant(float(text))) } else { Cell::Int(int(text)) }
            })
            .collect();
    let shape = match rest.strip_prefix(':') {
        None => vec![cells.len()],
        Some("") => vec![],
        Some(shape) => shape.split('x').map(|axis| axis.parse().unwrap()).collect(),
    };
    assert_eq!(shape.iter().product::<usize>(), cells.len(), "{text}");
    Tensor::new(dtype, shape, cells)
}

/// What a node gives, as tensors in text.
fn run(text: &str) -> Result<Vec<String>, String> {
    let words = words(text);
    let (name, version) = words[0].split_once('@').expect("a version");
    let vocabulary = words.iter().find(|word| word.contains(['@', '~']) && word.contains('['));
    let size = vocabulary.map_or(2, |word| word.split_whitespace().count());
    let mut arena = Arena::new(size);
    let mut node = NodeProto {
        op_type: Some(name.to_owned()),
        name: Some("it".to_owned()),
        output: vec!["out".to_owned()],
        ..NodeProto::default()
    };
    let mut names = crate::graph::Names::new();
    for word in &words[1..] {
        match word.split_once('=') {
            Some(("outputs", count)) => {
                node.output = (0..count.parse().unwrap()).map(|index: usize| format!("out{index}")).collect();
            }
            Some((name, value)) => node.attribute.push(attribute(name, value)),
            None if word == "_" => node.input.push(String::new()),
            None => {
                let input = format!("in{}", node.input.len());
                let value: Value = tensor(&mut arena, word).into();
                names.insert(input.clone(), value);
                node.input.push(input);
            }
        }
    }
    let import = OperatorSetIdProto { domain: None, version: Some(version.parse().unwrap()) };
    let model = ModelProto { opset_import: vec![import], ..ModelProto::default() };
    Walk::new(&model, &mut arena).nodes(std::slice::from_ref(&node), &mut names)?;
    let outputs = node.output.iter().map(|output| match &names[output] {
        Value::Tensor(tensor) => shown(&arena, tensor),
        Value::Sequence(_) => "a sequence".to_owned(),
    });
    let mut outputs: Vec<String> = outputs.collect();
    if arena.caveat(&[]).is_some() {
        outputs.push("fragile".to_owned());
    }
    Ok(outputs)
}

fn shown(arena: &Arena, tensor: &Tensor) -> String {
    let letter = types::letter(tensor.dtype);
    if let &[cell] = tensor.cells.as_slice()
        && tensor.shape == [1]
    {
        let entries: Option<Vec<String>> = match cell {
            Cell::Token(index) => {
                Some(arena.discrete[index as usize].table.iter().map(ToString::to_string).collect())
            }
            Cell::Float(id) if arena.known(id).is_none() => {
                let values =
                    (0..arena.vocabulary).map(|token| value(arena, tensor.dtype, id, token).to_string());
                Some(values.collect())
            }
            _ => None,
        };
        if let Some(entries) = entries {
            return format!("{letter}@[{}]", entries.join(" "));
        }
    }
    let shape: Vec<String> = tensor.shape.iter().map(ToString::to_string).collect();
    let cell = |cell: &Cell| match *cell {
        Cell::Int(value) => value.to_string(),
        Cell::Token(_) => "token".to_owned(),
        Cell::Float(id) => arena.known(id).map_or("data".to_owned(), |known| known.value().to_string()),
    };
    let cells: Vec<String> = tensor.cells.iter().map(cell).collect();
    let shape = if tensor.rank() == 1 { String::new() } else { format!(":{}", shape.join("x")) };
    format!("{letter}{shape}[{}]", cells.join(" "))
}

/// The number `id` where `token` stands at every position.
fn value(arena: &Arena, dtype: Dtype, id: Id, token: usize) -> f64 {
    let of = |id: &Id| value(arena, dtype, *id, token);
    let found = match arena.get(id) {
        Expression::Constant(constant) => constant.value(),
        Expression::LookUp { table, .. } => arena.expressions.tables[*table as usize][token].value(),
        Expression::Unary(function, x) => {
            let x = of(x);
            match function {
                Function::Neg => -x,
                Function::Sqrt => x.sqrt(),
                Function::Exp => num::portable::exp(x),
                Function::Tanh => num::portable::tanh(x),
                Function::Erf => num::portable::erf(x),
                Function::Silu => x / (1.0 + num::portable::exp(-x)),
                Function::Sigmoid => 1.0 / (1.0 + num::portable::exp(-x)),
                Function::Ln => num::portable::ln(x),
                Function::Softplus => num::portable::softplus(x),
                Function::AsF32 => f64::from(x as f32),
            }
        }
        Expression::Binary(op, x, y) => {
            let (x, y) = (of(x), of(y));
            match op {
                Binary::Add => x + y,
                Binary::Sub => x - y,
                Binary::Mul => x * y,
                Binary::Div => x / y,
                Binary::Max if y > x || y.is_nan() => y,
                Binary::Max => x,
            }
        }
        Expression::Sum(terms) => terms.iter().map(of).sum(),
        Expression::Dot(left, right) => left.iter().zip(right).map(|(x, y)| of(x) * of(y)).sum(),
        Expression::Mixture { .. } | Expression::Share { .. } => f64::NAN,
    };
    if dtype == Dtype::F32 { f64::from(found as f32) } else { found }
}

/// Whether outputs are the expected ones, their numbers to six digits.
fn same(found: &[String], expected: &str) -> bool {
    let expected = words(expected);
    let close = |a: &str, b: &str| match (a.parse::<f64>(), b.parse::<f64>()) {
        (Ok(a), Ok(b)) if a.is_nan() || b.is_nan() => a.is_nan() && b.is_nan(),
        (Ok(a), Ok(b)) if a == 0.0 && b == 0.0 => a.is_sign_negative() == b.is_sign_negative(),
        (Ok(a), Ok(b)) => a == b || (a - b).abs() <= 2e-6 * a.abs().max(b.abs()),
        _ => a == b,
    };
    found.len() == expected.len()
        && found.iter().zip(&expected).all(|(a, b)| {
            let (a, b) = (a.replace(['[', ']'], " "), b.replace(['[', ']'], " "));
            let (a, b): (Vec<&str>, Vec<&str>) =
                (a.split_whitespace().collect(), b.split_whitespace().collect());
            a.len() == b.len() && a.iter().zip(&b).all(|(a, b)| close(a, b))
        })
}
