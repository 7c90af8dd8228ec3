//! Whatever dies, the counts are exact or the query ends with a message. Nothing is counted twice.

use crate::processes::{Cluster, PATIENCE, embedded, printed, said};
use datafusion::prelude::SessionConfig;
use nanoadder_cluster::connect;
use nanoadder_sql::pin::BUILD;
use std::time::Duration;

/// A sweep in shards of 100,000 pairs; 300 million take some seconds on two threads.
fn sweep(pairs: u64) -> String {
    format!(
        "SELECT f['shards'] AS shards, f['pairs'] AS pairs, f['wrong'] AS wrong, f['first']['place'] AS place FROM \
         (SELECT merge_shards(verify_shard('gist-58', kind, seed, start, n)) AS f FROM adder_shards('hashed', 7, {pairs}, 100000))"
    )
}

#[test]
fn a_sweep_outlives_an_executor() {
    let mut cluster = Cluster::start(2);
    let running = cluster.begin(&["--format", "csv", &sweep(300_000_000)]);
    cluster.wait_for_work();
    cluster.executors[1].kill();
    let found = printed(running.wait_with_output().unwrap());
    assert!(found.starts_with("shards,pairs,wrong,place\n3000,300000000,"), "{found}");
    assert_eq!(found, embedded(&[&sweep(300_000_000)]));
}

#[test]
fn a_restarted_scheduler_ends_the_sweep_and_takes_the_next() {
    let mut cluster = Cluster::start(2);
    let running = cluster.begin(&[&sweep(300_000_000)]);
    cluster.wait_for_work();
    cluster.restart_scheduler();
    let message = said(running.wait_with_output().unwrap());
    assert!(message.contains("scheduler"), "{message}");
    // The executors find the new one, and nothing of the old sweep is left.
    let query = "SELECT f['shards'] AS s, f['pairs'] AS p FROM (SELECT merge_shards(verify_shard('nanoadder-58', kind, seed, start, n)) AS f \
         FROM adder_shards('hashed', 7, 1000000, 10000))";
    assert_eq!(cluster.query(&[query]), "s,p\n100,1000000\n");
}

#[test]
fn without_executors_a_sweep_ends_with_a_message() {
    let mut cluster = Cluster::start(1);
    let running = cluster.begin(&[&sweep(300_000_000)]);
    cluster.wait_for_work();
    cluster.executors[0].kill();
    let message = said(running.wait_with_output().unwrap());
    assert!(message.starts_with("error: "), "{message}");
}

#[test]
fn a_shard_that_fails_fails_the_query_by_name() {
    let cluster = Cluster::start(2);
    let query = "SELECT sum(nanoadder('nanoadder-58', a + 9999900000 * CAST(place = 90000 AS BIGINT UNSIGNED), b)) FROM adder_pairs('hashed', 1, 0, 100000)";
    let message = cluster.said(&[query]);
    assert!(message.contains("expected an integer from 0 to 9999999999"), "{message}");
    let message = cluster.said(&["SELECT merge_shards(verify_shard('nanoadder-58', kind || 'x', seed, start, n)) FROM adder_shards('hashed', 1, 10, 5)"]);
    assert!(message.contains("no stream of pairs is named `hashedx`"), "{message}");
    // The cluster is none the worse.
    assert_eq!(
        cluster.query(&["SELECT count(*) AS n FROM adder_pairs('hashed', 1, 0, 100000)"]),
        "n\n100000\n"
    );
}

/// An executor that hangs is given up, and its tasks are given to the other; then it wakes and ends them too.
#[test]
fn what_is_done_twice_counts_once() {
    let cluster = Cluster::start(2);
    let sweep = sweep(600_000_000);
    let running = cluster.begin(&["--format", "csv", &sweep]);
    cluster.wait_for_work();
    cluster.executors[1].signal("STOP");
    std::thread::sleep(PATIENCE + Duration::from_secs(2));
    cluster.executors[1].signal("CONT");
    let found = printed(running.wait_with_output().unwrap());
    assert!(found.starts_with("shards,pairs,wrong,place\n6000,600000000,"), "{found}");
    assert_eq!(found, embedded(&[&sweep]));
}

/// Each executor on a machine of its own; one cannot be reached for a while, by nobody, and goes on working.
#[test]
fn a_network_that_breaks_and_mends_loses_and_doubles_nothing() {
    let Some(cluster) = Cluster::start_apart(2) else { return };
    let network = cluster.network.as_ref().unwrap();
    let sweep = sweep(600_000_000);
    let running = cluster.begin(&["--format", "csv", &sweep]);
    cluster.wait_for_work();
    network.cut(2);
    std::thread::sleep(PATIENCE + Duration::from_secs(2));
    network.mend(2);
    let found = printed(running.wait_with_output().unwrap());
    assert!(found.starts_with("shards,pairs,wrong,place\n6000,600000000,"), "{found}");
    assert_eq!(found, embedded(&[&sweep]));
    // And one that is gone for good.
    let running = cluster.begin(&["--format", "csv", &sweep]);
    cluster.wait_for_work();
    network.cut(1);
    assert_eq!(printed(running.wait_with_output().unwrap()), found);
}

#[tokio::test(flavor = "multi_thread")]
async fn other_builds_and_other_models_are_refused() {
    let cluster = Cluster::start(1);
    let session = connect(&cluster.address(), SessionConfig::new()).unwrap();
    nanoadder_sql::register(&session);
    let text = zoo::find("kiguli-7").unwrap().text;
    let zeros = "0".repeat(64);
    let cases = [
        (format!("#! nanoadder {zeros} {zeros}\n{text}"), "expected the same build everywhere"),
        (format!("#! nanoadder {BUILD} {zeros}\n{text}"), "expected 000000000000"),
    ];
    for (sent, expected) in cases {
        // As a client of another build would send it: it is not looked at here.
        let hex: String = sent.bytes().map(|byte| format!("{byte:02x}")).collect();
        let query = format!("SELECT sum(nanoadder(X'{hex}', a, b)) FROM adder_pairs(1, 0, 100)");
        let error = session.sql(&query).await.unwrap().collect().await.unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn an_address_without_a_cluster() {
    let cluster = Cluster::start(0);
    let address = cluster.address();
    drop(cluster);
    let run = |address: &str| {
        said(
            std::process::Command::new(env!("CARGO_BIN_EXE_nanoadder-sql"))
                .args(["--cluster", address, "SELECT 1"])
                .output()
                .unwrap(),
        )
    };
    assert!(run(&address).contains(&address), "{}", run(&address));
    assert!(run("http://localhost").contains("expected an address such as `df://localhost:50050`"));
}
