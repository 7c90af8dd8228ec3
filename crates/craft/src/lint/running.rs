//! What the model does on pairs.

use super::trial::{decode, pairs, watch, wrong};
use super::{
    ATTENTION_TIE, NEVER_CERTAIN, Note, OTHER_DTYPE, Rule, SUMMATION_ORDER, Subject, THIN_MARGIN,
    WITHOUT_EFFECT, WRONG_ANSWERS, number_name,
};
use net::Site;
use num::{Float, Ordered};
use run::check::{Plan, check};
use run::protocol::{PAIRS, SEED};
use run::{Adder, Pair};
use spec::figures::{counted, thousands};
use spec::{Dtype, Model};
use std::num::NonZeroUsize;

/// A choice by at most so many units in the last place can turn with the order of summation.
const FEW_UNITS: f64 = 64.0;

/// A unit in the last place of a score moves a weight of one half by a quarter of it: so 1 % and more is told.
const COARSE_UNIT: f64 = 0.04;

pub(super) fn notes(
    subject: &Subject<'_>,
    adder: &Adder,
    rules: &[Rule],
    threads: NonZeroUsize,
) -> Vec<Note> {
    match subject.model.dtype() {
        Dtype::F32 => of::<f32, f64>(subject, adder, rules, threads),
        Dtype::F64 => of::<f64, f32>(subject, adder, rules, threads),
    }
}

fn of<T: Float, O: Float>(
    subject: &Subject<'_>,
    adder: &Adder,
    rules: &[Rule],
    threads: NonZeroUsize,
) -> Vec<Note> {
    let (model, mut notes) = (subject.model, Vec::new());
    let task = model.task();
    let net = model.net::<T>();
    let has = |rule: &Rule| rules.contains(rule);
    let pairs = pairs(task);
    if has(&WRONG_ANSWERS) {
        notes.extend(wrong_answers(subject, adder, &pairs, threads));
    }
    if has(&THIN_MARGIN) || has(&NEVER_CERTAIN) || has(&ATTENTION_TIE) {
        watched(subject, &watch(&net, task, &pairs), &mut notes);
    }
    let answers = |wrong: &[(Pair, Option<u64>)]| {
        let ((a, b), got) = wrong[0];
        let got = got.map_or("no number".to_owned(), |got| got.to_string());
        format!("{}, the first {a} + {b} answered {got}", are_wrong(wrong.len(), pairs.len()))
    };
    // What is wrong anyway is told by another rule.
    let known: Vec<Pair> = wrong(&net, task, &pairs).into_iter().map(|(pair, _)| pair).collect();
    let fresh = |mut wrong: Vec<(Pair, Option<u64>)>| {
        wrong.retain(|(pair, _)| !known.contains(pair));
        wrong
    };
    if has(&OTHER_DTYPE) {
        let wrong = fresh(wrong(&model.net::<O>(), task, &pairs));
        if !wrong.is_empty() {
            notes.push(Note {
                rule: OTHER_DTYPE,
                start: subject.document.start(&["dtype"]).unwrap_or(0),
                message: format!("with the same weights in {} {}", O::NAME, answers(&wrong)),
                advice: "the answers rest on how this dtype rounds: wider margins would carry them over",
            });
        }
    }
    if has(&SUMMATION_ORDER) {
        let wrong = fresh(wrong(&net.map(|&weight| Ordered::<_, true>(weight)), task, &pairs));
        if !wrong.is_empty() {
            notes.push(Note {
                rule: SUMMATION_ORDER,
                start: subject.document.start(&["layer"]).unwrap_or(0),
                message: format!("with sums from the last term to the first {}", answers(&wrong)),
                advice: "another library may sum in another order: wider margins, or smaller numbers in between, stand that",
            });
        }
    }
    if has(&WITHOUT_EFFECT) {
        without_effect::<T>(subject, &pairs, &mut notes);
    }
    notes
}

fn wrong_answers(
    subject: &Subject<'_>,
    adder: &Adder,
    pairs: &[Pair],
    threads: NonZeroUsize,
) -> Option<Note> {
    let plan = Plan { seed: SEED, pairs: PAIRS, threads, detailed: false };
    let note = |message| Note {
        rule: WRONG_ANSWERS,
        start: subject.document.start(&["task"]).unwrap_or(0),
        message,
        advice: "`nanoadder prove --explain` says which numbers a wrong answer hangs on",
    };
    let got = |got: Option<u64>| got.map_or("no number".to_owned(), |got| got.to_string());
    if let Ok(report) = check(adder, plan, &mut |_| ())
        && let Some(failure) = report.failures.first()
    {
        let ((a, b), wrong) = (failure.pair, report.total - report.passed);
        let got = got(failure.got);
        return Some(note(format!("{}, the first {a} + {b} answered {got}", are_wrong(wrong, report.total))));
    }
    let sums = adder.add_many(pairs, threads).ok()?;
    let (&(a, b), sum) = pairs.iter().zip(sums).find(|((a, b), sum)| *sum != Some(a + b))?;
    Some(note(format!("structured pairs are wrong, the first {a} + {b} answered {}", got(sum))))
}

