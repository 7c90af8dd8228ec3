//! `Einsum`: sums of products, written with letters for the axes.

use crate::arena::Id;
use crate::call::{Call, Outputs, one};
use crate::ops::matmul::countable;
use crate::tensor::{Cell, Tensor, advance, strides};
use program::Binary;
use spec::figures::counted;
use std::collections::BTreeMap;
use std::rc::Rc;

pub(crate) fn einsum(call: &mut Call<'_>) -> Outputs {
    let equation = call.text("equation")?;
    let inputs = (0..call.inputs.len()).map(|index| call.tensor(index)).collect::<Result<Vec<_>, _>>()?;
    let (terms, output) = axes(&equation, &inputs)?;
    let mut sizes: BTreeMap<char, usize> = BTreeMap::new();
    for (term, input) in terms.iter().zip(&inputs) {
        for (place, letter) in term.iter().enumerate() {
            let first = term.iter().position(|other| other == letter).unwrap_or(place);
            // Along a diagonal, nothing is broadcast.
            if input.shape[first] != input.shape[place] {
                return Err(format!("`{equation}`: the axes `{letter}` of {:?} differ", input.shape));
            }
        }
        for (&letter, &size) in term.iter().zip(&input.shape) {
            let known = sizes.entry(letter).or_insert(size);
            if *known == 1 {
                *known = size;
            }
            if *known != size && size != 1 {
                return Err(format!("`{equation}`: the axis `{letter}` has {known} and {size} places"));
            }
        }
    }
    let summed: Vec<char> = sizes.keys().copied().filter(|letter| !output.contains(letter)).collect();
    let size_of = |letters: &[char]| -> Result<Vec<usize>, String> {
        let size = |letter| sizes.get(letter).copied().ok_or_else(|| format!("`{equation}`: `{letter}`"));
        letters.iter().map(size).collect()
    };
    let (shape, inner) = (size_of(&output)?, size_of(&summed)?);
    if let Some(letter) = summed.iter().find(|letter| inputs.len() > 1 && early(letter, &terms)) {
        return Err(format!(
            "`{equation}` sums along `{letter}` before all of its products: expected an operator of its own for it"
        ));
    }
    let width = call.width(&inputs[0])?;
    let mut numbers: Vec<Vec<Id>> = Vec::new();
    for input in &inputs {
        numbers.push(call.floats(input)?);
    }
    // How far each letter moves in each input.
    let step = |letter: &char, input: usize| -> usize {
        let strides = strides(&inputs[input].shape);
        let moves = terms[input].iter().zip(&inputs[input].shape).zip(strides);
        moves.filter(|((at, size), _)| *at == letter && **size > 1).map(|(_, stride)| stride).sum()
    };
    let steps = |letters: &[char]| -> Vec<Vec<usize>> {
        (0..inputs.len()).map(|input| letters.iter().map(|letter| step(letter, input)).collect()).collect()
    };
    let (outer_steps, inner_steps) = (steps(&output), steps(&summed));
    let place =
        |index: &[usize], steps: &[usize]| -> usize { index.iter().zip(steps).map(|(i, s)| i * s).sum() };
    let total = Tensor::size(&shape)?;
    let products = Tensor::size(&inner)?;
    countable(total, products)?;
    let mut cells = Vec::with_capacity(total);
    let mut index = vec![0; shape.len()];
    for _ in 0..total {
        let mut sides: [Vec<Id>; 2] = [Vec::new(), Vec::new()];
        let mut at = vec![0; inner.len()];
        for _ in 0..products {
            let factor = |input: usize| {
                numbers[input][place(&index, &outer_steps[input]) + place(&at, &inner_steps[input])]
            };
            let last = inputs.len() - 1;
            let left =
                (1..last).fold(factor(0), |x, input| call.arena.binary(width, Binary::Mul, x, factor(input)));
            sides[0].push(left);
            sides[1].push(if last == 0 { call.arena.one() } else { factor(last) });
            advance(&mut at, &inner);
        }
        let [left, right] = sides;
        cells.push(Cell::Float(call.arena.dot(width, left, right)));
        advance(&mut index, &shape);
    }
    one(Tensor::new(inputs[0].dtype, shape, cells))
}

/// Whether runtimes, which multiply two inputs at a time, sum along `letter` before the last product: unless the last input has that
/// axis, and another one too.
fn early(letter: &char, terms: &[Vec<char>]) -> bool {
    let has = |term: &Vec<char>| term.contains(letter);
    !terms.last().is_some_and(has) || terms.iter().filter(|term| has(term)).count() < 2
}

/// The letters of each input's axes and of the output's; an ellipsis becomes capital letters from the end of the alphabet.
fn axes(equation: &str, inputs: &[Rc<Tensor>]) -> Result<(Vec<Vec<char>>, Vec<char>), String> {
    let text: String = equation.chars().filter(|c| !c.is_whitespace()).collect();
    let (left, right) = match text.split_once("->") {
        Some((left, right)) => (left, Some(right)),
        None => (text.as_str(), None),
    };
    let wrong =
        || format!("`{equation}`: expected a term of letters for each of {}", counted(inputs.len(), "input"));
    let parts: Vec<&str> = left.split(',').collect();
    let letters = |part: &str| part.replacen("...", "", 1).chars().all(|c| c.is_ascii_alphabetic());
    if parts.len() != inputs.len() || inputs.is_empty() || !parts.iter().all(|part| letters(part)) {
        return Err(wrong());
    }
    let mut most = 0;
    for (part, input) in parts.iter().zip(inputs) {
        let named = part.chars().filter(char::is_ascii_alphabetic).count();
        if part.contains("...") {
            most = most.max(input.rank().checked_sub(named).ok_or_else(wrong)?);
        } else if named != input.rank() {
            return Err(wrong());
        }
    }
    // Signs stand for the axes of an ellipsis, of which there are 32 before the letters.
    if most > 32 {
        return Err(wrong());
    }
    let hidden = |count: usize| (most - count..most).map(|i| char::from(b'!' + i as u8)).collect::<String>();
    let spread =
        |part: &str, count: usize| -> Vec<char> { part.replace("...", &hidden(count)).chars().collect() };
    let terms: Vec<Vec<char>> = parts
        .iter()
        .zip(inputs)
        .map(|(part, input)| {
            let named = part.chars().filter(char::is_ascii_alphabetic).count();
            spread(part, input.rank().saturating_sub(named))
        })
        .collect();
    let output = match right {
        Some(right) => {
            let output = spread(right, most);
            let mut each = output.clone();
            each.sort_unstable();
            each.dedup();
            if !letters(right) || each.len() != output.len() || (most > 0 && !right.contains("...")) {
                return Err(format!(
                    "`{equation}`: expected each letter once in the output, and `...` as in the inputs"
                ));
            }
            output
        }
        // The axes of an ellipsis, then the letters that stand once, in the order of the alphabet.
        None => {
            let all: Vec<char> = terms.concat();
            let once =
                |c: &char| c.is_ascii_alphabetic() && all.iter().filter(|other| *other == c).count() == 1;
            let mut once: Vec<char> = all.iter().copied().filter(once).collect();
            once.sort_unstable();
            hidden(most).chars().chain(once).collect()
        }
    };
    Ok((terms, output))
}
