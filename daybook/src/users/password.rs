//! Passwords: which ones are taken, and what is kept of them.
//!
//! The rules are NIST's (SP 800-63B, 5.1.1.2): a least length, no rules about kinds of characters, nothing that is among
//! the most common ones, and Unicode in one normal form (NFKC). Kept is Argon2id with the parameters that OWASP's
//! Password Storage Cheat Sheet asks for at least: 19 MiB, 2 passes, 1 lane. A hash takes tens of milliseconds of a core,
//! so it is nothing for an async thread.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use argon2::password_hash::{PasswordHasher, phc};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Text;
use unicode_normalization::UnicodeNormalization;
use zxcvbn::Score;

use crate::text::{TextError, stored_as_text, thousands};
use crate::{Error, Result};

/// A password that an account may have. `Debug` hides it.
pub struct Password(String);

/// What is kept of a password: Argon2id in the PHC string format. `Debug` hides it.
#[derive(Clone, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub struct PasswordHash(String);

/// Passwords that only look hard to guess, and the name of this program.
const FAMOUS: [&str; 3] = ["daybook", "correcthorsebatterystaple", "thomasthetankengine"];

impl Password {
    /// Characters at the least.
    pub const MIN: usize = 12;
    /// Characters at the most: room for any sentence.
    pub const MAX: usize = 1_000;

    /// `known` is what others know of the person: a password must not be made of it.
    ///
    /// # Errors
    /// Too short, too long, or too easy to guess: then a common password or near one, at fewer than ten thousand million
    /// guesses as zxcvbn reckons them. A few words that have nothing to do with each other are far beyond that.
    pub fn parse(text: &str, known: &[&str]) -> std::result::Result<Password, TextError> {
        let length = text.chars().count();
        if length < Password::MIN {
            return Err(TextError(format!("is too short: it needs at least {} characters", Password::MIN)));
        }
        if length > Password::MAX {
            let max = thousands(Password::MAX);
            return Err(TextError(format!("is {} characters long; at most {max} are allowed", thousands(length))));
        }
        let pieces = known.iter().flat_map(|text| text.split(['@', ' ', '.']));
        let known: Vec<&str> = known.iter().copied().chain(pieces).chain(FAMOUS).collect();
        if zxcvbn::zxcvbn(text, &known).score() < Score::Four {
            return Err(TextError("is too easy to guess: it is one of the most common ones, or nearly so".into()));
        }
        Ok(Password(text.to_owned()))
    }

    /// # Errors
    /// [`Error::Internal`] when the operating system has no randomness for the salt.
    pub fn hash(&self) -> Result<PasswordHash> {
        let hash: phc::PasswordHash = Argon2::default()
            .hash_password(normal(&self.0).as_bytes())
            .map_err(|error| Error::Internal(format!("a password could not be hashed: {error}")))?;
        Ok(PasswordHash(hash.to_string()))
    }
}

impl PasswordHash {
    /// Whether the text is the password. Always takes as long as one hash.
    pub fn verify(&self, text: &str) -> bool {
        phc::PasswordHash::new(&self.0).is_ok_and(|hash| matches(&hash, text).unwrap_or(false))
    }

    /// A hash that no password is known for: to take as long over an account that does not exist.
    pub fn of_nobody() -> PasswordHash {
        let (salt, hash) = ("A".repeat(22), "A".repeat(43));
        PasswordHash(format!("$argon2id$v=19$m=19456,t=2,p=1${salt}${hash}"))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Memory that was worked in, and waits to be worked in again. The allocator gives it in such pieces that it finds no
/// room for the next one in what was freed: a dozen hashes, one after the other, would hold 200 MiB for good.
static FREE: Mutex<Vec<Vec<Block>>> = Mutex::new(Vec::new());

fn matches(hash: &phc::PasswordHash, text: &str) -> argon2::password_hash::Result<bool> {
    let (Some(salt), Some(expected), Some(version)) = (&hash.salt, &hash.hash, hash.version) else { return Ok(false) };
    let algorithm = Algorithm::try_from(hash.algorithm.as_str())?;
    let argon2 = Argon2::new(algorithm, Version::try_from(version)?, Params::try_from(hash)?);
    let mut memory = FREE.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
    memory.resize(argon2.params().block_count(), Block::default());
    let mut out = vec![0; expected.len()];
    let done = argon2.hash_password_into_with_memory(normal(text).as_bytes(), salt, &mut out, &mut memory);
    FREE.lock().unwrap_or_else(PoisonError::into_inner).push(memory);
    done?;
    // In a time that tells nothing of where they differ.
    Ok(phc::Output::new(&out)? == *expected)
}

fn normal(text: &str) -> String {
    text.nfkc().collect()
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

stored_as_text!(PasswordHash);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_passwords_are_refused_and_uncommon_ones_need_no_digits() {
        for text in [
            "123456789012",
            "passwordpassword",
            "Password1234",
            "qwertyuiop12",
            "iloveyouiloveyou",
            "unbelievable",
            "aaaaaaaaaaaa",
            "daybookdaybook",
            "anna@example.org",
            "zaq12wsxcde3",
            "!QAZ2wsx#EDC",
            "Welcome2024!",
            "Summer2024!!",
            "qwertyuiopasdfghjklzxcvbnm",
            "correcthorsebatterystaple",
        ] {
            assert!(Password::parse(text, &["anna@example.org", "Anna"]).is_err(), "{text}");
        }
        for text in ["correct horse battery", "zwölf Boxkämpfer jagen", "vier rote Stühle", "🐟🐟🐠🐡🦈🐙🦑🦐🦀🐚🐳🐋"]
        {
            assert!(Password::parse(text, &[]).is_ok(), "{text}");
        }
        assert!(Password::parse("elf Zeichen", &[]).unwrap_err().to_string().contains("at least 12"));
        assert!(Password::parse(&"correct horse ".repeat(72), &[]).unwrap_err().to_string().contains("at most 1,000"));
    }

    #[test]
    fn a_hash_has_owasps_parameters_and_takes_every_form_of_the_same_characters() {
        let hash = Password::parse("zwo\u{308}lf Boxka\u{308}mpfer", &[]).unwrap().hash().unwrap();
        assert!(hash.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", hash.as_str());
        assert!(hash.verify("zw\u{f6}lf Boxk\u{e4}mpfer"));
        assert!(!hash.verify("zwolf Boxkampfer"));
    }

    #[test]
    fn nobody_has_no_password_and_costs_the_same_work() {
        let nobody = PasswordHash::of_nobody();
        assert!(phc::PasswordHash::new(&nobody.0).is_ok(), "it is really worked out");
        assert!(!nobody.verify(""));
    }
}
