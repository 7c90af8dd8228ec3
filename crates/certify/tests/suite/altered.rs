//! Certificates that somebody changed: with the seal left as it was, and with every hash made to fit again.

use crate::{altered, check, default, exact, hex, model, rejected, sealed, written};
use certify::{Failure, Options};

#[test]
fn the_seal_breaks_with_any_byte() {
    let text = default();
    for at in (0..text.len()).step_by(97) {
        let mut bytes = text.as_bytes().to_vec();
        bytes[at] = if bytes[at] == b'7' { b'8' } else { b'7' };
        let changed = String::from_utf8(bytes).unwrap();
        assert!(check(&changed).is_err(), "byte {at}");
    }
}

#[test]
fn a_file_that_is_cut_short() {
    let text = default();
    let lines: Vec<&str> = text.lines().collect();
    for keep in 1..lines.len() {
        let (line, what) = rejected(&(lines[..keep].join("\n") + "\n"));
        assert_eq!((line, what.as_str()), (keep, "the file is cut short: expected its seal"));
        if keep + 1 == lines.len() {
            continue;
        }
        // With a seal of its own, it still lacks steps.
        assert!(rejected(&sealed(&lines[..keep].join("\n"))).1.contains("expected 11"), "{keep}");
    }
    assert!(check(&text[..text.len() / 2]).is_err());
}

#[test]
fn what_is_no_certificate_is_unreadable() {
    for text in ["", "{}", "name = \"x\"\n", "{\"format\":\"other\",\"version\":1}\n", "\u{0}\n"] {
        assert!(matches!(check(text), Err(Failure::Unreadable(_))), "{text:?}");
    }
    let newer = altered(default(), 1, "\"version\":1", "\"version\":2");
    let expected = "a certificate of version 2: expected version 1";
    assert_eq!(check(&newer), Err(Failure::Unreadable(expected.into())));
    assert!(matches!(
        check(&altered(default(), 1, "\"verdict\"", "\"verdikt\"")),
        Err(Failure::Invalid { line: 1, .. })
    ));
}

#[test]
fn counts_and_claims_must_agree_with_the_trees() {
    // (the line, what is changed, what the checker says)
    let cases = [
        (1, "\"pairs\":\"1", "\"pairs\":\"2", "expected 100000000000000000000"),
        (1, "\"steps\":11", "\"steps\":12", "expected 11"),
        (1, "\"layer\":\"portable\"", "\"layer\":\"exact\"", "the leaves are portable"),
        (1, "\"verdict\":\"proved\"", "\"verdict\":\"refuted\"", "expected a proof"),
        (1, "\"version\":\"0", "\"version\":\"9", "the evaluator is"),
        (1, "\"dtype\":\"f32\"", "\"dtype\":\"f64\"", "the evaluator is"),
        (1, "\"least_margin\":0.", "\"least_margin\":1.", "the least of the steps is"),
        (2, "\"roots\":100", "\"roots\":99", "expected 100"),
        (2, "\"step\":0", "\"step\":1", "expected step 0"),
        (3, "\"pairs\":\"1", "\"pairs\":\"9", "in the leaves: expected 1"),
        (3, "\"portable\":10000", "\"portable\":10001", "the trees have"),
        (3, "\"program\":0", "\"program\":1", "the trees have"),
        (3, "\"trees\":\"10000P\"", "\"trees\":\"9999P\"", "tree 9999: a node is missing"),
        (3, "\"trees\":\"10000P\"", "\"trees\":\"10001P\"", "left over: 1 node"),
        (3, "\"trees\":\"10000P\"", "\"trees\":\"9999P G\"", "the trees have"),
        (3, "\"trees\":\"10000P\"", "\"trees\":\"/b5 10009P\"", "the trees have"),
        (3, "\"trees\":\"10000P\"", "\"trees\":\"/b5 10007P\"", "a node is missing"),
        (3, "\"trees\":\"10000P\"", "\"trees\":\"/b11 10009P\"", "there is no place 11"),
        (3, "\"trees\":\"10000P\"", "\"trees\":\"10000W\"", "expected a node"),
        (3, "\"trees\":\"10000P\"", "\"trees\":\"\"", "tree 0: a node is missing"),
        (3, "\"trees\":\"10000P\"", "\"trees\":\"99999999999999999999P\"", "expected a node"),
        (3, "\"trees\":\"10000P\"", "\"trees\":\"4000000000P\"", "more than 50000000 nodes"),
    ];
    for (line, from, to, expected) in cases {
        let (_, what) = rejected(&altered(default(), line, from, to));
        assert!(what.contains(expected), "{from} to {to}: {what}");
    }
}

