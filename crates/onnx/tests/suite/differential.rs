//! Every operator against ONNX Runtime and against the reference evaluator of the package `onnx`.
//!
//! `xtask/seams/variants.py` makes a small decoder for each variant of each operator and writes down what the two make of it, for
//! every pair of digits; `cargo xtask seams` runs it and names the folder in `ONNX_VARIANTS`. A variant is read and equal, or
//! within the bound that it states, or refused with a message that names the operator. Where the two differ from each other, we
//! must agree with the one that follows the operator's definition, and [`known`] says so; anything else fails.
//!
//! The numbers of an oracle must also lie within what the prover allows for: a bound that leaves out what ONNX Runtime computes
//! proves nothing of it.

use crate::known;
use num::{Affine, Float, Reading};
use onnx::{Graph, Model, Prompt};
use program::{Constant, DecodeIn};
use spec::Dtype;
use std::collections::BTreeMap;
use std::panic::catch_unwind;
use std::path::Path;

const TASK: &str = "prompt = \"{a:0>1}{b:0>1}\"\nanswer = \"least-first:2\"\n";

/// The logits of every step when these are the tokens, prompt and answer.
pub(crate) fn steps<S: Reading>(decode: &DecodeIn<S>, tokens: &[S::Token]) -> Vec<Vec<S>> {
    let mut found = Vec::new();
    decode.follow(tokens, |step, values| found.push(values.all(&step.logits)));
    found
}

/// A line of `variants.tsv`, with the numbers of the oracles.
struct Variant {
    operator: String,
    name: String,
    bytes: Vec<u8>,
    double: bool,
    pairs: Vec<[usize; 2]>,
    oracles: Vec<(String, Vec<f64>)>,
    count: usize,
    ulps: f64,
    absolute: f64,
    signed: bool,
}

/// What becomes of a variant.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    /// The same numbers as every oracle.
    Equal,
    /// Within the stated bound of every oracle.
    Near,
    /// The oracles differ, and we agree with one of them, as is known.
    Known,
    /// Our numbers are others, and the model says that other evaluations may come out differently.
    Caveat,
    Refused(String),
    Wrong(String),
}

impl Variant {
    fn read(folder: &Path, line: &str) -> Self {
        let fields: Vec<&str> = line.split('\t').collect();
        let &[file, operator, name, kind, tokens, oracles, count, ulps, absolute, signed] = fields.as_slice()
        else {
            panic!("{line}: expected ten fields");
        };
        let digits = |token| if tokens.contains(token) { 0..10 } else { 0..1 };
        let pairs: Vec<[usize; 2]> = digits('a').flat_map(|a| digits('b').map(move |b| [a, b])).collect();
        let bytes = std::fs::read(folder.join(file).with_extension("values")).unwrap();
        let number = |part: &[u8]| f64::from_le_bytes(part.try_into().unwrap());
        let numbers: Vec<f64> = bytes.chunks_exact(8).map(number).collect();
        let count: usize = count.parse().unwrap();
        let parts = numbers.chunks_exact(pairs.len() * count).map(<[f64]>::to_vec);
        Self {
            operator: operator.into(),
            name: name.into(),
            bytes: std::fs::read(folder.join(file).with_extension("onnx")).unwrap(),
            double: kind == "f64",
            oracles: oracles.split('+').map(str::to_owned).zip(parts).collect(),
            pairs,
            count,
            ulps: ulps.parse().unwrap(),
            absolute: absolute.parse().unwrap(),
            signed: signed == "1",
        }
    }

    fn model(&self) -> Result<Model, String> {
        let graph = Graph::read(&self.bytes, &mut |_| Err("no file".into())).map_err(|e| e.to_string())?;
        graph.model("variant", &Prompt::from_toml("task", TASK)).map_err(|error| error.to_string())
    }

