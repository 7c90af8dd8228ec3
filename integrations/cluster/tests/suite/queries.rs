//! A query means the same embedded and on a cluster.

use crate::processes::{Cluster, embedded};

#[test]
fn the_same_query_gives_the_same_rows() {
    let cluster = Cluster::start(2);
    let count = |model: &str| {
        cluster.query(&[&format!("SELECT count(*) AS wrong FROM adder_pairs(2025, 0, 10000) WHERE nanoadder('{model}', a, b) <> a + b")])
    };
    assert_eq!(count("nanoadder-58"), "wrong\n0\n");
    assert_ne!(count("gist-58"), "wrong\n0\n");
    let queries = [
        "SELECT count(*) AS wrong FROM adder_pairs(2025, 0, 10000) WHERE nanoadder('gist-58', a, b) <> a + b",
        "SELECT count(*), sum(nanoadder('gist-58', a, b)), min(place), max(place) FROM adder_pairs('hashed', 3, 4, 500000)",
        "SELECT place, a, b, nanoadder('kiguli-7', a, b) AS s FROM adder_pairs('structured', 2, 100, 50) ORDER BY place",
        "SELECT count(*) FROM adder_pairs('every-carry-pattern')",
        "SELECT merge_shards(verify_shard('gist-58', kind, seed, start, n)) AS f FROM adder_shards('random', 2025, 300000, 9000)",
        "SELECT kind, count(*), sum(n), min(start), max(start) FROM adder_shards('hashed', 1, 1000000, 999) GROUP BY kind",
        "SELECT s.a % 7 AS g, count(*) FROM adder_pairs('hashed', 1, 0, 20000) s JOIN adder_pairs('hashed', 1, 0, 20000) t ON s.place = t.place GROUP BY 1 ORDER BY 1",
    ];
    for query in queries {
        assert_eq!(cluster.query(&[query]), embedded(&[query]), "{query}");
    }
}

#[test]
fn files_and_models_are_read_by_name() {
    let cluster = Cluster::start(1);
    let folder = tempfile::tempdir().unwrap();
    let (table, model) = (folder.path().join("t.csv"), folder.path().join("m.safetensors"));
    std::fs::write(&table, "a,b\n1,2\n,3\n99,1\n").unwrap();
    std::fs::write(&model, include_bytes!("../../../sql/tests/kiguli-7.safetensors")).unwrap();
    let (table, model) = (format!("t={}", table.display()), format!("mine={}", model.display()));
    let query = "SELECT a, b, nanoadder('mine', a, b) AS s FROM t ORDER BY a NULLS FIRST";
    // The model's file is read by the client, the table's by the executor.
    assert_eq!(
        cluster.query(&["--table", &table, "--model", &model, query]),
        "a,b,s\n,3,\n1,2,3\n99,1,100\n"
    );
}
