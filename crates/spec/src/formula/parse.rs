//! Formulas as trees: precedence climbing over the tokens.
//!
//! From loose to tight: comparisons (not chained), `+ -`, `* / div mod`, unary `-`, `^` (from the right).
//! As in Python `-x^2` is `-(x^2)`.

use super::lex::{Token, lex};
use super::{Expression, Formula, Function, Kind, Name, Names, Operator, Word};
use crate::figures::counted;
use crate::problem::{Problem, Span, nearest};
use crate::text;

/// Formulas nest at most this deep, so that no file can exhaust the stack.
const DEPTH: usize = 64;

/// Parses `text`, whose index words are `words`. The places in the tree and in a problem are places in `text`.
pub(crate) fn parse(text: &str, names: &Names, words: &[Word]) -> Result<Formula, Problem> {
    let mut parser = Parser { tokens: lex(text)?, at: 0, depth: 0, names, words };
    let root = parser.comparison()?;
    match parser.peek() {
        Token::End => Ok(Formula { root, text: text.split_whitespace().collect::<Vec<_>>().join(" ") }),
        _ => Err(parser.unexpected("an operator or the end of the formula")),
    }
}

struct Parser<'a> {
    tokens: Vec<(Token, Span)>,
    at: usize,
    depth: usize,
    names: &'a Names,
    words: &'a [Word],
}

