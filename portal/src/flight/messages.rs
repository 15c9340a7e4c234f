//! The messages of Flight's session actions, which `arrow-flight` does not have yet.
//!
//! Names, field numbers and types are those of Apache Arrow's `format/Flight.proto`
//! (`SetSessionOptions`, `GetSessionOptions`, `CloseSession`).

use std::collections::HashMap;

/// A value of any of the kinds that an option may have; none unsets the option.
#[derive(Clone, PartialEq, prost::Message)]
pub struct SessionOptionValue {
    /// The value.
    #[prost(oneof = "OptionValue", tags = "1, 2, 3, 4, 5")]
    pub option_value: Option<OptionValue>,
}

/// One value.
#[derive(Clone, PartialEq, prost::Oneof)]
pub enum OptionValue {
    /// Text.
    #[prost(string, tag = "1")]
    String(String),
    /// Yes or no.
    #[prost(bool, tag = "2")]
    Bool(bool),
    /// A whole number.
    #[prost(sfixed64, tag = "3")]
    Int64(i64),
    /// A number.
    #[prost(double, tag = "4")]
    Double(f64),
    /// Texts.
    #[prost(message, tag = "5")]
    StringList(StringListValue),
}

/// Texts.
#[derive(Clone, PartialEq, prost::Message)]
pub struct StringListValue {
    /// The texts.
    #[prost(string, repeated, tag = "1")]
    pub values: Vec<String>,
}

/// Options to set.
#[derive(Clone, PartialEq, prost::Message)]
pub struct SetSessionOptionsRequest {
    /// By name.
    #[prost(map = "string, message", tag = "1")]
    pub session_options: HashMap<String, SessionOptionValue>,
}

/// Those that could not be set.
#[derive(Clone, PartialEq, prost::Message)]
pub struct SetSessionOptionsResult {
    /// By name; a name that is not here was set.
    #[prost(map = "string, message", tag = "1")]
    pub errors: HashMap<String, SetError>,
}

/// Why one option was not set.
#[derive(Clone, PartialEq, prost::Message)]
pub struct SetError {
    /// The reason.
    #[prost(enumeration = "ErrorValue", tag = "1")]
    pub value: i32,
}

/// The reasons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, prost::Enumeration)]
#[repr(i32)]
pub enum ErrorValue {
    /// Never sent.
    Unspecified = 0,
    /// No option has this name.
    InvalidName = 1,
    /// The option exists but takes no such value.
    InvalidValue = 2,
    /// It cannot be set.
    Error = 3,
}

/// The options as they are.
#[derive(Clone, PartialEq, prost::Message)]
pub struct GetSessionOptionsResult {
    /// By name.
    #[prost(map = "string, message", tag = "1")]
    pub session_options: HashMap<String, SessionOptionValue>,
}

/// What became of the session.
#[derive(Clone, PartialEq, prost::Message)]
pub struct CloseSessionResult {
    /// See [`CloseStatus`].
    #[prost(enumeration = "CloseStatus", tag = "1")]
    pub status: i32,
}

/// What became of the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, prost::Enumeration)]
#[repr(i32)]
pub enum CloseStatus {
    /// Never sent.
    Unspecified = 0,
    /// It is closed.
    Closed = 1,
    /// It will be.
    Closing = 2,
    /// It cannot be.
    NotCloseable = 3,
}
