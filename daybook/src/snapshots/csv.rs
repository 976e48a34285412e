//! CSV, for machines and for spreadsheets.
//!
//! Lossless: RFC 4180, lines end with CRLF, text is always between quotation marks, an absent value is nothing at all. For
//! spreadsheets: the same with a byte order mark, times of the book's zone, and an apostrophe before what a spreadsheet
//! would run as a formula (OWASP, "CSV Injection").

use jiff::tz::TimeZone;

use super::rows::{Column, Value, push_time};
use crate::audit::hex;

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// For whom.
pub(super) enum Reader {
    Machine,
    Spreadsheet(TimeZone),
}

pub(super) fn header(out: &mut Vec<u8>, columns: &[Column], reader: &Reader) {
    if let Reader::Spreadsheet(_) = reader {
        out.extend_from_slice(BYTE_ORDER_MARK);
    }
    for (n, column) in columns.iter().enumerate() {
        if n > 0 {
            out.push(b',');
        }
        out.extend_from_slice(column.name.as_bytes());
    }
    out.extend_from_slice(b"\r\n");
}

pub(super) fn row(out: &mut Vec<u8>, values: &[Value], reader: &Reader) {
    for (n, value) in values.iter().enumerate() {
        if n > 0 {
            out.push(b',');
        }
        match (value, reader) {
            (Value::Absent, _) => {}
            (Value::Text(text), Reader::Machine) => quoted(out, "", text),
            (Value::Text(text), Reader::Spreadsheet(_)) => quoted(out, if is_risky(text) { "'" } else { "" }, text),
            (Value::Number(number), _) => out.extend_from_slice(number.to_string().as_bytes()),
            (Value::Flag(flag), _) => out.extend_from_slice(if *flag { &b"true"[..] } else { b"false" }),
            (Value::Time(at), Reader::Machine) => push_time(out, *at),
            (Value::Time(at), Reader::Spreadsheet(zone)) => out.extend_from_slice(at.sortable(zone).as_bytes()),
            (Value::Uid(uid), _) => out.extend_from_slice(uid.to_string().as_bytes()),
            (Value::Bytes(bytes), _) => out.extend_from_slice(hex(bytes).as_bytes()),
        }
    }
    out.extend_from_slice(b"\r\n");
}

fn quoted(out: &mut Vec<u8>, before: &str, text: &str) {
    out.push(b'"');
    out.extend_from_slice(before.as_bytes());
    for (n, part) in text.split('"').enumerate() {
        if n > 0 {
            out.extend_from_slice(b"\"\"");
        }
        out.extend_from_slice(part.as_bytes());
    }
    out.push(b'"');
}

/// Whether a spreadsheet may take the text for a formula: it begins with a sign that does so, in any width, also behind
/// white space and what is not seen, or with a tab or a line break.
fn is_risky(text: &str) -> bool {
    let unseen =
        |c: char| c.is_whitespace() || c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}');
    let begins = text.trim_start_matches(unseen).chars().next();
    text.starts_with(['\t', '\r', '\n'])
        || begins.is_some_and(|c| {
            matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠' | '\u{2212}' | '﹢' | '﹣' | '﹦' | '﹫')
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_told_from_text() {
        for text in [
            "=1+1",
            "+1",
            "-1",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "\nx",
            "  =1",
            "\u{a0}=1",
            "\u{feff}=1",
            "＝1",
            " ＋1",
            "－1",
            "＠x",
        ] {
            assert!(is_risky(text), "{text:?}");
        }
        for text in ["", " ", "a=1", "1-1", "'=1", "\"=1\"", "Anna's", "–"] {
            assert!(!is_risky(text), "{text:?}");
        }
    }
}
