//! The functions in a session of this process.

use datafusion::arrow::util::pretty::pretty_format_batches;
use datafusion::prelude::{SessionConfig, SessionContext};
use nanoadder_sql::pin::{Named, pin};
use run::Adder;
use run::check::{Plan, check};
use std::num::NonZeroUsize;

fn session(partitions: usize) -> SessionContext {
    let session = SessionContext::new_with_config(SessionConfig::new().with_target_partitions(partitions));
    nanoadder_sql::register(&session);
    session
}

/// The rows of a query as its cells, or what is wrong with it.
async fn rows(session: &SessionContext, query: &str) -> Result<Vec<Vec<String>>, String> {
    let wrong = |error: datafusion::error::DataFusionError| error.strip_backtrace();
    let plan = pin(session.state().create_logical_plan(query).await.map_err(wrong)?, &Named::new())
        .map_err(wrong)?;
    let batches = session.execute_logical_plan(plan).await.map_err(wrong)?.collect().await.map_err(wrong)?;
    let table = pretty_format_batches(&batches).unwrap().to_string();
    let cells = |line: &str| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect();
    Ok(table.lines().filter(|line| line.starts_with('|')).skip(1).map(cells).collect())
}

/// The one cell of a query.
async fn cell(query: &str) -> String {
    rows(&session(2), query).await.unwrap()[0][0].clone()
}

/// What is said of a query that cannot run.
async fn said(query: &str) -> String {
    rows(&session(2), query).await.unwrap_err()
}

/// The wrong answers of a model among the protocol's random pairs, as `check` counts them.
fn wrong_by_check(model: &str) -> u64 {
    let plan = Plan { seed: 2025, pairs: 10_000, threads: NonZeroUsize::MIN, detailed: false };
    let report = check(&Adder::new(zoo::find(model).unwrap().model().unwrap()), plan, &mut |_| ()).unwrap();
    report.total - report.passed - report.edge_failures
}

