//! How numbers come about, and what changed between two models, on drafts done by hand.

use crate::Draft;
use spec::{Became, compare};

/// A draft whose head is written by `head`, with `params` besides the embedding's.
fn draft(head: &str, params: &str) -> spec::Model {
    let mut draft = Draft::new();
    draft.params.push_str(params);
    draft.network = draft.network.replace("[head]\nsame = \"embed\"\n", &format!("[head]\n{head}\n"));
    draft.model()
}

#[test]
fn every_number_has_its_origin() {
    let model = draft("columns = { 0 = \"2 * token\", 1 = \"-w * token\" }", "w = 3\n");
    let accounts = model.accounts();
    let stored: usize = accounts.iter().map(spec::Account::stored_count).sum();
    assert_eq!(stored, model.counts().stored);
    let embed = &accounts[0];
    assert_eq!((embed.place.as_str(), embed.stored_count(), embed.tied_count()), ("embed", 20, 0));
    let head = accounts.iter().find(|account| account.place == "head").unwrap();
    assert_eq!((head.stored_count(), head.written.len(), head.derived.len()), (1, 1, 1));
    assert_eq!((head.written[0].cells.as_str(), head.written[0].text.as_str()), ("column 0", "2 * token"));
    assert_eq!(head.written[0].literals, [2.0]);
    assert_eq!(head.derived[0].text, "-w * token");
    // What holds only zeros is structure.
    assert!(accounts.iter().find(|account| account.place == "layer.0.attention.query").unwrap().is_empty());
}

#[test]
fn a_tie_reads_the_numbers_of_another_weight() {
    let model = draft("same = \"embed\"", "");
    let head = model.accounts().pop().unwrap();
    assert_eq!((head.stored_count(), head.tied_count(), head.tied[0].first.as_str()), (0, 20, "embed"));
}

#[test]
fn numbers_become_ties_formulas_and_literals() {
    let table = "h = [[1, 2], [3, 4], [5, 6], [7, 8], [9, 1], [2, 3], [4, 5], [6, 7], [8, 9], [1, 3]]\n";
    let full = draft("table = \"h\"", table);
    for (head, params, became, fewer) in [
        ("same = \"embed\"", "", Became::Tied, 20),
        ("formula = \"w * token\"", "w = 5\n", Became::Derived, 19),
        ("formula = \"5 * token\"", "", Became::Written, 20),
        ("formula = \"token\"", "", Became::Structure, 20),
    ] {
        let comparison = compare(&full, &draft(head, params));
        assert_eq!(comparison.changes.len(), 1, "{head}");
        let change = &comparison.changes[0];
        assert_eq!(
            (change.place.as_str(), change.became, change.before - change.after),
            ("head", became, fewer)
        );
    }
    let comparison = compare(&full, &draft("formula = \"5 * token\"", ""));
    assert_eq!(comparison.literals_new.iter().map(|literal| literal.value).collect::<Vec<_>>(), [5.0]);
    assert!(comparison.literals_gone.is_empty());
    assert!(compare(&full, &full).changes.is_empty());
}

#[test]
fn changes_sum_to_the_difference_of_what_is_stored() {
    let (more, fewer) = (draft("formula = \"w * token\"", "w = 5\n"), draft("same = \"embed\"", ""));
    let sum: i64 =
        compare(&more, &fewer).changes.iter().map(|change| change.after as i64 - change.before as i64).sum();
    assert_eq!(sum, fewer.counts().stored as i64 - more.counts().stored as i64);
}
