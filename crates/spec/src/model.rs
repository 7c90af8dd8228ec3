//! A model: its file, read, checked and computed.

use crate::document::{Node, Section, Value, keep};
use crate::figures::counted;
use crate::formula::{Names, Rounding, Sines};
use crate::ledger::{Counts, Ledger};
use crate::name::{self, check_name};
use crate::plan::{self, Plan, one_of};
use crate::problem::{Problem, Problems};
use crate::resolve::resolve;
use crate::shape::Shape;
use crate::sums::{self, DotProducts};
use crate::task::Task;
use crate::tensors::{self, Tensors};
use crate::weight::Filling;
use net::Net;
use num::Float;
use std::sync::Arc;

/// The most weights that a network can have: half a gigabyte of them.
const MOST_WEIGHTS: u64 = 1 << 26;

/// The type of a model's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dtype {
    /// 32-bit floats.
    F32,
    /// 64-bit floats.
    F64,
}

impl Dtype {
    /// `f32` or `f64`.
    pub fn name(self) -> &'static str {
        match self {
            Self::F32 => f32::NAME,
            Self::F64 => f64::NAME,
        }
    }

    /// Rounds a number to this type.
    pub fn round(self) -> fn(f64) -> f64 {
        match self {
            Self::F32 => |value| f64::from(value as f32),
            Self::F64 => |value| value,
        }
    }
}

/// How a model came to its numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Category {
    /// Somebody set them by hand.
    HandCoded,
    /// They were learned from examples.
    Trained,
}

impl Category {
    const WORDS: [(&'static str, Self); 2] = [("hand-coded", Self::HandCoded), ("trained", Self::Trained)];

    /// `hand-coded` or `trained`.
    pub fn name(self) -> &'static str {
        match self {
            Self::HandCoded => "hand-coded",
            Self::Trained => "trained",
        }
    }
}

/// Who made a model, and what they say of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The name it is called by.
    pub name: String,
    /// One line about it.
    pub title: String,
    /// The people who found it.
    pub authors: Vec<String>,
    /// Where it was published.
    pub source: Option<String>,
    /// What a reader should know.
    pub note: Option<String>,
    /// Hand-coded or trained.
    pub category: Category,
    /// The number of parameters its authors claim.
    pub claimed: Option<usize>,
}

/// A model file that has been read without a problem.
///
/// Every weight is computed, so nothing that follows can fail.
#[derive(Clone, Debug)]
pub struct Model {
    identity: Identity,
    dtype: Dtype,
    task: Task,
    shape: Shape,
    names: Arc<Names>,
    values: Vec<Vec<f64>>,
    plan: Arc<Plan>,
    rounding: Rounding,
    net: Net<f64>,
    ledger: Ledger,
    file: String,
    text: Arc<str>,
    weights: Option<(String, Arc<[u8]>)>,
}

impl Model {
    /// Reads the model file `text`; `file` is its name in messages.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the file, each with its place.
    pub fn parse(file: &str, text: &str) -> Result<Self, Problems> {
        Self::parse_limited(file, text, MOST_WEIGHTS)
    }

    /// Reads the model file `text` as [`parse`](Self::parse) does, if its network has at most `most_weights` weights.
    ///
    /// A short text can describe a large network; this keeps one from a stranger small.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the file, each with its place.
    pub fn parse_limited(file: &str, text: &str, most_weights: u64) -> Result<Self, Problems> {
        let none = |_: &str| Err("only the text of the model file is at hand".to_owned());
        Self::parse_within(file, text, &mut { none }, most_weights)
    }

    /// Reads the model file `text` as [`parse`](Self::parse) does; if it names a weights file, `weights` gives the bytes of
    /// the file of that name, or says why it cannot. [`weights_in`](crate::weights_in) reads them from folders.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the file or with its weights file, each with its place in the text.
    pub fn parse_with(
        file: &str,
        text: &str,
        weights: &mut dyn FnMut(&str) -> Result<Vec<u8>, String>,
    ) -> Result<Self, Problems> {
        Self::parse_within(file, text, weights, MOST_WEIGHTS)
    }

    fn parse_within(
        file: &str,
        text: &str,
        weights: &mut dyn FnMut(&str) -> Result<Vec<u8>, String>,
        most: u64,
    ) -> Result<Self, Problems> {
        let mut problems = Vec::new();
        let model = read(file, text, weights, most, &mut problems);
        match model {
            Some(model) if problems.is_empty() => Ok(model),
            _ => Err(Problems::new(file, text, problems)),
        }
    }

