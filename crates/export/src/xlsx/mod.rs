//! A model as a spreadsheet: stored numbers, weights, and one decode, all as formulas that are computed anew when a number or an
//! operand changes.
//!
//! The forward pass is `net`'s own, run with a number that is a formula; the sheets follow from what an observer sees.
//! A spreadsheet computes in f64 and sums in its own order, so logits of a model in f32 differ by its rounding.

mod book;
mod cell;
mod decode;
mod network;
mod numbers;
mod write;

use book::{Book, Content};
use cell::{Address, recording};
use decode::Decode;
use net::{Layer, Net, State, generate};
use numbers::{Weights, shape};
use spec::Model;

/// The most columns of a sheet, by the file format.
const MOST_COLUMNS: usize = 16_384;
/// The most cells of weights that are written.
const MOST_CELLS: usize = 500_000;
/// The most characters of a formula, by the file format.
const MOST_CHARACTERS: usize = 8_192;
/// The most digits that a spreadsheet's numbers keep.
const MOST_DIGITS: usize = 15;

/// `model` as the bytes of an `.xlsx` file, with the decode of `a + b`, which can be changed there.
///
/// # Errors
///
/// If an operand is greater than the task's greatest, or if the model is too large for a spreadsheet.
pub fn xlsx(model: &Model, a: u64, b: u64) -> Result<Vec<u8>, String> {
    let greatest = model.task().greatest();
    if let Some(operand) = [a, b].into_iter().find(|&operand| operand > greatest) {
        return Err(format!("operand `{operand}`: expected an integer from 0 to {greatest}"));
    }
    fits(model)?;
    let book = recording(|| book(model, a, b));
    let longest = book.longest();
    if longest > MOST_CHARACTERS {
        return Err(too_large(&format!("a formula has {longest} characters"), MOST_CHARACTERS));
    }
    write::write(&book)
}

/// Whether the sheets stay within what the file format and people's programs take.
fn fits(model: &Model) -> Result<(), String> {
    let (ledger, net) = (model.ledger(), model.net::<f64>());
    let cells: usize = ledger.writings().iter().map(|writing| writing.rows * writing.columns).sum();
    let weights = ledger.writings().iter().map(|writing| shape(writing).1);
    let numbers = ledger.tensors().iter().filter_map(|tensor| tensor.shape.last().copied());
    let widest = weights.chain(numbers).chain([across(&net)]).max().unwrap_or(0);
    let digits = model.task().digits();
    if cells > MOST_CELLS {
        return Err(too_large(&format!("it has {cells} weights"), MOST_CELLS));
    }
    if widest > MOST_COLUMNS {
        return Err(too_large(&format!("a sheet has {widest} columns"), MOST_COLUMNS));
    }
    if digits > MOST_DIGITS {
        return Err(too_large(&format!("operands have {digits} digits"), MOST_DIGITS));
    }
    Ok(())
}

fn too_large(found: &str, most: usize) -> String {
    format!("the model is too large for a spreadsheet: {found}, expected at most {most}")
}

/// The columns of a decode: every vector of every layer side by side, a free column behind each.
fn across(net: &Net<f64>) -> usize {
    let layer = |layer: &Layer<f64>| {
        let attention = &layer.attention;
        let hidden = layer.mlp.as_ref().map_or(0, |mlp| mlp.up.outputs());
        let heads = attention.key.outputs() + attention.value.outputs() + attention.query.outputs();
        heads + attention.heads * attention.value_width + 2 * hidden + 3 * net.width() + 9
    };
    2 * net.width() + net.outputs() + 12 + net.layers().iter().map(layer).sum::<usize>()
}

