//! Values of options: what is read, and what was expected.

use std::num::NonZeroUsize;

/// Names that are known, each with what it is.
pub(crate) type Known = Vec<(&'static str, &'static str)>;

/// Says which names were expected.
fn one_of(known: &Known) -> String {
    format!("expected one of {}", known.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", "))
}

/// `head`, and a line for each name.
fn lines(head: &str, known: &Known) -> String {
    let lines: String = known.iter().map(|(name, about)| format!("\n{name}: {about}")).collect();
    format!("{head}:{lines}")
}

pub(crate) fn template(name: &str) -> Result<&'static craft::Template, String> {
    craft::Template::find(name).ok_or_else(|| one_of(&known_templates()))
}

pub(crate) fn known_templates() -> Known {
    craft::TEMPLATES.iter().map(|template| (template.name, template.about)).collect()
}

pub(crate) fn templates() -> String {
    lines("What to begin with", &known_templates())
}

pub(crate) fn rule(name: &str) -> Result<craft::Rule, String> {
    let rule = craft::RULES.iter().copied().find(|rule| rule.name == name);
    rule.ok_or_else(|| one_of(&known_rules()))
}

pub(crate) fn known_rules() -> Known {
    craft::RULES.iter().map(|rule| (rule.name, rule.about)).collect()
}

pub(crate) fn rules() -> String {
    lines("Look by this rule alone; can be given several times", &known_rules())
}

pub(crate) fn counting_rule(name: &str) -> Result<craft::shrink::Rule, String> {
    let rule = craft::shrink::Rule::ALL.into_iter().find(|rule| rule.name() == name);
    rule.ok_or_else(|| one_of(&known_counting_rules()))
}

pub(crate) fn known_counting_rules() -> Known {
    craft::shrink::Rule::ALL.into_iter().map(|rule| (rule.name(), "")).collect()
}

/// How many threads: at least one, and not more than machines have.
pub(crate) fn threads(text: &str) -> Result<NonZeroUsize, String> {
    const MOST: usize = 1024;
    let threads = text.parse().ok().filter(|threads: &NonZeroUsize| threads.get() <= MOST);
    threads.ok_or_else(|| format!("expected an integer from 1 to {MOST}"))
}

/// A count, or a seed.
pub(crate) fn whole(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| format!("expected an integer from 0 to {}", u64::MAX))
}

pub(crate) fn port(text: &str) -> Result<u16, String> {
    text.parse().map_err(|_| format!("expected a port, an integer from 0 to {}", u16::MAX))
}

pub(crate) fn seconds(text: &str) -> Result<f64, String> {
    let expected = || "expected a number of seconds from 0 to 3600".to_owned();
    text.parse().ok().filter(|seconds| (0.0..=3600.0).contains(seconds)).ok_or_else(expected)
}

pub(crate) fn address(text: &str) -> Result<std::net::IpAddr, String> {
    if text == "localhost" {
        return Ok(std::net::Ipv4Addr::LOCALHOST.into());
    }
    text.parse().map_err(|_| "expected an IP address, or localhost".to_owned())
}