    /// The entry of a safetensors file's metadata that holds the text of the model file.
    pub const SAFETENSORS_KEY: &str = "nanoadder.model";

    /// What such a text names as its weights file: the file that it is in.
    pub const SELF_WEIGHTS: &str = "this.safetensors";

    /// Reads the model in the safetensors file `bytes`: one that holds the text of its model file in its metadata.
    ///
    /// # Errors
    ///
    /// If it holds no such text, or everything that is wrong with it.
    pub fn from_safetensors(file: &str, bytes: &[u8]) -> Result<Self, Problems> {
        let wrong = |message: String, expected: &str| {
            Problems::new(file, "", vec![Problem::new(0..0, message).expected(expected)])
        };
        let metadata = tensors::header(bytes).map_err(|error| {
            wrong(format!("`{file}` is no safetensors file: {error}"), "the header of a safetensors file")
        })?;
        let text = metadata.metadata().as_ref().and_then(|entries| entries.get(Self::SAFETENSORS_KEY));
        let text = text.ok_or_else(|| {
            wrong(
                format!("`{file}` holds no model file"),
                "a file that `nanoadder export --to safetensors` has written; for others, a model file with `weights`",
            )
        })?;
        Self::parse_with(file, text, &mut |_| Ok(bytes.to_vec()))
    }

    /// Who made it.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.identity.name
    }

    /// The type of its numbers.
    pub fn dtype(&self) -> Dtype {
        self.dtype
    }

    /// How operands become tokens and tokens become the answer.
    pub fn task(&self) -> &Task {
        &self.task
    }

    /// The sizes of its network.
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    /// Every number it uses.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Its counts by the five rules.
    pub fn counts(&self) -> Counts {
        self.ledger.counts()
    }

    /// The text of its file.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Everything that the model's answers depend on, as bytes: what a hash of the model is taken of.
    ///
    /// The length of the text in bytes and the text; then for each stored tensor, in the order of [`Ledger::tensors`], how many
    /// numbers it holds and their bits as f64. Every length and number is 8 bytes, the lowest first. So the numbers of a weights
    /// file are part of it, and where that file lies is not.
    pub fn content(&self) -> Vec<u8> {
        let length = |len: usize| (len as u64).to_le_bytes();
        let mut bytes = length(self.text.len()).to_vec();
        bytes.extend(self.text.bytes());
        for values in &self.values {
            bytes.extend(length(values.len()));
            bytes.extend(values.iter().flat_map(|value| value.to_bits().to_le_bytes()));
        }
        bytes
    }

    /// The weights file that the text names, if it names one: its name and its bytes.
    pub fn weights_file(&self) -> Option<(&str, &[u8])> {
        self.weights.as_ref().map(|(name, bytes)| (name.as_str(), &**bytes))
    }

    /// The stored numbers of each tensor, in the order of [`Ledger::tensors`], rounded to the model's type.
    pub fn stored(&self) -> &[Vec<f64>] {
        &self.values
    }

    /// The entries of `[const]`: names and numbers.
    pub fn consts(&self) -> impl Iterator<Item = (&str, f64)> {
        self.names.consts.iter().map(|constant| (constant.name.as_str(), constant.value))
    }

    /// How its formulas round.
    pub fn rounding(&self) -> Rounding {
        self.rounding
    }

    /// How its dot products round.
    pub fn sums(&self) -> DotProducts {
        self.plan.sums
    }

    /// Its network in `T`.
    ///
    /// The weights are numbers of the model's own type. They are exact in `T` if that is the same type or a wider one,
    /// and rounded once otherwise.
    pub fn net<T: Float>(&self) -> Net<T> {
        self.net.map(|&weight| T::from_f64(weight))
    }

    /// The model with the stored number `element` of `tensor` replaced, and every weight computed again.
    ///
    /// # Errors
    ///
    /// If a weight is no longer finite, or a formula leaves the range of an index.
    ///
    /// # Panics
    ///
    /// If there is no such stored number.
    pub fn with_stored(&self, tensor: usize, element: usize, value: f64) -> Result<Self, Problems> {
        let mut values = self.values.clone();
        values[tensor][element] = self.dtype.round()(value);
        let mut problems = Vec::new();
        let filling = filling(&self.names, &values, &self.identity, self.dtype, self.rounding);
        let computed = resolve(&self.plan, &self.shape, &self.task, filling, MOST_WEIGHTS, &mut problems);
        match computed {
            Some((net, ledger)) => Ok(Self { values, net, ledger, ..self.clone() }),
            None => Err(Problems::new(&self.file, &self.text, problems)),
        }
    }
}