fn book(model: &Model, a: u64, b: u64) -> Book {
    let mut book = Book::default();
    let sheet = book.sheet("Adder");
    let at = |row, column| Address { sheet, row, column };
    let task = model.task();
    book.write(at(0, 0), Content::Title(format!("{}, one decode as formulas", model.name())));
    for (row, name, operand) in [(2, "a", a), (3, "b", b)] {
        book.write(at(row, 0), Content::Text(name.into()));
        book.write(at(row, 1), Content::Number(operand as f64));
        book.write(at(row, 2), Content::Text(format!("change me: 0 to {}", task.greatest())));
    }
    let weights = Weights::new(model, &mut book);
    let net = network::network(model, &weights);
    let mut decode = Decode::new(&mut book, task, [(at(2, 1), a), (at(3, 1), b)]);
    let prompt = decode.prompt();
    let mut out = vec![prompt[0]; task.answer_len()];
    let mut watch = |site, values: &mut [cell::Cell]| decode.see(site, values);
    generate(&net, &prompt, &mut State::new(&net), &mut out, &mut watch);
    let (answer, tokens) = (decode.answer(sheet), decode.tokens());
    let said = task.decode(tokens);
    let value = said.map_or(f64::NAN, |sum| sum as f64);
    book.write(at(4, 0), Content::Text("the model's answer".into()));
    book.write(at(4, 1), Content::Formula(answer, value));
    book.write(at(5, 0), Content::Text("a + b".into()));
    book.write(at(5, 1), Content::Formula("B3+B4".into(), (a + b) as f64));
    book.write(at(6, 0), Content::Text("which is".into()));
    let verdict = if said == Some(a + b) { "right" } else { "wrong" };
    let text = "IF(IFERROR(B5=B6,FALSE),\"right\",\"wrong\")";
    book.write(at(6, 1), Content::Says(text.into(), verdict.into()));
    let fused = model.sums().any_fused().then(|| {
        "Its dot products, or some of them, are meant to be fused; a spreadsheet rounds each product."
            .to_owned()
    });
    let notes = [
        "Numbers: what the model stores. Change one, and everything follows.".to_owned(),
        "Weights: what the network computes with, as formulas of these numbers.".to_owned(),
        "Decode: a row for each position; the answer's tokens in column B, red where one is wrong."
            .to_owned(),
        "Layer, head: the score of each earlier position, and what the softmax makes of it.".to_owned(),
        format!(
            "A spreadsheet computes in f64. The model is {}: where a margin is near zero, answers may differ.",
            model.dtype().name()
        ),
    ];
    for (row, note) in (8..).zip(notes.into_iter().chain(fused)) {
        book.write(at(row, 0), Content::Text(note));
    }
    book
}

#[cfg(test)]
mod tests {
    use super::*;
    use spec::Rounding;
    use std::cell::RefCell;

    /// What the sheet "Adder" says: the answer, and whether it is right.
    fn said(book: &Book) -> (f64, &str) {
        let find =
            |row| book.sheets[0].cells.iter().find(|(r, c, _)| (*r, *c) == (row, 1)).map(|(_, _, cell)| cell);
        match (find(4), find(6)) {
            (Some(Content::Formula(_, answer)), Some(Content::Says(_, verdict))) => (*answer, verdict),
            _ => panic!("an answer and a verdict"),
        }
    }

    /// The same numbers in f64, without formulas.
    fn plain(model: &Model, a: u64, b: u64) -> Option<u64> {
        let (net, task) = (model.net::<f64>(), model.task());
        let mut out = vec![0; task.answer_len()];
        generate(&net, &task.prompt_tokens(a, b), &mut State::new(&net), &mut out, &mut ());
        task.decode(out)
    }

    #[test]
    fn every_model_says_in_a_spreadsheet_what_it_says_in_f64() {
        for entry in zoo::ENTRIES {
            let model = entry.model().unwrap();
            let most = model.task().greatest();
            for (a, b) in [(most, 1), (1_234_567_890 % (most + 1), 9_876_543_210 % (most + 1))] {
                let expected = plain(&model, a, b);
                recording(|| {
                    let book = book(&model, a, b);
                    let (answer, verdict) = said(&book);
                    assert_eq!(
                        expected.map(|sum| sum as f64),
                        Some(answer).filter(|answer| !answer.is_nan())
                    );
                    assert_eq!(verdict == "right", expected == Some(a + b), "{}: {a} + {b}", entry.name);
                });
            }
        }
    }

