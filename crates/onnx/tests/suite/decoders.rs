//! Random small decoders in PyTorch, exported by both of its exporters: our logits are PyTorch's and ONNX Runtime's, or the graph is
//! refused with a message that names what it does not read.
//!
//! `xtask/seams/decoders.py` makes them; `cargo xtask seams` runs it and names the folder in `ONNX_DECODERS`.

use crate::differential::steps;
use num::{Affine, Float};
use onnx::{Graph, Model, Prompt};
use program::Constant;
use spec::Dtype;
use std::collections::BTreeMap;
use std::path::Path;

const TASK: &str = "prompt = \"{a:0>2}{b:0>2}\"\nanswer = \"least-first:3\"\n";

/// How far our logits may be from another evaluation's, relative to the greatest of the row's, in f32 and in f64: rounding errors
/// grow on the way through norms and softmaxes, and the exporters write some constants of f64 models in f32.
const NEAR: [f64; 2] = [2e-5, 5e-11];

/// The same in f64 where constants are of f32 whatever the type: `HardSwish` by its definition, GELU and the scale of Attention in
/// ONNX Runtime, and every scalar that the exporter `dynamo` writes. Its file is not the module, so the module need not lie where
/// the prover takes the file's logits to be.
const NEAR_WITH_CONSTANTS_OF_F32: f64 = 2e-7;

/// The least share of the exports that is read.
const LEAST_READ: f64 = 0.8;

/// A line of `decoders.tsv`, with its numbers.
struct Export {
    name: String,
    what: String,
    bytes: Vec<u8>,
    sequences: Vec<Vec<usize>>,
    logits: usize,
    oracles: Vec<(String, Vec<f64>)>,
}

impl Export {
    fn read(folder: &Path, line: &str) -> Self {
        let fields: Vec<&str> = line.split('\t').collect();
        let &[file, what, _, _, sequences, tokens, logits, oracles] = fields.as_slice() else {
            panic!("{line}: expected eight fields");
        };
        let [sequences, tokens, logits] =
            [sequences, tokens, logits].map(|number| number.parse::<usize>().unwrap());
        let bytes = std::fs::read(folder.join(format!("{file}.values"))).unwrap();
        let number = |part: &[u8]| f64::from_le_bytes(part.try_into().unwrap());
        let numbers: Vec<f64> = bytes.chunks_exact(8).map(number).collect();
        let (read, said) = numbers.split_at(sequences * tokens);
        let read = read.chunks_exact(tokens).map(|row| row.iter().map(|&token| token as usize).collect());
        let oracles: Vec<&str> = oracles.split('+').collect();
        let parts = said.chunks_exact(said.len() / oracles.len()).map(<[f64]>::to_vec);
        Self {
            name: file.into(),
            what: what.into(),
            bytes: std::fs::read(folder.join(format!("{file}.onnx"))).unwrap(),
            sequences: read.collect(),
            logits,
            oracles: oracles.into_iter().map(str::to_owned).zip(parts).collect(),
        }
    }

    fn model(&self) -> Result<Model, String> {
        let graph = Graph::read(&self.bytes, &mut |_| Err("no file".into())).map_err(|e| e.to_string())?;
        graph.model("decoder", &Prompt::from_toml("task", TASK)).map_err(|error| error.to_string())
    }

    /// Our logits and from where to where the prover takes each to be; sequence by sequence, step by step.
    fn ours<T: Float>(&self, model: &Model) -> Vec<(f64, f64, f64)> {
        let exact = model.decode().read(|constant| T::from_f64(constant.value()));
        let form = |constant: Constant| match constant.radius() {
            0.0 => Affine::<T, 0>::constant(constant.value()),
            radius => Affine::around(constant.value(), radius),
        };
        let forms = model.decode().read(form);
        let mut found = Vec::new();
        for tokens in &self.sequences {
            let mut tokens = tokens.clone();
            // The last token of an answer is not read.
            tokens.push(0);
            for (values, forms) in steps(&exact, &tokens).into_iter().zip(steps(&forms, &tokens)) {
                let both = values.into_iter().zip(forms);
                found.extend(both.map(|(value, form)| (value.to_f64(), form.lo(), form.hi())));
            }
        }
        found
    }

