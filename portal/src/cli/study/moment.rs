//! Days and moments as people write them. A day is one in Japan, which keeps UTC+9 all year.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime, TimeDelta, Utc};

/// A beginning: the first moment of a day, or a moment.
pub fn beginning(text: &str) -> Result<DateTime<Utc>, String> {
    match text.parse::<NaiveDate>() {
        Ok(day) => midnight(day),
        Err(_) => moment(text),
    }
}

/// An end: the first moment after a day, or a moment.
pub fn end(text: &str) -> Result<DateTime<Utc>, String> {
    match text.parse::<NaiveDate>() {
        Ok(day) => midnight(day.succ_opt().ok_or_else(wrong)?),
        Err(_) => moment(text),
    }
}

/// A moment for people, in Japan time.
pub fn shown(moment: DateTime<Utc>) -> String {
    match japan() {
        Some(japan) => moment.with_timezone(&japan).format("%Y-%m-%d %H:%M %:z").to_string(),
        None => moment.to_rfc3339(),
    }
}

/// An end for people: a day that ends at midnight is named itself.
pub fn shown_end(end: DateTime<Utc>) -> String {
    let shown = shown(end);
    let before = end.checked_sub_signed(TimeDelta::minutes(1)).map(self::shown);
    match before {
        Some(before) if shown.contains(" 00:00 ") => before.chars().take(10).collect(),
        _ => shown,
    }
}

fn moment(text: &str) -> Result<DateTime<Utc>, String> {
    DateTime::parse_from_rfc3339(text).map(|moment| moment.to_utc()).map_err(|_| wrong())
}

fn midnight(day: NaiveDate) -> Result<DateTime<Utc>, String> {
    let local = japan().and_then(|japan| day.and_time(NaiveTime::MIN).and_local_timezone(japan).single());
    local.map(|moment| moment.to_utc()).ok_or_else(wrong)
}

fn japan() -> Option<FixedOffset> {
    FixedOffset::east_opt(9 * 3600)
}

fn wrong() -> String {
    "2026-04-01 または 2026-04-01T09:00:00+09:00 の形で書いてください / \
     write it as 2026-04-01 or 2026-04-01T09:00:00+09:00"
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_last_day_counts_whole_in_japan() {
        let utc = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        assert_eq!(beginning("2026-04-01").unwrap(), utc("2026-03-31T15:00:00Z"));
        assert_eq!(end("2026-12-31").unwrap(), utc("2026-12-31T15:00:00Z"));
        assert_eq!(end("2026-12-31T12:00:00+09:00").unwrap(), utc("2026-12-31T03:00:00Z"));
        for wrong in ["", "tomorrow", "2026-02-30", "2026-12-31 12:00"] {
            assert!(beginning(wrong).is_err() && end(wrong).is_err(), "{wrong}");
        }
        assert_eq!(shown(utc("2026-12-31T15:00:00Z")), "2027-01-01 00:00 +09:00");
        assert_eq!(shown_end(end("2026-12-31").unwrap()), "2026-12-31");
        assert_eq!(shown_end(utc("2026-12-31T03:00:00Z")), "2026-12-31 12:00 +09:00");
    }
}
