//! How far a query is: the rows that its leaves have given.

use super::args::Args;
use crate::expand::Expand;
use datafusion::common::stats::Precision;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::metrics::MetricsSet;
use datafusion::physical_plan::statistics::{StatisticsArgs, StatisticsContext};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::sync::Arc;
use std::time::Duration;

/// How often the bar is drawn.
const OFTEN: Duration = Duration::from_millis(200);

/// A bar on stderr; silent if asked to be, or if stderr is no terminal.
#[derive(Debug)]
pub(super) struct Bar {
    bar: ProgressBar,
    drawing: Option<tokio::task::JoinHandle<()>>,
}

impl Bar {
    /// Begins to draw how far `plan` is.
    pub(super) fn begin(plan: &Arc<dyn ExecutionPlan>, args: &Args) -> Self {
        if args.quiet {
            return Self { bar: ProgressBar::hidden(), drawing: None };
        }
        let mut leaves = Vec::new();
        list(plan, &mut leaves);
        let total = leaves.iter().map(rows).sum::<Option<u64>>().filter(|&total| total > 0);
        let (bar, template) = match total {
            Some(total) => {
                (ProgressBar::new(total), "{bar:30} {human_pos} of {human_len} rows, {per_sec}, {eta} left")
            }
            // The leaves are elsewhere.
            None if args.cluster.is_some() => {
                (ProgressBar::new_spinner(), "{spinner} on the cluster for {elapsed}")
            }
            None => (ProgressBar::new_spinner(), "{spinner} {human_pos} rows, {per_sec}"),
        };
        bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(5));
        bar.set_style(ProgressStyle::with_template(template).expect("the templates above are well formed"));
        let drawn = bar.clone();
        let drawing = tokio::spawn(async move {
            loop {
                tokio::time::sleep(OFTEN).await;
                drawn.tick();
                let done = |leaf: &Arc<dyn ExecutionPlan>| {
                    leaf.metrics().and_then(|metrics| MetricsSet::output_rows(&metrics))
                };
                drawn.set_position(leaves.iter().filter_map(done).map(|rows| rows as u64).sum());
            }
        });
        Self { bar, drawing: Some(drawing) }
    }

    /// Does something while the bar is out of the way.
    pub(super) fn suspend<T>(&self, work: impl FnOnce() -> T) -> T {
        self.bar.suspend(work)
    }

    /// Wipes the bar away.
    pub(super) fn end(&self) {
        if let Some(drawing) = &self.drawing {
            drawing.abort();
        }
        self.bar.finish_and_clear();
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.end();
    }
}

/// The nodes of `plan` that read or make rows.
fn list(plan: &Arc<dyn ExecutionPlan>, leaves: &mut Vec<Arc<dyn ExecutionPlan>>) {
    let children = plan.children();
    if children.is_empty() || plan.is::<Expand>() {
        leaves.push(Arc::clone(plan));
        return;
    }
    for child in children {
        list(child, leaves);
    }
}

/// How many rows a leaf will give, if it says.
fn rows(leaf: &Arc<dyn ExecutionPlan>) -> Option<u64> {
    let statistics = StatisticsContext::new().compute(leaf.as_ref(), &StatisticsArgs::new()).ok()?;
    match statistics.num_rows {
        Precision::Exact(rows) | Precision::Inexact(rows) => Some(rows as u64),
        Precision::Absent => None,
    }
}
