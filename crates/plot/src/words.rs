//! Names of places and tokens, and numbers in a few characters, as the page writes them.

use spec::{Operand, Order, PromptToken, Task};

const PLACES: [&str; 11] = [
    "ones",
    "tens",
    "hundreds",
    "thousands",
    "ten thousands",
    "hundred thousands",
    "millions",
    "ten millions",
    "hundred millions",
    "billions",
    "ten billions",
];

/// A place in words: 0 is `ones`.
pub(crate) fn place_name(place: usize) -> String {
    PLACES.get(place).map_or_else(|| format!("10{}", subscript(place)), |&name| name.into())
}

/// The place of the digit that a step writes, from 0; none for the token that ends an answer.
pub(crate) fn place(task: &Task, step: usize) -> Option<usize> {
    let digits = task.answer_digits();
    let step = (step < digits).then_some(step)?;
    Some(if task.order() == Order::LeastFirst { step } else { digits - 1 - step })
}

/// The digit that a token means, or the token in brackets.
pub(crate) fn token(task: &Task, token: usize) -> String {
    match (0..10).find(|&digit| task.digit_token(digit) == token) {
        Some(digit) => digit.to_string(),
        None if Some(token) == task.end() => "end".into(),
        None => format!("⟨{token}⟩"),
    }
}

/// What stands at a position: `a₃`, `s₀` for a digit of the sum, or a separator.
pub(crate) fn position(task: &Task, position: usize) -> String {
    match task.prompt().get(position) {
        Some(PromptToken::Fixed { text, .. }) => format!("“{text}”"),
        Some(PromptToken::Digit { operand: Operand::A, place }) => format!("a{}", subscript(*place)),
        Some(PromptToken::Digit { operand: Operand::B, place }) => format!("b{}", subscript(*place)),
        Some(PromptToken::Pair { place, .. }) => format!("a{0}b{0}", subscript(*place)),
        None => place(task, position - task.prompt().len())
            .map_or_else(|| "end".into(), |place| format!("s{}", subscript(place))),
    }
}

fn subscript(number: usize) -> String {
    let below = |digit: char| char::from_u32(digit as u32 - '0' as u32 + '₀' as u32).unwrap_or(digit);
    number.to_string().chars().map(below).collect()
}

/// The digit of `number` at a place.
pub(crate) fn digit(number: u64, place: usize) -> u64 {
    (0..place).fold(number, |rest, _| rest / 10) % 10
}

/// The carry into each place, from the ones to the one behind the last of `digits`.
pub(crate) fn carries(a: u64, b: u64, digits: usize) -> Vec<bool> {
    let mut list = vec![false];
    for place in 0..digits {
        list.push(digit(a, place) + digit(b, place) + u64::from(list[place]) >= 10);
    }
    list
}

/// A number in at most some six characters, with a real minus.
pub(crate) fn number(value: f64) -> String {
    let size = value.abs();
    let text = if !size.is_finite() {
        return if value.is_nan() {
            "none".into()
        } else if value > 0.0 {
            "∞".into()
        } else {
            "−∞".into()
        };
    } else if size.fract() == 0.0 && size < 1e6 {
        format!("{size}")
    } else if size >= 1e6 {
        format!("{size:.1e}")
    } else if size < 0.005 {
        // Roundings are nothing to see in a picture.
        if size < 1e-6 { "0".into() } else { format!("{size:.0e}") }
    } else {
        let decimals = if size < 10.0 { 2 } else { usize::from(size < 1000.0) };
        format!("{size:.decimals$}")
    };
    signed(value, &text)
}

/// A number with four significant digits, as the page writes it; integers as they are.
pub(crate) fn precise(value: f64) -> String {
    let size = value.abs();
    if !size.is_finite() || size == 0.0 || size.fract() == 0.0 && size < 1e7 {
        return if size.is_finite() { signed(value, &format!("{size}")) } else { number(value) };
    }
    let digits = format!("{size:.3e}");
    let (mantissa, power) = digits.split_once('e').unwrap_or((&digits, "0"));
    let power: i32 = power.parse().unwrap_or(0);
    if !(-3..7).contains(&power) {
        let power = power.to_string().chars().map(above).collect::<String>();
        return signed(value, &format!("{}·10{power}", trimmed(mantissa)));
    }
    let decimals = usize::try_from(3 - power).unwrap_or(0);
    signed(value, trimmed(&format!("{size:.decimals$}")))
}

/// Without zeros behind the point.
fn trimmed(text: &str) -> &str {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text }
}

/// A digit or a minus above the line.
fn above(character: char) -> char {
    match character {
        '-' => '⁻',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        digit => char::from_u32(digit as u32 - '0' as u32 + '⁰' as u32).unwrap_or(digit),
    }
}

fn signed(value: f64, size: &str) -> String {
    if value < 0.0 && size != "0" { format!("−{size}") } else { size.into() }
}

/// A share in percent.
pub(crate) fn percent(share: f64) -> String {
    format!("{:.0} %", 100.0 * share)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_by_hand() {
        let shown = [0.0, -9005.0, 0.4142, -12.345, 9009.12, 7.123e8, -1e-9, 2.4e-4].map(number);
        assert_eq!(shown, ["0", "−9005", "0.41", "−12.3", "9009", "7.1e8", "0", "2e-4"]);
        assert_eq!(number(f64::NEG_INFINITY), "−∞");
        let shown = [0.0, -9005.0, 0.25, 9.265, -9.765_625e-4, 128_000.7, 1.5e9, -0.5].map(precise);
        assert_eq!(shown, ["0", "−9005", "0.25", "9.265", "−9.766·10⁻⁴", "128001", "1.5·10⁹", "−0.5"]);
    }

    #[test]
    fn carries_by_hand() {
        assert_eq!(carries(95, 7, 2), [false, true, true]);
        assert_eq!(carries(1, 2, 2), [false, false, false]);
    }

    #[test]
    fn names_of_the_published_model() {
        let model = zoo::find("gist-58").unwrap().model().unwrap();
        let task = model.task();
        assert_eq!((place(task, 3), place(task, 11)), (Some(3), None));
        let names = [0, 9, 10, 11, 21, 22].map(|at| position(task, at));
        assert_eq!(names, ["a₉", "a₀", "“+”", "b₉", "“=”", "s₀"]);
        assert_eq!((place_name(3), place_name(12)), ("thousands".to_owned(), "10₁₂".to_owned()));
    }
}
