//! The node of a physical plan that makes pairs: its input are the parts that they are of.
//!
//! The parts are a table in memory, and not this node's own knowledge, because a cluster cuts a plan into tasks at its leaves, and
//! knows how for files and tables in memory alone: of a leaf it does not know, every task would make all rows.

use crate::source::{pair_schema, pairs, read_parts};
use datafusion::common::stats::Precision;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{Result, Statistics, internal_err};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::EquivalenceProperties;
use datafusion::physical_plan::coop::cooperative;
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType};
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet, MetricsSet};
use datafusion::physical_plan::statistics::StatisticsArgs;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, Partitioning, PhysicalExpr, PlanProperties,
};
use futures::{StreamExt, TryStreamExt};
use std::fmt;
use std::sync::Arc;

/// Makes the pairs of its input's parts, partition by partition, in bounded memory.
#[derive(Debug)]
pub(crate) struct Expand {
    input: Arc<dyn ExecutionPlan>,
    /// The columns that are wanted; none for all.
    pub(crate) projection: Option<Vec<usize>>,
    /// The number of pairs, where it is known.
    rows: Option<u64>,
    properties: Arc<PlanProperties>,
    metrics: ExecutionPlanMetricsSet,
}

impl Expand {
    pub(crate) fn new(
        input: Arc<dyn ExecutionPlan>,
        projection: Option<Vec<usize>>,
        rows: Option<u64>,
    ) -> Result<Self> {
        let schema = match &projection {
            Some(columns) => Arc::new(pair_schema().project(columns)?),
            None => pair_schema(),
        };
        let properties = Arc::new(PlanProperties::new(
            EquivalenceProperties::new(schema),
            Partitioning::UnknownPartitioning(input.properties().partitioning.partition_count()),
            EmissionType::Incremental,
            Boundedness::Bounded,
        ));
        Ok(Self { input, projection, rows, properties, metrics: ExecutionPlanMetricsSet::new() })
    }
}

impl DisplayAs for Expand {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Expand: pairs of parts, partitions={}", self.properties.partitioning.partition_count())
    }
}

impl ExecutionPlan for Expand {
    fn name(&self) -> &str {
        "Expand"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        vec![false]
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn with_new_children(
        self: Arc<Self>,
        mut inputs: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let (Some(input), true) = (inputs.pop(), inputs.is_empty()) else {
            return internal_err!("Expand has one input");
        };
        let partitions = |plan: &Arc<dyn ExecutionPlan>| plan.properties().partitioning.partition_count();
        let rows = self.rows.filter(|_| partitions(&input) == partitions(&self.input));
        Ok(Arc::new(Self::new(input, self.projection.clone(), rows)?))
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let most = context.session_config().batch_size();
        let projection = self.projection.clone();
        let metrics = BaselineMetrics::new(&self.metrics, partition);
        let parts = self.input.execute(partition, context)?.map(|batch| read_parts(&batch?));
        let made = parts.map_ok(move |parts| {
            futures::stream::iter(parts.into_iter().flat_map(move |part| pairs(part, most)))
        });
        let batches = made.try_flatten().map(move |batch| {
            let batch = batch?;
            metrics.record_output(batch.num_rows());
            match &projection {
                Some(columns) => Ok(batch.project(columns)?),
                None => Ok(batch),
            }
        });
        Ok(Box::pin(cooperative(RecordBatchStreamAdapter::new(self.schema(), batches))))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }

    fn statistics_from_inputs(
        &self,
        _: &[Arc<Statistics>],
        args: &StatisticsArgs,
    ) -> Result<Arc<Statistics>> {
        let mut statistics = Statistics::new_unknown(&self.schema());
        if let (Some(rows), None) = (self.rows, args.partition()) {
            statistics.num_rows = Precision::Exact(usize::try_from(rows).unwrap_or(usize::MAX));
        }
        Ok(Arc::new(statistics))
    }
}
