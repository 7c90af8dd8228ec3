//! The sheets as a file.

use super::book::{Book, Content, Sheet};
use rust_xlsxwriter::utility::column_number_to_name;
use rust_xlsxwriter::{
    Color, ConditionalFormat2ColorScale, ConditionalFormatFormula, DocProperties, ExcelDateTime, Format,
    Formula, Workbook, Worksheet, XlsxError,
};

/// What the weights of a head are painted with, from nothing to one; the colour of the page's attention.
const PAPER: Color = Color::White;
const INK: Color = Color::RGB(0xF2A65A);
/// The ground of a token that is not the right one.
const WRONG: Color = Color::RGB(0xF4B6B6);

/// `book` as the bytes of an `.xlsx` file.
pub(super) fn write(book: &Book) -> Result<Vec<u8>, String> {
    bytes(book).map_err(|error| format!("the spreadsheet cannot be written: {error}"))
}

fn bytes(book: &Book) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    // The same model gives the same bytes.
    let created = ExcelDateTime::from_ymd(2000, 1, 1)?;
    workbook.set_properties(&DocProperties::new().set_author("nanoadder").set_creation_datetime(&created));
    // What people look at first comes first.
    let order = |sheet: &Sheet| match sheet.name.as_str() {
        "Adder" => 0,
        "Decode" => 1,
        "Numbers" => 3,
        "Weights" => 4,
        "Parts" => 5,
        _ => 2,
    };
    let mut sheets: Vec<&Sheet> = book.sheets.iter().collect();
    sheets.sort_by_key(|sheet| order(sheet));
    for sheet in sheets {
        fill(workbook.add_worksheet(), sheet)?;
    }
    workbook.save_to_buffer()
}

fn fill(page: &mut Worksheet, sheet: &Sheet) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold();
    let whole = Format::new().set_num_format("0");
    page.set_name(&sheet.name)?;
    for (row, column, content) in &sheet.cells {
        let (row, column) = (*row, *column);
        match content {
            Content::Text(text) => page.write_string(row, column, text)?,
            Content::Title(text) => page.write_string_with_format(row, column, text, &bold)?,
            Content::Number(value) if sheet.name == "Adder" => {
                page.write_number_with_format(row, column, *value, &whole)?
            }
            Content::Number(value) => page.write_number(row, column, *value)?,
            Content::Formula(text, value) => {
                let result = if value.is_finite() { format!("{value:?}") } else { "#N/A".to_owned() };
                let formula = Formula::new(text).set_result(result);
                if sheet.name == "Adder" {
                    page.write_formula_with_format(row, column, formula, &whole)?
                } else {
                    page.write_formula(row, column, formula)?
                }
            }
            Content::Says(text, result) => {
                page.write_formula(row, column, Formula::new(text).set_result(result))?
            }
        };
    }
    match sheet.name.as_str() {
        "Adder" => {
            page.set_column_width(0, 22)?.set_column_width(1, 16)?;
        }
        "Decode" => {
            page.set_column_width(2, 18)?.set_freeze_panes(2, 3)?;
            mark_wrong_tokens(page, sheet)?;
        }
        name if name.starts_with("Layer") => {
            page.set_freeze_panes(2, 1)?;
            let scale = ConditionalFormat2ColorScale::new().set_minimum_color(PAPER).set_maximum_color(INK);
            let row = sheet.cells.iter().map(|(row, ..)| *row).max().unwrap_or(0);
            let weights = sheet.cells.iter().filter_map(|(_, column, content)| match content {
                Content::Title(title) if title == "weight" => Some(*column),
                _ => None,
            });
            for column in weights {
                page.add_conditional_format(2, column, row, column, &scale)?;
            }
        }
        _ => {}
    }
    Ok(())
}

/// A generated token has a red ground where the row before it says that another one is right.
fn mark_wrong_tokens(page: &mut Worksheet, sheet: &Sheet) -> Result<(), XlsxError> {
    let right = sheet.cells.iter().find_map(|(_, column, content)| match content {
        Content::Title(title) if title == "right token" => Some(*column),
        _ => None,
    });
    let Some(right) = right else { return Ok(()) };
    let column = column_number_to_name(right);
    let rule = format!("=AND(ISNUMBER(${column}3),$B4<>${column}3)");
    let format = Format::new().set_background_color(WRONG);
    let rule = ConditionalFormatFormula::new().set_rule(rule.as_str()).set_format(format);
    let last = sheet.cells.iter().map(|(row, ..)| *row).max().unwrap_or(0);
    page.add_conditional_format(3, 1, last, 1, &rule).map(|_| ())
}
