//! Every portable function against values computed with 400 bits (golden/elementary.py).

use num::portable;

/// One row of the table: arguments, the value rounded to nearest, and (true − rounded) in units in the last place.
struct Point {
    x: f64,
    y: f64,
    value: f64,
    rest: f64,
}

/// The points of one function.
fn points(function: &str) -> Vec<Point> {
    let number = |cell: &str| f64::from_bits(u64::from_str_radix(cell, 16).expect("16 hexadecimal digits"));
    let rows = include_str!("../../golden/elementary.csv").lines().skip(1);
    rows.map(|row| row.split(',').collect::<Vec<_>>())
        .filter(|cells| cells[0] == function)
        .map(|cells| Point {
            x: number(cells[1]),
            y: if cells[2].is_empty() { 0.0 } else { number(cells[2]) },
            value: number(cells[3]),
            rest: cells[4].parse().expect("a decimal number"),
        })
        .collect()
}

/// The number of f64 from `a` up to `b`. Both zeros count as one.
fn places(a: f64, b: f64) -> i64 {
    let place = |x: f64| {
        let magnitude = (x.abs().to_bits()) as i64;
        if x.is_sign_negative() { -magnitude } else { magnitude }
    };
    place(b) - place(a)
}

/// The table of claims: each value is within so many units in the last place of the true one, the first number
/// where it is normal and the second where it is subnormal, and so many f64 away from the one rounded to nearest.
#[test]
fn every_function_is_as_accurate_as_it_says() {
    check("exp", [0.7, 0.9], 1, |p| portable::exp(p.x));
    check("ln", [0.501, 0.501], 0, |p| portable::ln(p.x));
    check("ln_1p", [0.501, 0.501], 0, |p| portable::ln_1p(p.x));
    check("softplus", [1.5, 1.5], 2, |p| portable::softplus(p.x));
    check("sin", [0.501, 0.501], 0, |p| portable::sin(p.x));
    check("cos", [0.501, 0.501], 0, |p| portable::cos(p.x));
    check("tanh", [1.0, 1.0], 1, |p| portable::tanh(p.x));
    check("erf", [1.0, 1.0], 1, |p| portable::erf(p.x));
    check("pow", [0.7, 0.9], 1, |p| portable::pow(p.x, p.y));
    check("pow whole", [0.501, 0.501], 0, |p| portable::pow(p.x, p.y));
}

fn check(function: &str, [normal, subnormal]: [f64; 2], distance: i64, f: impl Fn(&Point) -> f64) {
    let points = points(function);
    assert!(points.len() >= 100, "{function}: {} points", points.len());
    let mut worst = 0.0;
    for point in &points {
        let Point { x, y, value, rest } = *point;
        let got = f(point);
        let off = places(value, got);
        let error = (off as f64 - rest).abs();
        let bound = if value.is_subnormal() { subnormal } else { normal };
        let close = off.abs() <= distance && error < bound;
        let same_sign = got.is_sign_negative() == value.is_sign_negative();
        assert!(
            close && same_sign,
            "{function}({x:e}, {y:e}) = {got:e}, expected {value:e}, off by {error} units"
        );
        worst = error.max(worst);
    }
    println!("{function}: at most {worst:.4} units in the last place at {} points", points.len());
}

/// PyTorch's own, at every 101st f32 of a wide range (`golden/vector_sine.py`), by a checksum for each binade.
#[test]
fn vector_sines_are_those_of_pytorch() {
    let mut numbers = 0;
    for row in include_str!("../../golden/vector_sine.csv").lines().skip(1) {
        let cells: Vec<&str> = row.split(',').collect();
        let &[first, count, sine, cosine] = cells.as_slice() else { panic!("{row}: expected four cells") };
        let hexadecimal = |cell: &str| u64::from_str_radix(cell, 16).expect("hexadecimal digits");
        let (first, count) = (hexadecimal(first) as u32, count.parse::<u32>().expect("a count"));
        for (function, expected) in [
            (portable::vector_sine::sin as fn(f64) -> Option<f64>, sine),
            (portable::vector_sine::cos, cosine),
        ] {
            // FNV-1a.
            let mut sum = 0xcbf2_9ce4_8422_2325_u64;
            for index in 0..count {
                let x = f64::from(f32::from_bits(first + 101 * index));
                for byte in (function(x).expect("it is known") as f32).to_le_bytes() {
                    sum = (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
                }
            }
            assert_eq!(sum, hexadecimal(expected), "from {}", f32::from_bits(first));
        }
        numbers += count;
    }
    assert!(numbers >= 1_000_000, "{numbers} numbers");
}
