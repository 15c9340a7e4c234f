//! The names that everything else is filed under.
//!
//! A name is checked once, where it comes in, and is safe as a file name from then on.
//! Out of scope: what the named things are; patients' and institutions' numbers, which
//! never have a printed form.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Why a name was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "a {kind} is 1 to 64 of the characters a-z, A-Z, 0-9, '_' and '-', and begins with a letter or digit"
)]
pub struct BadName {
    kind: &'static str,
}

fn is_name(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
}

macro_rules! name {
    ($(#[$doc:meta])* $type:ident, $kind:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $type(String);

        impl $type {
            /// Checks and takes a name.
            ///
            /// # Errors
            /// When the text is not 1 to 64 plain ASCII letters, digits, `_` or `-`.
            pub fn new(text: impl Into<String>) -> Result<Self, BadName> {
                let text = text.into();
                if is_name(&text) { Ok(Self(text)) } else { Err(BadName { kind: $kind }) }
            }

            /// The name as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $type {
            type Error = BadName;

            fn try_from(text: String) -> Result<Self, BadName> {
                Self::new(text)
            }
        }

        impl From<$type> for String {
            fn from(name: $type) -> String {
                name.0
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::str::FromStr for $type {
            type Err = BadName;

            fn from_str(text: &str) -> Result<Self, BadName> {
                Self::new(text)
            }
        }
    };
}

name!(
    /// A study (課題): the unit that data, permits and the ledger belong to.
    StudyId,
    "study name"
);
name!(
    /// An organisation: one certified user.
    OrganisationId,
    "organisation's name"
);
name!(
    /// A handler (取扱者): one person on a certified user's roster.
    HandlerId,
    "handler name"
);
name!(
    /// A snapshot's name without its version.
    SnapshotName,
    "snapshot name"
);

/// One immutable snapshot: its name and the first 12 hexadecimal digits of its manifest's SHA-256.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SnapshotId {
    name: SnapshotName,
    digest: String,
}

impl SnapshotId {
    /// Joins a name and a manifest digest in hexadecimal (12 digits or more; 12 are kept).
    ///
    /// # Errors
    /// When the digest is shorter or not lower-case hexadecimal.
    pub fn new(name: SnapshotName, digest: &str) -> Result<Self, BadName> {
        let digest: String = digest.chars().take(12).collect();
        let hex = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
        if digest.len() == 12 && digest.chars().all(hex) {
            Ok(Self { name, digest })
        } else {
            Err(BadName { kind: "snapshot digest" })
        }
    }

    /// The name without the version.
    #[must_use]
    pub fn name(&self) -> &SnapshotName {
        &self.name
    }
}

impl fmt::Display for SnapshotId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.name, self.digest)
    }
}

impl TryFrom<String> for SnapshotId {
    type Error = BadName;

    fn try_from(text: String) -> Result<Self, BadName> {
        let (name, digest) = text.split_once('@').ok_or(BadName { kind: "snapshot identifier" })?;
        Self::new(SnapshotName::new(name)?, digest)
    }
}

impl From<SnapshotId> for String {
    fn from(id: SnapshotId) -> String {
        id.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_safe_as_file_names() {
        for good in ["a", "randhie", "S-2026_01", "0x"] {
            assert!(StudyId::new(good).is_ok(), "{good}");
        }
        for bad in ["", "-a", "_a", "a/b", "..", "a b", "課題", &"x".repeat(65)] {
            assert!(StudyId::new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_snapshot_id_reads_back() {
        let id = SnapshotId::new(SnapshotName::new("randhie").unwrap(), "0123456789abcdef").unwrap();
        assert_eq!(id.to_string(), "randhie@0123456789ab");
        assert_eq!(SnapshotId::try_from(id.to_string()).unwrap(), id);
        assert!(SnapshotId::try_from("randhie@XYZ".to_owned()).is_err());
    }
}
