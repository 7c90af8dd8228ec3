//! Templates work at once: they are formatted, pass the protocol and are proved.

use craft::TEMPLATES;
use prove::{Layer, Options, Verdict, prove};
use run::Adder;
use run::check::{Plan, check};
use spec::Model;
use std::num::NonZeroUsize;
use std::sync::atomic::AtomicBool;

#[test]
fn every_template_is_right_as_it_stands() {
    for template in TEMPLATES {
        let text = template.text("mine", "mine.toml").unwrap();
        assert_eq!(craft::format("mine.toml", &text).unwrap(), text, "{}", template.name);
        let model = Model::parse("mine.toml", &text).unwrap_or_else(|problems| panic!("{problems}"));
        assert_eq!(model.name(), "mine");
        let adder = Adder::new(model);
        let threads = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        let plan = Plan { seed: 2025, pairs: 10_000, threads, detailed: false };
        assert_eq!(check(&adder, plan, &mut |_| ()).unwrap().passed, 10_010, "{}", template.name);
        let report = prove(&adder, Options::new(threads), &AtomicBool::new(false), &|_| ());
        assert_eq!(report.verdict, Verdict::Proved { layer: Layer::Portable }, "{}", template.name);
    }
}
