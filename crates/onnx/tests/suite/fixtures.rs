//! PyTorch models written in different styles, exported by both exporters: right ones add, their twins do not.
//! `fixtures/make.py` makes the files, and has PyTorch itself add the same pairs.

use num::Float;
use onnx::{Graph, Model, Prompt};
use spec::{Dtype, Operand, PromptToken};
use std::path::{Path, PathBuf};

/// The graphs in the folder of fixtures, each with its prompt.
pub(crate) fn fixtures() -> Vec<(String, Model)> {
    let folder = std::env::var_os("ONNX_FIXTURES")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures"), PathBuf::from);
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "onnx"));
    paths.sort();
    assert!(!paths.is_empty());
    paths.iter().map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), read(path))).collect()
}

fn read(path: &Path) -> Model {
    let bytes = std::fs::read(path).unwrap();
    let mut beside = onnx::beside(path.parent().unwrap());
    let text = std::fs::read_to_string(path.with_extension("prompt.toml")).unwrap();
    let start = std::time::Instant::now();
    let name = path.display().to_string();
    let graph = Graph::read(&bytes, &mut beside).unwrap_or_else(|error| panic!("{name}: {error}"));
    let model = graph
        .model("fixture", &Prompt::from_toml("task", text))
        .unwrap_or_else(|error| panic!("{name}: {error}"));
    println!(
        "{name}: {} expressions, {} softmaxes, {:?}, {:.0?}",
        model.decode().expressions().list.len(),
        model.decode().expressions().softmaxes.len(),
        model.dtype(),
        start.elapsed()
    );
    model
}

fn pairs() -> Vec<(u64, u64)> {
    let nines = 9_999_999_999;
    let mut pairs = vec![(0, 0), (nines, 0), (nines, 1), (4_444_444_444, 5_555_555_555), (nines, nines)];
    let mut state = 7_u64;
    for index in 0..200 {
        let mut draw = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 20) % 10_u64.pow(1 + index % 10)
        };
        let a = draw();
        pairs.push((a, draw()));
        pairs.push((a, 10_u64.pow(1 + index % 10) - 1 - a));
    }
    pairs
}

/// How many pairs the model adds wrong.
fn wrong<T: Float>(model: &Model) -> usize {
    let task = model.task();
    let decode = model.decode().read(|constant| T::from_f64(constant.value()));
    let digit =
        |number: u64, place: usize| task.digit_token((number / 10_u64.pow(place as u32) % 10) as usize);
    let wrong = |&(a, b): &(u64, u64)| {
        let token = |token: &PromptToken| match *token {
            PromptToken::Fixed { token, .. } => token,
            PromptToken::Digit { operand: Operand::A, place } => digit(a, place),
            PromptToken::Digit { operand: Operand::B, place } => digit(b, place),
            PromptToken::Pair { .. } => panic!("no fixture has pairs"),
        };
        let prompt: Vec<usize> = task.prompt().iter().map(token).collect();
        task.decode(decode.generate(&prompt, |_, _, _| {})) != Some(a + b)
    };
    pairs().iter().filter(|pair| wrong(pair)).count()
}

#[test]
fn exports_of_pytorch_add_and_their_wrong_twins_do_not() {
    let mut failed = Vec::new();
    for (name, model) in fixtures() {
        let wrong = match model.dtype() {
            Dtype::F32 => wrong::<f32>(&model),
            Dtype::F64 => wrong::<f64>(&model),
        };
        if (wrong > 0) != name.contains(".wrong.") {
            failed.push((name, wrong));
        }
    }
    assert_eq!(failed, []);
}