fn watched(subject: &Subject<'_>, seen: &super::trial::Seen, notes: &mut Vec<Note>) {
    let head = subject.document.start(&["head"]).unwrap_or(0);
    let steps =
        || seen.choices.iter().enumerate().filter_map(|(index, choice)| Some((index + 1, (*choice)?)));
    let thin = steps().min_by(|(_, a), (_, b)| a.least.units.total_cmp(&b.least.units));
    if let Some((step, choice)) = thin.filter(|(_, choice)| choice.least.units <= FEW_UNITS) {
        let (units, (a, b)) = (choice.least.units, choice.least.pair);
        notes.push(Note {
            rule: THIN_MARGIN,
            start: head,
            message: format!("token {step} of {a} + {b} is chosen by {units:.0} units in the last place of its logit"),
            advice: "another order of summation or library may choose otherwise: `nanoadder prove` says whether it cannot",
        });
    }
    let never: Vec<_> = steps().filter(|(_, choice)| choice.greatest.units <= FEW_UNITS).collect();
    if let Some(most) = never.iter().map(|(_, choice)| choice.greatest.units).reduce(f64::max) {
        let steps: Vec<_> = never.iter().map(|(step, _)| step.to_string()).collect();
        notes.push(Note {
            rule: NEVER_CERTAIN,
            start: head,
            message: format!(
                "tokens {} never lead by more than {most:.0} units in the last place of their logit",
                steps.join(", ")
            ),
            advice: "the logits are large against their differences: a part that all of them share could be smaller",
        });
    }
    for tie in seen.ties.iter().filter(|tie| tie.unit >= COARSE_UNIT) {
        notes.push(Note {
            rule: ATTENTION_TIE,
            start: subject.document.start(&["layer", "attention"]).unwrap_or(0),
            message: format!(
                "layer {}, head {}: at token {} two scores near {:.0} are equal but for rounding, and one unit in their last place, \
                 {}, moves the weights by {:.1} %",
                tie.layer,
                tie.head,
                tie.step,
                tie.score,
                tie.unit,
                25.0 * tie.unit.min(4.0)
            ),
            advice: "smaller queries or keys make the tie safe as long as every other weight stays negligible",
        });
    }
}

/// Pairs that must show the effect of a number.
const SHOWING: usize = 12;

/// Models with more stored numbers are not asked number by number.
const MOST_NUMBERS: usize = 1_000;

fn without_effect<T: Float>(subject: &Subject<'_>, pairs: &[Pair], notes: &mut Vec<Note>) {
    let model = subject.model;
    if model.counts().stored > MOST_NUMBERS {
        return;
    }
    let stride = (pairs.len() / SHOWING).max(1);
    let few: Vec<Pair> = pairs.iter().copied().step_by(stride).collect();
    let before = logits::<T>(model, &few);
    for (tensor, values) in model.stored().iter().enumerate() {
        let same = |element: usize, value: f64| {
            model.with_stored(tensor, element, value).is_ok_and(|other| logits::<T>(&other, &few) == before)
        };
        // A number that is large enough can have no effect when it grows or is halved, and one when it turns round.
        let idle = |&element: &usize| match values[element] {
            0.0 => same(element, 1.0) && same(element, -1.0),
            value => [1.5, 0.5, -1.0].iter().all(|factor| same(element, factor * value)),
        };
        let idle: Vec<usize> = (0..values.len()).filter(idle).collect();
        let Some(&first) = idle.first() else { continue };
        let name = &model.ledger().tensors()[tensor].name;
        let what = match idle.len() {
            1 => format!("`{}` has", number_name(model, tensor, first)),
            count => format!("{count} of the {} numbers of `{name}` have", values.len()),
        };
        notes.push(Note {
            rule: WITHOUT_EFFECT,
            start: subject.numbers[tensor][first].start,
            message: format!("{what} no effect on the logits of {}", counted(few.len(), "pair")),
            advice: "what it is multiplied by may always be zero: then it can be left out",
        });
    }
}

/// The bits of all logits of the decodes of `pairs`.
fn logits<T: Float>(model: &Model, pairs: &[Pair]) -> Vec<u64> {
    let (net, mut bits) = (model.net::<T>(), Vec::new());
    for &pair in pairs {
        decode(&net, model.task(), pair, &mut |site: Site, values: &mut [T]| {
            if site == Site::Logits {
                bits.extend(values.iter().map(|value| value.to_f64().to_bits()));
            }
        });
    }
    bits
}

/// How many pairs are wrong, in words.
fn are_wrong<N: TryInto<u128>>(wrong: N, pairs: N) -> String {
    let wrong = wrong.try_into().unwrap_or_default();
    let are = if wrong == 1 { "is" } else { "are" };
    format!("{} of {} {are} wrong", thousands(wrong), counted(pairs, "pair"))
}
