//! What adds: a model file, or a graph with its task.

use spec::{Dtype, Task};

/// What adds.
#[derive(Clone, Debug)]
pub enum Subject {
    /// A model file, whose network is known block by block.
    File(Box<spec::Model>),
    /// An ONNX graph, which is known as expressions.
    Graph(Box<onnx::Model>),
}

impl Subject {
    /// Its name.
    pub fn name(&self) -> &str {
        match self {
            Self::File(model) => model.name(),
            Self::Graph(model) => model.name(),
        }
    }

    /// The type of its numbers.
    pub fn dtype(&self) -> Dtype {
        match self {
            Self::File(model) => model.dtype(),
            Self::Graph(model) => model.dtype(),
        }
    }

    /// How operands become tokens and tokens become the answer.
    pub fn task(&self) -> &Task {
        match self {
            Self::File(model) => model.task(),
            Self::Graph(model) => model.task(),
        }
    }

    /// The model file, if it is one.
    pub fn file(&self) -> Option<&spec::Model> {
        match self {
            Self::File(model) => Some(model),
            Self::Graph(_) => None,
        }
    }
}

impl From<spec::Model> for Subject {
    fn from(model: spec::Model) -> Self {
        Self::File(Box::new(model))
    }
}

impl From<onnx::Model> for Subject {
    fn from(model: onnx::Model) -> Self {
        Self::Graph(Box::new(model))
    }
}