impl Parser<'_> {
    fn peek(&self) -> &Token {
        &self.tokens[self.at].0
    }

    fn span(&self) -> Span {
        self.tokens[self.at].1.clone()
    }

    fn advance(&mut self) {
        // The last token is `End` and stays.
        self.at = (self.at + 1).min(self.tokens.len() - 1);
    }

    fn eat(&mut self, symbol: &str) -> bool {
        let found = matches!(self.peek(), Token::Symbol(s) if *s == symbol);
        if found {
            self.advance();
        }
        found
    }

    fn need(&mut self, symbol: &str) -> Result<(), Problem> {
        if self.eat(symbol) { Ok(()) } else { Err(self.unexpected(&format!("`{symbol}`"))) }
    }

    fn unexpected(&self, expected: &str) -> Problem {
        let found = match self.peek() {
            Token::Number(number) => format!("`{}`", text::number(*number)),
            Token::Name(name) => format!("`{name}`"),
            Token::Symbol("=") => "`=`; equality is written `==`".to_owned(),
            Token::Symbol(symbol) => format!("`{symbol}`"),
            Token::End => "the end of the formula".to_owned(),
        };
        Problem::new(self.span(), format!("found {found}")).expected(expected)
    }

    /// The operator at hand, if it is one of `level`.
    fn operator(&mut self, level: &[(&str, Operator)]) -> Option<Operator> {
        let text = match self.peek() {
            Token::Symbol(symbol) => *symbol,
            Token::Name(name) => name.as_str(),
            _ => return None,
        };
        let (_, operator) = *level.iter().find(|(symbol, _)| *symbol == text)?;
        self.advance();
        Some(operator)
    }

    fn comparison(&mut self) -> Result<Expression, Problem> {
        const LEVEL: [(&str, Operator); 6] = [
            ("<", Operator::Less),
            ("<=", Operator::LessEqual),
            (">", Operator::Greater),
            (">=", Operator::GreaterEqual),
            ("==", Operator::Equal),
            ("!=", Operator::NotEqual),
        ];
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(Problem::new(self.span(), format!("the formula nests deeper than {DEPTH} levels")));
        }
        let start = self.span().start;
        let left = self.sum()?;
        let whole = match self.operator(&LEVEL) {
            Some(operator) => {
                let right = self.sum()?;
                self.binary(start, operator, left, right)
            }
            None => left,
        };
        self.depth -= 1;
        Ok(whole)
    }

    fn sum(&mut self) -> Result<Expression, Problem> {
        let start = self.span().start;
        let mut left = self.product()?;
        while let Some(operator) = self.operator(&[("+", Operator::Add), ("-", Operator::Subtract)]) {
            let right = self.product()?;
            left = self.binary(start, operator, left, right);
        }
        Ok(left)
    }

    fn product(&mut self) -> Result<Expression, Problem> {
        const LEVEL: [(&str, Operator); 4] = [
            ("*", Operator::Multiply),
            ("/", Operator::Divide),
            ("div", Operator::Quotient),
            ("mod", Operator::Remainder),
        ];
        let start = self.span().start;
        let mut left = self.unary()?;
        while let Some(operator) = self.operator(&LEVEL) {
            let right = self.unary()?;
            left = self.binary(start, operator, left, right);
        }
        Ok(left)
    }

    fn unary(&mut self) -> Result<Expression, Problem> {
        let start = self.span().start;
        let mut signs = 0;
        while self.eat("-") {
            signs += 1;
        }
        let mut whole = self.power()?;
        for _ in 0..signs {
            let span = start..whole.span.end;
            whole = Expression { kind: Kind::Negative(Box::new(whole)), span };
            if signs > DEPTH {
                return Err(Problem::new(start..whole.span.end, "too many signs").expected("one sign"));
            }
        }
        Ok(whole)
    }

    fn power(&mut self) -> Result<Expression, Problem> {
        let start = self.span().start;
        let base = self.atom()?;
        if !self.eat("^") {
            return Ok(base);
        }
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(Problem::new(self.span(), format!("the formula nests deeper than {DEPTH} levels")));
        }
        let exponent = self.unary()?;
        self.depth -= 1;
        Ok(self.binary(start, Operator::Power, base, exponent))
    }

    fn atom(&mut self) -> Result<Expression, Problem> {
        let span = self.span();
        match self.peek().clone() {
            Token::Number(number) => {
                self.advance();
                Ok(Expression { kind: Kind::Number(number), span })
            }
            Token::Name(name) => {
                self.advance();
                self.name(&name, span)
            }
            Token::Symbol("(") => {
                self.advance();
                let inner = self.comparison()?;
                self.need(")")?;
                Ok(inner)
            }
            _ => Err(self.unexpected("a number, a name, `-` or `(`")),
        }
    }

    fn name(&mut self, name: &str, span: Span) -> Result<Expression, Problem> {
        let start = span.start;
        let plain = |kind| Ok(Expression { kind, span: span.clone() });
        if name == "if" {
            self.need("(")?;
            let condition = self.comparison()?;
            self.need(",")?;
            let then = self.comparison()?;
            self.need(",")?;
            let otherwise = self.comparison()?;
            let end = self.span().end;
            self.need(")")?;
            let kind = Kind::If(Box::new([condition, then, otherwise]));
            return Ok(Expression { kind, span: start..end });
        }
        if let Some((_, function)) = Function::ALL.iter().find(|(known, _)| *known == name) {
            self.need("(")?;
            let inner = self.comparison()?;
            let end = self.span().end;
            self.need(")")?;
            return Ok(Expression { kind: Kind::Call(*function, Box::new(inner)), span: start..end });
        }
        if name == "pi" || name == "tau" {
            let value = if name == "pi" { std::f64::consts::PI } else { std::f64::consts::TAU };
            return plain(Kind::Constant(value));
        }
        if let Some((_, word)) = Word::ALL.iter().find(|(known, _)| *known == name) {
            if self.words.contains(word) {
                return plain(Kind::Word(*word));
            }
            let known = Word::ALL.iter().filter(|(_, word)| self.words.contains(word));
            let known: Vec<_> = known.map(|(name, _)| format!("`{name}`")).collect();
            let expected = if known.is_empty() { "no index here".into() } else { known.join(" or ") };
            return Err(
                Problem::new(span, format!("`{name}` has no meaning in this weight")).expected(expected)
            );
        }
        match self.names.find(name) {
            Some(Name::Const(index)) => return plain(Kind::Named(index)),
            Some(Name::Stored(index)) => return self.stored(index, span),
            None => {}
        }
        let consts = self.names.consts.iter().map(|c| c.name.as_str());
        let stored = self.names.stored.iter().map(|s| s.name.as_str());
        let words = Word::ALL.iter().filter(|(_, word)| self.words.contains(word)).map(|(name, _)| *name);
        let functions = Function::ALL.iter().map(|(name, _)| *name);
        let known = consts.chain(stored).chain(words).chain(functions).chain(["pi", "tau", "if"]);
        let problem = self.names.unknown(name, Problem::new(span, format!("unknown name `{name}`")));
        Err(match nearest(name, known) {
            Some(near) => problem.expected(format!("`{near}`")),
            None => problem.expected("a name of [params] or [const], an index word or a function"),
        })
    }

    /// A stored number: `name`, `name[i]` or `name[i, j]`, one index for each axis.
    fn stored(&mut self, index: usize, span: Span) -> Result<Expression, Problem> {
        let stored = &self.names.stored[index];
        let (start, mut end) = (span.start, span.end);
        let mut indices = Vec::new();
        if self.eat("[") {
            loop {
                indices.push(self.comparison()?);
                if !self.eat(",") {
                    break;
                }
            }
            end = self.span().end;
            self.need("]")?;
        }
        if indices.len() != stored.shape.len() && !(indices.is_empty() && stored.values.len() == 1) {
            let message = format!(
                "`{}` has shape {:?}, found {}",
                stored.name,
                stored.shape,
                counted(indices.len(), "index")
            );
            let example = ["", "[i]", "[i, j]"][stored.shape.len()];
            return Err(Problem::new(start..end, message).expected(format!("`{}{example}`", stored.name)));
        }
        Ok(Expression { kind: Kind::Stored(index, indices), span: start..end })
    }

    /// The operation whose left operand begins at `start` and whose right one has just been read, with the brackets of both.
    fn binary(&self, start: usize, operator: Operator, left: Expression, right: Expression) -> Expression {
        let end = self.at.checked_sub(1).map_or(right.span.end, |last| self.tokens[last].1.end);
        Expression { kind: Kind::Binary(operator, Box::new(left), Box::new(right)), span: start..end }
    }
}
