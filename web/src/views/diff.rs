//! What changed between two texts, word by word.

use std::time::Duration;

use serde::Serialize;
use similar::{ChangeTag, TextDiff};

/// A stretch of text that two versions share, or that one of them has alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DiffPiece {
    pub text: String,
    /// `same`, `ins` or `del`.
    pub kind: &'static str,
}

/// For one text. Beyond that the difference is still right, but may be told with more words than it takes: two long texts
/// that have nothing in common would keep a page waiting otherwise.
const LONGEST: Duration = Duration::from_millis(5);

/// The text without a difference.
pub fn whole(text: String) -> Vec<DiffPiece> {
    vec![DiffPiece { text, kind: "same" }]
}

/// One text as a whole in place of another.
pub fn replaced(before: String, after: String) -> Vec<DiffPiece> {
    vec![DiffPiece { text: before, kind: "del" }, DiffPiece { text: after, kind: "ins" }]
}

/// The words of both, in their order. Words are those of Unicode Standard Annex #29, so that it also works where they have
/// no spaces between them.
pub fn words(before: &str, after: &str) -> Vec<DiffPiece> {
    let diff = TextDiff::configure().timeout(LONGEST).diff_unicode_words(before, after);
    let mut pieces: Vec<DiffPiece> = Vec::new();
    for change in diff.iter_all_changes() {
        let kind = match change.tag() {
            ChangeTag::Equal => "same",
            ChangeTag::Insert => "ins",
            ChangeTag::Delete => "del",
        };
        match pieces.last_mut() {
            Some(last) if last.kind == kind => last.text.push_str(change.value()),
            _ => pieces.push(DiffPiece { text: change.value().to_owned(), kind }),
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn told(before: &str, after: &str) -> String {
        let piece = |DiffPiece { text, kind }: DiffPiece| match kind {
            "ins" => format!("[+{text}]"),
            "del" => format!("[-{text}]"),
            _ => text,
        };
        words(before, after).into_iter().map(piece).collect()
    }

    #[test]
    fn words_are_told_as_taken_out_and_put_in() {
        assert_eq!(told("two red chairs", "two blue chairs"), "two [-red][+blue] chairs");
        assert_eq!(told("", "new"), "[+new]");
        assert_eq!(told("same", "same"), "same");
        assert_eq!(told("a\nb", "a\nb\nc"), "a\nb[+\nc]");
    }

    #[test]
    fn long_texts_that_have_nothing_in_common_take_no_longer() {
        let text = |from: u32| (from..from + 1700).map(|n| format!("{n} ")).collect::<String>();
        let begin = std::time::Instant::now();
        let pieces = words(&text(1000), &text(5000));
        assert!(begin.elapsed() < Duration::from_secs(1), "{:?}", begin.elapsed());
        assert!(pieces.iter().any(|piece| piece.kind == "ins"));
    }

    proptest! {
        #[test]
        fn both_texts_can_be_read_out_of_it(before in any::<String>(), after in any::<String>()) {
            let pieces = words(&before, &after);
            let without = |kind: &str| -> String {
                pieces.iter().filter(|piece| piece.kind != kind).map(|piece| piece.text.as_str()).collect()
            };
            prop_assert_eq!(without("ins"), before);
            prop_assert_eq!(without("del"), after);
        }
    }
}
