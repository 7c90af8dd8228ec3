//! One decode, a row for each position; the scores and weights of each head on a sheet of their own.

use super::book::{Book, Content};
use super::cell::{Address, Cell, Token, choose};
use net::Site;
use spec::{Operand, Order, PromptToken, Task};
use std::collections::BTreeMap;

/// The row of position 0.
const FIRST: u32 = 2;

/// The columns of every row: position, token, what the token is.
const TOKEN: u16 = 1;
const WHAT: u16 = 2;

/// What the layout knows while the network runs.
pub(super) struct Decode<'a> {
    book: &'a mut Book,
    task: &'a Task,
    sheet: usize,
    /// The cells of `a` and `b`, and their values.
    operands: [(Address, u64); 2],
    /// The position of the token that is being read.
    position: Option<u32>,
    /// The first column of each site's group, in the order in which they are met.
    groups: Vec<(Site, u16)>,
    free: u16,
    /// The sheet of each head and the next free column there.
    heads: BTreeMap<(usize, usize), (usize, u16)>,
    /// The generated tokens.
    answer: Vec<(Address, usize)>,
}

impl<'a> Decode<'a> {
    pub(super) fn new(book: &'a mut Book, task: &'a Task, operands: [(Address, u64); 2]) -> Self {
        let sheet = book.sheet("Decode");
        for (column, title) in [(0, "position"), (TOKEN, "token"), (WHAT, "what it is")] {
            book.write(Address { sheet, row: FIRST - 1, column }, Content::Title(title.into()));
        }
        Self {
            book,
            task,
            sheet,
            operands,
            position: None,
            groups: Vec::new(),
            free: WHAT + 1,
            heads: BTreeMap::new(),
            answer: Vec::new(),
        }
    }

    /// The tokens of the prompt, as formulas of the operands.
    pub(super) fn prompt(&mut self) -> Vec<Token> {
        let task = self.task;
        let tokens = task.prompt_tokens(self.operands[0].1, self.operands[1].1);
        let mut prompt = Vec::with_capacity(tokens.len());
        for (index, (from, token)) in task.prompt().iter().zip(tokens).enumerate() {
            let at = self.token_cell(index);
            let (content, what) = match *from {
                PromptToken::Fixed { token, .. } => (Content::Number(token as f64), "fixed".to_owned()),
                PromptToken::Digit { operand, place } => {
                    let (index, name) = if operand == Operand::A { (0, "a") } else { (1, "b") };
                    let text = self.digit_token(&self.digit(&self.operand(index), place));
                    (Content::Formula(text, token as f64), format!("{name}, 10^{place}"))
                }
                PromptToken::Pair { times, place } => {
                    let [a, b] = [0, 1].map(|index| self.digit(&self.operand(index), place));
                    (
                        Content::Formula(format!("{times}*{a}+{b}"), token as f64),
                        format!("a and b, 10^{place}"),
                    )
                }
            };
            self.book.write(at, content);
            self.describe(at.row, what);
            prompt.push(Token::At(at, token));
        }
        prompt
    }

    /// Writes what is seen, and leaves in `values` the cells where it stands.
    pub(super) fn see(&mut self, site: Site, values: &mut [Cell]) {
        if site == Site::Embedded {
            self.position = Some(self.position.map_or(0, |position| position + 1));
        }
        let row = FIRST + self.position.expect("a token is embedded first");
        if let Site::Scores { layer, head } | Site::Exponentials { layer, head } = site {
            self.head(layer, head, matches!(site, Site::Scores { .. }), row - FIRST, values);
            return;
        }
        // What stands in cells already, such as a norm that there is not, needs no further ones.
        let written = values.iter().all(|value| value.address().is_some());
        if !written {
            let first = self.group(site, values.len());
            for (column, value) in (first..).zip(values.iter_mut()) {
                *value = self.book.place(Address { sheet: self.sheet, row, column }, *value);
            }
        }
        if site == Site::Logits {
            self.choice(row, values);
        }
    }

    /// The first column of a site's group of `size` columns.
    fn group(&mut self, site: Site, size: usize) -> u16 {
        if let Some((_, first)) = self.groups.iter().find(|(known, _)| *known == site) {
            return *first;
        }
        let first = self.free;
        let size = u16::try_from(size).expect("checked by `fits`");
        let sheet = self.sheet;
        self.book.write(Address { sheet, row: FIRST - 2, column: first }, Content::Title(title(site)));
        for index in 0..size {
            let at = Address { sheet, row: FIRST - 1, column: first + index };
            self.book.write(at, Content::Title(index.to_string()));
        }
        // A free column between two groups.
        self.free = first + size + 1;
        self.groups.push((site, first));
        first
    }

    /// One head at one position: a column of scores, and one of what the softmax makes of them.
    fn head(&mut self, layer: usize, head: usize, scores: bool, position: u32, values: &mut [Cell]) {
        let book = &mut *self.book;
        let (sheet, column) = *self.heads.entry((layer, head)).or_insert_with(|| {
            let sheet = book.sheet(format!("Layer {layer} head {head}"));
            book.write(Address { sheet, row: FIRST - 1, column: 0 }, Content::Title("of position".into()));
            (sheet, 1)
        });
        if scores {
            let title = Content::Title(format!("at {position}"));
            self.book.write(Address { sheet, row: FIRST - 2, column }, title);
        }
        let title = Content::Title(if scores { "score" } else { "weight" }.into());
        self.book.write(Address { sheet, row: FIRST - 1, column }, title);
        for (row, value) in (FIRST..).zip(values) {
            if column == 1 || row - FIRST == position {
                self.book.write(Address { sheet, row, column: 0 }, Content::Number(f64::from(row - FIRST)));
            }
            *value = self.book.place(Address { sheet, row, column }, *value);
        }
        self.heads.insert((layer, head), (sheet, column + 1));
    }

