//! Parts of a date, as Sigma's `minute` … `year` ask for them: as written, in no time zone.

/// A part of a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Part {
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Year,
}

impl Part {
    /// Reads the name of a modifier.
    pub(crate) fn from_name(name: &str) -> Option<Part> {
        match name {
            "minute" => Some(Part::Minute),
            "hour" => Some(Part::Hour),
            "day" => Some(Part::Day),
            "week" => Some(Part::Week),
            "month" => Some(Part::Month),
            "year" => Some(Part::Year),
            _ => None,
        }
    }

    /// The part of a date such as `2026-11-20T08:03:14Z` or `2026-11-20 08:03:14`.
    pub(super) fn of(self, text: &str) -> Option<i32> {
        let (date, time) = match text.trim().split_once(['T', ' ', 't']) {
            Some((date, time)) => (date, Some(time)),
            None => (text.trim(), None),
        };
        let mut numbers = date.splitn(3, '-').map(|digits| digits.parse::<i32>().ok());
        let year = numbers.next()??;
        let month = numbers.next()?.filter(|month| (1..=12).contains(month))?;
        let day = numbers.next()?.filter(|day| (1..=31).contains(day))?;
        let mut clock = time.into_iter().flat_map(|time| time.split(':'));
        match self {
            Part::Year => Some(year),
            Part::Month => Some(month),
            Part::Day => Some(day),
            Part::Week => (0..=9999).contains(&year).then(|| week(year, month, day)),
            Part::Hour => clock.next()?.parse().ok(),
            Part::Minute => clock.nth(1)?.get(..2)?.parse().ok(),
        }
    }
}

/// The week of the year (ISO 8601): the first is the one with the year's first Thursday.
fn week(year: i32, month: i32, day: i32) -> i32 {
    let days = days(year, month, day);
    // 1970-01-01 was a Thursday; Monday is 0.
    let weekday = (days + 3).rem_euclid(7);
    let thursday = days - weekday + 3;
    let of_year = |year| days_before_year(year);
    let mut thursdays_year = year;
    if thursday < of_year(year) {
        thursdays_year -= 1;
    } else if thursday >= of_year(year + 1) {
        thursdays_year += 1;
    }
    (thursday - of_year(thursdays_year)) / 7 + 1
}

/// Days from 1970-01-01 to the first of January of a year.
fn days_before_year(year: i32) -> i32 {
    let before = year - 1;
    let leaps = before.div_euclid(4) - before.div_euclid(100) + before.div_euclid(400);
    (year - 1970) * 365 + leaps - 477
}

fn days(year: i32, month: i32, day: i32) -> i32 {
    const BEFORE: [i32; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let place = usize::try_from(month - 1).unwrap_or(0);
    let before = BEFORE.get(place).copied().unwrap_or(0);
    days_before_year(year) + before + i32::from(leap && month > 2) + day - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_read_as_written() {
        let text = "2026-11-20T08:03:14.5Z";
        let cases = [
            (Part::Minute, 3),
            (Part::Hour, 8),
            (Part::Day, 20),
            (Part::Week, 47),
            (Part::Month, 11),
            (Part::Year, 2026),
        ];
        for (part, wanted) in cases {
            assert_eq!(part.of(text), Some(wanted), "{part:?}");
            assert_eq!(part.of(&text.replace('T', " ")), Some(wanted), "{part:?}");
        }
    }

    #[test]
    fn weeks_are_those_of_iso_8601() {
        let cases = [
            ("2021-01-03", 53),
            ("2021-01-04", 1),
            ("2020-12-31", 53),
            ("2024-12-30", 1),
            ("2023-01-01", 52),
            ("1970-01-01", 1),
            ("2000-02-29", 9),
        ];
        for (date, wanted) in cases {
            assert_eq!(Part::Week.of(date), Some(wanted), "{date}");
        }
    }

    #[test]
    fn what_is_no_date_has_no_parts() {
        for text in ["", "yesterday", "2026-13-01", "2026-11", "12345", "2026-1-"] {
            assert_eq!(Part::Day.of(text), None, "{text}");
        }
        assert_eq!(Part::Hour.of("2026-11-20"), None);
    }
}
