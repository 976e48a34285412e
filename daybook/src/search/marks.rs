//! Where a text answers a query: for showing it.

use super::fold;
use super::query::Query;
use super::words::{Word, is_mark, words};

/// A stretch of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    pub text: String,
    /// It answers the query.
    pub hit: bool,
}

/// The whole text in pieces.
pub fn marked(query: &Query, text: &str) -> Vec<Piece> {
    pieces(text, &hits(query, text))
}

/// About `length` characters of the text, from its beginning, or around its first hit if that is further on.
pub fn snippet(query: &Query, text: &str, length: usize) -> Vec<Piece> {
    let hits = hits(query, text);
    let begin = match hits.first() {
        Some(&(start, end)) if text[..end].chars().count() > length => word_start(text, start, length / 3),
        _ => 0,
    };
    let end = text[begin..].char_indices().nth(length).map_or(text.len(), |(at, _)| begin + at);
    let inside = hits.iter().filter(|hit| hit.0 >= begin && hit.0 < end);
    let inside: Vec<(usize, usize)> = inside.map(|hit| (hit.0 - begin, hit.1.min(end) - begin)).collect();
    let mut pieces = pieces(&text[begin..end], &inside);
    let more = |text: &str| Piece { text: text.into(), hit: false };
    if begin > 0 {
        pieces.insert(0, more("… "));
    }
    if end < text.len() {
        pieces.push(more(" …"));
    }
    pieces
}

/// A beginning of a word, about so many characters before a place.
fn word_start(text: &str, place: usize, before: usize) -> usize {
    let from = text[..place].char_indices().rev().take(before).last().map_or(place, |(at, _)| at);
    let space = text[from..place].find(char::is_whitespace);
    space.map_or(from, |space| from + space + text[from + space..].chars().next().map_or(0, char::len_utf8))
}

/// First byte and the one after the last of each hit, in order and apart from each other.
fn hits(query: &Query, text: &str) -> Vec<(usize, usize)> {
    let found = words(text);
    let texts: Vec<&str> = found.iter().map(|word| word.text.as_str()).collect();
    let mut hits: Vec<(usize, usize)> = Vec::new();
    for clause in query.wanted() {
        for at in (0..found.len()).filter(|&at| clause.stands_at(&texts, at)) {
            let last = &found[at + clause.words.len() - 1];
            let wanted = clause.words.last().map_or("", String::as_str);
            let end = if clause.open_end { end_of_beginning(text, last, wanted) } else { last.end };
            hits.push((found[at].start, end));
        }
    }
    hits.sort_unstable();
    let mut apart: Vec<(usize, usize)> = Vec::with_capacity(hits.len());
    for (start, end) in hits {
        match apart.last_mut() {
            Some(before) if start <= before.1 => before.1 = before.1.max(end),
            _ => apart.push((start, end)),
        }
    }
    apart
}

/// Where in a word the characters end whose folded form is `wanted`, the marks on the last one included.
fn end_of_beginning(text: &str, word: &Word, wanted: &str) -> usize {
    let inside = &text[word.start..word.end];
    let mut ends = inside.char_indices().map(|(at, c)| (at + c.len_utf8(), c));
    let Some((end, _)) = ends.find(|&(end, _)| fold(&inside[..end]).starts_with(wanted)) else { return word.end };
    let marks = ends.take_while(|&(_, c)| is_mark(c));
    word.start + marks.last().map_or(end, |(end, _)| end)
}

fn pieces(text: &str, hits: &[(usize, usize)]) -> Vec<Piece> {
    let mut pieces = Vec::with_capacity(hits.len() * 2 + 1);
    let mut from = 0;
    for &(start, end) in hits {
        for (text, hit) in [(&text[from..start], false), (&text[start..end], true)] {
            if !text.is_empty() {
                pieces.push(Piece { text: text.to_owned(), hit });
            }
        }
        from = end;
    }
    if from < text.len() {
        pieces.push(Piece { text: text[from..].to_owned(), hit: false });
    }
    pieces
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(pieces: &[Piece]) -> String {
        pieces.iter().map(|piece| if piece.hit { format!("[{}]", piece.text) } else { piece.text.clone() }).collect()
    }

    fn mark(query: &str, text: &str) -> String {
        shown(&marked(&Query::parse(query).unwrap(), text))
    }

    #[test]
    fn what_was_looked_for_is_marked_as_it_was_written() {
        assert_eq!(mark("caf", "Cafés, café"), "[Caf]és, [caf]é");
        assert_eq!(mark("cafe", "Cafe\u{301}s"), "[Cafe\u{301}]s");
        assert_eq!(mark("strass", "Straße"), "[Straß]e");
        assert_eq!(mark("\"floor 2\"", "on floor 2."), "on [floor 2].");
        assert_eq!(mark("京都", "東京都"), "東[京都]");
        assert_eq!(mark("printer -floor", "printer"), "[printer]");
        assert_eq!(mark("ab a", "abc"), "[ab]c");
    }

    #[test]
    fn a_snippet_shows_the_first_hit() {
        let text = format!("{}needle {}", "hay ".repeat(100), "hay ".repeat(100));
        let query = Query::parse("needle").unwrap();
        let shown = shown(&snippet(&query, &text, 60));
        assert!(shown.starts_with("… hay") && shown.contains("[needle]") && shown.ends_with(" …"), "{shown}");
        assert!(shown.chars().count() < 70);
        assert_eq!(super::tests::shown(&snippet(&query, "needle first", 60)), "[needle] first");
    }

    proptest! {
        #[test]
        fn nothing_is_lost_by_marking(query in "[a-zé東京\" -]{0,8}", text in "[a-zé東京 \u{301}]{0,40}", length in 1_usize..50) {
            let query = Query::parse(&query).unwrap();
            prop_assert_eq!(marked(&query, &text).into_iter().map(|piece| piece.text).collect::<String>(), text.clone());
            let any = marked(&query, &text).iter().any(|piece| piece.hit);
            prop_assert_eq!(any, snippet(&query, &text, length).iter().any(|piece| piece.hit));
        }
    }
}