#[tokio::test(flavor = "multi_thread")]
async fn sql_counts_what_check_counts() {
    assert!(wrong_by_check("gist-58") > 0);
    for model in ["nanoadder-58", "gist-58"] {
        let query = format!(
            "SELECT count(*) FROM adder_pairs(2025, 0, 10000) WHERE nanoadder('{model}', a, b) <> a + b"
        );
        assert_eq!(cell(&query).await, wrong_by_check(model).to_string(), "{model}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn partitions_do_not_matter() {
    let query = "SELECT count(*), sum(nanoadder('gist-58', a, b)), sum(place) FROM adder_pairs('hashed', 1, 5, 200000)";
    let one = rows(&session(1), query).await.unwrap();
    assert_eq!(one[0][0], "200000");
    for partitions in [2, 7] {
        assert_eq!(rows(&session(partitions), query).await.unwrap(), one);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn columns_of_any_integer_type() {
    for kind in [
        "TINYINT",
        "SMALLINT",
        "INT",
        "BIGINT",
        "TINYINT UNSIGNED",
        "SMALLINT UNSIGNED",
        "INT UNSIGNED",
        "BIGINT UNSIGNED",
        "DECIMAL(5, 0)",
        "DECIMAL(38, 0)",
        "DECIMAL(60, 0)",
    ] {
        let query = format!(
            "SELECT nanoadder('nanoadder-58', CAST(a AS {kind}), CAST(b AS {kind})) FROM (VALUES (99, 28), (0, 1)) AS t(a, b)"
        );
        assert_eq!(rows(&session(2), &query).await.unwrap(), [["127"], ["1"]], "{kind}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nulls_and_literals() {
    let query = "SELECT nanoadder('nanoadder-58', a, b), nanoadder('nanoadder-58', a, 1) FROM (VALUES (1, 2), (NULL, 3), (4, NULL)) AS t(a, b)";
    assert_eq!(rows(&session(1), query).await.unwrap(), [["3", "2"], ["", ""], ["", "5"]]);
    assert_eq!(cell("SELECT nanoadder('nanoadder-58', NULL, 1)").await, "");
    assert_eq!(cell("SELECT nanoadder('nanoadder-58', 9999999999, 9999999999)").await, "19999999998");
    // The type is that of a + b where both have a sign, or neither.
    assert_eq!(cell("SELECT arrow_typeof(nanoadder('nanoadder-58', 1, 1))").await, "Int64");
    assert_eq!(
        cell("SELECT arrow_typeof(nanoadder('nanoadder-58', a, b)) FROM adder_pairs(1, 0, 1)").await,
        "UInt64"
    );
    // The engine's own sum of an unsigned and a signed operand is a decimal, for no integer holds all such sums.
    let mixed = "SELECT arrow_typeof(nanoadder('nanoadder-58', u, i)), arrow_typeof(u + i), nanoadder('nanoadder-58', u, i) = u + i \
         FROM (SELECT CAST(9999999999 AS BIGINT UNSIGNED) AS u, CAST(9999999999 AS BIGINT) AS i)";
    assert_eq!(rows(&session(1), mixed).await.unwrap(), [["UInt64", "Decimal128(21, 0)", "true"]]);
    // An unsigned column and a literal add up to a decimal, which is an integer too.
    assert_eq!(
        cell("SELECT nanoadder('nanoadder-58', place + 8, b) FROM adder_pairs('edge-cases') WHERE place = 1")
            .await,
        "10"
    );
}

/// A model that is told to end its answer at a 0, which it says first: its tokens spell no number.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_no_number_is_null() {
    let text = zoo::find("nanoadder-58")
        .unwrap()
        .text
        .replace("answer = \"least-first:11\"", "answer = \"least-first:11\"\nend = 0");
    assert!(text.contains("end = 0"));
    let text = text.replace('\'', "''");
    let query = format!(
        "SELECT nanoadder('{text}', 5, 5) IS NULL AS none, nanoadder('{text}', 5, 7) IS NULL AS some"
    );
    assert_eq!(rows(&session(1), &query).await.unwrap(), [["true", "false"]]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_said() {
    let expect = [
        ("SELECT nanoadder('nanoadder-58', -1, 2)", "nanoadder: a: found -1: expected an integer from 0 on"),
        (
            "SELECT nanoadder('nanoadder-58', a, 2) FROM (VALUES (3), (-7)) AS t(a)",
            "a: found -7: expected an integer from 0 on",
        ),
        (
            "SELECT nanoadder('nanoadder-58', 0, 10000000000)",
            "operand 10000000000: expected an integer from 0 to 9999999999",
        ),
        ("SELECT nanoadder('nosuch', 1, 2)", "no model is named `nosuch`: expected a name"),
        ("SELECT nanoadder('name = 3', 1, 2)", "the query's model"),
        ("SELECT nanoadder(NULL, 1, 2)", "nanoadder: model: found Null: expected text or bytes"),
        (
            "SELECT nanoadder(m, 1, 2) FROM (VALUES ('a'), ('b')) AS t(m)",
            "model: found a column: expected a literal",
        ),
        ("SELECT nanoadder('nanoadder-58', 1)", "nanoadder: found 2 arguments: expected (model, a, b)"),
        (
            "SELECT nanoadder('nanoadder-58', '1', 2)",
            "nanoadder: a: found Utf8: expected integers; cast it: `CAST(a AS BIGINT UNSIGNED)`",
        ),
        ("SELECT nanoadder(1, 1, 2)", "nanoadder: model: found Int64: expected text or bytes"),
        ("SELECT nanoadder('nanoadder-58', 1.5, 2)", "nanoadder: a: found Float64: expected integers"),
        (
            "SELECT nanoadder('nanoadder-58', CAST(-5 AS DECIMAL(9, 0)), 2)",
            "nanoadder: a: found -5: expected an integer from 0 on",
        ),
        (
            "SELECT verify_shard('nanoadder-58', 'random', 1.5, 2, 3)",
            "verify_shard: seed: found Float64: expected integers",
        ),
        ("SELECT * FROM adder_pairs('random')", "the stream `random` has no end"),
        (
            "SELECT * FROM adder_pairs('carry', 1, 2, 3)",
            "no stream of pairs is named `carry`: expected one of random",
        ),
        ("SELECT * FROM adder_pairs(1, 2)", "adder_pairs: expected (seed, start, n)"),
        (
            "SELECT * FROM adder_pairs(1, -2, 3)",
            "adder_pairs: start: found Int64(-2): expected an integer from 0 on",
        ),
        ("SELECT * FROM adder_shards('random', 1, 2, 0)", "size: expected at least 1 pair"),
        ("SELECT verify_shard('nanoadder-58', 'carry', 1, 2, 3)", "no stream of pairs is named `carry`"),
        (
            "SELECT verify_shard('nanoadder-58', 3, 1, 2, 3)",
            "verify_shard: kind: found Int64: expected the name of a stream",
        ),
        (
            "SELECT merge_shards(a) FROM (VALUES (1)) AS t(a)",
            "merge_shards: found Int64: expected what `verify_shard` gives",
        ),
    ];
    for (query, expected) in expect {
        let said = said(query).await;
        assert!(said.contains(expected), "{query}\n{said}");
        // Once, and nothing else.
        assert!(!said.contains("Candidate") && !said.contains("coercion"), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn structured_sets_are_tables() {
    assert_eq!(cell("SELECT count(*) FROM adder_pairs('edge-cases')").await, "10");
    assert_eq!(cell("SELECT count(*) FROM adder_pairs('every-carry-pattern')").await, "1024");
    assert_eq!(cell("SELECT count(*) FROM adder_pairs('every-carry-pattern', 1, 1000, 500)").await, "24");
    assert_eq!(cell("SELECT a FROM adder_pairs('edge-cases') WHERE place = 7").await, "1234567890");
    assert_eq!(cell("SELECT count(*) FROM adder_pairs(2025, 0, 0)").await, "0");
}

#[tokio::test(flavor = "multi_thread")]
async fn shards_merge_exactly() {
    let sweep = |kind: &str, pairs: u64, size: u64| {
        format!(
            "SELECT f['shards'], f['pairs'], f['wrong'], f['unspelled'], f['first']['seed'], f['first']['place'] FROM \
             (SELECT merge_shards(verify_shard('gist-58', kind, seed, start, n)) AS f FROM adder_shards('{kind}', 2025, {pairs}, {size}))"
        )
    };
    let whole = rows(&session(1), &sweep("hashed", 50_000, 50_000)).await.unwrap();
    for (partitions, size) in [(1, 7_000), (3, 1_000), (4, 49_999)] {
        let parts = rows(&session(partitions), &sweep("hashed", 50_000, size)).await.unwrap();
        assert_eq!(parts[0][0], 50_000_u64.div_ceil(size).to_string());
        assert_eq!(parts[0][1..], whole[0][1..]);
    }
    let counted = "SELECT count(*) FROM adder_pairs('hashed', 2025, 0, 50000) WHERE nanoadder('gist-58', a, b) <> a + b";
    assert_eq!(cell(counted).await, whole[0][2]);
    // Each shard of the protocol's stream has its own seed; the first is the protocol's own.
    let random = rows(&session(2), &sweep("random", 30_000, 10_000)).await.unwrap();
    assert_eq!(random[0][..2], ["3", "30000"]);
    let first = cell("SELECT verify_shard('gist-58', 'random', 2025, 0, 10000)['wrong']").await;
    assert_eq!(first, wrong_by_check("gist-58").to_string());
    // No shards.
    let none = rows(&session(2), &sweep("hashed", 0, 10)).await.unwrap();
    assert_eq!(none[0], ["0", "0", "0", "0", "", ""]);
}

#[tokio::test(flavor = "multi_thread")]
async fn pinned_models_keep_the_names_of_columns() {
    let session = session(1);
    let query = "SELECT nanoadder('nanoadder-58', 1, 2), max(nanoadder('nanoadder-58', a, b)) FROM adder_pairs('edge-cases')";
    let plan = session.state().create_logical_plan(query).await.unwrap();
    let names: Vec<String> = plan.schema().fields().iter().map(|field| field.name().clone()).collect();
    let pinned = pin(plan, &Named::new()).unwrap();
    let kept: Vec<String> = pinned.schema().fields().iter().map(|field| field.name().clone()).collect();
    assert_eq!(names, kept);
    assert_eq!(session.execute_logical_plan(pinned).await.unwrap().collect().await.unwrap()[0].num_rows(), 1);
}
