//! Days, as suppressions name them.

use std::fmt;
use std::str::FromStr;
use std::time::{SystemTime, UNIX_EPOCH};

/// A day of the Gregorian calendar, written `2027-01-31`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    year: i64,
    month: u8,
    day: u8,
}

const SECONDS_A_DAY: u64 = 86_400;
/// Days in 400 years, after which the calendar repeats.
const DAYS_AN_ERA: i64 = 146_097;

impl Date {
    /// The day in UTC. A time before 1970 counts as 1970-01-01.
    pub fn utc(time: SystemTime) -> Self {
        let seconds = time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        Self::from_days(i64::try_from(seconds / SECONDS_A_DAY).unwrap_or(0))
    }

    /// The day so many days after 1970-01-01: "civil_from_days" of Howard Hinnant's calendar algorithms, in which a year
    /// starts in March so that the leap day is its last.
    fn from_days(days: i64) -> Self {
        let days = days + 719_468;
        let era = days.div_euclid(DAYS_AN_ERA);
        let day_of_era = days.rem_euclid(DAYS_AN_ERA);
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        Self { year, month: u8::try_from(month).unwrap_or(1), day: u8::try_from(day).unwrap_or(1) }
    }

    fn days_in_month(year: i64, month: u8) -> u8 {
        match month {
            2 if (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        }
    }
}

impl FromStr for Date {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || format!("`{text}` is no date such as 2027-01-31");
        let mut parts = text.split('-');
        let (Some(year), Some(month), Some(day), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
            return Err(wrong());
        };
        let digits = |part: &str, width: usize| part.len() == width && part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(year, 4) || !digits(month, 2) || !digits(day, 2) {
            return Err(wrong());
        }
        let year = year.parse().map_err(|_| wrong())?;
        let month = month.parse().map_err(|_| wrong())?;
        let day = day.parse().map_err(|_| wrong())?;
        if !(1..=12).contains(&month) || day < 1 || day > Self::days_in_month(year, month) {
            return Err(wrong());
        }
        Ok(Self { year, month, day })
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn days_since_1970_are_calendar_days() {
        for (seconds, date) in [
            (0, "1970-01-01"),
            (951_782_399, "2000-02-28"),
            (951_782_400, "2000-02-29"),
            (951_868_800, "2000-03-01"),
            (1_801_353_600, "2027-01-31"),
            (4_107_542_400, "2100-03-01"),
        ] {
            assert_eq!(Date::utc(UNIX_EPOCH + Duration::from_secs(seconds)).to_string(), date);
        }
    }

    #[test]
    fn only_real_days_parse() {
        for date in ["2027-01-31", "2028-02-29", "2000-02-29"] {
            assert_eq!(date.parse::<Date>().unwrap().to_string(), date);
        }
        for wrong in ["2027-02-29", "2100-02-29", "2027-13-01", "2027-00-01", "2027-1-1", "tomorrow", "2027-01-31x", "+027-01-01", ""] {
            assert!(wrong.parse::<Date>().is_err(), "{wrong}");
        }
        assert!("2026-12-31".parse::<Date>().unwrap() < "2027-01-01".parse().unwrap());
    }
}