/// In every object of a line: a reader that takes the first of two would see another certificate than one that takes the last.
#[test]
fn keys_that_stand_twice_or_are_unknown() {
    let cases = [
        (1, "\"verdict\":", "\"verdict\":\"refuted\",\"verdict\":", "duplicate field `verdict`"),
        (1, "\"verdict\":", "\"remark\":\"\",\"verdict\":", "unknown field `remark`"),
        (1, "\"dtype\":", "\"dtype\":\"f64\",\"dtype\":", "duplicate field `dtype`"),
        (1, "\"dtype\":", "\"host\":\"\",\"dtype\":", "unknown field `host`"),
        (1, "\"counterexample\":null", "\"layer\":null", "duplicate field `layer`"),
        (1, "\"text\":", "\"text\":\"\",\"text\":", "duplicate field `text`"),
        (3, "\"portable\":", "\"portable\":1,\"portable\":", "duplicate field `portable`"),
        (3, "\"portable\":", "\"other\":0,\"portable\":", "unknown field `other`"),
        (3, "\"program\":0,", "\"portable\":0,", "duplicate field `portable`"),
        (3, "\"roots\":", "\"roots\":1,\"roots\":", "duplicate field `roots`"),
    ];
    for (line, from, to, expected) in cases {
        let (at, what) = rejected(&altered(default(), line, from, to));
        assert!(at == line && what.contains(expected), "{from} to {to}: {what}");
    }
    // The format is told before anything else is read.
    for from in ["\"format\":", "\"version\":1"] {
        let twice = altered(default(), 1, from, &format!("\"version\":1,{from}"));
        assert!(check(&twice).is_err());
    }
    let seal = default().rfind("{\"sha256\":").unwrap();
    let (body, seal) = default().split_at(seal);
    let twice = format!("{body}{}", seal.replace("{\"sha256\":", "{\"sha256\":\"\",\"sha256\":"));
    assert!(rejected(&twice).1.contains("duplicate field `sha256`"));
}

#[test]
fn a_finer_tree_is_as_good() {
    // The same leaf in ten parts, with the counts made to fit.
    let finer = altered(default(), 3, "\"trees\":\"10000P\"", "\"trees\":\"/b5 10009P\"");
    check(&altered(&finer, 3, "\"portable\":10000", "\"portable\":10009")).unwrap();
}

#[test]
fn margins_that_no_pair_has() {
    let text = default();
    let line = text.lines().nth(11).unwrap();
    let at = line.find("\"least_margin\":").unwrap() + 15;
    let stated = &line[at..line[at..].find(',').unwrap() + at];
    let raised = altered(text, 12, stated, "1.5");
    let (at, what) = rejected(&raised);
    assert!(
        at == 12 && (what.contains("a leaf has at most") || what.contains("cannot be confirmed")),
        "{what}"
    );
}

#[test]
fn a_leaf_of_the_program_is_not_portable() {
    // nanogpt-130 ties two scores at its first step, so only the program itself is right there.
    let text = exact();
    let line = text.lines().nth(1).unwrap();
    let count = |name: &str| -> u64 {
        let at = line.find(&format!("\"{name}\":")).unwrap() + name.len() + 3;
        line[at..].split([',', '}']).next().unwrap().parse().unwrap()
    };
    let (portable, program, exact) = (count("portable"), count("program"), count("exact"));
    assert!(program + exact > 0);
    let trees = &line[line.find("\"trees\"").unwrap()..];
    let raised = altered(text, 2, trees, &format!("\"trees\":\"{}P\"}}", portable + program + exact));
    let raised = altered(
        &raised,
        2,
        &format!("\"portable\":{portable},\"program\":{program},\"exact\":{exact}"),
        &format!("\"portable\":{},\"program\":0,\"exact\":0", portable + program + exact),
    );
    let (line, what) = rejected(&raised);
    assert!(line == 2 && what.contains("a leaf that claims `portable` cannot be confirmed"), "{what}");
}

#[test]
fn counterexamples_are_replayed() {
    let text = written(&model("gist-58"));
    for (from, to, expected) in [
        ("\"a\":900", "\"a\":12345", "is not 900"),
        ("\"a\":900", "\"a\":99999999990", "expected operands up to 9999999999"),
        ("\"got\":1400", "\"got\":1401", "the model generates"),
        ("\"tokens\":[0", "\"tokens\":[8", "the model generates"),
        ("\"step\":3", "\"step\":5", "first wrong at 3"),
    ] {
        let (_, what) = rejected(&altered(&text, 1, from, to));
        assert!(what.contains(expected), "{from}: {what}");
    }
    // Steps behind it that prove nothing.
    let (header, rest) = text.split_once('\n').unwrap();
    let step = default().lines().nth(1).unwrap();
    assert!(
        rejected(&sealed(&format!("{header}\n{step}\n{rest}")))
            .1
            .contains("or a refutation with its pair alone")
    );
    // A pair on which the model is right.
    let right = "\"a\":1,\"b\":2,\"expected\":3";
    let changed = altered(&text, 1, "\"a\":900,\"b\":0,\"expected\":900", right);
    assert!(rejected(&changed).1.contains("the model is right on 1 + 2"));
}

#[test]
fn it_must_be_of_the_model_that_is_asked_for() {
    let other = model("nanogpt-130");
    let options = Options { threads: crate::threads(), model: Some(&other), progress: &|_| {} };
    let Err(Failure::Invalid { line: 1, what }) = certify::certify(default(), &options) else { panic!() };
    assert!(what.contains("not of this nanogpt-130"), "{what}");
    let (_, what) =
        rejected(&altered(default(), 1, &hex(&model("nanoadder-58").content()), &hex(b"another")));
    assert!(what.contains("the model's hash is"), "{what}");
}
