//! Text that others wrote, as it can be shown: nothing in it moves a cursor, turns the direction or hides what follows.

use std::borrow::Cow;
use std::fmt::Write;

/// `text` on one line: every character that would not show as itself stands as `\u{…}`, line ends too.
pub fn line(text: &str) -> Cow<'_, str> {
    escape(text, |character, _| is_unseen(character))
}

/// `text` with its line ends and tabs: every other character that would not show as itself stands as `\u{…}`.
pub fn lines(text: &str) -> Cow<'_, str> {
    escape(text, |character, next| match character {
        '\n' | '\t' => false,
        '\r' => next != Some('\n'),
        other => is_unseen(other),
    })
}

/// Whether `character` commands a terminal, turns the direction of text, ends a line, shows nothing, or is no character of XML.
///
/// Those that show nothing are Unicode's `Default_Ignorable_Code_Point`: fonts leave them out, so two names that differ in them
/// alone look the same, and a text can hide in them. Joiners and the selectors of emoji are among them; the letters stay.
pub fn is_unseen(character: char) -> bool {
    let ignorable = matches!(
        character,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fff8}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    );
    // The ends of a line and of a paragraph, the marks of annotations, and what XML has no place for.
    let other =
        matches!(character, '\u{2028}' | '\u{2029}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}');
    character.is_control() || ignorable || other
}

fn escape(text: &str, unseen: impl Fn(char, Option<char>) -> bool) -> Cow<'_, str> {
    if !text.contains(is_unseen) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        if unseen(character, characters.peek().copied()) {
            let _ = write!(shown, "{}", character.escape_unicode());
        } else {
            shown.push(character);
        }
    }
    Cow::Owned(shown)
}

/// `text` in at most `most` characters: of a longer one the beginning and the end, with an ellipsis between.
fn brief(text: &str, most: usize) -> Cow<'_, str> {
    let long = text.len() > most && text.chars().nth(most).is_some();
    if !long {
        return Cow::Borrowed(text);
    }
    let tail = most / 4;
    let head: String = text.chars().take(most - tail - 1).collect();
    let start = text.char_indices().rev().take(tail).last().map_or(text.len(), |(at, _)| at);
    Cow::Owned(format!("{head}…{}", &text[start..]))
}

/// `text` on one line of Markdown: its marks are text, and a line end is a blank.
pub fn markdown(text: &str) -> String {
    let text = text.trim().replace("\r\n", " ").replace('\n', " ");
    let mut plain = String::new();
    for character in line(&text).chars() {
        if "|*_<>[]`\\&~#!".contains(character) {
            plain.push('\\');
        }
        plain.push(character);
    }
    plain
}

/// A message on one line that quotes what others wrote: nothing in it is unseen, and it is short.
pub fn message(text: &str) -> String {
    /// Two paths of the greatest length would be longer, and nobody reads them.
    const LONGEST: usize = 1000;
    spelled(text, LONGEST)
}

/// A name that others gave, as it can be shown.
pub fn name(text: &str) -> String {
    /// Names that mean something are shorter.
    const LONGEST: usize = 200;
    spelled(text, LONGEST)
}

/// `text` on one line and in at most `most` characters.
pub(crate) fn spelled(text: &str, most: usize) -> String {
    // Cut before it is spelled too: a long text is not copied whole.
    brief(&line(&brief(text, most)), most).into_owned()
}

/// `value` as a message shows it: NaN and infinities by name, powers of ten where digits would be many.
pub(crate) fn number(value: f64) -> String {
    let size = value.abs();
    if value.is_nan() {
        "NaN".into()
    } else if value.is_infinite() {
        if value > 0.0 { "infinity".into() } else { "-infinity".into() }
    } else if size == 0.0 || (1e-5..1e16).contains(&size) {
        value.to_string()
    } else {
        format!("{value:e}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_spelled() {
        let text = "a\u{1b}[32mb\u{9b}c\u{202e}d\ne\té\r\nf\rg\u{2028}\u{7f}\u{ffff}";
        assert_eq!(
            line(text),
            "a\\u{1b}[32mb\\u{9b}c\\u{202e}d\\u{a}e\\u{9}é\\u{d}\\u{a}f\\u{d}g\\u{2028}\\u{7f}\\u{ffff}"
        );
        assert_eq!(lines(text), "a\\u{1b}[32mb\\u{9b}c\\u{202e}d\ne\té\r\nf\\u{d}g\\u{2028}\\u{7f}\\u{ffff}");
        assert!(matches!(line("plain, é, 数 and \u{1f600}"), Cow::Borrowed(_)));
    }

    #[test]
    fn what_shows_nothing_is_spelled() {
        let hidden = "\u{ad}\u{200b}\u{200d}\u{2060}\u{2064}\u{3164}\u{fe0f}\u{feff}\u{fffb}\u{e0001}\u{e007f}\u{e01ef}";
        assert!(hidden.chars().all(is_unseen));
        assert_eq!(line("gist\u{200b}-58\u{e0041}"), "gist\\u{200b}-58\\u{e0041}");
        // Their neighbours show.
        assert!(
            !"\u{ae}\u{200a}\u{2010}\u{2027}\u{202f}\u{205f}\u{2070}\u{fe10}\u{fffc}\u{fffd}"
                .contains(is_unseen)
        );
    }

    #[test]
    fn marks_are_text() {
        let text = "a|b\r\nc\n<img src=x> `d` [e](f) *g* _h_ &lt; \u{1b}[0m\u{202e}";
        let expected = r"a\|b c \<img src=x\> \`d\` \[e\](f) \*g\* \_h\_ \&lt; \\u{1b}\[0m\\u{202e}";
        assert_eq!(markdown(text), expected);
    }

    #[test]
    fn long_texts_keep_their_ends() {
        assert_eq!(brief("0123456789", 10), "0123456789");
        assert_eq!(brief("éééééééééa", 8), "ééééé…éa");
        assert_eq!(brief(&"x".repeat(100_000), 300).chars().count(), 300);
    }

    #[test]
    fn numbers_are_short_and_have_names() {
        let all = [f64::NAN, -f64::INFINITY, 1e300, -1e-9, -0.0, 0.1, 1e15].map(number);
        assert_eq!(all, ["NaN", "-infinity", "1e300", "-1e-9", "-0", "0.1", "1000000000000000"]);
    }
}
