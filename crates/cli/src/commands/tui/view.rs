//! One step on the screen: the tokens, where each head looks, the numbers, the logits.

use super::app::App;
use crate::bars::{LEAST, bar};
use crate::output::short;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Paragraph};
use run::StepTrace;

/// The width of the names on the left.
const NAMES: usize = 24;
/// The longest bar of a logit.
const LONGEST: usize = 32;

/// The look of what is shown; without colour, weight and brightness say the same.
struct Look {
    color: bool,
}

impl Look {
    fn colored(&self, color: Color, plain: Modifier) -> Style {
        if self.color { Style::new().fg(color) } else { Style::new().add_modifier(plain) }
    }

    fn dim(&self) -> Style {
        Style::new().add_modifier(Modifier::DIM)
    }

    fn bold(&self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    fn right(&self) -> Style {
        self.colored(Color::Green, Modifier::BOLD)
    }

    fn wrong(&self) -> Style {
        self.colored(Color::Red, Modifier::REVERSED)
    }

    fn bar(&self) -> Style {
        self.colored(Color::Cyan, Modifier::empty())
    }
}

pub(super) fn draw(frame: &mut Frame<'_>, app: &App, color: bool) {
    let look = Look { color };
    let rows = [Constraint::Length(5), Constraint::Min(3), Constraint::Length(1)];
    let [top, middle, bottom] = Layout::vertical(rows).areas(frame.area());
    let (a, b) = app.explanation.pair;
    let title = format!(" {}: {a} + {b} ", app.name());
    frame.render_widget(Paragraph::new(tokens(app, &look, top)).block(Block::bordered().title(title)), top);
    let lines = step(app, &look);
    // Scrolled no further than to the last line.
    let most = u16::try_from(lines.len()).unwrap_or(u16::MAX).saturating_sub(middle.height.saturating_sub(2));
    let count = app.explanation.steps.len();
    let title = format!(" step {} of {count} ", app.step + 1);
    let body = Paragraph::new(lines).scroll((app.scroll.min(most), 0)).block(Block::bordered().title(title));
    frame.render_widget(body, middle);
    frame.render_widget(Paragraph::new(footer(app, &look)), bottom);
}

/// The prompt and the answer so far, the token that is read marked; and what the answer is.
fn tokens<'a>(app: &App, look: &Look, area: Rect) -> Vec<Line<'a>> {
    let explanation = &app.explanation;
    let mut spans = vec![Span::raw("tokens  ")];
    let position = explanation.steps.get(app.step).map_or(0, |step| step.position);
    // What a narrow screen cannot show falls off on the left: the token that is read stays in sight.
    let wide = wide(app);
    let room = usize::from(area.width.saturating_sub(12)) / wide;
    let all = explanation.prompt.len() + explanation.tokens.len();
    let first = (position + 6).min(all).saturating_sub(room);
    for (index, token) in explanation.prompt.iter().enumerate().skip(first) {
        let style =
            if index == position { Style::new().add_modifier(Modifier::REVERSED) } else { Style::new() };
        spans.push(Span::styled(format!("{token:wide$}"), style));
    }
    let answers = explanation.tokens.iter().zip(&explanation.expected).enumerate();
    for (index, (token, expected)) in answers.skip(first.saturating_sub(explanation.prompt.len())) {
        let mut style = match index {
            index if index > app.step => look.dim(),
            _ if token == expected => look.right(),
            _ => look.wrong(),
        };
        if explanation.prompt.len() + index == position {
            style = style.add_modifier(Modifier::REVERSED);
        }
        let text = if index > app.step { "·".to_owned() } else { token.to_string() };
        spans.push(Span::styled(format!("{text:wide$}"), style));
    }
    let (a, b) = explanation.pair;
    let sum = explanation.sum.map_or("no number".into(), |sum| sum.to_string());
    let verdict = if app.is_right() {
        Span::styled("right".to_owned(), look.right())
    } else {
        Span::styled(format!("wrong, the sum is {}", a + b), look.wrong())
    };
    let read = format!("reads   `{}` at position {position}", context(app)[position]);
    vec![
        Line::from(spans),
        Line::from(read),
        Line::from(vec![Span::raw(format!("answer  {sum}: ")), verdict]),
    ]
}

/// The tokens that were read up to the last step, as characters.
fn context(app: &App) -> Vec<String> {
    let explanation = &app.explanation;
    explanation.prompt.iter().cloned().chain(explanation.tokens.iter().map(ToString::to_string)).collect()
}

/// As many characters as the widest token has.
fn wide(app: &App) -> usize {
    context(app).iter().map(|token| token.chars().count()).max().unwrap_or(1)
}

fn step<'a>(app: &App, look: &Look) -> Vec<Line<'a>> {
    let Some(step) = app.explanation.steps.get(app.step) else { return Vec::new() };
    let (context, wide) = (context(app), wide(app));
    let tokens: String = context[..=step.position].iter().map(|token| format!("{token:wide$}")).collect();
    let mut lines = vec![named("where each head looks", vec![Span::styled(tokens, look.dim())], look)];
    for (number, layer) in step.layers.iter().enumerate() {
        for (head, trace) in layer.heads.iter().enumerate() {
            let spans = trace.weights.iter().map(|&weight| {
                let bars: String = std::iter::repeat_n(bar(weight), wide).collect();
                Span::styled(bars, if weight < LEAST { look.dim() } else { look.bar() })
            });
            lines.push(named(&format!("layer {number} head {head}"), spans.collect(), look));
            let looks = super::super::explain::looks(&trace.weights, &context);
            lines.push(named("", vec![Span::styled(looks, look.dim())], look));
        }
    }
    lines.push(Line::default());
    let mut numbers = |name: &str, values: &[f64]| {
        if !values.is_empty() {
            let text: Vec<String> = values.iter().map(|&value| format!("{:>10}", short(value))).collect();
            lines.push(named(name, vec![Span::raw(text.join(" "))], look));
        }
    };
    numbers("residual stream", &step.embedded);
    for layer in &step.layers {
        numbers("after attention", &layer.attended);
        numbers("MLP before activation", &layer.pre_activation);
        numbers("MLP hidden", &layer.hidden);
        numbers("after MLP", &layer.transformed);
    }
    lines.push(Line::default());
    logits(step, app.explanation.expected[app.step], look, &mut lines);
    for what in &app.explanation.unknown {
        lines.push(named("not known", vec![Span::styled(what.clone(), look.dim())], look));
    }
    lines
}

/// A bar for each logit, from the smallest, which has none, to the chosen one, whose bar is longest.
fn logits(step: &StepTrace, expected: usize, look: &Look, lines: &mut Vec<Line<'_>>) {
    /// Vocabularies up to this size are shown whole.
    const WHOLE: usize = 16;
    let most = step.logits[step.chosen];
    let least = step.logits.iter().copied().fold(most, f64::min);
    for (token, &logit) in step.logits.iter().enumerate() {
        if step.logits.len() > WHOLE && ![step.chosen, step.runner_up, expected].contains(&token) {
            continue;
        }
        let share = if most > least { (logit - least) / (most - least) } else { 1.0 };
        let style = match token {
            token if token == step.chosen && token == expected => look.right(),
            token if token == step.chosen => look.wrong(),
            _ => look.bar(),
        };
        let mark = match token {
            token if token == step.chosen && token == expected => " chosen, right",
            token if token == step.chosen => " chosen, wrong",
            token if token == expected => " the right one",
            _ => "",
        };
        let length = (share * LONGEST as f64).round() as usize;
        let spans = vec![
            Span::raw(format!("{:>12}  ", short(logit))),
            Span::styled("█".repeat(length), style),
            Span::raw(mark),
        ];
        lines.push(named(&format!("logit of {token}"), spans, look));
    }
    let margin = format!("{} over {}", short(step.margin), step.runner_up);
    lines.push(named("margin", vec![Span::styled(format!("{margin:>12}"), look.bold())], look));
}

fn named<'a>(name: &str, spans: Vec<Span<'a>>, look: &Look) -> Line<'a> {
    let name = Span::styled(format!("{name:NAMES$}"), look.dim());
    Line::from(std::iter::once(name).chain(spans).collect::<Vec<_>>())
}

