//! Points in time: UTC, with the microseconds that both databases can hold.

use std::time::{SystemTime, UNIX_EPOCH};

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

    /// For machines: RFC 3339 in UTC, to the second, `2026-11-24T09:30:00Z`.
    pub fn iso(self) -> String {
        self.format(&TimeZone::UTC, "%Y-%m-%dT%H:%M:%SZ")
    }

    /// For people, in the book's time zone: `24 Nov 2026, 10:30`.
    pub fn text(self, zone: &TimeZone) -> String {
        self.format(zone, "%-d %b %Y, %H:%M")
    }

    fn format(self, zone: &TimeZone, pattern: &str) -> String {
        let instant = jiff::Timestamp::from_microsecond(self.0).unwrap_or_default();
        instant.to_zoned_datetime(zone.clone()).strftime(pattern).to_string()
    }
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

    #[test]
    fn a_time_is_shown_in_the_books_zone_and_in_utc_for_machines() {
        let at = Timestamp::from_micros(1_764_000_000_123_456);
        let vienna = TimeZone::get("Europe/Vienna").unwrap();
        assert_eq!(at.iso(), "2025-11-24T16:00:00Z");
        assert_eq!(at.text(&vienna), "24 Nov 2025, 17:00");
    }

    #[test]
    fn a_time_out_of_range_is_shown_without_a_panic() {
        assert_eq!(Timestamp::from_micros(i64::MAX).iso(), "1970-01-01T00:00:00Z");
    }
}
