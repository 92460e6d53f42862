//! What the clock says, as FHIRPath writes it.

use std::time::{SystemTime, UNIX_EPOCH};

/// The present in UTC: `2026-02-03T10:20:30.000Z`.
pub(crate) fn now() -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    date_time(since.as_millis())
}

fn date_time(millis: u128) -> String {
    let (days, rest) = (millis / 86_400_000, millis % 86_400_000);
    let (seconds, millis) = (rest / 1000, rest % 1000);
    let (year, month, day) = date(days);
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z")
}

/// The date so many days after 1970-01-01. Years begin with March, so that a leap day ends one.
fn date(days: u128) -> (u128, u128, u128) {
    // Days since 1600-03-01, which begins a cycle of 400 years.
    let days = days + 135_080;
    let (cycle, day) = (days / 146_097, days % 146_097);
    // A leap day is left out of each century but the last, and is in each fourth year.
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (year, month) = if month < 10 { (year, month + 3) } else { (year + 1, month - 9) };
    (1600 + 400 * cycle + year, month, day)
}

#[cfg(test)]
mod tests {
    use super::date_time;

    #[test]
    fn days_of_the_calendar() {
        let check = |seconds: u128, expected: &str| {
            assert_eq!(date_time(seconds * 1000 + 7), format!("{expected}.007Z"));
        };
        check(0, "1970-01-01T00:00:00");
        check(951_782_400, "2000-02-29T00:00:00");
        check(951_868_799, "2000-02-29T23:59:59");
        check(1_709_251_199, "2024-02-29T23:59:59");
        check(1_709_251_200, "2024-03-01T00:00:00");
        check(4_107_542_400, "2100-03-01T00:00:00");
        check(4_133_980_799, "2100-12-31T23:59:59");
    }
}
