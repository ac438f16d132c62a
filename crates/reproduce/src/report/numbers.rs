//! Numbers and dates as the page shows them.

use lab::statistics::Interval;

/// Both ends of an interval.
pub(super) fn interval(interval: Interval) -> String {
    format!("[{}, {}]", shown(interval.low), shown(interval.high))
}

/// Four digits, as a power of ten where that is shorter.
fn shown(value: f64) -> String {
    if value.is_infinite() {
        return if value > 0.0 { "∞" } else { "−∞" }.to_owned();
    }
    let magnitude = value.abs();
    if magnitude == 0.0 {
        return "0".to_owned();
    }
    if !(1e-3..1e6).contains(&magnitude) {
        return format!("{value:.2e}");
    }
    let decimals = (3 - magnitude.log10().floor() as i32).max(0) as usize;
    let text = format!("{value:.decimals$}");
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

/// Seconds since 1970 as a date and a time of the day, UTC.
pub(super) fn date(seconds: u64) -> String {
    let (days, minutes) = (seconds / 86_400, seconds % 86_400 / 60);
    // Days since 1 March of the year 0, so that a leap day ends its year; 400 years have 146,097 days.
    let days = days + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    // Months from March on: 153 days in every five.
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (next, month) = if month < 10 {
        (0, month + 3)
    } else {
        (1, month - 9)
    };
    let year = 400 * era + year + next;
    format!(
        "{year}-{month:02}-{day:02} {:02}:{:02}",
        minutes / 60,
        minutes % 60
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_calendar() {
        for (seconds, expected) in [
            (0, "1970-01-01 00:00"),
            (951_782_399, "2000-02-28 23:59"),
            (951_782_400, "2000-02-29 00:00"),
            (951_868_800, "2000-03-01 00:00"),
            (1_795_373_649, "2026-11-22 18:54"),
            (4_107_542_400, "2100-03-01 00:00"),
        ] {
            assert_eq!(date(seconds), expected);
        }
        assert!(date(u64::MAX).len() > 12);
    }

    #[test]
    fn intervals_have_four_digits() {
        let of = |low, high| interval(Interval { low, high });
        assert_eq!(of(1.046_23, 1.3e-7), "[1.046, 1.30e-7]");
        assert_eq!(of(0.0, 617.0), "[0, 617]");
        assert_eq!(of(f64::NEG_INFINITY, -0.012_341), "[−∞, -0.01234]");
        assert_eq!(of(123_456.0, 0.5), "[123456, 0.5]");
    }
}