    /// Stored numbers stand in one place: the sheet of weights holds formulas, and numbers that follow from the shape.
    #[test]
    fn numbers_stand_where_they_are_stored() {
        let model = zoo::find("nanoadder-58").unwrap().model().unwrap();
        recording(|| {
            let book = book(&model, 5, 7);
            let numbers = |name: &str| {
                let sheet = book.sheets.iter().find(|sheet| sheet.name == name).unwrap();
                let number = |(_, _, content): &(u32, u16, Content)| match content {
                    Content::Number(value) => Some(*value),
                    _ => None,
                };
                sheet.cells.iter().filter_map(number).collect::<Vec<f64>>()
            };
            assert_eq!(numbers("Numbers").len(), model.counts().stored + model.consts().count());
            let scale = model.net::<f64>().layers()[0].attention.scale;
            let loose: Vec<f64> = numbers("Weights")
                .into_iter()
                .filter(|value| ![0.0, 1.0].contains(value) && (value - scale).abs() > 1e-6)
                .collect();
            assert!(loose.is_empty(), "{loose:?}");
        });
    }

    /// Every weight's formula gives the weight: to the bit where formulas round once, and to f32's digits where they round at each
    /// operation, which a spreadsheet does not.
    #[test]
    fn every_weight_follows_from_the_stored_numbers() {
        for entry in zoo::ENTRIES {
            let model = entry.model().unwrap();
            recording(|| {
                let weights = Weights::new(&model, &mut Book::default());
                let found = RefCell::new(Vec::new());
                network::network(&model, &weights).map(|cell| found.borrow_mut().push(cell.value()));
                let expected = RefCell::new(Vec::new());
                model.net::<f64>().map(|&weight| expected.borrow_mut().push(weight));
                let round = model.dtype().round();
                let (found, expected) = (found.into_inner(), expected.into_inner());
                assert_eq!(found.len(), expected.len(), "{}", entry.name);
                let greatest = expected.iter().fold(0.0_f64, |most, weight| most.max(weight.abs()));
                for (index, (&found, &expected)) in found.iter().zip(&expected).enumerate() {
                    let same = match model.rounding() {
                        Rounding::Once => round(found) == expected,
                        Rounding::EachInF32(_) => (found - expected).abs() <= 1e-6 * greatest,
                    };
                    assert!(same, "{}, weight {index}: {found} is not {expected}", entry.name);
                }
            });
        }
    }

    /// The columns that are reckoned with are enough, and no formula comes near the most that the format takes.
    #[test]
    fn every_model_fits() {
        for entry in zoo::ENTRIES {
            let model = entry.model().unwrap();
            let book = recording(|| book(&model, 1, 2));
            let decode = book.sheets.iter().find(|sheet| sheet.name == "Decode").unwrap();
            let used = decode.cells.iter().map(|(_, column, _)| usize::from(*column) + 1).max().unwrap();
            let across = across(&model.net());
            assert!(used <= across && across < used + 60, "{}: {used} of {across}", entry.name);
            assert!(book.longest() < MOST_CHARACTERS / 2, "{}: {}", entry.name, book.longest());
        }
    }

    #[test]
    fn the_same_model_gives_the_same_bytes_and_operands_are_checked() {
        let model = zoo::find("kiguli-7").unwrap().model().unwrap();
        let bytes = xlsx(&model, 5, 7).unwrap();
        assert_eq!(&bytes[..2], b"PK");
        assert_eq!(xlsx(&model, 5, 7).unwrap(), bytes);
        assert_ne!(xlsx(&model, 5, 8).unwrap(), bytes);
        let error = xlsx(&model, 5, 10_000_000_000).unwrap_err();
        assert_eq!(error, "operand `10000000000`: expected an integer from 0 to 9999999999");
    }
}
