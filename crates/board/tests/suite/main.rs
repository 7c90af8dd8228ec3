//! The page and the picture that are committed are what the board writes.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use board::table::{Column, columns};
use board::{Accuracy, Decision, Limits, Line, Order, Row, html, markdown, measure, plot, sort};
use prove::{Counterexample, Layer, Verdict};
use run::Adder;
use run::check::{Plan, check};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};
use zoo::Entry;

fn two() -> NonZeroUsize {
    NonZeroUsize::new(2).unwrap()
}

fn docs(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(name)
}

/// The line of an entry from what the zoo states, without the prover: no margin, and no reason.
fn stated(entry: &Entry) -> Line {
    let model = entry.model().unwrap();
    let (source, claimed, counts) =
        (model.identity().source.clone(), model.identity().claimed, model.counts());
    let adder = Adder::new(model);
    let verdict = match entry.verdict {
        zoo::Verdict::Proved { layer } => Verdict::Proved {
            layer: match layer {
                zoo::Layer::Exact => Layer::Exact,
                zoo::Layer::Program => Layer::Program,
                zoo::Layer::Portable => Layer::Portable,
            },
        },
        zoo::Verdict::Refuted { a, b } => {
            let sum = adder.add(a, b).unwrap();
            let (got, tokens) = (sum.value, sum.tokens);
            Verdict::Refuted(Counterexample { a, b, expected: a + b, got, tokens, step: 1 })
        }
    };
    let plan =
        Plan { seed: run::protocol::SEED, pairs: run::protocol::PAIRS, threads: two(), detailed: false };
    let report = check(&adder, plan, &mut |_| ()).unwrap();
    let row = Row {
        source,
        claimed,
        counts,
        accuracy: Some(Accuracy { right: report.passed, total: report.total }),
        decision: Decision { verdict, margin: None, statistics: None },
        rate: None,
    };
    Line { name: entry.name.into(), row: Ok(row) }
}

/// Everything on the page but the margins and the reasons, and the whole picture, without running the prover.
#[test]
fn the_committed_page_shows_the_zoo() {
    let page = std::fs::read_to_string(docs("leaderboard.md")).unwrap();
    let mut lines: Vec<Line> = zoo::ENTRIES.iter().map(stated).collect();
    sort(&mut lines, Order::Strict);
    let cells = |row: &str| -> Vec<String> { row.split('|').map(|cell| cell.trim().to_owned()).collect() };
    let rows: Vec<_> =
        page.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| ---")).map(cells).collect();
    assert_eq!(rows.len(), lines.len() + 1, "a head, and one row for each model");
    for (row, line) in rows[1..].iter().zip(&lines) {
        let link = format!("[{}](", line.name);
        assert!(row[1] == line.name || row[1].starts_with(&link), "{} where {} should be", row[1], line.name);
        let open = line.row.as_ref().is_ok_and(|row| row.decision.why().is_some());
        for (column, found) in columns(false).into_iter().zip(&row[1..]).skip(1) {
            match column {
                Column::Margin => {
                    assert_eq!(found.is_empty(), !row[9].starts_with("proved"), "{}", line.name);
                }
                Column::Verdict if open => {
                    assert!(["undecided", "statistical"].contains(&found.as_str()), "{}: {found}", line.name);
                    let reason = format!("- **{}**: {found}, ", line.name);
                    assert!(page.lines().any(|line| line.starts_with(&reason)), "{} has a reason", line.name);
                }
                _ => assert_eq!(*found, column.cell(line), "{}: {}", line.name, column.title()),
            }
        }
    }
    let picture = plot(&lines).finish(::plot::Theme::System);
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(docs("leaderboard.svg"), &picture).unwrap();
    }
    assert_eq!(std::fs::read_to_string(docs("leaderboard.svg")).unwrap(), picture, "the picture");
}

