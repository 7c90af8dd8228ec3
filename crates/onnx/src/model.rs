//! A decoder in a file: its graph, evaluated for every length that a decode reads.

use crate::Error;
use crate::Prompt;
use crate::arena::{Arena, Id};
use crate::count::{Counts, counts};
use crate::ends::{self, Input};
use crate::file::{self, Beside};
use crate::graph::{Names, Walk, tensor};
use crate::heads::{Evaluation, Heads, heads};
use crate::live::live;
use crate::names;
use crate::ops::integers;
use crate::proto::{GraphProto, ModelProto};
use crate::tensor::{Cell, Tensor, Value};
use crate::trace::Run;
use crate::write::TASK_KEY;
use program::Decode;
use spec::Task;
use spec::figures::counted;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The longest run that is tried where a graph works at one length alone.
const MOST_TRACED: usize = 1024;

/// The most tokens of a vocabulary.
const MOST_TOKENS: usize = 1 << 16;

/// A graph that reads tokens and gives logits.
#[derive(Clone, Debug)]
pub struct Graph {
    proto: ModelProto,
    bytes: Arc<[u8]>,
    input: Input,
}

/// What one output of a graph depends on.
struct Part<'a> {
    model: ModelProto,
    input: &'a Input,
    output: String,
}

/// A graph with its task: a model that adds.
#[derive(Clone, Debug)]
pub struct Model {
    name: String,
    task: Task,
    dtype: spec::Dtype,
    decode: Arc<Decode>,
    caveat: Option<String>,
    unknown: Vec<String>,
    counts: Counts,
    remarks: Vec<String>,
    bytes: Arc<[u8]>,
}

/// A decode as expressions.
struct Steps {
    arena: Arena,
    /// How each step is evaluated.
    runs: Vec<Evaluation>,
    /// The logits of every step.
    logits: Vec<Vec<Id>>,
    /// The one length that the graph runs at, if it does not run at any.
    length: Option<usize>,
}

impl Graph {
    /// Reads the file `bytes`; `beside` gives the bytes of files that it names.
    ///
    /// # Errors
    ///
    /// If it is no ONNX file, or if it does not say which input takes tokens.
    pub fn read(bytes: &[u8], beside: &mut Beside<'_>) -> Result<Self, Error> {
        let proto = file::read(bytes, beside)?;
        let graph = proto.graph.as_ref().ok_or_else(|| Error::new("the file holds no graph"))?;
        names::check(&proto, graph)?;
        let input = ends::input(graph)?;
        Ok(Self { input, bytes: bytes.into(), proto })
    }

    /// The task that the file's metadata holds, if we wrote it.
    pub fn prompt(&self) -> Option<Prompt> {
        let entry = self.proto.metadata_props.iter().find(|entry| entry.key.as_deref() == Some(TASK_KEY))?;
        Some(Prompt::from_toml("the metadata", entry.value.clone()?))
    }

    /// The model that this graph is with the task of `prompt`, called `name`.
    ///
    /// # Errors
    ///
    /// If the prompt is wrong, if an operator is not supported, if the shapes do not fit the decode, or if a prediction depends on
    /// a later token; the message names the node.
    pub fn model(&self, name: &str, prompt: &Prompt) -> Result<Model, Error> {
        let graph = self.proto.graph.as_ref().expect("read makes sure of it");
        let output = ends::output(graph, &self.input, prompt.logits()?.as_deref())?;
        let part = Part { model: live(&self.proto, &output), input: &self.input, output };
        let task = prompt.task(part.vocabulary())?;
        let longest = task.prompt().len() + task.answer_len() - 1;
        if let Some(length) = self.input.length.filter(|&length| length < longest) {
            let message = format!(
                "the input `{}` takes {}: expected at least {longest}, which a decode of this prompt reads",
                self.input.name,
                counted(length, "token")
            );
            return Err(Error::new(message));
        }
        let (steps, task) = match part.steps(&task)? {
            Ok(steps) => (steps, task),
            // The graph did not say how many logits it has: now it is known.
            Err(vocabulary) => {
                let task = prompt.task(vocabulary)?;
                let steps = part.steps(&task)?.map_err(|more| {
                    Error::new(format!("{}: expected {vocabulary}, as before", counted(more, "logit")))
                })?;
                (steps, task)
            }
        };
        let Steps { mut arena, runs, logits, length } = steps;
        let steps: Vec<_> = logits.iter().map(|logits| (logits.clone(), arena.scores(logits))).collect();
        let copies = self.input.batch.flatten().unwrap_or(1);
        let Heads { steps: heads, unknown } = heads(&arena, &runs, &logits, copies);
        let prompt_len = task.prompt().len();
        let decode = Decode::new(&arena.expressions, prompt_len, &steps, &heads).map_err(|(step, at)| {
            let step = step + 1;
            Error::new(format!(
                "the logits of generated token {step} depend on the token at position {at}, which comes later"
            ))
        })?;
        let dtype = if arena.widths(&logits).1 { spec::Dtype::F64 } else { spec::Dtype::F32 };
        let counts = counts(&part.model, part.graph(), &part.output)?;
        let (name, bytes) = (name.to_owned(), Arc::clone(&self.bytes));
        let padded = length.map(|length| {
            format!(
                "the graph takes {} at a time: the places behind those of a decode hold token 0",
                counted(length, "token")
            )
        });
        let remarks = padded.into_iter().collect();
        let caveat = arena.caveat(&logits);
        let decode = Arc::new(decode);
        Ok(Model { name, task, dtype, decode, caveat, unknown, counts, remarks, bytes })
    }
}

