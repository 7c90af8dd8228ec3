//! Formulas as tokens.

use crate::problem::{Problem, Span};

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Number(f64),
    /// Letters, digits, `_` and `.`, not starting with a digit.
    Name(String),
    /// One of the operators and brackets.
    Symbol(&'static str),
    End,
}

const SYMBOLS: [&str; 17] =
    ["<=", ">=", "==", "!=", "<", ">", "+", "-", "*", "/", "^", "(", ")", "[", "]", ",", "="];

/// The tokens of `text` with their places, the last one [`Token::End`].
pub(super) fn lex(text: &str) -> Result<Vec<(Token, Span)>, Problem> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        let (token, len) = if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        } else if first.is_ascii_digit() || first == '.' {
            let len = number_len(rest);
            let span = at..at + len.max(1);
            let Ok(number) = rest[..len].parse::<f64>() else {
                return Err(Problem::new(span, "not a number").expected("a finite number"));
            };
            if number.is_infinite() {
                return Err(Problem::new(span, "a number beyond f64").expected("a finite number"));
            }
            (Token::Number(number), len)
        } else if first.is_alphabetic() || first == '_' {
            let len =
                rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.')).unwrap_or(rest.len());
            (Token::Name(rest[..len].to_owned()), len)
        } else if let Some(symbol) = SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol)) {
            (Token::Symbol(symbol), symbol.len())
        } else {
            let span = at..at + first.len_utf8();
            return Err(Problem::new(span, format!("`{first}` has no meaning in a formula"))
                .expected("a number, a name, an operator or a bracket"));
        };
        tokens.push((token, at..at + len));
        at += len;
    }
    tokens.push((Token::End, text.len()..text.len()));
    Ok(tokens)
}

/// The length of the number at the start of `text`: digits, a point, an exponent.
fn number_len(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digits = |from: usize| bytes[from..].iter().take_while(|b| b.is_ascii_digit()).count();
    let mut len = digits(0);
    if bytes.get(len) == Some(&b'.') {
        len += 1;
        len += digits(len);
    }
    if matches!(bytes.get(len), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(len + 1), Some(b'+' | b'-')));
        let exponent = digits(len + 1 + sign);
        if exponent > 0 {
            len += 1 + sign + exponent;
        }
    }
    len
}
