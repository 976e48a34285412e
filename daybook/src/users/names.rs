//! What names a person: an email address to sign in with, and a name to be called by.

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Text;
use serde::{Deserialize, Serialize};

use crate::text::{TextError, one_line, stored_as_text};

/// An email address in lower case. Nothing is ever sent to it, so it is only held to the shape that every address has.
#[derive(Debug, Clone, PartialEq, Eq, Hash, AsExpression, FromSqlRow, Serialize, Deserialize)]
#[diesel(sql_type = Text)]
#[serde(transparent)]
pub struct Email(String);

/// One line of 1 to [`PersonName::MAX`] characters.
#[derive(Debug, Clone, PartialEq, Eq, AsExpression, FromSqlRow, Serialize, Deserialize)]
#[diesel(sql_type = Text)]
#[serde(transparent)]
pub struct PersonName(String);

impl Email {
    /// In characters: RFC 5321 lets a path have 256 octets, two of them brackets.
    pub const MAX: usize = 254;

    pub fn parse(text: &str) -> Result<Email, TextError> {
        let email = one_line(text, Email::MAX)?.to_lowercase();
        let halves = email.rsplit_once('@').filter(|(local, domain)| !local.is_empty() && !domain.is_empty());
        let odd = |c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | ',' | ';' | '\\');
        match halves {
            Some(_) if !email.contains(odd) && email.chars().count() <= Email::MAX => Ok(Email(email)),
            _ => Err(TextError("is not an address such as anna@example.org".into())),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl PersonName {
    pub const MAX: usize = 100;

    pub fn parse(text: &str) -> Result<PersonName, TextError> {
        one_line(text, PersonName::MAX).map(|name| PersonName(name.to_owned()))
    }

    /// For somebody of whom no more is known: the address up to its @.
    pub fn of_email(email: &Email) -> PersonName {
        let local = email.0.rsplit_once('@').map_or(email.0.as_str(), |(local, _)| local);
        PersonName(local.chars().take(PersonName::MAX).collect())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

stored_as_text!(Email);
stored_as_text!(PersonName);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_in_any_case() {
        assert_eq!(Email::parse("  Anna@Example.ORG ").unwrap().as_str(), "anna@example.org");
        assert!(Email::parse("o'hara+book@über.example").is_ok());
        for text in ["", "anna", "@example.org", "anna@", "an na@example.org", "a\n@b", "<a@b>", "a\0@b", "a@b,c@d"] {
            assert!(Email::parse(text).is_err(), "{text:?}");
        }
        assert!(Email::parse(&format!("{}@example.org", "x".repeat(250))).is_err());
    }
}