/// Whether `text` is TOML, model or not; `file` is its name in messages.
///
/// # Errors
///
/// What TOML does not allow, each with its place.
pub fn check_toml(file: &str, text: &str) -> Result<(), Problems> {
    let mut problems = Vec::new();
    crate::document::parse(text, &mut problems);
    if problems.is_empty() { Ok(()) } else { Err(Problems::new(file, text, problems)) }
}

fn filling<'a>(
    names: &'a Names,
    values: &'a [Vec<f64>],
    identity: &Identity,
    dtype: Dtype,
    rounding: Rounding,
) -> Filling<'a> {
    let learned = identity.category == Category::Trained;
    Filling { names, values, rounding, round: dtype.round(), learned, reads: Vec::new() }
}

fn read(
    file: &str,
    text: &str,
    weights: &mut dyn FnMut(&str) -> Result<Vec<u8>, String>,
    most: u64,
    problems: &mut Vec<Problem>,
) -> Option<Model> {
    let entries = crate::document::parse(text, problems);
    if !problems.is_empty() {
        // What TOML could not read would be reported as missing.
        return None;
    }
    // The end of the first line is shown where a key of the whole file is missing.
    let mut top = Section::new("the model file", 0..text.lines().next().map_or(0, str::len), &entries);
    let identity = identity(&mut top, problems);
    let dtype =
        top.need("dtype").and_then(|node| one_of(node, "dtype", &[("f32", Dtype::F32), ("f64", Dtype::F64)]));
    let dtype = keep(dtype, problems);
    let rounding = rounding(&mut top, dtype, problems);
    let sums = top.take("sums").map(|node| sums::parse(node, problems)).unwrap_or_default();
    let (tensors, weights) = match top.take("weights") {
        // Without the weights, whatever reads them would be reported too.
        Some(node) => {
            let (tensors, file) = keep(tensors(node, weights), problems)?;
            (tensors, Some(file))
        }
        None => (Tensors::new(), None),
    };
    let mut names = Names::default();
    names.add_consts(plan::table(&mut top, "const", problems).0, problems);
    names.add_params("", plan::table(&mut top, "params", problems).0, &tensors, problems);
    let shape = keep(top.need("shape").and_then(|node| Section::of("shape", node)), problems);
    let shape = shape.and_then(|section| Shape::parse(section, problems));
    let task_node = keep(top.need("task"), problems);
    let task = task_node.zip(shape.as_ref()).and_then(|(node, shape)| {
        let section = keep(Section::of("task", node), problems)?;
        let task = Task::parse(section, shape.vocabulary, shape.outputs, problems)?;
        let tokens = task.prompt().len() + task.answer_len() - 1;
        if tokens > shape.block_size {
            let message = format!("task: the decode reads {}", counted(tokens, "token"));
            let expected = format!("at most the block size, {}", shape.block_size);
            problems.push(Problem::new(node.span.clone(), message).expected(expected));
        }
        Some(task)
    });
    let Some(shape) = shape else {
        // Without sizes no weight can be read; what is no section at all can still be told.
        for section in plan::SECTIONS {
            top.take(section);
        }
        top.finish(problems);
        return None;
    };
    let plan = plan::parse(&mut top, text, &names, &shape, sums, problems);
    top.finish(problems);
    let (identity, dtype, task, plan) = (identity?, dtype?, task?, plan?);
    if !problems.is_empty() {
        return None;
    }
    let round = dtype.round();
    let mut values = Vec::new();
    for stored in &names.stored {
        if let Some(value) = stored.values.iter().find(|&&value| !round(value).is_finite()) {
            // A text has finite numbers alone; a weights file may hold others.
            let found = if value.is_finite() {
                format!("a number beyond {}", dtype.name())
            } else {
                value.to_string()
            };
            let problem =
                Problem::new(stored.entry.node.span.clone(), format!("`{}` holds {found}", stored.name));
            problems.push(if value.is_finite() { problem } else { problem.expected("finite numbers") });
        }
        values.push(stored.values.iter().map(|&value| round(value)).collect::<Vec<_>>());
    }
    if !problems.is_empty() {
        return None;
    }
    let (net, ledger) =
        resolve(&plan, &shape, &task, filling(&names, &values, &identity, dtype, rounding), most, problems)?;
    Some(Model {
        identity,
        dtype,
        task,
        shape,
        names: Arc::new(names),
        values,
        plan: Arc::new(plan),
        rounding,
        net,
        ledger,
        file: file.to_owned(),
        text: text.into(),
        weights,
    })
}

