//! Adders of two and three digits at every magnitude of their type, many with a trapdoor: every pair is tried, and what is proved
//! must be right.
//!
//! The adder is the default model's construction. Its heads and hinges are rescaled, each by a power of two drawn from the
//! whole range of the type, so that what they compute is the same or nearly so. A third head weighs tokens by scores that lie around
//! the underflow of the exponential apart, reads values of any size, and opens a hinge that takes something from the digit: for no
//! pair, for some, or for nearly all.

use crate::faithful;
use crate::{Dice, decide, threads};
use num::{Float, portable};
use prove::{Layer, Verdict};
use run::Adder;
use spec::{Dtype, Model};

/// The exponents of two that numbers of a type have, subnormal ones among them, and where its exponential vanishes.
struct Reach {
    least: i32,
    most: i32,
    vanishes: f64,
}

/// A power of two.
fn two_to(exponent: i32) -> f64 {
    portable::pow(2.0, f64::from(exponent))
}

impl Reach {
    fn of(dtype: &str) -> Self {
        match dtype {
            "f32" => Self { least: -149, most: 127, vanishes: 103.97 },
            _ => Self { least: -1074, most: 1023, vanishes: 745.13 },
        }
    }

    /// A power of two of any size, less often near the ends; of such a size that its reciprocal is a number, too.
    fn power(&self, dice: &mut Dice) -> f64 {
        let most = match dice.below(4) {
            0 => self.most - 1,
            1 => self.most / 2,
            2 => self.most / 8,
            _ => 2,
        };
        two_to(dice.below(2 * most as usize + 1) as i32 - most)
    }

    /// A number of any size.
    fn any(&self, dice: &mut Dice) -> f64 {
        let exponent = self.least + dice.below((self.most - self.least) as usize) as i32;
        two_to(exponent) * (1.0 + dice.signed().abs())
    }

    /// How far one score lies below another: around where the exponential vanishes, or anywhere.
    fn gap(&self, dice: &mut Dice) -> f64 {
        match dice.below(5) {
            0 => self.vanishes + 3.0 * dice.signed(),
            1 => self.vanishes * (1.0 + 0.3 * dice.signed()),
            2 => self.vanishes * dice.signed().abs(),
            3 => portable::pow(10.0, 6.0 * dice.signed()),
            _ => 1.6 * self.vanishes * dice.signed().abs(),
        }
    }
}

