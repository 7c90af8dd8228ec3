//! Pictures of every model of the zoo, and what those of known models show.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use plot::{Format, Svg, Theme, decode, margins, network};
use run::Adder;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::atomic::AtomicBool;

fn adder(name: &str) -> Adder {
    Adder::new(zoo::find(name).unwrap().model().unwrap())
}

fn drawn(name: &str, a: u64, b: u64) -> Svg {
    let adder = adder(name);
    decode(&adder, &adder.explain(a, b).unwrap())
}

/// The texts of a picture, in the order in which they are drawn.
fn texts(svg: &Svg) -> Vec<String> {
    let picture = svg.finish(Theme::Light);
    let inner = picture.split("<text").skip(1).map(|part| part.split(['>', '<']).nth(1).unwrap().to_owned());
    inner.collect()
}

/// The places of a picture's elements stay inside it, and its numbers are numbers.
fn sound(name: &str, svg: &Svg) {
    let text = svg.finish(Theme::System);
    assert!(!text.contains("NaN") && !text.contains("inf\""), "{name}");
    let size = |what: &str| -> f64 {
        let from = text.find(&format!("{what}=\"")).unwrap() + what.len() + 2;
        text[from..].split('"').next().unwrap().parse().unwrap()
    };
    let (width, height) = (size("width"), size("height"));
    for (what, most) in [(" x=\"", width), (" y=\"", height), (" cx=\"", width), (" cy=\"", height)] {
        for part in text.split(what).skip(1) {
            let place: f64 = part.split('"').next().unwrap().parse().unwrap();
            assert!((0.0..=most).contains(&place), "{name}:{what}{place} in {most}");
        }
    }
}

#[test]
fn every_model_is_drawn() {
    for entry in zoo::ENTRIES {
        let model = entry.model().unwrap();
        sound(entry.name, &network(&model));
        let greatest = model.task().greatest();
        let adder = Adder::new(model);
        for pair in [(0, 0), (greatest, 1), (greatest / 2, greatest / 3)] {
            sound(entry.name, &decode(&adder, &adder.explain(pair.0, pair.1).unwrap()));
        }
    }
}

#[test]
fn a_fault_is_told() {
    let all = texts(&drawn("gist-58", 9_999_999_999, 0)).join("\n");
    for part in [
        "gist-58: 9999999999 + 0 = 10000000499",
        "wrong: the sum is 9999999999",
        "It first goes wrong at step 3, the hundreds: it writes 4 and should write 9",
        "Its wrap hinge opens from 9005 to 9015 and reads 9009.8: 48 % open where it should be shut, so it adds −4.80 instead of 0.",
    ] {
        assert!(all.contains(part), "{part}\n{all}");
    }
}

#[test]
fn what_is_right_is_not_marked() {
    let svg = drawn("nanoadder-58", 9_999_999_999, 1);
    let body = svg.finish(Theme::Light);
    let (_, body) = body.split_once("</style>").unwrap();
    assert!(!body.contains("bad") && !body.contains("wrong"), "{body}");
    assert!(texts(&svg).iter().any(|text| text.starts_with("Every digit is right")));
}

#[test]
fn a_network_has_its_blocks_and_all_its_numbers() {
    let model = zoo::find("gist-58").unwrap().model().unwrap();
    let all = texts(&network(&model));
    for part in [
        "Token embedding",
        "Position table",
        "Attention",
        "MLP",
        "Head",
        "position + head 1",
        "mlp.fc_bias",
        "−9005",
    ] {
        assert!(all.iter().any(|text| text == part), "{part}");
    }
}

#[test]
fn margins_of_a_proof_and_of_none() {
    let adder = adder("nanoadder-58");
    let stop = AtomicBool::new(false);
    let report = prove::prove(&adder, prove::Options::new(NonZeroUsize::MIN), &stop, &|_| {});
    let svg = margins("nanoadder-58", adder.model().task(), &report).unwrap();
    sound("margins", &svg);
    let least = report.least_margin.unwrap();
    assert!(
        texts(&svg).contains(&format!("170,300 cases; the smallest of all is {least:.4}.")),
        "{:?}",
        texts(&svg)
    );
    let adder = self::adder("gist-58");
    let report = prove::prove(&adder, prove::Options::new(NonZeroUsize::MIN), &stop, &|_| {});
    assert!(margins("gist-58", adder.model().task(), &report).unwrap_err().contains("not proved"));
}

/// The picture in `docs/pictures.md`. `BLESS=1` writes it anew.
#[test]
fn the_documents_have_todays_picture() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/gist-58.svg");
    let picture = Format::Svg.write(&drawn("gist-58", 9_999_999_999, 0)).unwrap();
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, &picture).unwrap();
    }
    assert!(std::fs::read(path).unwrap() == picture, "BLESS=1 cargo test -p plot writes docs/gist-58.svg");
}

#[test]
fn the_same_pixels_every_time() {
    let svg = drawn("gist-58", 9_999_999_999, 0);
    let png = Format::Png.write(&svg).unwrap();
    assert_eq!(png, Format::Png.write(&svg).unwrap());
    assert!(png.len() > 100_000, "the letters are painted: {} bytes", png.len());
}