impl Part<'_> {
    fn graph(&self) -> &GraphProto {
        self.model.graph.as_ref().expect("the part of a file with a graph has one")
    }

    /// The logits of every step; or their number, if it exceeds the task's vocabulary. Those of a graph that goes through both types
    /// round to f32 where it does.
    fn steps(&self, task: &Task) -> Result<Result<Steps, usize>, Error> {
        let arena = || Arena::new(task.vocabulary());
        let mut length = self.input.length;
        let mut steps = self.steps_at(length, arena(), task);
        if let (Err(error), None) = (&steps, length)
            && let Some(traced) = self.traced(arena(), task)
        {
            length = Some(traced);
            steps = self.steps_at(length, arena(), task).or(Err(error.clone()));
        }
        match steps? {
            Ok(found) if found.arena.widths(&found.logits) == (true, true) => {
                self.steps_at(length, Arena::rounding(task.vocabulary()), task)
            }
            other => Ok(other),
        }
    }

    /// The same in runs of `length` tokens, or else each of what it reads.
    fn steps_at(
        &self,
        length: Option<usize>,
        mut arena: Arena,
        task: &Task,
    ) -> Result<Result<Steps, usize>, Error> {
        let constants = Walk::new(&self.model, &mut arena).constants(self.graph())?;
        let first = task.prompt().len();
        let (mut runs, mut steps) = (Vec::new(), Vec::new());
        for (step, read) in (first..first + task.answer_len()).enumerate() {
            let at = length.unwrap_or(read);
            arena.trace.run = Run::Step(step);
            let logits = self.logits(&constants, (read, at), &mut arena)?;
            if logits.len() > task.vocabulary() {
                return Ok(Err(logits.len()));
            }
            runs.push(Evaluation { read, length: at });
            steps.push(logits);
        }
        Ok(Ok(Steps { arena, runs, logits: steps, length }))
    }

    /// A length that a graph works at although it says that any will do, and none does: the older exporter writes the length of its
    /// example into some nodes.
    fn traced(&self, mut arena: Arena, task: &Task) -> Option<usize> {
        let constants = Walk::new(&self.model, &mut arena).constants(self.graph()).ok()?;
        let first = task.prompt().len();
        let longest = first + task.answer_len() - 1;
        let lengths = constants.values().filter_map(|value| match value {
            Value::Tensor(tensor) => Some(tensor),
            Value::Sequence(_) => None,
        });
        let sizes = lengths.flat_map(|tensor| {
            let ints = tensor.cells.iter().filter_map(|cell| match *cell {
                Cell::Int(value) => usize::try_from(value).ok(),
                _ => None,
            });
            tensor.shape.iter().copied().chain(ints).collect::<Vec<_>>()
        });
        let sizes: BTreeSet<usize> = sizes.filter(|size| (longest..=MOST_TRACED).contains(size)).collect();
        sizes.into_iter().find(|&length| self.logits(&constants, (first, length), &mut arena).is_ok())
    }

    /// The number of logits, if the graph says it, or else 1.
    fn vocabulary(&self) -> usize {
        let output = self.graph().output.iter().find(|output| output.name.as_ref() == Some(&self.output));
        output.and_then(ends::last_axis).unwrap_or(1).min(MOST_TOKENS)
    }

    /// The logits behind the last of `read` tokens, in a run of `length`.
    fn logits(
        &self,
        constants: &Names,
        (read, length): (usize, usize),
        arena: &mut Arena,
    ) -> Result<Vec<Id>, Error> {
        let mut names = constants.clone();
        for (name, value) in self.inputs(read, length, arena) {
            names.insert(name, value.into());
        }
        let mut walk = Walk::new(&self.model, arena);
        walk.nodes(&self.graph().node, &mut names)?;
        let logits = tensor(&names, &self.output)
            .ok_or_else(|| Error::new(format!("the output `{}` comes from no node", self.output)))?;
        let wrong = || {
            Error::new(format!(
                "the output `{}` has the shape {:?} for {}: expected logits, one row for each token or one for the last",
                self.output,
                logits.shape,
                counted(length, "token")
            ))
        };
        let (&vocabulary, front) = logits.shape.split_last().ok_or_else(wrong)?;
        // Every copy of the tokens has the same rows. A single one need not have an axis of its own.
        let copies = self.input.batch.flatten().unwrap_or(1);
        let rows = match (self.input.batch, front) {
            (Some(_), [first, rest @ ..]) if *first == copies => rest.iter().product::<usize>(),
            _ if copies == 1 => front.iter().product(),
            _ => return Err(wrong()),
        };
        let row = match rows {
            1 => 0,
            _ if rows == length => read - 1,
            _ => return Err(wrong()),
        };
        if !(2..=MOST_TOKENS).contains(&vocabulary) || (rows == 1 && length > read) {
            return Err(wrong());
        }
        let cells = &logits.cells[row * vocabulary..][..vocabulary];
        let ids = cells.iter().map(|&cell| arena.float(cell)).collect::<Result<Vec<_>, _>>()?;
        Ok(ids)
    }

    /// The inputs of a run of `length` tokens of which the first `read` are known; what follows is token 0.
    fn inputs(&self, read: usize, length: usize, arena: &mut Arena) -> Vec<(String, Tensor)> {
        let Input { name, dtype, batch, others, .. } = self.input;
        let tokens: Vec<Cell> = (0..length)
            .map(|position| {
                if position < read {
                    integers(arena, position, (0..arena.vocabulary as i64).collect())
                } else {
                    Cell::Int(0)
                }
            })
            .collect();
        let copies = batch.flatten().unwrap_or(1);
        let shape = |rank: usize| match rank {
            1 => vec![length],
            2 => vec![copies, length],
            _ => vec![copies, 1, 1, length],
        };
        let own = if batch.is_some() { vec![copies, length] } else { vec![length] };
        let mut all = vec![(name.clone(), Tensor::new(*dtype, own, tokens.repeat(copies)))];
        for (name, dtype, rank) in others {
            let positions = name.contains("position");
            let cell = |index: usize| {
                let value = if positions { index % length } else { usize::from(index % length < read) };
                Cell::Int(value as i64)
            };
            let shape = shape(*rank);
            let size = shape.iter().product();
            let mut cells: Vec<Cell> = (0..size).map(cell).collect();
            if dtype.is_float() {
                let float = |cell: &Cell| if *cell == Cell::Int(0) { arena.zero() } else { arena.one() };
                cells = cells.iter().map(|cell| Cell::Float(float(cell))).collect();
            }
            all.push((name.clone(), Tensor::new(*dtype, shape, cells)));
        }
        all
    }
}

impl Model {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How operands become tokens and tokens become the answer.
    pub fn task(&self) -> &Task {
        &self.task
    }

    /// The type that its decode runs in: f64 if any operation of the graph does.
    pub fn dtype(&self) -> spec::Dtype {
        self.dtype
    }

    /// Why bounds on its decode do not hold for every evaluation of its graph, if they do not: operations of two types, an integer
    /// that depends on rounding, or what the definition of an operator leaves open; with the node. Its answers may then differ from
    /// those of another evaluation, too.
    pub fn caveat(&self) -> Option<&str> {
        self.caveat.as_deref()
    }

    /// What is not known of where it looks, in words: a softmax that is not, or not surely, one over tokens. Its decode says where
    /// it looks as far as that is known.
    pub fn unknown(&self) -> &[String] {
        &self.unknown
    }

    /// Its decode.
    pub fn decode(&self) -> &Arc<Decode> {
        &self.decode
    }

    /// Its numbers.
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    /// What is worth knowing of how it is read, each a sentence without its full stop.
    pub fn remarks(&self) -> &[String] {
        &self.remarks
    }

    /// The bytes of its file.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}