/// An adder of `digits` digits whose magnitudes are drawn.
fn extreme(dice: &mut Dice, digits: usize) -> Model {
    let dtype = ["f32", "f64"][dice.below(2)];
    let reach = Reach::of(dtype);
    let period = digits + 1;
    let angle = |parts: usize| (parts as f64 * std::f64::consts::TAU / period as f64).sin_cos();
    // The rows of a rotated query, of which the scale goes to the keys in part.
    let (share, scale) = (two_to(dice.below(61) as i32 - 30), 9.265);
    let rows = |parts: usize| {
        let (sin, cos) = angle(parts);
        let (sin, cos) = (scale * share * sin, scale * share * cos);
        format!("[0, {:e}, {sin:e}, 0, 0, 0, 0, 0], [0, {sin:e}, {cos:e}, 0, 0, 0, 0, 0]", -cos)
    };
    let key = 1.0 / share;
    // Values and what is read of them.
    let (first, second) = (reach.power(dice), reach.power(dice));
    // The scores of the third head by token, as gaps below the greatest; and its values.
    let tokens = 12;
    let (near, far, rare) = (reach.gap(dice), reach.gap(dice), reach.gap(dice));
    let above = dice.below(10);
    let score = |dice: &mut Dice, token: usize| match dice.below(4) {
        _ if token == above => 0.0,
        0 => -near,
        1 => -far,
        2 => -rare,
        _ => -near - far,
    };
    let scores: Vec<f64> = (0..tokens).map(|token| score(dice, token)).collect();
    let value = if dice.below(3) == 0 { dice.signed() } else { reach.any(dice) };
    let valued = dice.below(10);
    let weighed = |token: usize| if token == valued { value } else { 0.0 };
    let (scores, values): (Vec<_>, Vec<_>) =
        (0..tokens).map(|token| (format!("{:e}", scores[token]), format!("{:e}", weighed(token)))).unzip();
    // What the head reads where that value has a weight of this exponential is brought to about 1.
    let read = value.abs() * portable::exp(-[0.0, near, far, rare][dice.below(4)]) * dice.signed().abs();
    let gain = if read > 0.0 { 1.0 / read } else { 1.0 };
    let out = reach.power(dice).min(gain).max(two_to(reach.least));
    let (open, hinge) = (gain / out, dice.signed().abs());
    // The positions that the third head does not see at all.
    let hidden = dice.below(2 * digits + 2);
    let mask = [0.0, -reach.gap(dice), -1e4][dice.below(3)];
    // A hidden unit's weights and what follows it.
    let (hidden_scale, takes) = (reach.power(dice), [-2.0, -1.0, 10.0, 0.0][dice.below(4)]);
    let limit = |value: f64| {
        let greatest = two_to(reach.most);
        format!("{:e}", value.clamp(-greatest, greatest))
    };
    // A unit that overflows, perhaps, and is not read.
    let burst = if dice.below(8) == 0 { two_to(reach.most) } else { 0.0 };
    let text = format!(
        "name = \"extreme\"
dtype = \"{dtype}\"

[const]
period = {period}
last = {last}

[task]
prompt = \"{{a:0>{digits}}}+{{b:0>{digits}}}=\"
tokens = {{ \"+\" = 10, \"=\" = 11 }}
answer = \"least-first:{period}\"

[shape]
vocabulary = 12
outputs = 10
width = 8
heads = 3
head_width = 2
hidden = 6
block_size = {block}

[params]
wq = [{query0}, {query1}, [0, 0, 0, 0, 0, 0, 1, 0], [0, 0, 0, 0, 0, 0, 0, 0]]
wk = [[0, {key:e}, 0, 0, 0, 0, 0, 0], [0, 0, {key:e}, 0, 0, 0, 0, 0], [0, {key:e}, 0, 0, 0, 0, 0, 0], [0, 0, {key:e}, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 1, 0, 0], [0, 0, 0, 0, 0, 0, 0, 0]]
up = [[-1, 0.0009765625, 0, 0, 0, 0, 0, 0], [-1, 0.0009765625, 0, 0, 0, 0, 0, 0], [-1, 0.0009765625, 0, 10, 0, 0, 0, 0], [-1, 0.0009765625, 0, 10, 0, 0, 0, 0], [0, 0, 0, 0, {open}, 0, 0, 0], [0, {burst:e}, 0, 0, 0, 0, 0, 0]]
threshold = [-2.5, -6.5, -92, -97, {threshold}, 0]
down = [0.25, -0.25, -2, 2, {takes}, 0]
scores = [{scores}]
values = [{values}]

[embed.columns]
0 = \"if(token < 10, token, 0)\"
5 = \"scores[token]\"
7 = \"values[token]\"

[position.columns]
1 = \"if(pos <= last, 100, 1) * sin(pos * (tau / period))\"
2 = \"if(pos <= last, 100, 1) * cos(pos * (tau / period))\"
6 = \"1\"

[[layer]]

[layer.attention]
scale = 1
query = \"wq\"
key = \"wk\"
value = {{ entries = [[0, 0, {first:e}], [2, 0, {second:e}], [4, 7, 1]] }}
output = {{ entries = [[3, 0, {one}], [1, 2, {other}], [4, 4, {out:e}]] }}
bias = \"if(head == 2, if(key == {hidden}, {mask:e}, 0), 0)\"

[layer.mlp]
activation = \"relu\"
up = {{ table = \"up\", bias = \"threshold\" }}
down = {{ low_rank = [{{ entries = [[3, 0, 1]] }}, \"down\"] }}

[head]
low_rank = [{{ formula = \"2 * token\" }}, {{ entries = [[0, 3, 1]] }}]
rank = 1
bias = {{ formula = \"-1 * (token * token)\" }}
",
        last = 2 * digits + 1,
        block = 3 * digits + 4,
        query0 = rows(digits + period - 2),
        query1 = rows(digits + period - 1),
        open = limit(open * hidden_scale),
        threshold = limit(-hinge * hidden_scale),
        takes = limit(takes / hidden_scale),
        one = limit(2.0 / first),
        other = limit(2048.0 / second),
        scores = scores.join(", "),
        values = values.join(", "),
    );
    Model::parse("extreme", &text).unwrap_or_else(|problems| panic!("{problems}\n{text}"))
}

/// What was tried.
#[derive(Debug, Default)]
struct Tried {
    proved: usize,
    portable: usize,
    refuted: usize,
    open: usize,
}

/// Decides `count` models; of what is proved every pair is tried in our program, and of what is proved portable many in others.
fn attack(dice: &mut Dice, digits: usize, count: usize) -> Tried {
    let most = 10_u64.pow(digits as u32) - 1;
    let pairs: Vec<run::Pair> = (0..=most).flat_map(|a| (0..=most).map(move |b| (a, b))).collect();
    let mut tried = Tried::default();
    for index in 0..count {
        let seed = dice.0;
        let model = extreme(dice, digits);
        let adder = Adder::new(model.clone());
        let what = || format!("model {index} of seed {seed}\n{}", model.text());
        match decide(&adder, false, 60_000).verdict {
            Verdict::Proved { layer, .. } => {
                tried.proved += 1;
                let sums = adder.add_many(&pairs, threads()).unwrap();
                let wrong = pairs.iter().zip(sums).find(|((a, b), sum)| *sum != Some(a + b));
                assert!(wrong.is_none(), "{wrong:?} is wrong, but proved {}: {}", layer.name(), what());
                if layer == Layer::Portable {
                    tried.portable += 1;
                    others(&model, &pairs, dice, &what);
                }
            }
            Verdict::Refuted(_) => tried.refuted += 1,
            _ => tried.open += 1,
        }
    }
    tried
}

/// Tries some pairs in evaluations that are drawn at random.
fn others(model: &Model, pairs: &[run::Pair], dice: &mut Dice, what: &dyn Fn() -> String) {
    for _ in 0..2 {
        let some: Vec<_> = (0..300).map(|_| pairs[dice.below(pairs.len())]).collect();
        let seed = dice.0;
        let wrong = match model.dtype() {
            Dtype::F32 => found::<f32>(model, &some, seed),
            Dtype::F64 => found::<f64>(model, &some, seed),
        };
        assert!(wrong.is_none(), "{wrong:?} in evaluation {seed}, but proved portable: {}", what());
    }
}

fn found<T: Float>(model: &Model, pairs: &[run::Pair], seed: u64) -> Option<(run::Pair, Option<u64>)> {
    faithful::wrong::<T>(model, pairs, seed)
}

#[test]
fn no_false_proof_at_any_magnitude() {
    let two = attack(&mut Dice(16), 2, 490);
    let three = attack(&mut Dice(17), 3, 10);
    println!("two digits: {two:?}; three digits: {three:?}");
    assert!(two.proved > 40 && two.portable > 20 && two.refuted > 40, "the models show little: {two:?}");
}

/// Ten thousand, in four parts that run beside each other.
mod ten_thousand_models_at_any_magnitude {
    use super::*;

    fn part(seed: u64) {
        let two = attack(&mut Dice(seed), 2, 2_450);
        let three = attack(&mut Dice(seed + 1), 3, 50);
        println!("seed {seed}: two digits: {two:?}; three digits: {three:?}");
    }

    macro_rules! parts {
        ($($name:ident $seed:literal),*) => {$(
            #[test]
            #[ignore = "takes half an hour: cargo xtask test --slow"]
            fn $name() {
                part($seed);
            }
        )*};
    }

    parts!(first 18, second 118, third 218, fourth 318);
}
