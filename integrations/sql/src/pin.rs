//! Models of a query, pinned: a name becomes the text that it has here, with the hashes of that text and of this build.
//!
//! So a plan means the same wherever it runs. A process built from other sources, or one that is sent another text than the hash
//! says, refuses.

use crate::models;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{Result, ScalarValue, exec_err};
use datafusion::logical_expr::LogicalPlan;
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::prelude::Expr;
use std::collections::BTreeMap;

/// The hash of the sources of what adds, in this build.
pub const BUILD: &str = env!("NANOADDER_BUILD");

/// What a pinned model begins with; it is a comment of the model's text.
const MARK: &str = "#! nanoadder";

/// Models by the names that a query has for them: the bytes of a model file that needs no other file.
pub type Named = BTreeMap<String, Vec<u8>>;

/// A model as it travels.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pinned<'a> {
    /// The hash of its bytes, as it was sent.
    pub(crate) hash: [u8; 32],
    content: &'a [u8],
}

impl<'a> Pinned<'a> {
    /// Reads a pinned model; none if `bytes` are something else.
    ///
    /// # Errors
    ///
    /// If it was pinned by another build.
    pub(crate) fn read(bytes: &'a [u8]) -> Result<Option<Self>> {
        let Some(rest) = bytes.strip_prefix(MARK.as_bytes()) else { return Ok(None) };
        let end = rest.iter().position(|&byte| byte == b'\n').unwrap_or(rest.len());
        let head = std::str::from_utf8(&rest[..end]).unwrap_or_default();
        let words: Vec<&str> = head.split_ascii_whitespace().collect();
        let &[build, model] = words.as_slice() else {
            return exec_err!("a model that was sent: expected `{MARK} BUILD HASH`, found `{MARK}{head}`");
        };
        if build != BUILD {
            return exec_err!(
                "this process is build {} of nanoadder and the query was planned by build {}: expected the same build everywhere",
                short(BUILD),
                short(build)
            );
        }
        let Some(hash) = unhex(model) else {
            return exec_err!(
                "a model that was sent: expected a hash of 64 hexadecimal digits, found `{model}`"
            );
        };
        Ok(Some(Self { hash, content: rest.get(end + 1..).unwrap_or_default() }))
    }

    /// The model's bytes.
    ///
    /// # Errors
    ///
    /// If they are not those of the hash.
    pub(crate) fn content(self) -> Result<&'a [u8], String> {
        let found = models::hash(self.content);
        if found == self.hash {
            return Ok(self.content);
        }
        Err(format!(
            "a model that was sent has hash {}: expected {}",
            short(&hex(&found)),
            short(&hex(&self.hash))
        ))
    }
}

fn short(hash: &str) -> &str {
    hash.get(..12).unwrap_or(hash)
}

fn hex(hash: &[u8; 32]) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let mut hash = [0; 32];
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (byte, digits) in hash.iter_mut().zip(text.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    }
    Some(hash)
}

/// `plan` with every model that is a literal pinned; `named` are names that hold beside those of the zoo.
///
/// # Errors
///
/// If a literal is no model.
pub fn pin(plan: LogicalPlan, named: &Named) -> Result<LogicalPlan> {
    let pinned = plan.transform_up_with_subqueries(|plan| {
        let names = NamePreserver::new(&plan);
        let pinned = plan.map_expressions(|expr| {
            let name = names.save(&expr);
            let expr = expr.transform_up(|expr| pin_call(expr, named))?;
            Ok(expr.update_data(|expr| name.restore(expr)))
        })?;
        // What is restored keeps its name and type, so the schema is what it was.
        Ok(pinned)
    })?;
    Ok(pinned.data)
}

/// The call of a function with its model pinned.
fn pin_call(expr: Expr, named: &Named) -> Result<Transformed<Expr>> {
    let Expr::ScalarFunction(ScalarFunction { func, mut args }) = expr else {
        return Ok(Transformed::no(expr));
    };
    let takes_model = crate::scalar_functions().iter().any(|known| known.name() == func.name());
    let pinned = match args.first() {
        Some(Expr::Literal(value, _)) if takes_model => Some(pin_literal(value, named)?),
        _ => None,
    };
    let changed = pinned.is_some();
    if let Some(value) = pinned {
        args[0] = Expr::Literal(value, None);
    }
    let call = Expr::ScalarFunction(ScalarFunction { func, args });
    Ok(if changed { Transformed::yes(call) } else { Transformed::no(call) })
}

/// A literal as it travels.
fn pin_literal(value: &ScalarValue, named: &Named) -> Result<ScalarValue> {
    let bytes = models::literal(value)?;
    if Pinned::read(bytes)?.is_some() {
        return Ok(value.clone());
    }
    let name = std::str::from_utf8(bytes).unwrap_or_default();
    let content = match (named.get(name), zoo::find(name)) {
        (Some(content), _) => content,
        (None, Some(entry)) => entry.text.as_bytes(),
        (None, None) => bytes,
    };
    let mut sent = format!("{MARK} {BUILD} {}\n", hex(&models::hash(content))).into_bytes();
    sent.extend(content);
    // As bytes, of which a plan shows the first few: a text would be shown whole.
    let sent = ScalarValue::Binary(Some(sent));
    // What is wrong with it is said before anything runs.
    models::adder(&sent)?;
    Ok(sent)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: impl Into<String>) -> ScalarValue {
        ScalarValue::Utf8(Some(text.into()))
    }

    #[test]
    fn a_pinned_model_adds() {
        let pinned = pin_literal(&text("kiguli-7"), &Named::new()).unwrap();
        assert_eq!(models::adder(&pinned).unwrap().add(99, 1).unwrap().value, Some(100));
        assert_eq!(pin_literal(&pinned, &Named::new()).unwrap(), pinned);
        let blob = include_bytes!("../tests/kiguli-7.safetensors").to_vec();
        let named: Named = [("mine".into(), blob)].into();
        let pinned = pin_literal(&text("mine"), &named).unwrap();
        assert_eq!(models::adder(&pinned).unwrap().add(99, 1).unwrap().value, Some(100));
    }

    #[test]
    fn other_builds_and_other_texts_are_refused() {
        let pinned = pin_literal(&text("kiguli-7"), &Named::new()).unwrap();
        let pinned = String::from_utf8(models::literal(&pinned).unwrap().to_vec()).unwrap();
        let said = |sent: String| models::adder(&text(sent)).unwrap_err().strip_backtrace();
        let zeros = "0".repeat(64);
        assert!(
            said(pinned.replace(BUILD, &zeros))
                .contains("planned by build 000000000000: expected the same build")
        );
        let (head, body) = pinned.split_once('\n').unwrap();
        let other = head[..head.len() - 64].to_owned() + &"1".repeat(64);
        assert!(said(format!("{other}\n{body}")).contains(": expected 111111111111"));
        assert!(said(format!("{MARK} {BUILD} abc\n")).contains("64 hexadecimal digits"));
        assert!(said(format!("{MARK} x\n")).contains("expected `#! nanoadder BUILD HASH`"));
    }
}
