//! The types that a column can have, how texts are read as them, and which one a column gets.
//!
//! Out of scope: times of day, durations, decimals (they become 64-bit floats), time zones (a
//! timestamp is the wall clock of whoever wrote it).

use chrono::NaiveDate;
use datafusion::arrow::datatypes::{DataType, TimeUnit};
use serde::Deserialize;

/// A column's type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    #[serde(alias = "boolean")]
    Bool,
    #[serde(alias = "int", alias = "integer")]
    Int64,
    #[serde(alias = "float", alias = "double")]
    Float64,
    Date,
    Timestamp,
    #[serde(alias = "string")]
    Text,
}

impl Kind {
    /// All but text, the narrowest first.
    pub const NARROWEST_FIRST: [Self; 5] =
        [Self::Bool, Self::Int64, Self::Float64, Self::Date, Self::Timestamp];

    /// The Arrow type it is stored as.
    pub fn data_type(self) -> DataType {
        match self {
            Self::Bool => DataType::Boolean,
            Self::Int64 => DataType::Int64,
            Self::Float64 => DataType::Float64,
            Self::Date => DataType::Date32,
            Self::Timestamp => DataType::Timestamp(TimeUnit::Microsecond, None),
            Self::Text => DataType::Utf8,
        }
    }

    /// The kind that an Arrow type of a Parquet source becomes; `None` if it can't be stored.
    pub fn of(data_type: &DataType) -> Option<Self> {
        use DataType as T;
        match data_type {
            T::Boolean => Some(Self::Bool),
            T::Int8 | T::Int16 | T::Int32 | T::Int64 => Some(Self::Int64),
            T::UInt8 | T::UInt16 | T::UInt32 | T::UInt64 => Some(Self::Int64),
            T::Float16 | T::Float32 | T::Float64 => Some(Self::Float64),
            T::Decimal128(digits, 0) if *digits <= 18 => Some(Self::Int64),
            T::Decimal128(..) | T::Decimal256(..) => Some(Self::Float64),
            T::Date32 | T::Date64 => Some(Self::Date),
            T::Timestamp(..) => Some(Self::Timestamp),
            T::Utf8 | T::LargeUtf8 | T::Utf8View => Some(Self::Text),
            T::Dictionary(_, values) => Self::of(values),
            _ => None,
        }
    }
}

