//! Points in time: UTC, with the microseconds that both databases can hold.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::BigInt;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// Microseconds since 1970-01-01 00:00 UTC, leap seconds not counted. Stored and written to audit images as this number.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow, Serialize, Deserialize,
)]
#[diesel(sql_type = BigInt)]
#[serde(transparent)]
pub struct Timestamp(i64);

/// In seconds, as the next two.
const HOUR: i64 = 60 * 60;
const DAY: i64 = 24 * HOUR;
const WEEK: i64 = 7 * DAY;

impl Timestamp {
    pub fn now() -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }

    pub const fn from_micros(micros: i64) -> Timestamp {
        Timestamp(micros)
    }

    pub const fn micros(self) -> i64 {
        self.0
    }

    /// As long ago as that.
    pub fn before(self, duration: Duration) -> Timestamp {
        Timestamp(self.0.saturating_sub(micros(duration)))
    }

    pub fn after(self, duration: Duration) -> Timestamp {
        Timestamp(self.0.saturating_add(micros(duration)))
    }

    /// For machines: RFC 3339 in UTC, to the second, `2026-11-24T09:30:00Z`.
    pub fn iso(self) -> String {
        self.format(&TimeZone::UTC, "%Y-%m-%dT%H:%M:%SZ")
    }

    /// For spreadsheets, in the book's time zone: `2026-11-24 10:30:05`.
    pub fn sortable(self, zone: &TimeZone) -> String {
        self.format(zone, "%Y-%m-%d %H:%M:%S")
    }

    /// For people who want to know exactly, in the book's time zone: `24 Nov 2026, 10:30:05 CET`.
    pub fn exact(self, zone: &TimeZone) -> String {
        self.format(zone, "%-d %b %Y, %H:%M:%S %Z")
    }

    /// For people at a glance: how long ago it was, and from a week on the date. What another machine's clock puts less
    /// than a minute ahead is just now. `static/time.js` says the same as time goes by.
    pub fn ago(self, now: Timestamp, zone: &TimeZone) -> String {
        let seconds = now.0.saturating_sub(self.0) / 1_000_000;
        match seconds {
            ..=-60 => self.format(zone, "%-d %b %Y, %H:%M"),
            -59..60 => "just now".into(),
            60..HOUR => count(seconds / 60, "minute"),
            HOUR..DAY => count(seconds / HOUR, "hour"),
            DAY..WEEK => count(seconds / DAY, "day"),
            _ if self.format(zone, "%Y") == now.format(zone, "%Y") => self.format(zone, "%-d %b"),
            _ => self.format(zone, "%-d %b %Y"),
        }
    }

    fn format(self, zone: &TimeZone, pattern: &str) -> String {
        let instant = jiff::Timestamp::from_microsecond(self.0).unwrap_or_default();
        instant.to_zoned_datetime(zone.clone()).strftime(pattern).to_string()
    }
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

fn count(number: i64, unit: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {unit}{plural} ago")
}

impl<DB: Backend> FromSql<BigInt, DB> for Timestamp
where
    i64: FromSql<BigInt, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Timestamp> {
        i64::from_sql(bytes).map(Timestamp)
    }
}

impl<DB: Backend> ToSql<BigInt, DB> for Timestamp
where
    i64: ToSql<BigInt, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.to_sql(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vienna() -> TimeZone {
        TimeZone::get("Europe/Vienna").unwrap()
    }

    #[test]
    fn a_time_is_exact_in_the_books_zone_and_in_utc_for_machines() {
        let at = Timestamp::from_micros(1_764_000_000_123_456);
        assert_eq!(at.iso(), "2025-11-24T16:00:00Z");
        assert_eq!(at.exact(&vienna()), "24 Nov 2025, 17:00:00 CET");
    }

    #[test]
    fn a_time_within_a_week_is_told_by_how_long_ago_it_was() {
        let said = |seconds: i64| {
            let now = Timestamp::from_micros(1_764_000_000_123_456);
            Timestamp::from_micros(now.micros() - seconds * 1_000_000).ago(now, &vienna())
        };
        for (seconds, text) in [
            (-60, "24 Nov 2025, 17:01"),
            (-59, "just now"),
            (0, "just now"),
            (59, "just now"),
            (60, "1 minute ago"),
            (119, "1 minute ago"),
            (120, "2 minutes ago"),
            (HOUR - 1, "59 minutes ago"),
            (HOUR, "1 hour ago"),
            (2 * HOUR - 1, "1 hour ago"),
            (DAY - 1, "23 hours ago"),
            (DAY, "1 day ago"),
            (2 * DAY, "2 days ago"),
            (WEEK - 1, "6 days ago"),
            (WEEK, "17 Nov"),
        ] {
            assert_eq!(said(seconds), text, "{seconds} s ago");
        }
    }

    #[test]
    fn the_date_of_another_year_says_which_and_the_year_is_that_of_the_books_zone() {
        // 2026-01-20 12:00 UTC; New Year came to Vienna at 23:00 UTC.
        let now = Timestamp::from_micros(1_768_910_400_000_000);
        let new_year = |minutes: i64| Timestamp::from_micros(1_767_222_000_000_000 + minutes * 60_000_000);
        assert_eq!(new_year(0).ago(now, &vienna()), "1 Jan");
        assert_eq!(new_year(-1).ago(now, &vienna()), "31 Dec 2025");
        assert_eq!(new_year(0).ago(now, &TimeZone::UTC), "31 Dec 2025");
    }

    #[test]
    fn a_time_out_of_range_is_shown_without_a_panic() {
        let (first, last) = (Timestamp::from_micros(i64::MIN), Timestamp::from_micros(i64::MAX));
        assert_eq!(last.iso(), "1970-01-01T00:00:00Z");
        assert_eq!(first.ago(last, &TimeZone::UTC), "1 Jan");
        assert_eq!(last.ago(first, &TimeZone::UTC), "1 Jan 1970, 00:00");
    }
}
