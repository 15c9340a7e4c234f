//! What people are here for. One person may be here for several things.

use std::collections::BTreeSet;
use std::fmt;

use rusqlite::{Transaction, params};
use serde::{Deserialize, Serialize};

use super::AccessError;
use super::store::parsed;
use crate::ids::HandlerId;

/// What somebody is here for. What each role may do stands in [`Act`](super::Act).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 研究者: asks questions. The only role that a permit is given to.
    Researcher,
    /// 出力審査者: judges releases.
    OutputChecker,
    /// 監査担当: sees sessions and the log, and no data.
    SecurityStaff,
    /// データ管理者: loads, publishes and withdraws data.
    DataSteward,
    /// 登録担当者: keeps rosters, studies and grants.
    Registrar,
}

impl Role {
    /// Every role, in the order of the permissions table's columns.
    pub const ALL: [Self; 5] =
        [Self::Researcher, Self::OutputChecker, Self::SecurityStaff, Self::DataSteward, Self::Registrar];

    /// The code in the register and on the command line.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Researcher => "researcher",
            Self::OutputChecker => "output_checker",
            Self::SecurityStaff => "security_staff",
            Self::DataSteward => "data_steward",
            Self::Registrar => "registrar",
        }
    }
}

impl TryFrom<String> for Role {
    type Error = &'static str;

    fn try_from(code: String) -> Result<Self, Self::Error> {
        Self::ALL.into_iter().find(|role| role.code() == code).ok_or(
            "researcher, output_checker, security_staff, data_steward か registrar / one of researcher, \
             output_checker, security_staff, data_steward and registrar",
        )
    }
}

/// All that one person is here for. Nothing at all for somebody who was withdrawn.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(transparent)]
pub struct Roles(BTreeSet<Role>);

impl Roles {
    /// Whether a role is among them. Ask [`Roles::may`] to know what they allow.
    #[must_use]
    pub fn contains(&self, role: Role) -> bool {
        self.0.contains(&role)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each, in the order of [`Role::ALL`].
    pub fn iter(&self) -> impl Iterator<Item = Role> + '_ {
        self.0.iter().copied()
    }
}

impl FromIterator<Role> for Roles {
    fn from_iter<I: IntoIterator<Item = Role>>(roles: I) -> Self {
        Self(roles.into_iter().collect())
    }
}

impl From<Role> for Roles {
    fn from(role: Role) -> Self {
        Self(BTreeSet::from([role]))
    }
}

impl<const N: usize> From<[Role; N]> for Roles {
    fn from(roles: [Role; N]) -> Self {
        Self(roles.into())
    }
}

impl fmt::Display for Roles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let codes: Vec<&str> = self.iter().map(Role::code).collect();
        f.write_str(&codes.join(", "))
    }
}

/// What a handler is here for.
pub(super) fn of(tx: &Transaction<'_>, handler: &HandlerId) -> Result<Roles, AccessError> {
    let mut statement = tx.prepare_cached("SELECT role FROM handler_role WHERE handler = ?")?;
    let roles = statement.query_map([handler.as_str()], |row| parsed(row, 0))?.collect::<Result<_, _>>()?;
    Ok(roles)
}

/// Writes a handler's roles over whatever there were.
pub(super) fn put(tx: &Transaction<'_>, handler: &HandlerId, roles: &Roles) -> Result<(), AccessError> {
    tx.execute("DELETE FROM handler_role WHERE handler = ?", [handler.as_str()])?;
    for role in roles.iter() {
        tx.execute(
            "INSERT INTO handler_role (handler, role) VALUES (?, ?)",
            params![handler.as_str(), role.code()],
        )?;
    }
    Ok(())
}
