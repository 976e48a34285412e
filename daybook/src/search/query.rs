//! What a person types into the search field, and whether a text answers it.
//!
//! Words stand for themselves and for longer words that begin with them; all of them must occur. `"quoted words"` must
//! occur as they stand, whole and beside each other. A minus in front excludes. What holds several words without a space,
//! such as `anna@example.com`, is looked for as it stands, its last word as a beginning.

use super::words::words;

/// Something to look for. Equal queries find the same.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Query {
    text: String,
    clauses: Vec<Clause>,
}

/// Words that stand beside each other.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Clause {
    pub excluded: bool,
    /// Folded. Never empty.
    pub words: Vec<String>,
    /// The last word may go on.
    pub open_end: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    #[error("is longer than {} characters", Query::MAX)]
    TooLong,
    #[error("has a control character")]
    ControlCharacter,
}

impl Query {
    /// Characters at the most.
    pub const MAX: usize = 200;

    /// # Errors
    /// A text that is too long, or has control characters that are no white space.
    pub fn parse(text: &str) -> Result<Query, QueryError> {
        // Tabs come from cells of a spreadsheet.
        let text = text.replace(char::is_whitespace, " ");
        let text = text.trim();
        if text.chars().count() > Query::MAX {
            return Err(QueryError::TooLong);
        }
        if text.chars().any(char::is_control) {
            return Err(QueryError::ControlCharacter);
        }
        let clauses = parts(text).into_iter().filter_map(|part| part.clause()).collect();
        Ok(Query { text: text.to_owned(), clauses })
    }

    /// As it was typed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Nothing to look for: no letter, digit or symbol.
    pub fn is_empty(&self) -> bool {
        self.clauses.is_empty()
    }

    pub fn wanted(&self) -> impl Iterator<Item = &Clause> {
        self.clauses.iter().filter(|clause| !clause.excluded)
    }

    /// Whether the index alone answers it: one word, and nothing to compare in the text.
    pub fn is_one_term(&self) -> bool {
        let short = |word: &String| word.chars().count() < super::TERM_MAX;
        matches!(self.clauses.as_slice(), [clause] if !clause.excluded && clause.words.len() == 1
            && clause.words.iter().all(short))
    }

    /// Whether texts that belong together answer it: what is wanted occurs in one of them, what is excluded in none.
    pub fn matches(&self, texts: &[&str]) -> bool {
        let texts: Vec<Vec<String>> =
            texts.iter().map(|text| words(text).into_iter().map(|word| word.text).collect()).collect();
        self.clauses.iter().all(|clause| {
            let occurs = texts.iter().any(|words| (0..words.len()).any(|at| clause.stands_at(words, at)));
            occurs != clause.excluded
        })
    }
}

impl Clause {
    /// Whether the word at this position, and the ones after it, are this clause's.
    pub fn stands_at(&self, words: &[impl AsRef<str>], at: usize) -> bool {
        let last = self.words.len() - 1;
        let there = words.get(at..).unwrap_or_default();
        there.len() > last
            && self.words.iter().zip(there).enumerate().all(|(n, (wanted, word))| match n == last && self.open_end {
                true => word.as_ref().starts_with(wanted.as_str()),
                false => word.as_ref() == wanted.as_str(),
            })
    }
}

/// A clause as it was typed.
struct Part<'a> {
    excluded: bool,
    text: &'a str,
    /// In quotation marks, both of them.
    quoted: bool,
}

impl Part<'_> {
    fn clause(&self) -> Option<Clause> {
        let found = words(self.text);
        let open_end = !self.quoted || found.last().is_some_and(|last| last.lone);
        let words: Vec<String> = found.into_iter().map(|word| word.text).collect();
        (!words.is_empty()).then_some(Clause { excluded: self.excluded, words, open_end })
    }
}

/// Parts between white space; inside quotation marks white space belongs to the part.
fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let body = rest.strip_prefix(['-', '−']).unwrap_or(rest);
        let excluded = body.len() < rest.len();
        let (text, quoted, after) = match body.strip_prefix(QUOTES) {
            Some(inside) => match inside.find(QUOTES) {
                Some(end) => (&inside[..end], true, after_quote(&inside[end..])),
                // Still being typed.
                None => (inside, false, ""),
            },
            None => {
                let end = body.find(|c: char| c.is_whitespace() || QUOTES.contains(&c)).unwrap_or(body.len());
                (&body[..end], false, &body[end..])
            }
        };
        parts.push(Part { excluded, text, quoted });
        rest = after.trim_start();
    }
    parts
}

const QUOTES: [char; 6] = ['"', '“', '”', '„', '«', '»'];

fn after_quote(text: &str) -> &str {
    text.strip_prefix(QUOTES).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn finds(query: &str, text: &str) -> bool {
        Query::parse(query).unwrap().matches(&[text])
    }

    #[test]
    fn words_are_found_by_their_beginning_and_all_must_occur() {
        assert!(finds("PRI café", "The Cafe's printer"));
        assert!(!finds("rinter", "The printer"));
        assert!(!finds("printer chair", "The printer"));
    }

    #[test]
    fn quoted_words_stand_beside_each_other_and_are_whole() {
        assert!(finds("\"floor 2\"", "on floor 2, left"));
        assert!(!finds("\"floor 2\"", "2 on floor"));
        assert!(!finds("“floor 2”", "on floor 25"));
        assert!(finds("\"floor 2", "on floor 25"), "still being typed");
    }

    #[test]
    fn a_minus_excludes_and_a_hyphen_does_not() {
        assert!(finds("printer -floor", "The printer"));
        assert!(!finds("printer -floor", "The printer on floor 2"));
        assert!(!finds("printer -\"floor 2\"", "The printer on floor 2"));
        assert!(finds("e-mail", "an E-Mail to all"));
        assert!(!finds("e-mail", "mail, e.g. to all"));
        assert!(finds("- printer", "The printer"));
    }

    #[test]
    fn parts_of_addresses_and_unspaced_scripts_are_found() {
        assert!(finds("example.com", "anna@example.com"));
        assert!(finds("京", "東京"));
        assert!(finds("東京都", "住所は東京都です"));
        assert!(finds("\"東京\"", "東京都"));
        assert!(finds("\"2026年\"", "2026年の報告") && finds("\"京\"", "京都"));
        assert!(!finds("東都", "東京都"));
        assert!(finds("foo\tbar", "foo bar"));
        assert!(finds("กี", "กีฬา"));
    }

    #[test]
    fn what_is_no_query_is_refused() {
        assert_eq!(Query::parse(&"x".repeat(201)), Err(QueryError::TooLong));
        assert_eq!(Query::parse("a\0b"), Err(QueryError::ControlCharacter));
        assert!(Query::parse(" \"\" - ").unwrap().is_empty());
    }

    proptest! {
        #[test]
        fn a_text_is_found_by_each_of_its_words_and_by_itself(text in "[a-zA-Zäöüß東京都ก-ฮ🐟 .@-]{1,30}") {
            for word in words(&text) {
                prop_assert!(finds(&format!("\"{}\"", &text[word.start..word.end]), &text), "{:?}", word);
            }
            let whole = format!("\"{text}\"");
            prop_assert!(finds(&whole, &text));
        }

        #[test]
        fn nothing_typed_makes_it_panic(query in any::<String>(), text in any::<String>()) {
            if let Ok(query) = Query::parse(&query) {
                query.matches(&[&text]);
            }
        }
    }
}