    fn outcome(&self) -> Outcome {
        let read = catch_unwind(|| {
            let model = self.model()?;
            let (ours, forms) = match model.dtype() {
                Dtype::F32 => (self.ours::<f32>(&model), self.forms::<f32>(&model)),
                Dtype::F64 => (self.ours::<f64>(&model), self.forms::<f64>(&model)),
            };
            Ok::<_, String>((model.caveat().is_some(), ours, forms))
        });
        match read {
            Err(panic) => {
                let text = panic.downcast_ref::<String>().cloned();
                let text = text.or_else(|| panic.downcast_ref::<&str>().map(|&text| text.to_owned()));
                Outcome::Wrong(format!("panics: {}", text.unwrap_or_default()))
            }
            Ok(Err(message)) => {
                let operator = self.operator.rsplit('.').next().unwrap_or_default();
                if message.contains(operator)
                    || message.contains("`tested`")
                    || message.contains("initialiser")
                {
                    Outcome::Refused(message)
                } else {
                    Outcome::Wrong(format!("refused without a name: {message}"))
                }
            }
            Ok(Ok((caveat, ours, forms))) => self.compared(caveat, &ours, &forms),
        }
    }

    /// Our logits, pair by pair.
    fn ours<T: Float>(&self, model: &Model) -> Vec<f64> {
        let decode = model.decode().read(|constant| T::from_f64(constant.value()));
        let logits = |&[a, b]: &[usize; 2]| {
            let steps = steps(&decode, &[a, b, 0, 0]);
            steps[0].iter().map(|logit| logit.to_f64()).collect::<Vec<_>>()
        };
        self.pairs.iter().flat_map(logits).collect()
    }

    /// From where to where each logit can be for the prover.
    fn forms<T: Float>(&self, model: &Model) -> Vec<(f64, f64)> {
        let form = |constant: Constant| {
            if constant.radius() == 0.0 {
                Affine::<T, 0>::constant(constant.value())
            } else {
                Affine::around(constant.value(), constant.radius())
            }
        };
        let decode = model.decode().read(form);
        let logits = |&[a, b]: &[usize; 2]| {
            steps(&decode, &[a, b, 0, 0])[0].iter().map(|form| (form.lo(), form.hi())).collect::<Vec<_>>()
        };
        self.pairs.iter().flat_map(logits).collect()
    }

    fn same(&self, a: f64, b: f64) -> bool {
        a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan()) || (a == b && !self.signed)
    }

    /// Whether `a` is within the bound of `b`.
    fn near(&self, a: f64, b: f64) -> bool {
        let size = b.abs();
        let unit =
            if self.double { size - size.next_down() } else { size - f64::from((size as f32).next_down()) };
        self.same(a, b) || (b.is_finite() && (a - b).abs() <= self.ulps * unit + self.absolute)
    }

    fn compared(&self, caveat: bool, ours: &[f64], forms: &[(f64, f64)]) -> Outcome {
        if ours.len() != self.pairs.len() * self.count {
            let found = ours.len() / self.pairs.len();
            return Outcome::Wrong(format!("{found} logits, expected {}", self.count));
        }
        let wrong = |index: usize, what: &str| {
            let [a, b] = self.pairs[index / self.count];
            let said: Vec<String> = self
                .oracles
                .iter()
                .map(|(oracle, numbers)| format!("{oracle} {:?}", numbers[index]))
                .collect();
            Outcome::Wrong(format!(
                "{what} at a = {a}, b = {b}, logit {}: ours {:?}, {}",
                index % self.count,
                ours[index],
                said.join(", ")
            ))
        };
        let mut outcome = Outcome::Equal;
        for (index, &own) in ours.iter().enumerate() {
            let said: Vec<f64> = self.oracles.iter().map(|(_, numbers)| numbers[index]).collect();
            if said.iter().all(|&number| self.same(own, number)) {
                continue;
            }
            let agree = said.iter().all(|&x| said.iter().all(|&y| self.near(x, y)));
            let here = if said.iter().all(|&number| self.near(own, number)) {
                Outcome::Near
            } else if caveat {
                Outcome::Caveat
            } else if agree {
                return wrong(index, "other numbers");
            } else {
                let right = known::right(&self.operator, &self.name);
                let side = self.oracles.iter().zip(&said).find(|(_, said)| self.near(own, **said));
                match (right, side) {
                    (Some(right), Some(((oracle, _), _))) if right == oracle || right == "either" => {
                        Outcome::Known
                    }
                    (_, Some(((oracle, _), _))) => {
                        return wrong(index, &format!("the oracles differ, we agree with {oracle}"));
                    }
                    _ => return wrong(index, "the oracles differ, we agree with none"),
                }
            };
            outcome = outcome.max(here);
        }
        if caveat {
            return outcome;
        }
        for (oracle, numbers) in &self.oracles {
            let differs = outcome == Outcome::Known
                && known::right(&self.operator, &self.name).is_some_and(|right| right != oracle);
            if differs || known::not_held(&self.operator, &self.name, oracle) {
                continue;
            }
            for (index, (&number, &(lo, hi))) in numbers.iter().zip(forms).enumerate() {
                let known = lo.is_finite() && hi.is_finite();
                if known && !(lo <= number && number <= hi) {
                    return wrong(index, &format!("{oracle} is outside of {lo:?} to {hi:?}"));
                }
            }
        }
        outcome
    }
}