/// The name of a weights file and its bytes.
type WeightsFile = (String, Arc<[u8]>);

/// The tensors of the weights file that `node` names, with its name and its bytes.
fn tensors(
    node: &Node,
    weights: &mut dyn FnMut(&str) -> Result<Vec<u8>, String>,
) -> Result<(Tensors, WeightsFile), Problem> {
    let name = node.string("weights")?;
    // A model file may come from anywhere, so it cannot name a place.
    if name.is_empty() || name.starts_with('.') || name.contains(['/', '\\', ':']) {
        let message = format!("weights: found `{name}`");
        return Err(Problem::new(node.span.clone(), message).expected("the name of a file beside this one"));
    }
    let problem = |reason: String| {
        Problem::new(node.span.clone(), format!("cannot read the weights `{name}`: {reason}"))
    };
    let bytes = weights(name).map_err(problem)?;
    let tensors = tensors::parse(&bytes).map_err(|reason| problem(reason).expected("a safetensors file"))?;
    Ok((tensors, (name.to_owned(), bytes.into())))
}

fn rounding(top: &mut Section<'_>, dtype: Option<Dtype>, problems: &mut Vec<Problem>) -> Rounding {
    let each = Rounding::EachInF32(Sines::Rounded);
    let words = [("f64", Rounding::Once), ("f32", each)];
    let formulas = top.take("formulas");
    let rounding = formulas.and_then(|node| keep(one_of(node, "formulas", &words), problems));
    if let Some(node) = formulas
        && rounding == Some(each)
        && dtype == Some(Dtype::F64)
    {
        let message = "formulas: `f32` in a model of dtype f64";
        problems.push(Problem::new(node.span.clone(), message).expected("`f64`"));
    }
    let rounding = rounding.unwrap_or(Rounding::Once);
    let Some(node) = top.take("sines") else { return rounding };
    let words = [("rounded", Sines::Rounded), ("pytorch", Sines::PyTorch)];
    let Some(sines) = keep(one_of(node, "sines", &words), problems) else { return rounding };
    if rounding == Rounding::Once {
        let message = "sines: in a model whose formulas do not round to f32 at every operation";
        problems.push(Problem::new(node.span.clone(), message).expected("`formulas = \"f32\"` beside it"));
        return rounding;
    }
    Rounding::EachInF32(sines)
}

fn identity(top: &mut Section<'_>, problems: &mut Vec<Problem>) -> Option<Identity> {
    let text = |node: &Node, what: &str| node.string(what).map(str::to_owned);
    let name = keep(
        top.need("name").and_then(|node| text(node, "name").and_then(|name| named(node, name))),
        problems,
    );
    let mut optional = |key: &'static str| top.take(key).and_then(|node| keep(text(node, key), problems));
    let (title, source, note) = (optional("title"), optional("source"), optional("note"));
    let mut authors = Vec::new();
    if let Some(node) = top.take("authors") {
        match &node.value {
            Value::Array(items) => {
                authors.extend(items.iter().filter_map(|item| keep(text(item, "an author"), problems)));
            }
            _ => problems.push(node.wrong("authors", "an array of names")),
        }
    }
    let category = match top.take("category") {
        Some(node) => keep(one_of(node, "category", &Category::WORDS), problems)?,
        None => Category::HandCoded,
    };
    let claimed =
        top.take("claimed").and_then(|node| keep(node.size("claimed", 0..=1_000_000_000), problems));
    Some(Identity { name: name?, title: title.unwrap_or_default(), authors, source, note, category, claimed })
}

/// `name`, which `node` holds, if it can be a model's.
fn named(node: &Node, name: String) -> Result<String, Problem> {
    let wrong = || Problem::new(node.span.clone(), format!("name: found `{name}`")).expected(name::EXPECTED);
    check_name(&name).map_err(|_| wrong())?;
    Ok(name)
}
