//! `nanoadder add`: one pair, or a file of pairs.

use crate::args::{Add, Common};
use crate::output::SCHEMA_VERSION;
use crate::{Answer, bulk, input, output};
use serde::Serialize;
use std::io::Write;

#[derive(Serialize)]
struct Json<'a> {
    schema_version: u32,
    model: &'a str,
    a: u64,
    b: u64,
    sum: Option<u64>,
    tokens: &'a [usize],
}

pub(crate) fn run(args: &Add, common: &Common) -> anyhow::Result<Answer> {
    let adder = input::adder(&args.model, common)?;
    if let Some(path) = &args.input {
        return bulk::run(&adder, path, args, common);
    }
    let operand = |text: &Option<String>| input::operand(text.as_deref().unwrap_or(""), &adder);
    let (a, b) = (operand(&args.a)?, operand(&args.b)?);
    let sum = adder.add(a, b)?;
    let right = sum.value == Some(a + b);
    if common.json() {
        let (model, tokens) = (adder.model().name(), sum.tokens.as_slice());
        output::json(&Json { schema_version: SCHEMA_VERSION, model, a, b, sum: sum.value, tokens })?;
    } else {
        match sum.value {
            Some(value) => writeln!(output::stdout(), "{value}")?,
            None => anyhow::bail!("the model's tokens {:?} spell no number", sum.tokens),
        }
    }
    if !right && !common.quiet {
        anstream::eprintln!("{} is wrong here: {a} + {b} = {}", adder.model().name(), a + b);
    }
    Ok(Answer::from_right(right))
}
