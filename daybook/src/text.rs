//! Text from outside becomes a [`Title`] or a [`Description`], or a sentence that says what is wrong with it.
//!
//! Lengths count Unicode scalar values ("characters" in the messages). Nothing is changed silently but the white space
//! around a title and the three ways to write a line break.

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Text;
use serde::{Deserialize, Serialize};

/// Why a text was refused, as the rest of a sentence that begins with the field's name: "is empty".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct TextError(pub String);

/// One line of 1 to [`Title::MAX`] characters, with no white space around it and no control characters.
#[derive(Debug, Clone, PartialEq, Eq, AsExpression, FromSqlRow, Serialize, Deserialize)]
#[diesel(sql_type = Text)]
#[serde(transparent)]
pub struct Title(String);

/// Text of up to [`Description::MAX`] characters; lines end with LF, and tabs are the only control characters besides.
#[derive(Debug, Clone, Default, PartialEq, Eq, AsExpression, FromSqlRow, Serialize, Deserialize)]
#[diesel(sql_type = Text)]
#[serde(transparent)]
pub struct Description(String);

impl Title {
    pub const MAX: usize = 200;

    pub fn parse(text: &str) -> Result<Title, TextError> {
        one_line(text, Title::MAX).map(|text| Title(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Description {
    pub const MAX: usize = 10_000;

    pub fn parse(text: &str) -> Result<Description, TextError> {
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        refuse_control_characters(&text, |c| matches!(c, '\n' | '\t'))?;
        refuse_longer_than(&text, Description::MAX)?;
        Ok(Description(text))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A line of 1 to `max` characters, without the white space around it.
pub(crate) fn one_line(text: &str, max: usize) -> Result<&str, TextError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(TextError("is empty".into()));
    }
    if text.contains(['\n', '\r', '\u{2028}', '\u{2029}']) {
        return Err(TextError("has a line break; it must be one line".into()));
    }
    refuse_control_characters(text, |_| false)?;
    refuse_longer_than(text, max)?;
    Ok(text)
}

fn refuse_control_characters(text: &str, allowed: impl Fn(char) -> bool) -> Result<(), TextError> {
    match text.chars().find(|&c| c.is_control() && !allowed(c)) {
        None => Ok(()),
        Some(c) => Err(TextError(format!("has a control character (U+{:04X}) that cannot be kept", u32::from(c)))),
    }
}

fn refuse_longer_than(text: &str, max: usize) -> Result<(), TextError> {
    match text.chars().count() {
        length if length > max => {
            Err(TextError(format!("is {} characters long; at most {} are allowed", thousands(length), thousands(max))))
        }
        _ => Ok(()),
    }
}

/// `12345` as `12,345`.
pub fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// The database's text is the type's: it was parsed before it was written.
macro_rules! stored_as_text {
    ($name:ident) => {
        impl<DB: Backend> FromSql<Text, DB> for $name
        where
            String: FromSql<Text, DB>,
        {
            fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
                String::from_sql(bytes).map($name)
            }
        }

        impl<DB: Backend> ToSql<Text, DB> for $name
        where
            str: ToSql<Text, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
                <str as ToSql<Text, DB>>::to_sql(&self.0, out)
            }
        }
    };
}

pub(crate) use stored_as_text;

stored_as_text!(Title);
stored_as_text!(Description);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_title_is_trimmed_and_counted_in_characters() {
        assert_eq!(Title::parse("  Ærø 🐟 \t").unwrap().as_str(), "Ærø 🐟");
        assert!(Title::parse(&"🐟".repeat(200)).is_ok());
        let error = Title::parse(&"🐟".repeat(201)).unwrap_err();
        assert_eq!(error.to_string(), "is 201 characters long; at most 200 are allowed");
    }

    #[test]
    fn a_title_is_one_line_without_control_characters() {
        assert_eq!(Title::parse(" \u{a0} ").unwrap_err().to_string(), "is empty");
        assert!(Title::parse("one\ntwo").unwrap_err().to_string().contains("line break"));
        assert!(Title::parse("bell\u{7}").unwrap_err().to_string().contains("U+0007"));
    }

    #[test]
    fn a_description_keeps_its_lines_and_tabs() {
        assert_eq!(Description::parse("a\r\nb\rc\n\td").unwrap().as_str(), "a\nb\nc\n\td");
        assert!(Description::parse("nul\0").unwrap_err().to_string().contains("U+0000"));
        assert!(Description::parse(&"x".repeat(10_001)).unwrap_err().to_string().contains("10,001"));
    }

    proptest! {
        #[test]
        fn parsing_a_title_twice_changes_nothing(text in "\\PC*") {
            if let Ok(title) = Title::parse(&text) {
                prop_assert_eq!(Title::parse(title.as_str()).unwrap(), title);
            }
        }

        #[test]
        fn a_description_is_kept_but_for_its_line_ends(text in any::<String>()) {
            let lines = text.replace("\r\n", "\n").replace('\r', "\n");
            match Description::parse(&text) {
                Ok(description) => prop_assert_eq!(description.as_str(), lines),
                Err(_) => prop_assert!(lines.chars().any(|c| c.is_control() && c != '\n' && c != '\t')
                    || lines.chars().count() > Description::MAX),
            }
        }
    }
}
