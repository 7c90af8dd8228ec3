//! What stands in each cell of the table, the same in every format.

use crate::row::{Line, Row};
use spec::figures::thousands;

/// A column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// The name.
    Model,
    /// The authors' count.
    Claimed,
    /// Numbers stored.
    Stored,
    /// AdderBoard's rule.
    Board,
    /// Numbers in formulas.
    Literals,
    /// Stored and literals.
    Strict,
    /// Stored and symbols.
    Description,
    /// Right answers on the protocol.
    Right,
    /// The verdict on all pairs, with the layer of a proof.
    Verdict,
    /// The smallest margin of a proof.
    Margin,
    /// A wrong pair.
    Counterexample,
    /// Additions per second.
    Speed,
}

/// The columns, with the speed or without.
pub fn columns(speed: bool) -> Vec<Column> {
    use Column::*;
    let mut columns = vec![
        Model,
        Claimed,
        Stored,
        Board,
        Literals,
        Strict,
        Description,
        Right,
        Verdict,
        Margin,
        Counterexample,
    ];
    columns.extend(speed.then_some(Speed));
    columns
}

impl Column {
    /// What stands at its top.
    pub fn title(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::Claimed => "claimed",
            Self::Stored => "stored",
            Self::Board => "board",
            Self::Literals => "literals",
            Self::Strict => "strict",
            Self::Description => "description",
            Self::Right => "right of 10,010",
            Self::Verdict => "verdict",
            Self::Margin => "smallest margin",
            Self::Counterexample => "counterexample",
            Self::Speed => "additions/s",
        }
    }

    /// Whether it holds text, which stands left; numbers stand right.
    pub fn is_text(self) -> bool {
        matches!(self, Self::Model | Self::Verdict | Self::Counterexample)
    }

    /// The text of this cell; a line with an error has it where the verdict stands.
    pub fn cell(self, line: &Line) -> String {
        match (&line.row, self) {
            (_, Self::Model) => line.name.clone(),
            (Ok(row), _) => self.of(row),
            (Err(_), Self::Verdict) => "cannot be read".into(),
            (Err(_), _) => String::new(),
        }
    }

    fn of(self, row: &Row) -> String {
        let (counts, decision) = (row.counts, &row.decision);
        let text = |number: Option<String>| number.unwrap_or_default();
        match self {
            Self::Model => String::new(),
            Self::Claimed => text(row.claimed.map(|claimed| claimed.to_string())),
            Self::Stored => counts.stored.to_string(),
            Self::Board => counts.board.to_string(),
            Self::Literals => counts.literals.to_string(),
            Self::Strict => counts.strict.to_string(),
            Self::Description => counts.description.to_string(),
            Self::Right => text(row.accuracy.map(|accuracy| thousands(accuracy.right))),
            Self::Verdict => match decision.layer() {
                Some(layer) => format!("{}, {layer}", decision.word()),
                None => decision.word().into(),
            },
            Self::Margin => text(decision.margin.map(margin)),
            Self::Counterexample => text(decision.counterexample().map(|c| {
                let got = c.got.map_or("no number".into(), |got| got.to_string());
                format!("{} + {} = {}, answered {got}", c.a, c.b, c.expected)
            })),
            Self::Speed => text(row.rate.map(|rate| thousands(rate as u64))),
        }
    }
}

/// Why a line has no verdict: the error of its file, or what the prover says.
pub fn reason(line: &Line) -> Option<String> {
    let row = match &line.row {
        Ok(row) => row,
        Err(error) => return Some(error.clone()),
    };
    let why = row.decision.why()?;
    Some(format!("{}, {why}", row.decision.word()))
}

/// A margin with three digits: no more of them are worth reading.
fn margin(margin: f64) -> String {
    if (1e-3..1e4).contains(&margin) {
        let decimals = if margin < 0.1 {
            4
        } else if margin < 10.0 {
            2
        } else {
            0
        };
        return format!("{margin:.decimals$}");
    }
    format!("{margin:.1e}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_by_hand() {
        assert_eq!(
            [1.9e-6, 0.0092, 0.6414, 12.7, 3.2e18].map(margin),
            ["1.9e-6", "0.0092", "0.64", "13", "3.2e18"]
        );
    }
}