/// `true`, `false`, `1` or `0`.
pub(super) fn parse_bool(text: &str) -> Option<bool> {
    match text {
        "1" => Some(true),
        "0" => Some(false),
        _ if text.eq_ignore_ascii_case("true") => Some(true),
        _ if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// A finite number in the usual notations. Infinities and NaN would poison every sum.
pub(super) fn parse_float(text: &str) -> Option<f64> {
    text.parse().ok().filter(|x: &f64| x.is_finite())
}

/// `2026-04-01`, `2026/4/1` or `20260401`, as days since 1970-01-01.
pub(super) fn parse_date(text: &str) -> Option<i32> {
    let bytes = text.as_bytes();
    let (year, month, day) = match bytes.get(4) {
        Some(b'-') if bytes.len() == 10 && bytes.get(7) == Some(&b'-') => {
            (text.get(..4)?, text.get(5..7)?, text.get(8..)?)
        }
        Some(b'/') => {
            let (month, day) = text.get(5..)?.split_once('/')?;
            (text.get(..4)?, month, day)
        }
        Some(_) if bytes.len() == 8 => (text.get(..4)?, text.get(4..6)?, text.get(6..)?),
        _ => return None,
    };
    let date = NaiveDate::from_ymd_opt(digits(year)?.cast_signed(), digits(month)?, digits(day)?)?;
    i32::try_from(date.signed_duration_since(NaiveDate::default()).num_days()).ok()
}

/// A date, or a date and `HH:MM[:SS[.ffffff]]` after a space or `T`; as microseconds since 1970-01-01.
pub(super) fn parse_timestamp(text: &str) -> Option<i64> {
    let (date, time) = match text.find([' ', 'T']) {
        Some(at) => (text.get(..at)?, text.get(at + 1..)?),
        None => (text, "00:00"),
    };
    let (time, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let mut fields = time.split(':');
    let (hours, minutes) = (digits(fields.next()?)?, digits(fields.next()?)?);
    let seconds = fields.next().map_or(Some(0), digits)?;
    if hours > 23 || minutes > 59 || seconds > 59 || fields.next().is_some() {
        return None;
    }
    let micros = i64::from(digits(fraction.get(..6).unwrap_or(fraction))?)
        * 10_i64.pow(6_u32.saturating_sub(u32::try_from(fraction.len()).ok()?));
    let seconds = i64::from(parse_date(date)?) * 86_400 + i64::from(hours * 3600 + minutes * 60 + seconds);
    Some(seconds * 1_000_000 + micros)
}

/// Digits alone, at most nine: no sign, no space.
fn digits(text: &str) -> Option<u32> {
    let plain = (1..=9).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

/// Which kinds a text could be, for inference: bit *k* stands for `NARROWEST_FIRST[k]`.
///
/// Stricter than reading: a leading zero tells a code (`0123`), and so does a number too long
/// for 64 bits, which as a float would lose digits. `1` and `0` are numbers, not truth values,
/// and `20260401` is a number.
pub(super) fn fits(text: &str) -> u8 {
    const BOOL: u8 = 1;
    const INT_AND_FLOAT: u8 = 2 | 4;
    const FLOAT: u8 = 4;
    const DATE_AND_TIMESTAMP: u8 = 8 | 16;
    const TIMESTAMP: u8 = 16;
    let bytes = text.as_bytes();
    match bytes {
        [b't' | b'T' | b'f' | b'F', ..] if parse_bool(text).is_some() => BOOL,
        [b'0'..=b'9', b'0'..=b'9', b'0'..=b'9', b'0'..=b'9', b'-' | b'/', ..] => {
            if parse_date(text).is_some() {
                DATE_AND_TIMESTAMP
            } else if parse_timestamp(text).is_some() {
                TIMESTAMP
            } else {
                0
            }
        }
        [b'0'..=b'9' | b'+' | b'-' | b'.', ..] => {
            let unsigned = bytes.strip_prefix(b"-").or(bytes.strip_prefix(b"+")).unwrap_or(bytes);
            let leading_zero = matches!(unsigned, [b'0', b'0'..=b'9', ..]);
            if leading_zero {
                0
            } else if !unsigned.is_empty() && unsigned.iter().all(u8::is_ascii_digit) {
                if text.parse::<i64>().is_ok() { INT_AND_FLOAT } else { 0 }
            } else if parse_float(text).is_some() {
                FLOAT
            } else {
                0
            }
        }
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_in_three_notations() {
        for text in ["2026-04-01", "2026/04/01", "2026/4/1", "20260401"] {
            assert_eq!(parse_date(text), Some(20_544), "{text}");
        }
        for text in
            ["2026-02-30", "2026-4-1", "26-04-01", "2026-04-01x", "+026-04-01", "", "2026/4", "令和8年"]
        {
            assert_eq!(parse_date(text), None, "{text}");
        }
        assert_eq!(parse_date("1969-12-31"), Some(-1));
    }

    #[test]
    fn timestamps_with_and_without_parts() {
        let day = 20_544 * 86_400_000_000;
        assert_eq!(parse_timestamp("2026-04-01"), Some(day));
        assert_eq!(parse_timestamp("2026-04-01 00:01"), Some(day + 60_000_000));
        assert_eq!(parse_timestamp("2026-04-01T00:00:01.5"), Some(day + 1_500_000));
        assert_eq!(parse_timestamp("2026-04-01T00:00:01.123456789"), Some(day + 1_123_456));
        for text in ["2026-04-01 24:00", "2026-04-01 1", "2026-04-01T00:00:00Z", "2026-04-01 00:00:00:00"] {
            assert_eq!(parse_timestamp(text), None, "{text}");
        }
    }

    #[test]
    fn inference_is_wary_of_codes() {
        let kinds = |text: &str| {
            let bits = fits(text);
            let fit = |(i, kind): (usize, &Kind)| (bits & (1 << i) != 0).then_some(*kind);
            Kind::NARROWEST_FIRST.iter().enumerate().filter_map(fit).collect::<Vec<_>>()
        };
        assert_eq!(kinds("12"), [Kind::Int64, Kind::Float64]);
        assert_eq!(kinds("-0.5"), [Kind::Float64]);
        assert_eq!(kinds("1.5e-3"), [Kind::Float64]);
        assert_eq!(kinds("True"), [Kind::Bool]);
        assert_eq!(kinds("2026-04-01"), [Kind::Date, Kind::Timestamp]);
        assert_eq!(kinds("2026-04-01 10:00"), [Kind::Timestamp]);
        for code in
            ["0123", "00.5", "123456789012345678901", "E11", "-", "+", ".", "NaN", "inf", "-inf", "1,000"]
        {
            assert_eq!(kinds(code), [], "{code}");
        }
    }
}
