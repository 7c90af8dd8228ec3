//! Arguments.

use clap::{Parser, ValueEnum};
use std::num::NonZeroUsize;
use std::path::PathBuf;

/// Queries files in SQL, with the functions nanoadder(model, a, b), adder_pairs, adder_shards, verify_shard and merge_shards.
#[derive(Debug, Parser)]
#[command(
    name = "nanoadder-sql",
    version,
    after_help = "\
Examples:
  nanoadder-sql \"SELECT nanoadder('nanoadder-58', 5, 7) AS sum\"
  nanoadder-sql --table t=pairs.parquet \"SELECT a, b, nanoadder('nanoadder-58', a, b) AS sum FROM t\" --format csv
  nanoadder-sql \"SELECT count(*) FROM adder_pairs(2025, 0, 10000) WHERE nanoadder('gist-58', a, b) <> a + b\"

Exit status: 0 done, 2 could not run, 130 interrupted, 141 the reader of the output went away."
)]
pub struct Args {
    /// The query; `-` reads it from stdin.
    pub(super) query: String,

    /// A table: NAME=PATH of a CSV, Parquet or Arrow file, as `nanoadder add --input` reads them, or of a folder of .parquet files.
    /// May be repeated.
    #[arg(long = "table", value_name = "NAME=PATH", value_parser = named)]
    pub(super) tables: Vec<(String, PathBuf)>,

    /// A model by a name that the query uses: NAME=PATH of a .toml or .safetensors file. May be repeated.
    #[arg(long = "model", value_name = "NAME=PATH", value_parser = named)]
    pub(super) models: Vec<(String, PathBuf)>,

    /// How rows are printed.
    #[arg(long, value_enum, default_value = "table")]
    pub(super) format: Format,

    /// Threads of this process; all by default.
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,

    /// Parts that a query is cut into, each the work of a thread: one for each thread here, 64 on a cluster.
    #[arg(long, value_name = "N")]
    partitions: Option<NonZeroUsize>,

    /// Run on a cluster: the address of its scheduler, such as df://localhost:50050.
    #[arg(long, value_name = "URL")]
    pub(super) cluster: Option<String>,

    /// No progress on stderr.
    #[arg(long, short)]
    pub(super) quiet: bool,
}

/// What rows look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// Columns under each other; at most 1000 rows.
    Table,
    /// A line of names, then a line for each row; null is an empty field.
    Csv,
    /// One object: `schema_version`, `rows`.
    Json,
}

impl Args {
    /// The number of partitions.
    pub(super) fn partitions(&self) -> usize {
        let usual = if self.cluster.is_some() { 64 } else { self.threads().get() };
        self.partitions.map_or(usual, NonZeroUsize::get)
    }

    /// The number of threads.
    pub(super) fn threads(&self) -> NonZeroUsize {
        self.threads.or_else(|| std::thread::available_parallelism().ok()).unwrap_or(NonZeroUsize::MIN)
    }
}

fn named(value: &str) -> Result<(String, PathBuf), String> {
    match value.split_once('=') {
        Some((name, path)) if !name.is_empty() && !path.is_empty() => Ok((name.into(), path.into())),
        _ => Err("expected NAME=PATH".into()),
    }
}