fn footer<'a>(app: &App, look: &Look) -> Line<'a> {
    if let Some(typing) = &app.typing {
        let name = if typing.second { "b" } else { "a" };
        return Line::from(format!(" {name} = {}_   Enter takes it, Esc leaves it", typing.text));
    }
    if let Some(complaint) = &app.complaint {
        return Line::styled(format!(" {complaint}"), look.wrong());
    }
    Line::styled(
        " ← → step  Home End  ↑ ↓ scroll  a b operands  Tab model  w first wrong token  q quit",
        look.dim(),
    )
}

#[cfg(test)]
mod tests {
    use super::super::app::tests::app;
    use super::super::app::{App, Key};
    use super::*;
    use ratatui::Terminal;
    use ratatui::backend::TestBackend;

    fn screen(app: &App, width: u16, height: u16) -> String {
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        terminal.draw(|frame| draw(frame, app, true)).unwrap();
        terminal.backend().to_string()
    }

    #[test]
    fn a_step_as_a_picture() {
        let mut app = app("gist-58", 9000, 0);
        app.press(Key::Character('w'));
        snapbox::assert_data_eq!(
            screen(&app, 100, 30),
            snapbox::file!["../../../tests/snapshots/tui-gist-58.txt"]
        );
    }

    #[test]
    fn every_model_fits_every_screen_at_every_step() {
        for entry in zoo::ENTRIES {
            let mut app = app(entry.name, 9_999_999_999, 1);
            for (width, height) in [(100, 40), (20, 6), (1, 1)] {
                app.press(Key::First);
                for _ in &app.explanation.steps.clone() {
                    screen(&app, width, height);
                    app.press(Key::On);
                    app.press(Key::Down);
                }
            }
        }
    }

    /// The token that is read is in sight on a narrow screen, and scrolling ends at the last line.
    #[test]
    fn narrow_and_low_screens_show_what_matters() {
        let mut app = app("nanoadder-58", 1, 2);
        app.press(Key::Last);
        let narrow = screen(&app, 40, 24);
        assert!(narrow.contains("reads   `0` at position 31"), "{narrow}");
        for _ in 0..200 {
            app.press(Key::Down);
        }
        assert!(screen(&app, 80, 12).contains("margin"), "{}", screen(&app, 80, 12));
    }

    #[test]
    fn typing_is_shown() {
        let mut app = app("nanoadder-58", 1, 2);
        for key in "b42".chars() {
            app.press(Key::Character(key));
        }
        assert!(screen(&app, 80, 20).contains("b = 42_"), "{}", screen(&app, 80, 20));
    }
}