/// How the variants of an operator came out.
#[derive(Default)]
struct Row {
    equal: usize,
    near: usize,
    known: usize,
    caveat: usize,
    refused: BTreeMap<String, usize>,
    wrong: Vec<String>,
}

#[test]
fn operators_against_onnx_runtime_and_the_reference_evaluator() {
    // Only `cargo xtask seams` has what makes them.
    let Some(folder) = std::env::var_os("ONNX_VARIANTS") else { return };
    let folder = Path::new(&folder);
    let list = std::fs::read_to_string(folder.join("variants.tsv")).unwrap();
    let mut rows: BTreeMap<String, Row> = BTreeMap::new();
    std::panic::set_hook(Box::new(|_| {}));
    for line in list.lines() {
        let variant = Variant::read(folder, line);
        let row = rows.entry(variant.operator.clone()).or_default();
        match variant.outcome() {
            Outcome::Equal => row.equal += 1,
            Outcome::Near => row.near += 1,
            Outcome::Known => row.known += 1,
            Outcome::Caveat => row.caveat += 1,
            Outcome::Refused(message) => *row.refused.entry(message).or_default() += 1,
            Outcome::Wrong(what) => row.wrong.push(format!("{} {}: {what}", variant.operator, variant.name)),
        }
    }
    drop(std::panic::take_hook());
    println!(
        "{:40} {:>6} {:>6} {:>6} {:>6} {:>7} {:>6}",
        "operator", "equal", "near", "known", "caveat", "refused", "wrong"
    );
    let mut failed = Vec::new();
    let mut total = [0; 6];
    for (operator, row) in &rows {
        let refused = row.refused.values().sum();
        let counts = [row.equal, row.near, row.known, row.caveat, refused, row.wrong.len()];
        println!(
            "{operator:40} {:6} {:6} {:6} {:6} {:7} {:6}",
            counts[0], counts[1], counts[2], counts[3], counts[4], counts[5]
        );
        for (total, count) in total.iter_mut().zip(counts) {
            *total += count;
        }
        let all: usize = counts.iter().sum();
        let least = known::least_read(operator);
        if ((all - refused) as f64) < least * all as f64 {
            let most = row.refused.iter().max_by_key(|(_, count)| **count).expect("some are refused");
            failed
                .push(format!("{operator}: {refused} of {all} are refused, {} of them: {}", most.1, most.0));
        }
        failed.extend(row.wrong.iter().cloned());
    }
    println!("{total:?} of {}", total.iter().sum::<usize>());
    if std::env::var_os("ONNX_REFUSED").is_some() {
        for (operator, row) in &rows {
            for (message, count) in &row.refused {
                println!("{operator}: {count} refused: {message}");
            }
        }
    }
    assert!(failed.is_empty(), "{} differences:\n{}", failed.len(), failed.join("\n"));
}
