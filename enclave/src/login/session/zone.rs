//! Zones: from where people come in. Which one it is, is for whoever accepts connections to know (a terminal's certificate).

use serde::Serialize;

use crate::access::Route;

/// From where somebody came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Zone {
    /// The onsite centre.
    Onsite,
    /// The virtual desktop (VDI).
    Vdi,
}

impl Zone {
    /// The code in the file and in the log.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Onsite => "onsite",
            Self::Vdi => "vdi",
        }
    }

    /// Whether a study's route leads through this zone.
    #[must_use]
    pub const fn is_on(self, route: Route) -> bool {
        matches!((self, route), (_, Route::Both) | (Self::Onsite, Route::Onsite) | (Self::Vdi, Route::Vdi))
    }
}

impl TryFrom<String> for Zone {
    type Error = &'static str;

    fn try_from(code: String) -> Result<Self, Self::Error> {
        [Self::Onsite, Self::Vdi].into_iter().find(|zone| zone.code() == code).ok_or("onsite / vdi")
    }
}
