//! A list's filter in words.

use daybook::entries::EntryFilter;
use jiff::tz::TimeZone;

/// “open, with “wombat”, changed since 25 Nov 2026, 06:00:00 UTC”; `None`: nothing is left out.
pub fn in_words(filter: &EntryFilter, zone: &TimeZone) -> Option<String> {
    let mut parts = Vec::new();
    if filter.trashed {
        parts.push("in the trash".to_owned());
    }
    match filter.done {
        Some(true) => parts.push("done".into()),
        Some(false) => parts.push("open".into()),
        None => {}
    }
    if !filter.search.is_empty() {
        parts.push(format!("with “{}”", filter.search.text()));
    }
    if let Some(from) = filter.changed_from {
        parts.push(format!("changed since {}", from.exact(zone)));
    }
    if let Some(before) = filter.changed_before {
        parts.push(format!("changed before {}", before.exact(zone)));
    }
    if filter.changed_by.is_some() {
        parts.push("changed by one person".into());
    }
    Some(parts.join(", ")).filter(|words| !words.is_empty())
}
