//! The look of the page as a style that every reader of SVG understands: the same file, its variables put in place.

/// The page's own look.
const LOOK: &str = include_str!("../../web/page/src/look.css");

/// The colours of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
    /// As whoever looks at it has chosen; light where that is not known.
    System,
}

/// The rules of the look.
pub(crate) fn style(theme: Theme) -> String {
    match theme {
        Theme::Light => rules(":root {", false),
        Theme::Dark => rules(":root[data-theme=\"dark\"] {", false),
        Theme::System => format!(
            "{}@media (prefers-color-scheme: dark) {{\n{}}}\n",
            rules(":root {", false),
            rules(":root[data-theme=\"dark\"] {", true)
        ),
    }
}

/// The rules in the colours of the block that begins with `palette`, or of these only the coloured ones.
fn rules(palette: &str, coloured: bool) -> String {
    let colours = colours(palette);
    let mut style = String::new();
    let mut open = String::new();
    for line in LOOK.lines() {
        // The rules of drawings: one in a line, or a block.
        if open.is_empty() && !line.starts_with("svg.drawing") {
            continue;
        }
        open.push_str(line.trim());
        if line.contains('}') {
            if !coloured || open.contains("var(") {
                style.push_str(&placed(&open, &colours));
                style.push('\n');
            }
            open.clear();
        }
    }
    style
}

/// The names and colours of a block of variables.
fn colours(palette: &str) -> Vec<(&'static str, &'static str)> {
    let block =
        LOOK.split_once(palette).and_then(|(_, rest)| rest.split_once('}')).map_or("", |(block, _)| block);
    let variable =
        |line: &'static str| line.trim().trim_end_matches(';').strip_prefix("--")?.split_once(": ");
    block.lines().filter_map(variable).collect()
}

/// A rule with `var(--name)` replaced.
fn placed(rule: &str, colours: &[(&str, &str)]) -> String {
    colours.iter().fold(rule.to_owned(), |rule, (name, value)| rule.replace(&format!("var(--{name})"), value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_variable_is_left_and_themes_differ() {
        let [light, dark, both] = [Theme::Light, Theme::Dark, Theme::System].map(style);
        for style in [&light, &dark, &both] {
            assert!(!style.contains("var(") && style.contains("svg.drawing .wrong-ink"), "{style}");
            assert_eq!(style.matches('{').count(), style.matches('}').count());
        }
        assert!(light.contains("#c4262e") && dark.contains("#ff8880") && !light.contains("#ff8880"));
        assert!(both.contains("#c4262e") && both.contains("#ff8880"));
    }
}
