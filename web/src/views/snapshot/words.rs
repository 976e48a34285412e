//! Snapshots in words.

use daybook::snapshots::{Compression, Format, Pace, Snapshot, What};
use jiff::tz::TimeZone;

use crate::views::filter;
use crate::views::job::number;

pub(super) fn title(snapshot: &Snapshot, zone: &TimeZone) -> String {
    let of = list(&snapshot.what, zone).map_or_else(|| "the whole book".into(), |list| format!("entries: {list}"));
    format!("{} of {of}", format_in_words(snapshot.what.format).0)
}

pub(super) fn list(what: &What, zone: &TimeZone) -> Option<String> {
    filter::in_words(&what.filter.filter().ok()?, zone)
}

pub(super) fn content(what: &What, zone: &TimeZone) -> String {
    let mut parts = vec![list(what, zone).map_or_else(|| "all entries".into(), |list| format!("entries {list}"))];
    parts.push(if what.trash { "with the trash" } else { "without the trash" }.into());
    parts.push(if what.history { "with the history" } else { "without the history" }.into());
    if what.compression == Compression::Gzip {
        parts.push("compressed".into());
    }
    parts.join(", ")
}

/// Its name, and what it is for.
pub(super) fn format_in_words(format: Format) -> (&'static str, &'static str) {
    match format {
        Format::Spreadsheet => ("Spreadsheet", "CSV that is safe to open in Excel, LibreOffice or Numbers"),
        Format::Csv => ("CSV", "for programs: every character as it was written (RFC 4180)"),
        Format::Ndjson => ("NDJSON", "for programs: a JSON object in each line"),
    }
}

pub(super) fn pace_in_words(pace: &Pace) -> String {
    let speed = format!("{} rows a second", number(pace.rows_per_second.round() as i64));
    match pace.left.map(|left| left.as_secs()) {
        None => speed,
        Some(seconds @ 0..90) => format!("{speed}, about {} left", seconds_in_words(seconds.max(1))),
        Some(seconds) => format!("{speed}, about {} minutes left", number((seconds / 60 + 1) as i64)),
    }
}

fn seconds_in_words(seconds: u64) -> String {
    format!("{seconds} second{}", if seconds == 1 { "" } else { "s" })
}

/// With decimal prefixes, as file managers show it.
pub(super) fn size(bytes: i64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if bytes < 1_000 {
        return format!("{bytes} byte{}", if bytes == 1 { "" } else { "s" });
    }
    let mut value = bytes as f64 / 1_000.0;
    let mut unit = 0;
    while value >= 999.5 && unit + 1 < UNITS.len() {
        value /= 1_000.0;
        unit += 1;
    }
    if value < 9.95 { format!("{value:.1} {}", UNITS[unit]) } else { format!("{value:.0} {}", UNITS[unit]) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_told_in_the_unit_that_fits() {
        for (bytes, told) in [
            (0, "0 bytes"),
            (1, "1 byte"),
            (999, "999 bytes"),
            (1_000, "1.0 kB"),
            (9_949, "9.9 kB"),
            (9_950, "10 kB"),
            (999_400, "999 kB"),
            (999_600, "1.0 MB"),
            (12_345_678, "12 MB"),
            (3_400_000_000, "3.4 GB"),
            (7_000_000_000_000_000, "7000 TB"),
        ] {
            assert_eq!(size(bytes), told, "{bytes}");
        }
    }
}
