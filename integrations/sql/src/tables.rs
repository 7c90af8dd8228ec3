//! The table functions `adder_pairs` and `adder_shards`.

use crate::arguments::{number, text};
use crate::expand::Expand;
use crate::source::{Source, pair_schema, part_row, part_schema};
use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use datafusion::catalog::memory::MemorySourceConfig;
use datafusion::catalog::{Session, TableFunctionArgs, TableFunctionImpl, TableProvider};
use datafusion::common::{Result, plan_datafusion_err, plan_err};
use datafusion::logical_expr::TableType;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::prelude::Expr;
use run::stream::{Kind, Part};
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
        Table::of(Source::Pairs(part?))
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
            size => Table::of(Source::Shards(part, size)),
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
    fn of(source: Source) -> Result<Arc<dyn TableProvider>> {
        Ok(Arc::new(Self { source: source.clipped()? }))
    }
}

#[async_trait]
impl TableProvider for Table {
    fn schema(&self) -> SchemaRef {
        match self.source {
            Source::Pairs(_) => pair_schema(),
            Source::Shards(..) => part_schema(),
        }
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
        let dealt = self.source.deal(state.config().target_partitions());
        let rows = |parts: Vec<Part>| parts.into_iter().map(part_row).collect::<Result<Vec<_>>>();
        let dealt = dealt.into_iter().map(rows).collect::<Result<Vec<_>>>()?;
        let parts = |projection| MemorySourceConfig::try_new_exec(&dealt, part_schema(), projection);
        Ok(match self.source {
            Source::Shards(..) => parts(projection.cloned())?,
            Source::Pairs(_) => {
                Arc::new(Expand::new(parts(None)?, projection.cloned(), Some(self.source.rows()))?)
            }
        })
    }
}
