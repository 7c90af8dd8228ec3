//! The table functions `adder_pairs` and `adder_shards`, and how their rows are made in a plan.

use crate::arguments::{number, text};
use crate::source::Source;
use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use datafusion::catalog::{Session, TableFunctionArgs, TableFunctionImpl, TableProvider};
use datafusion::common::config::ConfigOptions;
use datafusion::common::stats::Precision;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{Result, Statistics, plan_datafusion_err, plan_err};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::TableType;
use datafusion::physical_expr::EquivalenceProperties;
use datafusion::physical_plan::coop::cooperative;
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType};
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet, MetricsSet};
use datafusion::physical_plan::statistics::StatisticsArgs;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, Partitioning, PhysicalExpr, PlanProperties,
};
use datafusion::prelude::Expr;
use run::stream::{Kind, Part};
use std::fmt;
use std::sync::Arc;

/// `adder_pairs(seed, start, n)`, `adder_pairs(kind)` or `adder_pairs(kind, seed, start, n)`.
#[derive(Debug)]
pub(crate) struct Pairs;

impl TableFunctionImpl for Pairs {
    fn call_with_args(&self, args: TableFunctionArgs<'_, '_>) -> Result<Arc<dyn TableProvider>> {
        const NAME: &str = "adder_pairs";
        let part = |kind, [seed, start, pairs]: [&Expr; 3]| {
            let (seed, start) = (number(NAME, "seed", seed)?, number(NAME, "start", start)?);
            Ok(Part { kind, seed, start, pairs: number(NAME, "n", pairs)? })
        };
        let part: Result<Part> = match args.exprs() {
            [name] => Part::whole(kind(NAME, name)?).map_err(|error| plan_datafusion_err!("{NAME}: {error}")),
            [seed, start, pairs] => part(Kind::Random, [seed, start, pairs]),
            [name, seed, start, pairs] => part(kind(NAME, name)?, [seed, start, pairs]),
            other => {
                plan_err!(
                    "{NAME}: expected (seed, start, n), (kind) or (kind, seed, start, n), found {} arguments",
                    other.len()
                )
            }
        };
        Table::new(Source::Pairs(part?))
    }
}

/// `adder_shards(kind, seed, n, size)` or `adder_shards(kind, size)`.
#[derive(Debug)]
pub(crate) struct Shards;

impl TableFunctionImpl for Shards {
    fn call_with_args(&self, args: TableFunctionArgs<'_, '_>) -> Result<Arc<dyn TableProvider>> {
        const NAME: &str = "adder_shards";
        let (part, size) = match args.exprs() {
            [name, size] => (
                Part::whole(kind(NAME, name)?).map_err(|error| plan_datafusion_err!("{NAME}: {error}"))?,
                size,
            ),
            [name, seed, pairs, size] => {
                let (seed, pairs) = (number(NAME, "seed", seed)?, number(NAME, "n", pairs)?);
                (Part { kind: kind(NAME, name)?, seed, start: 0, pairs }, size)
            }
            other => {
                return plan_err!(
                    "{NAME}: expected (kind, seed, n, size) or (kind, size), found {} arguments",
                    other.len()
                );
            }
        };
        match number(NAME, "size", size)? {
            0 => plan_err!("{NAME}: size: expected at least 1 pair in a shard, found 0"),
            size => Table::new(Source::Shards(part, size)),
        }
    }
}

fn kind(function: &str, name: &Expr) -> Result<Kind> {
    Kind::find(text(function, "kind", name)?).map_err(|error| plan_datafusion_err!("{function}: {error}"))
}

/// What a table function gives: its rows are made when they are read.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) source: Source,
}

impl Table {
    fn new(source: Source) -> Result<Arc<dyn TableProvider>> {
        Ok(Arc::new(Self { source: source.clipped()? }))
    }
}

#[async_trait]
impl TableProvider for Table {
    fn schema(&self) -> SchemaRef {
        self.source.schema()
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        _: &[Expr],
        _: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let partitions = self.source.partitions(state.config().target_partitions());
        Ok(Arc::new(Made::new(self.source, partitions, projection.cloned())?))
    }
}

/// The node of a physical plan that makes the rows.
#[derive(Debug)]
pub(crate) struct Made {
    pub(crate) source: Source,
    /// The columns that are wanted; none for all.
    pub(crate) projection: Option<Vec<usize>>,
    properties: Arc<PlanProperties>,
    metrics: ExecutionPlanMetricsSet,
}

impl Made {
    pub(crate) fn new(source: Source, partitions: usize, projection: Option<Vec<usize>>) -> Result<Self> {
        let schema = match &projection {
            Some(columns) => Arc::new(source.schema().project(columns)?),
            None => source.schema(),
        };
        let properties = Arc::new(PlanProperties::new(
            EquivalenceProperties::new(schema),
            Partitioning::UnknownPartitioning(partitions),
            EmissionType::Incremental,
            Boundedness::Bounded,
        ));
        Ok(Self { source, projection, properties, metrics: ExecutionPlanMetricsSet::new() })
    }

    pub(crate) fn partitions(&self) -> usize {
        self.properties.partitioning.partition_count()
    }
}

impl DisplayAs for Made {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Made: {}, partitions={}", self.source.encode(), self.partitions())
    }
}

impl ExecutionPlan for Made {
    fn name(&self) -> &str {
        "Made"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        Vec::new()
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn with_new_children(self: Arc<Self>, _: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(self)
    }

    fn repartitioned(&self, wanted: usize, _: &ConfigOptions) -> Result<Option<Arc<dyn ExecutionPlan>>> {
        let partitions = self.source.partitions(wanted);
        Ok(Some(Arc::new(Self::new(self.source, partitions, self.projection.clone())?)))
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let mut rows = self.source.generate(partition, self.partitions())?;
        let (schema, most) = (self.source.schema(), context.session_config().batch_size());
        let projection = self.projection.clone();
        let metrics = BaselineMetrics::new(&self.metrics, partition);
        let batches = std::iter::from_fn(move || {
            let timer = metrics.elapsed_compute().timer();
            let batch = rows.next(&schema, most).transpose()?;
            timer.done();
            let batch = batch.and_then(|batch| match &projection {
                Some(columns) => Ok(batch.project(columns)?),
                None => Ok(batch),
            });
            metrics.record_output(batch.as_ref().map_or(0, |batch| batch.num_rows()));
            Some(batch)
        });
        let stream = RecordBatchStreamAdapter::new(self.schema(), futures::stream::iter(batches));
        Ok(Box::pin(cooperative(stream)))
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
        if args.partition().is_none() {
            statistics.num_rows = Precision::Exact(usize::try_from(self.source.rows()).unwrap_or(usize::MAX));
        }
        Ok(Arc::new(statistics))
    }
}
