//! `nanoadder tui`: a decode, step by step, in the terminal.

mod app;
mod view;

use crate::args::{Common, Tui};
use crate::{Answer, input};
use anyhow::bail;
use app::{App, Key};
use ratatui::crossterm::event::{self, Event, KeyCode, KeyEventKind, KeyModifiers};
use std::io::IsTerminal;

pub(crate) fn run(args: &Tui, common: &Common) -> anyhow::Result<Answer> {
    let adder = input::adder(&args.model, &args.task, common)?;
    let task = adder.model().task();
    let pair = (input::operand(&args.a, task)?, input::operand(&args.b, task)?);
    if !std::io::stdin().is_terminal() || !std::io::stdout().is_terminal() {
        bail!(
            "this is for a terminal: `nanoadder explain {}` prints the same to a file or a pipe",
            args.model.display()
        );
    }
    // https://no-color.org: any value but the empty one.
    let color = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let mut app = App::new(adder, pair)?;
    let mut terminal = ratatui::try_init()?;
    let done = watch(&mut terminal, &mut app, color);
    ratatui::try_restore()?;
    Ok(if done? { Answer::Interrupted } else { Answer::from_right(app.is_right()) })
}

/// Shows and obeys until the user leaves; whether by Ctrl-C.
fn watch(terminal: &mut ratatui::DefaultTerminal, app: &mut App, color: bool) -> anyhow::Result<bool> {
    loop {
        terminal.draw(|frame| view::draw(frame, app, color))?;
        let Event::Key(pressed) = event::read()? else { continue };
        if pressed.kind == KeyEventKind::Release {
            continue;
        }
        let control = pressed.modifiers.contains(KeyModifiers::CONTROL);
        let key = match pressed.code {
            KeyCode::Char('c') if control => return Ok(true),
            KeyCode::Char(character) => Key::Character(character),
            KeyCode::Left => Key::Back,
            KeyCode::Right => Key::On,
            KeyCode::Home => Key::First,
            KeyCode::End => Key::Last,
            KeyCode::Up => Key::Up,
            KeyCode::Down => Key::Down,
            KeyCode::Tab => Key::NextModel,
            KeyCode::BackTab => Key::LastModel,
            KeyCode::Enter => Key::Enter,
            KeyCode::Esc => Key::Escape,
            KeyCode::Backspace => Key::Backspace,
            _ => continue,
        };
        if !app.press(key) {
            return Ok(false);
        }
    }
}
