//! The form of text in which it is compared: “Ærø”, “ÆRØ” and “aero” are the same.

use unicode_normalization::UnicodeNormalization;

/// Without case, accents and compatibility differences: Unicode's compatibility decomposition (Standard Annex #15),
/// lower case, without the marks of alphabets that are read without them, composed again.
///
/// Marks that make another letter stay: those of Thai and the other Indic scripts, and Japanese voicing.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let lower = text.nfkd().flat_map(char::to_lowercase);
    let mut folded = String::with_capacity(text.len());
    for c in lower.filter(|&c| !is_accent(c)) {
        match plain_letters(c) {
            Some(letters) => folded.push_str(letters),
            None => folded.push(c),
        }
    }
    folded.nfc().collect()
}

/// Combining marks of the Latin, Greek, Cyrillic, Hebrew and Arabic scripts, and those for symbols.
fn is_accent(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}'
        | '\u{483}'..='\u{489}'
        | '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}' | '\u{5c2}' | '\u{5c4}' | '\u{5c5}' | '\u{5c7}'
        | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{6d6}'..='\u{6dc}'
        | '\u{1ab0}'..='\u{1aff}'
        | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{fe20}'..='\u{fe2f}')
}

/// Letters that Unicode does not take apart, as people without them on their keyboard write them.
fn plain_letters(c: char) -> Option<&'static str> {
    Some(match c {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'đ' | 'ð' => "d",
        'þ' => "th",
        'ħ' => "h",
        'ı' => "i",
        'ł' => "l",
        'ŋ' => "n",
        'ŧ' => "t",
        'ς' => "σ",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn case_accents_and_compatibility_forms_make_no_difference() {
        for (text, folded) in [
            ("Zoë CAFÉ", "zoe cafe"),
            ("e\u{301}", "e"),
            ("Straße", "strasse"),
            ("Łódź Ærø İstanbul", "lodz aero istanbul"),
            ("ΟΔΟΣ ὁδός", "οδοσ οδοσ"),
            ("Ёлка", "елка"),
            ("ﬁle №5 Ｑ３", "file no5 q3"),
            ("ｶﾞ", "ガ"),
            ("가", "가"),
            ("กี่", "กี่"),
            ("שָׁלוֹם", "שלום"),
        ] {
            assert_eq!(fold(text), folded, "{text}");
        }
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in "\\PC{0,30}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }
    }
}
