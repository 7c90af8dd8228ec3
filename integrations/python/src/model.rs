//! A model, ready to add.

use crate::work::interruptible;
use numpy::{PyArray1, PyReadonlyArray1};
use prove::{Hunt, Options, hunt, prove};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use run::check::{Plan, check_until};
use run::{Adder, Subject};
use serde::Serialize;
use std::num::NonZeroUsize;
use std::time::Duration;

/// What Python is told of an error of ours: its text.
fn wrong(error: impl std::fmt::Display) -> PyErr {
    PyValueError::new_err(error.to_string())
}

fn json(shape: &impl Serialize) -> PyResult<String> {
    serde_json::to_string(shape).map_err(wrong)
}

/// All cores, unless a number is given.
fn threads(asked: Option<usize>) -> PyResult<NonZeroUsize> {
    match asked {
        None => Ok(std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)),
        Some(count) => NonZeroUsize::new(count).ok_or_else(|| wrong("threads: expected at least 1")),
    }
}

/// A time limit from Python.
fn seconds(value: f64, name: &str) -> PyResult<Duration> {
    Duration::try_from_secs_f64(value)
        .map_err(|_| wrong(format!("{name}: expected a number of seconds from 0 on, found {value}")))
}

/// A model, ready to add.
#[pyclass(frozen)]
pub(crate) struct Model {
    adder: Adder,
}

#[pymethods]
impl Model {
    /// The model that `name` names; the other arguments say how the operands of an ONNX graph become tokens.
    #[staticmethod]
    fn load(
        py: Python<'_>,
        name: &str,
        prompt: Option<String>,
        tokens: Option<String>,
        answer: Option<String>,
        end: Option<String>,
        logits: Option<String>,
    ) -> PyResult<Self> {
        let task = load::Task { prompt, tokens, answer, end, logits, file: None };
        py.detach(|| load::subject(name, &task).map(|subject| Self { adder: Adder::new(subject) }))
            .map_err(wrong)
    }

    /// The model that the text of a model file describes; `name` is what messages call it.
    #[staticmethod]
    fn parse(py: Python<'_>, text: &str, name: &str) -> PyResult<Self> {
        py.detach(|| spec::Model::parse(name, text).map(|model| Self { adder: Adder::new(model) }))
            .map_err(wrong)
    }

    #[getter]
    fn name(&self) -> &str {
        self.adder.model().name()
    }

    /// The greatest operand.
    #[getter]
    fn greatest(&self) -> u64 {
        self.adder.model().task().greatest()
    }

    #[getter]
    fn dtype(&self) -> &'static str {
        self.adder.model().dtype().name()
    }

    /// The whole model file; none of a graph.
    #[getter]
    fn text(&self) -> Option<&str> {
        self.adder.model().file().map(spec::Model::text)
    }

    /// What the model says to one pair, with its tokens.
    fn add_one(&self, py: Python<'_>, a: u64, b: u64) -> PyResult<(Option<u64>, Vec<usize>)> {
        let sum = py.detach(|| self.adder.add_fast(a, b)).map_err(wrong)?;
        Ok((sum.value, sum.tokens))
    }

    /// What the model says to each pair of two columns of one length; −1 where its tokens spell no number.
    fn add_columns<'py>(
        &self,
        py: Python<'py>,
        a: PyReadonlyArray1<'py, u64>,
        b: PyReadonlyArray1<'py, u64>,
        threads: Option<usize>,
    ) -> PyResult<Bound<'py, PyArray1<i64>>> {
        let threads = self::threads(threads)?;
        let (a, b) = (a.as_slice().map_err(wrong)?, b.as_slice().map_err(wrong)?);
        if a.len() != b.len() {
            return Err(wrong(format!("expected columns of one length, found {} and {}", a.len(), b.len())));
        }
        // A sum of the largest task has 19 digits and fits.
        let spell = |sum: Option<u64>| sum.map_or(-1, |sum| i64::try_from(sum).unwrap_or(i64::MAX));
        let mut sums = vec![0; a.len()];
        py.detach(|| self.adder.add_columns((a, b), &mut sums, spell, threads)).map_err(wrong)?;
        Ok(PyArray1::from_vec(py, sums))
    }

    fn count(&self) -> PyResult<String> {
        match self.adder.model() {
            Subject::File(model) => json(&wire::Count::new(model)),
            Subject::Graph(model) => json(&wire::Count::of_graph(model)),
        }
    }

    /// None of a graph, which has no model file to show.
    fn show(&self) -> PyResult<Option<String>> {
        self.adder.model().file().map(|model| json(&wire::Show::with_network(model))).transpose()
    }

    fn explain(&self, py: Python<'_>, a: u64, b: u64) -> PyResult<String> {
        let explanation = py.detach(|| self.adder.explain(a, b)).map_err(wrong)?;
        json(&wire::Explanation::new(self.name(), explanation))
    }

    fn check(
        &self,
        py: Python<'_>,
        pairs: u64,
        seed: u64,
        detailed: bool,
        threads: Option<usize>,
    ) -> PyResult<String> {
        let plan = Plan { seed, pairs, threads: self::threads(threads)?, detailed };
        let report =
            interruptible(py, |stop| check_until(&self.adder, plan, stop, &mut |_| ()))?.map_err(wrong)?;
        json(&wire::Check::new(self.name(), &report))
    }

    fn prove(
        &self,
        py: Python<'_>,
        rate: bool,
        most_states: Option<u64>,
        sample: f64,
        threads: Option<usize>,
    ) -> PyResult<String> {
        let plain = Options::new(self::threads(threads)?);
        let most_states = most_states.unwrap_or(plain.most_states);
        let options = Options { rate, most_states, sample: seconds(sample, "sample")?, ..plain };
        let report = interruptible(py, |stop| prove(&self.adder, options, stop, &|_| ()))?;
        json(&wire::Proof::new(self.name(), &report))
    }

    fn hunt(
        &self,
        py: Python<'_>,
        seconds: Option<f64>,
        rounds: Option<u64>,
        seed: u64,
        threads: Option<usize>,
    ) -> PyResult<String> {
        let time = seconds.map(|value| self::seconds(value, "seconds")).transpose()?;
        let plan = Hunt { threads: self::threads(threads)?, seed, time, rounds };
        let catch = interruptible(py, |stop| hunt(&self.adder, plan, stop, &|_| ()))?;
        json(&wire::Hunt::new(self.name(), seed, &catch))
    }
}