    /// The token that the logits choose, in the next row, and by how much.
    fn choice(&mut self, row: u32, logits: &[Cell]) {
        let index = self.answer.len();
        let values: Vec<f64> = logits.iter().map(|logit| logit.value()).collect();
        let token = num::Reading::argmax(&values);
        let cell = |address: Option<Address>| address.expect("logits stand in cells");
        let (first, last) = (cell(logits[0].address()), cell(logits[logits.len() - 1].address()));
        let range = self.book.range(first, last, self.sheet);
        let at = self.token_cell(self.task.prompt().len() + index);
        let text = format!("MATCH(MAX({range}),{range},0)-1");
        self.book.write(at, Content::Formula(text, token as f64));
        let what = match self.place(index) {
            Some(place) => format!("answer, 10^{place}"),
            None => "end of the answer".into(),
        };
        self.describe(at.row, what);
        choose(Token::At(at, token));
        self.answer.push((at, token));
        let (margin, right) = (last.column + 2, last.column + 3);
        let at = |row, column| Address { sheet: self.sheet, row, column };
        if index == 0 {
            self.book.write(at(FIRST - 2, margin), Content::Title("choice".into()));
            self.book.write(at(FIRST - 1, margin), Content::Title("margin".into()));
            self.book.write(at(FIRST - 1, right), Content::Title("right token".into()));
            self.free = right + 2;
        }
        let mut sorted = values;
        sorted.sort_by(|x, y| y.total_cmp(x));
        let lead = sorted.first().zip(sorted.get(1)).map_or(0.0, |(best, next)| best - next);
        self.book
            .write(at(row, margin), Content::Formula(format!("LARGE({range},1)-LARGE({range},2)"), lead));
        let sum = self.operands[0].1 + self.operands[1].1;
        let expected = self.task.expected(sum)[index] as f64;
        let content = match self.place(index) {
            Some(place) => {
                let sum = format!("({}+{})", self.operand(0), self.operand(1));
                Content::Formula(self.digit_token(&self.digit(&sum, place)), expected)
            }
            None => Content::Number(expected),
        };
        self.book.write(at(row, right), content);
    }

    /// The power of ten of the digit that the generated token `index` is; none of an end token.
    fn place(&self, index: usize) -> Option<usize> {
        let digits = self.task.answer_digits();
        (index < digits).then(|| match self.task.order() {
            Order::LeastFirst => index,
            Order::MostFirst => digits - 1 - index,
        })
    }

    /// The formula of the answer, on `sheet`.
    pub(super) fn answer(&self, sheet: usize) -> String {
        let term = |index: usize| {
            let place = self.place(index)?;
            Some(format!("{}*10^{place}", self.token_digit(&self.book.name(self.answer[index].0, sheet))))
        };
        (0..self.answer.len()).filter_map(term).collect::<Vec<_>>().join("+")
    }

    /// The generated tokens.
    pub(super) fn tokens(&self) -> Vec<usize> {
        self.answer.iter().map(|(_, token)| *token).collect()
    }

    fn token_cell(&self, position: usize) -> Address {
        let row = FIRST + u32::try_from(position).expect("a block has fewer than 2^32 tokens");
        Address { sheet: self.sheet, row, column: TOKEN }
    }

    fn describe(&mut self, row: u32, what: String) {
        let at = |column| Address { sheet: self.sheet, row, column };
        self.book.write(at(0), Content::Number(f64::from(row - FIRST)));
        self.book.write(at(WHAT), Content::Text(what));
    }

    fn operand(&self, index: usize) -> String {
        self.book.name(self.operands[index].0, self.sheet)
    }

    /// The digit of `number` at 10^`place`.
    fn digit(&self, number: &str, place: usize) -> String {
        format!("MOD(INT({number}/10^{place}),10)")
    }

    /// The token of a digit.
    fn digit_token(&self, digit: &str) -> String {
        if self.plain() {
            return digit.to_owned();
        }
        let tokens: Vec<String> = (0..10).map(|digit| self.task.digit_token(digit).to_string()).collect();
        format!("CHOOSE({digit}+1,{})", tokens.join(","))
    }

    /// The digit of a token; a token that is none gives an error, as a sum that is no number should.
    fn token_digit(&self, token: &str) -> String {
        if self.plain() {
            return format!("IF({token}<10,{token},NA())");
        }
        let tokens: Vec<String> = (0..10).map(|digit| self.task.digit_token(digit).to_string()).collect();
        format!("(MATCH({token},{{{}}},0)-1)", tokens.join(","))
    }

    /// Whether the token of each digit is that digit.
    fn plain(&self) -> bool {
        (0..10).all(|digit| self.task.digit_token(digit) == digit)
    }
}

/// What a site is called.
fn title(site: Site) -> String {
    match site {
        Site::Embedded => "residual stream".into(),
        Site::Keys { layer } => format!("layer {layer}: keys"),
        Site::Values { layer } => format!("layer {layer}: values"),
        Site::Query { layer } => format!("layer {layer}: query"),
        Site::Mixed { layer } => format!("layer {layer}: what the heads read"),
        Site::Attended { layer } => format!("layer {layer}: after attention"),
        Site::Normed { layer } => format!("layer {layer}: normed"),
        Site::PreActivation { layer } => format!("layer {layer}: before activation"),
        Site::Hidden { layer } => format!("layer {layer}: hidden"),
        Site::Transformed { layer } => format!("layer {layer}: after MLP"),
        Site::Final => "normed".into(),
        Site::Logits => "logits".into(),
        Site::Scores { layer, head } | Site::Exponentials { layer, head } => {
            format!("layer {layer} head {head}")
        }
    }
}
