//! The functions that an exported file can need, each only where it does.

/// Every function: the name that calls it, and its text. Each stands behind those that it calls.
const PARTS: [(&[&str], &str); 34] = [
    (&["total", "dot", "linear"], include_str!("parts/dot.py")),
    (&["fused_dot"], include_str!("parts/fused_dot.py")),
    (&["root"], include_str!("parts/root.py")),
    (&["exp"], include_str!("parts/exp.py")),
    (&["sin"], include_str!("parts/sin.py")),
    (&["cos"], include_str!("parts/cos.py")),
    (&["log"], include_str!("parts/log.py")),
    (&["quotient"], include_str!("parts/quotient.py")),
    (&["power"], include_str!("parts/power.py")),
    (&["number"], include_str!("parts/number.py")),
    (&["truth"], include_str!("parts/truth.py")),
    (&["choose"], include_str!("parts/choose.py")),
    (&["at"], include_str!("parts/at.py")),
    (&["grid"], include_str!("parts/grid.py")),
    (&["filled"], include_str!("parts/filled.py")),
    (&["by_column"], include_str!("parts/by_column.py")),
    (&["sparse"], include_str!("parts/sparse.py")),
    (&["product"], include_str!("parts/product.py")),
    (&["spread"], include_str!("parts/spread.py")),
    (&["rotation"], include_str!("parts/rotation.py")),
    (&["turns"], include_str!("parts/turns.py")),
    (&["theta_turns"], include_str!("parts/theta.py")),
    (&["rms_norm"], include_str!("parts/rms_norm.py")),
    (&["layer_norm"], include_str!("parts/layer_norm.py")),
    (&["silu"], include_str!("parts/silu.py")),
    (&["gelu"], include_str!("parts/gelu.py")),
    (&["gelu_tanh"], include_str!("parts/gelu_tanh.py")),
    (&["turn"], include_str!("parts/turn.py")),
    (&["heads", "attend"], include_str!("parts/attend.py")),
    (&["causal_scores"], include_str!("parts/causal_scores.py")),
    (&["generate"], include_str!("parts/generate.py")),
    (&["digits"], include_str!("parts/digits.py")),
    (&["pairs"], include_str!("parts/pairs.py")),
    (&["spell"], include_str!("parts/spell.py")),
];

/// The functions that `body` calls, and those that they call, in an order in which each is defined before it is used.
pub(super) fn needed(body: &str) -> Vec<&'static str> {
    let mut needed: Vec<&'static str> = Vec::new();
    for (names, text) in PARTS.iter().rev() {
        let called = |text: &str| names.iter().any(|name| calls(text, name));
        if called(body) || needed.iter().any(|part| called(part)) {
            needed.push(text);
        }
    }
    needed.reverse();
    needed
}

/// Whether `text` calls the function `name`, or hands it over: the word, not an attribute, and a bracket, open or closed.
fn calls(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let behind = &text[at + name.len()..];
        if !(behind.starts_with('(') || behind.starts_with(')') && text[..at].ends_with("dot=")) {
            return false;
        }
        let before = text[..at].chars().next_back();
        before.is_none_or(|c| !(c.is_alphanumeric() || c == '_' || c == '.'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_brings_what_it_calls() {
        let texts = needed("x = layer_norm(y, 1e-5)");
        let defines = |name: &str| texts.iter().position(|text| text.contains(&format!("def {name}(")));
        assert!(defines("total").unwrap() < defines("rms_norm").unwrap());
        assert!(defines("rms_norm").unwrap() < defines("layer_norm").unwrap());
        assert!(defines("turn").is_none() && defines("exp").is_none());
        assert!(!calls("torch.exp(x)", "exp") && calls("-exp(x)", "exp") && !calls("regexp(x)", "exp"));
        assert!(calls("attend(x, v, dot=fused_dot)", "fused_dot") && !calls("(fused_dot)", "fused_dot"));
    }
}
