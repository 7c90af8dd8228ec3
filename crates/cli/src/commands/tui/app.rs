//! What is shown, and what each key does to it.

use run::{Adder, Explanation};

/// A key, as this program names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    Back,
    On,
    First,
    Last,
    Up,
    Down,
    NextModel,
    LastModel,
    Enter,
    Escape,
    Backspace,
    Quit,
    Character(char),
}

/// An operand that is being typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Typing {
    /// Whether it is `b`.
    pub(super) second: bool,
    pub(super) text: String,
}

pub(super) struct App {
    adder: Adder,
    pub(super) explanation: Explanation,
    /// The generated token whose step is shown, from 0.
    pub(super) step: usize,
    /// The lines that have scrolled out at the top.
    pub(super) scroll: u16,
    pub(super) typing: Option<Typing>,
    /// What the last key could not do.
    pub(super) complaint: Option<String>,
}

impl App {
    /// The decode of `pair`.
    pub(super) fn new(adder: Adder, pair: (u64, u64)) -> anyhow::Result<Self> {
        let explanation = adder.explain(pair.0, pair.1)?;
        Ok(Self { adder, explanation, step: 0, scroll: 0, typing: None, complaint: None })
    }

    pub(super) fn name(&self) -> &str {
        self.adder.model().name()
    }

    /// Whether the model's answer is the sum.
    pub(super) fn is_right(&self) -> bool {
        let (a, b) = self.explanation.pair;
        self.explanation.sum == Some(a + b)
    }

    /// Does what `key` says; whether to go on.
    pub(super) fn press(&mut self, key: Key) -> bool {
        self.complaint = None;
        if key == Key::Quit {
            return false;
        }
        if let Some(typing) = self.typing.take() {
            self.typed(typing, key);
            return true;
        }
        let last = self.explanation.steps.len().saturating_sub(1);
        match key {
            Key::Escape | Key::Character('q') => return false,
            Key::Back | Key::Character('h') => self.step = self.step.saturating_sub(1),
            Key::On | Key::Character('l' | ' ') | Key::Enter => self.step = (self.step + 1).min(last),
            Key::First => self.step = 0,
            Key::Last => self.step = last,
            Key::Up | Key::Character('k') => self.scroll = self.scroll.saturating_sub(1),
            Key::Down | Key::Character('j') => self.scroll = self.scroll.saturating_add(1),
            Key::NextModel => self.change_model(1),
            Key::LastModel => self.change_model(zoo::ENTRIES.len() - 1),
            Key::Character('a') => self.typing = Some(Typing { second: false, text: String::new() }),
            Key::Character('b') => self.typing = Some(Typing { second: true, text: String::new() }),
            Key::Character('w') => self.go_to_wrong(),
            Key::Backspace | Key::Quit | Key::Character(_) => {}
        }
        true
    }

    /// A key while an operand is typed.
    fn typed(&mut self, mut typing: Typing, key: Key) {
        let greatest = self.adder.model().task().greatest();
        match key {
            Key::Character(digit) if digit.is_ascii_digit() => typing.text.push(digit),
            Key::Backspace => {
                typing.text.pop();
            }
            Key::Escape => return,
            Key::Enter => {
                match typing.text.parse() {
                    Ok(operand) if operand <= greatest => {
                        let (a, b) = self.explanation.pair;
                        self.show(if typing.second { (a, operand) } else { (operand, b) });
                    }
                    _ => self.complaint = Some(format!("expected an integer from 0 to {greatest}")),
                }
                return;
            }
            _ => {}
        }
        self.typing = Some(typing);
    }

    /// The model of the zoo that is `ahead` places behind this one; the first, if this one is a file.
    fn change_model(&mut self, ahead: usize) {
        let entries = &zoo::ENTRIES;
        let here = entries.iter().position(|entry| entry.name == self.name());
        let entry = &entries[here.map_or(0, |here| (here + ahead) % entries.len())];
        match entry.model() {
            Ok(model) => {
                self.adder = Adder::new(model);
                self.show(self.explanation.pair);
            }
            Err(problems) => self.complaint = Some(problems.to_string()),
        }
    }

    /// The step of the first wrong token.
    fn go_to_wrong(&mut self) {
        let both = self.explanation.tokens.iter().zip(&self.explanation.expected);
        match both.into_iter().position(|(token, expected)| token != expected) {
            Some(step) => self.step = step,
            None => self.complaint = Some("every token is right here".into()),
        }
    }

    fn show(&mut self, pair: (u64, u64)) {
        match self.adder.explain(pair.0, pair.1) {
            Ok(explanation) => {
                self.explanation = explanation;
                self.step = self.step.min(self.explanation.steps.len().saturating_sub(1));
                self.scroll = 0;
            }
            Err(error) => self.complaint = Some(error.to_string()),
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in super::super) fn app(name: &str, a: u64, b: u64) -> App {
        App::new(Adder::new(zoo::find(name).unwrap().model().unwrap()), (a, b)).unwrap()
    }

    fn press(app: &mut App, keys: &str) {
        for key in keys.chars() {
            let key = match key {
                '>' => Key::On,
                '<' => Key::Back,
                '$' => Key::Last,
                '^' => Key::First,
                '\n' => Key::Enter,
                '~' => Key::Backspace,
                '!' => Key::Escape,
                '\t' => Key::NextModel,
                key => Key::Character(key),
            };
            assert!(app.press(key), "{key:?}");
        }
    }

    #[test]
    fn steps_stay_within_the_decode() {
        let mut app = app("nanoadder-58", 5, 7);
        press(&mut app, "<");
        assert_eq!(app.step, 0);
        press(&mut app, ">>l ");
        assert_eq!(app.step, 4);
        press(&mut app, "$>");
        assert_eq!(app.step, 10);
        press(&mut app, "<h^");
        assert_eq!(app.step, 0);
        assert!(!app.press(Key::Character('q')) && !app.press(Key::Escape) && !app.press(Key::Quit));
    }

    #[test]
    fn operands_are_typed_and_checked() {
        let mut app = app("nanoadder-58", 5, 7);
        press(&mut app, "a12~3x\n");
        assert_eq!(app.explanation.pair, (13, 7));
        assert_eq!(app.explanation.sum, Some(20));
        press(&mut app, "b99999999999\n");
        assert_eq!(app.explanation.pair, (13, 7));
        assert_eq!(app.complaint.as_deref(), Some("expected an integer from 0 to 9999999999"));
        press(&mut app, "b8!");
        assert_eq!((app.explanation.pair, &app.typing, &app.complaint), ((13, 7), &None, &None));
        // While an operand is typed, `q` is no command.
        press(&mut app, "aq\n");
        assert!(app.complaint.is_some());
    }

    #[test]
    fn models_follow_each_other_and_the_wrong_token_is_found() {
        let mut app = app("gist-58", 9_999_999_999, 0);
        press(&mut app, "w");
        let step = app.step;
        assert_ne!(app.explanation.tokens[step], app.explanation.expected[step]);
        assert_eq!(app.explanation.tokens[..step], app.explanation.expected[..step]);
        let mut seen = vec![app.name().to_owned()];
        for _ in 1..zoo::ENTRIES.len() {
            press(&mut app, "\t");
            assert_eq!(app.complaint, None);
            seen.push(app.name().to_owned());
        }
        press(&mut app, "\t");
        assert_eq!(app.name(), "gist-58");
        app.press(Key::LastModel);
        assert_eq!(Some(&app.name().to_owned()), seen.last());
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), zoo::ENTRIES.len());
    }
}
