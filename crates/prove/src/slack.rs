//! What a proved bound gives away, and to what.

use crate::Layer;
use crate::bound::Tail;
use crate::layers::{self, MOST_SYMBOLS};
use crate::letters::{Case, Class, Letter};
use crate::network::Network;
use crate::script::Script;
use crate::summary::StepReport;
use num::Float;
use run::{Adder, Pair};
use spec::Dtype;

/// The margin of the tightest case of a step, three times.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Slack {
    /// What our program has on the pair that stands for the case.
    pub program: f64,
    /// What every evaluation order has at least on that pair alone: the difference to `program` is what rounding may take.
    pub any_order: f64,
    /// What every evaluation order has at least on all pairs of the case: the difference to `any_order` is what the digits
    /// that are not known may take, with what the bound loses on them.
    pub all_pairs: f64,
}

/// Tells apart what rounding and what unknown digits take from the margin of the tightest case of `step`.
///
/// None where the case was not proved for every evaluation order.
pub fn slack(adder: &Adder, step: &StepReport) -> Option<Slack> {
    match adder.model().dtype() {
        Dtype::F32 => of(adder, &Network::<f32>::of(adder.model()), step),
        Dtype::F64 => of(adder, &Network::<f64>::of(adder.model()), step),
    }
}

fn of<T: Float>(adder: &Adder, network: &Network<T>, report: &StepReport) -> Option<Slack> {
    let tightest = report.tightest.as_ref().filter(|tightest| tightest.layer == Layer::Portable)?;
    let script = Script::new(adder.model().task())?;
    if network.barrier().is_some() {
        return None;
    }
    let index = report.step - 1;
    let step = *script.steps().get(index)?;
    // What the program shows then is no score.
    if network.least_lead(index) > 0.0 {
        return None;
    }
    let pair = tightest.pair;
    let tokens = script.tokens(pair);
    let (token, target) = (tokens[step.query], tokens[step.query + 1]);
    let scores = network.portable(&script)?;
    let hulls = layers::hulls(&script, network.of_step(&scores, index), step.query, token)?;
    let mut tail = Tail::<T, MOST_SYMBOLS>::new(network, index)?;
    let mut bound = |case: &Case| {
        let margin = tail.margin(&script, &hulls, case, (step.query, token, target), None);
        margin.map(|margin| margin.lead).filter(|lead| lead.is_finite())
    };
    let (any_order, all_pairs) = (bound(&single(&script, pair))?, bound(&tightest.case)?);
    let logits = &adder.explain(pair.0, pair.1).ok()?.steps.get(index)?.logits.clone();
    let others = logits.iter().enumerate().filter(|&(token, _)| token != target);
    let best = others.fold(f64::NEG_INFINITY, |best, (_, &logit)| best.max(logit));
    Some(Slack { program: logits[target] - best, any_order, all_pairs })
}

/// The case of one pair.
fn single(script: &Script, pair: Pair) -> Case {
    let mut case = script.places.everything();
    let (mut a, mut b, mut carry) = (pair.0, pair.1, 0);
    for class in &mut case.classes[..script.places.count] {
        let letter = Letter { a: (a % 10) as usize, b: (b % 10) as usize, carry };
        *class = Class::one(letter);
        (a, b, carry) = (a / 10, b / 10, letter.out());
    }
    case
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Options, prove};
    use std::num::NonZeroUsize;
    use std::sync::atomic::AtomicBool;

    #[test]
    fn a_bound_lies_below_what_it_bounds() {
        let adder = Adder::new(zoo::find("nanoadder-58").unwrap().model().unwrap());
        let options = Options { most_states: 1_000_000, ..Options::new(NonZeroUsize::MIN) };
        let report = prove(&adder, options, &AtomicBool::new(false), &|_| ());
        assert_eq!(report.steps.len(), 11);
        for step in &report.steps {
            let slack = slack(&adder, step).unwrap();
            let tightest = step.tightest.as_ref().unwrap();
            assert!(slack.all_pairs <= slack.any_order + 1e-9, "{slack:?}");
            assert!(slack.any_order <= slack.program, "{slack:?}");
            assert!((slack.all_pairs - tightest.margin).abs() < 1e-6 * tightest.margin, "{slack:?}");
            assert_eq!(step.cases, step.portable);
        }
        let cases: u64 = report.steps.iter().map(|step| step.cases).sum();
        assert!(cases <= report.states);
    }
}
