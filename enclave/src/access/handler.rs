//! Handlers (取扱者): the persons on the roster.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use super::store::{micros, moment, parsed, perhaps};
use super::{Access, AccessError, Action, Receipt, known, proves};
use crate::ids::{HandlerId, OrganisationId};

/// What somebody is here for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
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
    const ALL: [Self; 5] =
        [Self::Researcher, Self::OutputChecker, Self::SecurityStaff, Self::DataSteward, Self::Registrar];

    /// The code in the register.
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
        Self::ALL.into_iter().find(|role| role.code() == code).ok_or("no such role")
    }
}

/// A person on the roster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Handler {
    /// The name that everything is filed under.
    pub handler: HandlerId,
    /// The name as people write it.
    pub display: String,
    /// On whose roster; `None` for the house's own people.
    pub organisation: Option<OrganisationId>,
    /// What the person is here for.
    pub role: Role,
    /// The first moment at which the training no longer counts; `None` where none is required.
    pub training_until: Option<DateTime<Utc>>,
}

impl Handler {
    /// A researcher of whom no more than the name is known.
    #[must_use]
    pub fn researcher(handler: HandlerId) -> Self {
        let display = handler.to_string();
        Self { handler, display, organisation: None, role: Role::Researcher, training_until: None }
    }
}

impl Access {
    /// Puts a handler on the roster, or brings the entry up to date.
    ///
    /// # Errors
    /// When the organisation is unknown, or the receipt is for another act.
    pub fn enrol(&self, handler: &Handler, receipt: &Receipt) -> Result<(), AccessError> {
        let audit = proves(receipt, Action::HandlerAdd)?;
        let Handler { handler, display, organisation, role, training_until } = handler;
        self.store.write(|tx| {
            organisation.iter().try_for_each(|organisation| known::organisation(tx, organisation))?;
            let organisation = organisation.as_ref().map(OrganisationId::as_str);
            tx.execute(
                "INSERT INTO handler (name, display, organisation, role, training_until, audit)
                 VALUES (?, ?, ?, ?, ?, ?)
                 ON CONFLICT (name) DO UPDATE SET display = excluded.display,
                     organisation = excluded.organisation, role = excluded.role,
                     training_until = excluded.training_until, audit = excluded.audit",
                params![
                    handler.as_str(),
                    display,
                    organisation,
                    role.code(),
                    training_until.map(micros),
                    audit,
                ],
            )?;
            Ok(())
        })
    }

    /// A handler on the roster, if there.
    ///
    /// # Errors
    /// When the register cannot be read.
    pub fn handler(&self, handler: &HandlerId) -> Result<Option<Handler>, AccessError> {
        self.store.read(|tx| {
            let mut statement = tx.prepare_cached(&format!("{SELECT} WHERE name = ?"))?;
            statement.query_row([handler.as_str()], handler_row).optional()?.map(read).transpose()
        })
    }

    /// All handlers, by name.
    ///
    /// # Errors
    /// When the register cannot be read.
    pub fn handlers(&self) -> Result<Vec<Handler>, AccessError> {
        self.store.read(|tx| {
            let mut statement = tx.prepare_cached(&format!("{SELECT} ORDER BY name"))?;
            statement.query_map([], handler_row)?.map(|row| read(row?)).collect()
        })
    }
}

const SELECT: &str = "SELECT name, display, organisation, role, training_until FROM handler";

type HandlerRow = (HandlerId, String, Option<OrganisationId>, Role, Option<i64>);

fn handler_row(row: &Row<'_>) -> rusqlite::Result<HandlerRow> {
    Ok((parsed(row, 0)?, row.get(1)?, perhaps(row, 2)?, parsed(row, 3)?, row.get(4)?))
}

fn read((handler, display, organisation, role, until): HandlerRow) -> Result<Handler, AccessError> {
    let training_until = until.map(moment).transpose()?;
    Ok(Handler { handler, display, organisation, role, training_until })
}
