//! Cutting text into words: runs of letters and digits, and in scripts without spaces pieces of two characters.

use std::collections::BTreeSet;

use unicode_normalization::char::is_combining_mark;

use super::fold;

/// Characters of a term in the index at the most; longer words are found by their beginning.
pub const TERM_MAX: usize = 40;

/// A word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Folded.
    pub text: String,
    /// Its bytes in the text that it is from.
    pub start: usize,
    pub end: usize,
    /// The last character of a run in a script without spaces, by itself: elsewhere a word of two begins with it.
    pub lone: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Between words.
    Gap,
    /// Of a script that puts spaces between words.
    Spaced,
    /// Of a script that does not: each character begins a word of two.
    Unspaced,
    /// A word by itself, such as an emoji.
    Symbol,
}

/// The words of a text, in their order. “東京都” gives 東京, 京都 and 都, so that every part of it is found by the
/// beginning of a word.
pub fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut rest = units(text).peekable();
    while let Some((kind, start, mut end)) = rest.next() {
        let first_end = end;
        match kind {
            Kind::Gap => continue,
            Kind::Symbol => {}
            Kind::Spaced => {
                while let Some((_, _, next)) = rest.next_if(|unit| unit.0 == kind) {
                    end = next;
                }
            }
            Kind::Unspaced => {
                if let Some((_, _, next)) = rest.peek().filter(|unit| unit.0 == kind) {
                    end = *next;
                }
            }
        }
        let lone = kind == Kind::Unspaced && end == first_end;
        // A few letters fold to something with a space in it, such as the Arabic ligatures of whole phrases.
        let folded = fold(&text[start..end]);
        let parts = folded.split_whitespace();
        words.extend(parts.map(|part| Word { text: part.to_owned(), start, end, lone }));
    }
    words
}

/// What the index holds of some texts: each word once, cut to [`TERM_MAX`] characters.
pub fn terms<'a>(texts: impl IntoIterator<Item = &'a str>) -> BTreeSet<String> {
    let words = texts.into_iter().flat_map(words);
    words.map(|word| word.text.chars().take(TERM_MAX).collect()).collect()
}

/// Characters with the marks on them: what they are, and their first byte and the one after their last.
fn units(text: &str) -> impl Iterator<Item = (Kind, usize, usize)> {
    let mut chars = text.char_indices().peekable();
    std::iter::from_fn(move || {
        let (start, c) = chars.next()?;
        let mut end = start + c.len_utf8();
        while let Some((at, mark)) = chars.next_if(|&(_, c)| is_mark(c)) {
            end = at + mark.len_utf8();
        }
        Some((kind(c), start, end))
    })
}

/// Belongs to the character before it, as does a half-width voicing mark.
pub(super) fn is_mark(c: char) -> bool {
    !c.is_ascii() && (is_combining_mark(c) || matches!(c, '\u{ff9e}' | '\u{ff9f}' | '\u{200d}'))
}

fn kind(c: char) -> Kind {
    match c {
        _ if c.is_ascii() => {
            if c.is_ascii_alphanumeric() {
                Kind::Spaced
            } else {
                Kind::Gap
            }
        }
        // Thai, Lao, Myanmar, Khmer, Japanese and Chinese.
        '\u{e00}'..='\u{eff}'
        | '\u{1000}'..='\u{109f}'
        | '\u{1780}'..='\u{17ff}'
        | '\u{3005}'..='\u{3007}'
        | '\u{3041}'..='\u{30fa}'
        | '\u{30fc}'..='\u{30ff}'
        | '\u{31f0}'..='\u{31ff}'
        | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}'
        | '\u{ff66}'..='\u{ff9f}'
        | '\u{20000}'..='\u{3ffff}' => Kind::Unspaced,
        // Currency signs, arrows and signs, emoji.
        '\u{20a0}'..='\u{20cf}' | '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}' => Kind::Symbol,
        _ if c.is_alphanumeric() || is_combining_mark(c) => Kind::Spaced,
        _ => Kind::Gap,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn texts(text: &str) -> Vec<String> {
        words(text).into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn words_are_runs_of_letters_and_digits() {
        assert_eq!(texts("Zoë’s Q3-report_v2.PDF"), ["zoe", "s", "q3", "report", "v2", "pdf"]);
        assert_eq!(texts("anna.berg@example.com"), ["anna", "berg", "example", "com"]);
        assert_eq!(texts(" … -- !? "), Vec::<String>::new());
        assert_eq!(texts("заметка 한국어 עברית"), ["заметка", "한국어", "עברית"]);
    }

    #[test]
    fn scripts_without_spaces_give_pieces_of_two() {
        assert_eq!(texts("東京都2026"), ["東京", "京都", "都", "2026"]);
        assert_eq!(texts("ファイル"), ["ファ", "ァイ", "イル", "ル"]);
        assert_eq!(texts("กีฬา"), ["กีฬ", "ฬา", "า"]);
    }

    #[test]
    fn no_word_holds_a_space() {
        assert_eq!(texts("a\u{37a} \u{fdfa}").iter().filter(|word| word.contains(' ')).count(), 0);
    }

    #[test]
    fn a_symbol_is_a_word() {
        assert_eq!(texts("fish🐟🐟 5€"), ["fish", "🐟", "🐟", "5", "€"]);
    }

    #[test]
    fn a_word_knows_its_place() {
        let text = "Ünder  Straße";
        let found = words(text);
        assert_eq!(&text[found[1].start..found[1].end], "Straße");
        assert_eq!(found[1].text, "strasse");
    }

    #[test]
    fn terms_are_distinct_and_not_too_long() {
        let long = "x".repeat(100);
        let terms = terms(["a B a", &long]);
        assert_eq!(terms.into_iter().collect::<Vec<_>>(), ["a".to_owned(), "b".into(), "x".repeat(40)]);
    }

    proptest! {
        #[test]
        fn places_are_in_order_and_on_character_borders(text in any::<String>()) {
            let mut last = 0;
            for word in words(&text) {
                prop_assert!(word.start >= last && word.start < word.end);
                prop_assert!(text.get(word.start..word.end).is_some());
                last = word.start;
            }
        }
    }
}