    /// The greatest distance to PyTorch, relative to the greatest logit of the row; or what is wrong.
    fn distance(&self, model: &Model) -> Result<f64, String> {
        let (ours, near) = match model.dtype() {
            Dtype::F32 => (self.ours::<f32>(model), NEAR[0]),
            Dtype::F64 => (self.ours::<f64>(model), NEAR[1]),
        };
        // A last LogSoftmax may be left to its scores: what is added to a whole row changes no choice.
        let shift = self.what.contains("end=log_softmax");
        let mut most = 0.0_f64;
        for (oracle, said) in &self.oracles {
            let double = model.dtype() == Dtype::F64;
            let other_constants = double && oracle == "pytorch" && self.name.contains("dynamo");
            let single = oracle == "onnxruntime" || other_constants || self.what.contains("act=hardswish");
            let near = if double && single { NEAR_WITH_CONSTANTS_OF_F32 } else { near };
            if ours.len() != said.len() {
                return Err(format!("{} logits, expected {}", ours.len(), said.len()));
            }
            for (own, said) in ours.chunks(self.logits).zip(said.chunks(self.logits)) {
                let size = said.iter().fold(0.0_f64, |most, x| most.max(x.abs()));
                let from = if shift { own[0].0 - said[0] } else { 0.0 };
                for (&(value, lo, hi), &other) in own.iter().zip(said) {
                    let distance = (value - from - other).abs() / size;
                    // A NaN is near nothing.
                    if distance.is_nan() || distance > near {
                        return Err(format!("ours {value:?}, {oracle} {other:?}, of a row up to {size}"));
                    }
                    if oracle == "pytorch" {
                        most = most.max(distance);
                    }
                    let outside = lo.is_finite() && hi.is_finite() && !(lo <= other && other <= hi);
                    // No proof of a GELU of f64 says that it holds for ONNX Runtime: `num::RUNTIMES` has none.
                    let gelu = double && oracle == "onnxruntime" && self.what.contains("act=gelu");
                    let elsewhere = other_constants || gelu;
                    if outside && !elsewhere && !shift && model.caveat().is_none() {
                        return Err(format!(
                            "{oracle} is outside of {lo:?} to {hi:?}: ours {value:?}, {oracle} {other:?}"
                        ));
                    }
                }
            }
        }
        Ok(most)
    }
}

#[test]
fn decoders_against_pytorch_and_onnx_runtime() {
    // Only `cargo xtask seams` has what makes them.
    let Some(folder) = std::env::var_os("ONNX_DECODERS") else { return };
    let folder = Path::new(&folder);
    let list = std::fs::read_to_string(folder.join("decoders.tsv")).unwrap();
    let (mut read, mut most, mut caveats) = (0_usize, [0.0_f64; 2], 0);
    let mut refused: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut failed = Vec::new();
    for line in list.lines() {
        let export = Export::read(folder, line);
        let model = match export.model() {
            Ok(model) => model,
            Err(message) => {
                if !message.contains("node `") && !message.contains("the input `") {
                    failed.push(format!(
                        "{} ({}): refused without a name: {message}",
                        export.name, export.what
                    ));
                }
                let what = message.split_once("): ").map_or(message.clone(), |parts| parts.1.to_owned());
                refused.entry(what).or_default().push(export.name);
                continue;
            }
        };
        caveats += usize::from(model.caveat().is_some());
        match export.distance(&model) {
            Ok(distance) => {
                read += 1;
                let most = &mut most[usize::from(model.dtype() == Dtype::F64)];
                *most = most.max(distance);
            }
            Err(what) => failed.push(format!("{} ({}): {what}", export.name, export.what)),
        }
    }
    println!(
        "{read} exports are read, {caveats} with a caveat; relative to the greatest logit at most {:e} off in f32, {:e} in f64",
        most[0], most[1]
    );
    for (what, names) in &refused {
        println!("{} refused: {what}: {}", names.len(), names.join(" "));
    }
    let all = list.lines().count();
    assert!(failed.is_empty(), "{} differences:\n{}", failed.len(), failed.join("\n"));
    assert!(read as f64 >= LEAST_READ * all as f64, "{read} of {all} exports are read");
}
