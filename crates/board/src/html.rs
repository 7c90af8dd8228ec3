//! The table as a page of HTML that stands alone.

use crate::row::Line;
use crate::table::{Column, columns, reason};
use plot::escape;
use std::fmt::Write;

const STYLE: &str = "
  :root { color-scheme: light dark }
  body { font: 15px system-ui, -apple-system, \"Segoe UI\", Helvetica, Arial, sans-serif; margin: 2rem; max-width: 90rem }
  table { border-collapse: collapse; font-variant-numeric: tabular-nums }
  th, td { padding: 0.3rem 0.7rem; border-bottom: 1px solid #8884; text-align: right; white-space: nowrap }
  .text { text-align: left } .proved { color: #1a7f5a } .refuted, .error { color: #cf222e }
  @media (prefers-color-scheme: dark) { .proved { color: #3fb984 } .refuted, .error { color: #ff7b72 } }
  svg { max-width: 100%; height: auto }
  pre { white-space: pre-wrap }
";

/// The page, with the picture in it.
pub fn html(lines: &[Line], speed: bool, picture: Option<&str>) -> String {
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>Leaderboard</title>\n<style>{STYLE}</style>\n\
         <h1>Leaderboard</h1>\n"
    );
    page.push_str(picture.unwrap_or_default());
    page.push_str("<table>\n<tr>");
    let columns = columns(speed);
    for &column in &columns {
        let class = if column.is_text() { " class=\"text\"" } else { "" };
        let _ = write!(page, "<th{class}>{}</th>", escape(column.title()));
    }
    page.push_str("</tr>\n");
    for line in lines {
        page.push_str("<tr>");
        for &column in &columns {
            cell(&mut page, column, line);
        }
        page.push_str("</tr>\n");
    }
    page.push_str("</table>\n");
    for line in lines {
        if let Some(reason) = reason(line) {
            let _ = writeln!(page, "<h3>{}</h3>\n<pre>{}</pre>", escape(&line.name), escape(&reason));
        }
    }
    page.push_str("</html>\n");
    page
}

fn cell(page: &mut String, column: Column, line: &Line) {
    let text = escape(&column.cell(line));
    let source = line.row.as_ref().ok().and_then(|row| row.source.as_deref());
    let verdict = line.row.as_ref().map_or("error", |row| row.decision.word());
    let class = match (column.is_text(), column) {
        (true, Column::Verdict) => format!(" class=\"text {verdict}\""),
        (true, _) => " class=\"text\"".into(),
        (false, _) => String::new(),
    };
    let _ = match (column, source) {
        (Column::Model, Some(source)) if source.starts_with("https://") => {
            write!(page, "<td{class}><a href=\"{}\">{text}</a></td>", escape(source))
        }
        _ => write!(page, "<td{class}>{text}</td>"),
    };
}
