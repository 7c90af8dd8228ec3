//! Values of options: what is read, and what was expected.

pub(crate) fn template(name: &str) -> Result<&'static craft::Template, String> {
    let known = || craft::TEMPLATES.map(|template| template.name).join(", ");
    craft::Template::find(name).ok_or_else(|| format!("expected one of {}", known()))
}

pub(crate) fn templates() -> String {
    let line = |template: craft::Template| format!("\n{}: {}", template.name, template.about);
    format!("What to begin with:{}", craft::TEMPLATES.map(line).concat())
}

pub(crate) fn rule(name: &str) -> Result<craft::Rule, String> {
    let known = || craft::RULES.iter().map(|rule| rule.name).collect::<Vec<_>>().join(", ");
    let rule = craft::RULES.iter().copied().find(|rule| rule.name == name);
    rule.ok_or_else(|| format!("expected one of {}", known()))
}

pub(crate) fn rules() -> String {
    let lines: String = craft::RULES.iter().map(|rule| format!("\n{}: {}", rule.name, rule.about)).collect();
    format!("Look by this rule alone; can be given several times:{lines}")
}

pub(crate) fn counting_rule(name: &str) -> Result<craft::shrink::Rule, String> {
    let rule = craft::shrink::Rule::ALL.into_iter().find(|rule| rule.name() == name);
    let known = || craft::shrink::Rule::ALL.map(craft::shrink::Rule::name).join(", ");
    rule.ok_or_else(|| format!("expected one of {}", known()))
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
