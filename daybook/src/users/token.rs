//! Secrets that let somebody in without a password: what a cookie or a link holds.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

use crate::{Error, Result};

/// 256 random bits; as text 64 hexadecimal digits in lower case. `Debug` hides them.
#[derive(Clone, PartialEq, Eq)]
pub struct Token([u8; 32]);

/// SHA-256 of a token: what the database holds, so that nobody gets in by reading it. No salt: the token is random.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TokenHash([u8; 32]);

impl Token {
    /// # Errors
    /// [`Error::Internal`] when the operating system has no randomness.
    pub fn random() -> Result<Token> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|error| Error::Internal(format!("no randomness: {error}")))?;
        Ok(Token(bytes))
    }

    pub fn hash(&self) -> TokenHash {
        TokenHash(Sha256::digest(self.0).into())
    }
}

impl TokenHash {
    /// Of any text, where a key of one length is wanted.
    pub fn of_text(text: &str) -> TokenHash {
        TokenHash(Sha256::digest(text).into())
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// The text is not 64 hexadecimal digits.
#[derive(Debug, thiserror::Error)]
#[error("not a token")]
pub struct NotAToken;

impl FromStr for Token {
    type Err = NotAToken;

    fn from_str(text: &str) -> std::result::Result<Token, NotAToken> {
        let digits = text.as_bytes();
        if digits.len() != 64 {
            return Err(NotAToken);
        }
        let value = |digit: u8| match digit {
            b'0'..=b'9' => Ok(digit - b'0'),
            b'a'..=b'f' => Ok(digit - b'a' + 10),
            _ => Err(NotAToken),
        };
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks(2)) {
            *byte = value(pair[0])? << 4 | value(pair[1])?;
        }
        Ok(Token(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_64_digits_and_no_two_are_alike() {
        let token = Token::random().unwrap();
        let text = token.to_string();
        assert_eq!((text.len(), text.parse::<Token>().unwrap()), (64, token.clone()));
        assert_ne!(token, Token::random().unwrap());
        assert!(!format!("{token:?}").contains(&text));
        for wrong in ["", &text[1..], &text.to_uppercase(), &format!("{text}0"), &"é".repeat(32)] {
            assert!(wrong.parse::<Token>().is_err() || wrong == text, "{wrong}");
        }
    }
}
