//! A model as one readable PyTorch file that imports nothing of ours.
//!
//! `parameters()` are the stored numbers, each tensor once; every weight of the network is computed from them, by the formulas
//! of the model file. The operations come in the order of `net`, each rounded, and functions are computed in f64 and
//! rounded once: so the file gives the same tokens where a model's margins are thin, and is slower than it could be.
//! It has the two functions that AdderBoard asks for, `build_model()` and `add(model, a, b)`.

mod formula;
mod forward;
mod names;
mod parts;
mod task;
mod weights;

use crate::wrap::wrapped;
use names::Names;
use spec::figures::counted;
use spec::text::{line, lines};
use spec::{Dtype, Model, Rounding, Sines};
use std::fmt::Write;

/// The file. `verdict` is what is known of the model, one line, such as `proved, portable`.
pub fn pytorch(model: &Model, verdict: Option<&str>) -> String {
    let names = Names::new(model);
    let mut body = String::new();
    class(&mut body, model, &names);
    task::functions(&mut body, model);
    let dtype = match model.dtype() {
        Dtype::F32 => "torch.float32",
        Dtype::F64 => "torch.float64",
    };
    let formula = match model.rounding() {
        Rounding::Once => "torch.float64",
        Rounding::EachInF32(_) => "torch.float32",
    };
    let mut text = opening(model, verdict);
    text.push_str("\nimport math\nimport sys\n\nimport torch\nfrom torch import nn\n\n");
    let _ = writeln!(text, "DTYPE = {dtype}  # of the network's numbers");
    let _ = writeln!(text, "FORMULA = {formula}  # of formulas, before a weight rounds");
    for (name, value) in names.consts() {
        let _ = writeln!(text, "{name} = {value:?}");
    }
    task::constants(&mut text, model);
    let parts = parts::needed(&body);
    if parts.iter().any(|part| part.contains("SINES")) {
        text.push_str(match model.rounding() {
            Rounding::EachInF32(Sines::PyTorch) => {
                "SINES = torch.float32  # of sines and cosines: PyTorch's own\n"
            }
            Rounding::EachInF32(Sines::Rounded) | Rounding::Once => {
                "SINES = torch.float64  # of sines and cosines, before they round\n"
            }
        });
    }
    for part in parts {
        let _ = write!(text, "\n\n{part}");
    }
    text + &body
}

fn opening(model: &Model, verdict: Option<&str>) -> String {
    let (identity, counts) = (model.identity(), model.counts());
    let clean = |text: &str| text.replace('\\', "/").replace("\"\"\"", "'''");
    let mut text = format!("\"\"\"{}: {}\n\n", clean(&identity.name), clean(&line(&identity.title)));
    if !identity.authors.is_empty() {
        let _ = writeln!(text, "By {}.", clean(&line(&identity.authors.join(", "))));
    }
    if let Some(source) = &identity.source {
        let _ = writeln!(text, "{}", clean(&line(source)));
    }
    let _ = writeln!(
        text,
        "Numbers: {} stored, {} by AdderBoard's rule, {}, {} strict, {} in the description.",
        counts.stored,
        counts.board,
        counted(counts.literals, "literal"),
        counts.strict,
        counts.description
    );
    if model.sums().any_fused() && model.dtype() == Dtype::F64 {
        text.push_str(
            "Dot products that are meant to be fused are not: PyTorch has no operation for it in f64.\n",
        );
    }
    if let Some(verdict) = verdict {
        let _ = writeln!(text, "Verdict on all pairs: {verdict}.");
    }
    if let Some(note) = &identity.note {
        let _ = write!(text, "\n{}", wrapped(&clean(&lines(note)), 110));
    }
    text + "\nWritten by nanoadder.\n\"\"\"\n"
}

fn class(text: &mut String, model: &Model, names: &Names) {
    text.push_str("\n\nclass Model(nn.Module):\n    def __init__(self):\n        super().__init__()\n");
    for (index, tensor) in model.ledger().tensors().iter().enumerate() {
        let values = nested(&tensor.shape, &model.stored()[index], model.dtype());
        let name = names.tensor(index);
        let _ = writeln!(text, "        self.{name} = nn.Parameter(torch.tensor({values}, dtype=DTYPE))");
    }
    text.push_str("\n    def weights(self):\n        \"\"\"Every weight of the network, from the stored numbers.\"\"\"\n");
    weights::body(text, model, names);
    forward::body(text, model);
}

/// The numbers of a tensor as nested lists, each as short as its type allows.
fn nested(shape: &[usize], values: &[f64], dtype: Dtype) -> String {
    match shape {
        [] if dtype == Dtype::F32 => format!("{:?}", values[0] as f32),
        [] => format!("{:?}", values[0]),
        [rows, inner @ ..] => {
            let size = (values.len() / rows).max(1);
            let items: Vec<String> = values.chunks(size).map(|row| nested(inner, row, dtype)).collect();
            // A matrix of some size is read row by row.
            let long = !inner.is_empty() && items.iter().map(String::len).sum::<usize>() > 80;
            let (open, between, close) =
                if long { ("[\n            ", ",\n            ", ",\n        ]") } else { ("[", ", ", "]") };
            format!("{open}{}{close}", items.join(between))
        }
    }
}