/// The whole page. `BLESS=1` writes it anew.
#[test]
#[ignore = "slow: two minutes on two cores; `cargo xtask test --slow`"]
fn the_committed_page_is_what_board_writes() {
    let models =
        zoo::ENTRIES.iter().map(|entry| (entry.name.to_owned(), Ok(entry.model().unwrap()))).collect();
    let threads = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let limits = Limits { threads, time: Duration::from_secs(600), speed: false };
    let mut lines = measure(models, limits, &AtomicBool::new(false), &mut |_| ());
    sort(&mut lines, Order::Strict);
    let (page, picture) =
        (markdown(&lines, false, Some("leaderboard.svg")), plot(&lines).finish(::plot::Theme::System));
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(docs("leaderboard.md"), &page).unwrap();
        std::fs::write(docs("leaderboard.svg"), &picture).unwrap();
    }
    assert_eq!(std::fs::read_to_string(docs("leaderboard.md")).unwrap(), page);
    assert_eq!(std::fs::read_to_string(docs("leaderboard.svg")).unwrap(), picture);
}

#[test]
fn a_file_that_cannot_be_read_is_a_line_and_time_is_limited() {
    let models = ["xangma-177", "gist-58", "bingbangboom-87"]
        .map(|name| (name.to_owned(), Ok(zoo::find(name).unwrap().model().unwrap())));
    let mut models = models.to_vec();
    models.insert(1, ("broken | <b>.toml".into(), Err("line 1: no\nline 2: neither".into())));
    let limits = Limits { threads: two(), time: Duration::ZERO, speed: true };
    let mut told = 0;
    let mut lines = measure(models, limits, &AtomicBool::new(false), &mut |_| told += 1);
    assert!(told >= 4 && lines.len() == 4);
    let words: Vec<_> =
        lines.iter().map(|line| line.row.as_ref().map_or("error", |row| row.decision.word())).collect();
    // Without time nothing is proved; what the search refutes is refuted all the same.
    assert_eq!(words, ["undecided", "error", "refuted", "undecided"]);
    let row = lines[2].row.as_ref().unwrap();
    assert_eq!(row.accuracy, Some(Accuracy { right: 9_203, total: 10_010 }));
    assert!(row.rate.unwrap() > 0.0 && row.decision.counterexample().is_some());
    sort(&mut lines, Order::Stored);
    assert_eq!(
        lines.iter().map(|line| line.name.as_str()).collect::<Vec<_>>(),
        ["gist-58", "bingbangboom-87", "xangma-177", "broken | <b>.toml"]
    );
    let page = markdown(&lines, true, None);
    assert!(page.contains("| broken \\| \\<b\\>.toml |") && page.contains("cannot be read"), "{page}");
    assert!(
        page.contains("line 1: no line 2: neither") && page.contains("900 + 0 = 900, answered "),
        "{page}"
    );
    assert!(page.contains("- **xangma-177**: undecided, the time is over"), "{page}");
    let page = html(&lines, true, Some(&plot(&lines).finish(::plot::Theme::System)));
    assert!(page.contains("broken | &lt;b&gt;.toml") && page.matches("<svg").count() == 1);
    let picture = plot(&lines).finish(::plot::Theme::System);
    for name in ["gist-58", "bingbangboom-87", "xangma-177"] {
        assert!(picture.contains(&format!(">{name}</text>")), "{picture}");
    }
    assert!(!picture.contains("broken"), "{picture}");
}

/// A model whose proof takes long stands first, and the quick one behind it has its own share of the time.
#[test]
fn a_slow_model_starves_no_quick_one() {
    let named = |name: &str| {
        let model = zoo::find(name).unwrap().model().unwrap();
        (name.to_owned(), Ok::<_, String>(model))
    };
    let words = |names: &[&str], time: Duration| {
        let limits = Limits { threads: two(), time, speed: false };
        let models = names.iter().map(|name| named(name)).collect();
        let lines = measure(models, limits, &AtomicBool::new(false), &mut |_| ());
        lines.iter().map(|line| line.row.as_ref().unwrap().decision.word()).collect::<Vec<_>>()
    };
    let start = Instant::now();
    assert_eq!(words(&["nanoadder-58"], Duration::from_secs(600)), ["proved"]);
    let quick = start.elapsed();
    let found = words(&["corbensorenson-111", "corbensorenson-111", "nanoadder-58"], 9 * quick);
    assert_eq!(found[2], "proved");
}
