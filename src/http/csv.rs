//! CSV as spreadsheet programs read it: UTF-8 with a byte order mark, CRLF, every cell in quotes.
//!
//! A writer of our own: it is shorter than the use of a library, which would not know what a spreadsheet takes for a
//! formula. Must not know what is written. Invariant: a cell is text to whoever opens the file, never a formula.

use futures_util::{Stream, StreamExt, stream};
use poem::Body;
use poem_openapi::ApiResponse;
use poem_openapi::payload::Binary;

use crate::domain::error::Result;

/// What tells a spreadsheet program that the text is UTF-8.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// What a spreadsheet program takes for the beginning of a formula, also in its full-width forms.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// A file for spreadsheet programs.
#[derive(ApiResponse)]
pub(super) enum Sheet {
    /// CSV: UTF-8 with a byte order mark, CRLF, every cell quoted. A cell that would begin a formula has an
    /// apostrophe in front.
    #[oai(status = 200, content_type = "text/csv; charset=utf-8")]
    Csv(
        Binary<Body>,
        /// The file's name.
        #[oai(header = "Content-Disposition")]
        String,
    ),
}

impl Sheet {
    /// A file that is written while it is sent, page by page. A page that fails breaks the connection off, so that
    /// nobody takes half a file for a whole one.
    pub(super) fn of<T: 'static>(
        name: &str,
        head: &[&str],
        pages: impl Stream<Item = Result<Vec<T>>> + Send + 'static,
        rows: impl Fn(T, &mut String) + Send + 'static,
    ) -> Self {
        let mut first = BYTE_ORDER_MARK.to_owned();
        push_row(&mut first, head);
        let rest = pages.map(move |page| {
            let mut text = String::new();
            page.map_err(std::io::Error::other)?.into_iter().for_each(|item| rows(item, &mut text));
            Ok(text)
        });
        let body = Body::from_bytes_stream(stream::iter([Ok::<_, std::io::Error>(first)]).chain(rest));
        Self::Csv(Binary(body), format!("attachment; filename=\"{name}\""))
    }
}

/// Adds one row.
pub(super) fn push_row<S: AsRef<str>>(text: &mut String, cells: &[S]) {
    for (number, cell) in cells.iter().enumerate() {
        if number > 0 {
            text.push(',');
        }
        push_cell(text, cell.as_ref());
    }
    text.push_str("\r\n");
}

fn push_cell(text: &mut String, cell: &str) {
    text.push('"');
    if cell.starts_with(|first: char| FORMULA.contains(&first) || first.is_control()) {
        text.push('\'');
    }
    for character in cell.chars() {
        if character == '"' {
            text.push('"');
        }
        text.push(character);
    }
    text.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(cells: &[&str]) -> String {
        let mut text = String::new();
        push_row(&mut text, cells);
        text
    }

    #[test]
    fn cells_are_quoted_whatever_they_hold() {
        assert_eq!(
            row(&["张三", "", "a,b", "say \"hi\"", "1\n2"]),
            "\"张三\",\"\",\"a,b\",\"say \"\"hi\"\"\",\"1\n2\"\r\n"
        );
    }

    #[test]
    fn no_cell_is_a_formula() {
        for evil in ["=1+1", "+852-1", "-1", "@SUM(A1)", "\tx", "\r=1", "\n=1", "＝1", "\u{0}"] {
            assert_eq!(row(&[evil]), format!("\"'{evil}\"\r\n"));
        }
        for plain in ["a=b", "1-2", "me@example.com", " =1"] {
            assert_eq!(row(&[plain]), format!("\"{plain}\"\r\n"));
        }
    }
}
