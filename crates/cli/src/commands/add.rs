//! `nanoadder add`: one pair, or a file of pairs.

use crate::args::{Add, Common};
use crate::output::{self, tell};
use crate::{Answer, bulk, input};
use std::io::Write;

pub(crate) fn run(args: &Add, common: &Common) -> anyhow::Result<Answer> {
    let adder = input::adder(&args.model, &args.task, common)?;
    if let Some(path) = &args.input {
        return bulk::run(&adder, path, args, common);
    }
    let operand = |text: &Option<String>| input::operand(text.as_deref().unwrap_or(""), adder.model().task());
    let (a, b) = (operand(&args.a)?, operand(&args.b)?);
    let sum = adder.add(a, b)?;
    let right = sum.value == Some(a + b);
    if common.json() {
        output::json(&wire::Sum::new(adder.model().name(), (a, b), sum))?;
    } else {
        match sum.value {
            Some(value) => writeln!(output::stdout(), "{value}")?,
            None => anyhow::bail!("the model's tokens {:?} spell no number", sum.tokens),
        }
    }
    if !right && !common.quiet {
        tell!("{} is wrong here: {a} + {b} = {}", adder.model().name(), a + b);
    }
    Ok(Answer::from_right(right))
}
