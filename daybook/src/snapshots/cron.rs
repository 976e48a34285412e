//! When the schedule makes a snapshot: a cron expression of five fields, in the book's time zone.
//!
//! The library reckons with the hands of a clock; here these become instants. An hour that summer time leaves out counts
//! as the one after it, and of one that comes twice the first.

use std::fmt;

use chrono::{DateTime, NaiveDate, Timelike, Utc};
use croner::parser::{CronParser, Seconds, Year};
use jiff::civil;
use jiff::tz::TimeZone;

use crate::Timestamp;

/// Minute, hour, day of the month, month and day of the week, or a nickname such as `@daily`.
#[derive(Debug, Clone)]
pub struct Cron {
    text: String,
    parsed: croner::Cron,
}

/// Why the text is no schedule, as a whole sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotACron(pub String);

impl Cron {
    /// Characters at the most.
    pub const MAX: usize = 200;

    /// # Errors
    /// [`NotACron`] says what is wrong, also for one that never comes to pass, such as the 30th of February.
    pub fn parse(text: &str) -> Result<Cron, NotACron> {
        let text = text.split_whitespace().collect::<Vec<&str>>().join(" ");
        if text.chars().count() > Cron::MAX {
            return Err(NotACron(format!("A schedule has at most {} characters.", Cron::MAX)));
        }
        let fields = text.split(' ').count();
        if !text.starts_with('@') && fields != 5 {
            let have = if text.is_empty() { 0 } else { fields };
            return Err(NotACron(format!(
                "A schedule has five fields (minute, hour, day of the month, month, day of the week), this has {have}."
            )));
        }
        let parser = CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build();
        let parsed = parser.parse(&text).map_err(|error| NotACron(told(&error.to_string())))?;
        let cron = Cron { text, parsed };
        match cron.next(Timestamp::now(), &TimeZone::UTC) {
            Some(_) => Ok(cron),
            None => Err(NotACron("There is no such day.".into())),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The first time after this one; `None` if there is none for years.
    pub fn next(&self, after: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let instant = jiff::Timestamp::from_microsecond(after.micros()).ok()?;
        let mut hands = to_hands(instant.to_zoned_datetime(zone.clone()).datetime())?;
        // Where the clock was set back, the hands may show a time that has been.
        for _ in 0..MOST_SKIPPED {
            hands = self.parsed.find_next_occurrence(&hands, false).ok()?;
            let zoned = zone.to_ambiguous_timestamp(from_hands(hands)?).compatible().ok()?;
            let next = Timestamp::from_micros(zoned.as_microsecond());
            if next > after {
                return Some(next);
            }
        }
        None
    }

    /// The next times.
    pub fn upcoming(&self, after: Timestamp, zone: &TimeZone, number: usize) -> Vec<Timestamp> {
        std::iter::successors(self.next(after, zone), |at| self.next(*at, zone)).take(number).collect()
    }
}

/// The library's words as the end of a sentence.
fn told(problem: &str) -> String {
    let problem = problem.trim_start_matches("Component error: ").trim_end_matches('.').to_lowercase();
    format!("This is no schedule: {problem}.")
}

/// Minutes of the longest time that a clock is set back by, and more.
const MOST_SKIPPED: usize = 2_000;

impl fmt::Display for Cron {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// What a clock on the wall shows, as if it were in UTC.
fn to_hands(at: civil::DateTime) -> Option<DateTime<Utc>> {
    let date = NaiveDate::from_ymd_opt(at.year().into(), at.month().try_into().ok()?, at.day().try_into().ok()?)?;
    let time = date.and_hms_opt(at.hour().try_into().ok()?, at.minute().try_into().ok()?, at.second().try_into().ok()?);
    Some(time?.and_utc())
}

fn from_hands(hands: DateTime<Utc>) -> Option<civil::DateTime> {
    use chrono::Datelike;
    let date = hands.date_naive();
    civil::DateTime::new(
        date.year().try_into().ok()?,
        date.month().try_into().ok()?,
        date.day().try_into().ok()?,
        hands.hour().try_into().ok()?,
        hands.minute().try_into().ok()?,
        hands.second().try_into().ok()?,
        0,
    )
    .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::from_micros(text.parse::<jiff::Timestamp>().unwrap().as_microsecond())
    }

    fn next(cron: &str, after: &str, number: usize) -> Vec<String> {
        let zone = TimeZone::get("Europe/Vienna").unwrap();
        Cron::parse(cron).unwrap().upcoming(at(after), &zone, number).iter().map(|at| at.iso()).collect()
    }

    #[test]
    fn times_are_those_of_the_books_zone() {
        let expected = ["2026-11-26T02:30:00Z", "2026-11-27T02:30:00Z", "2026-11-28T02:30:00Z"];
        assert_eq!(next("30 3 * * *", "2026-11-25T12:00:00.5Z", 3), expected);
        assert_eq!(next("@monthly", "2026-11-25T12:00:00Z", 1), ["2026-11-30T23:00:00Z"]);
        assert_eq!(next("0 0 29 2 *", "2026-11-25T12:00:00Z", 1), ["2028-02-28T23:00:00Z"]);
    }

    #[test]
    fn an_hour_that_is_left_out_is_the_one_after_it() {
        // On 28 March 2027 the clock goes from 2 to 3.
        let expected = ["2027-03-27T01:30:00Z", "2027-03-28T01:30:00Z", "2027-03-29T00:30:00Z"];
        assert_eq!(next("30 2 * * *", "2027-03-26T12:00:00Z", 3), expected);
    }

    #[test]
    fn an_hour_that_comes_twice_is_the_first() {
        // On 31 October 2027 the clock goes from 3 back to 2.
        let expected = ["2027-10-30T00:30:00Z", "2027-10-31T00:30:00Z", "2027-11-01T01:30:00Z"];
        assert_eq!(next("30 2 * * *", "2027-10-29T12:00:00Z", 3), expected);
        assert_eq!(next("* * * * *", "2027-10-31T01:10:30Z", 1), ["2027-10-31T02:00:00Z"]);
    }

    #[test]
    fn what_is_no_schedule_is_told_why() {
        for (text, words) in [
            ("", "five fields"),
            ("* * * *", "this has 4"),
            ("0 0 3 * * *", "this has 6"),
            ("61 3 * * *", "This is no schedule"),
            ("every day at three", "this has 4"),
            ("a b c d e", "This is no schedule"),
            ("@sometimes", "This is no schedule"),
            ("0 0 30 2 *", "There is no such day."),
        ] {
            let error = Cron::parse(text).expect_err(text).to_string();
            assert!(error.contains(words), "{text}: {error}");
        }
        assert_eq!(Cron::parse("  30   3 * *  MON-FRI ").unwrap().to_string(), "30 3 * * MON-FRI");
    }
}
