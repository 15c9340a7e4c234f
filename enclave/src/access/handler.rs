//! Handlers (取扱者): the persons on the roster.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Row, Transaction, params};
use serde::Serialize;

use super::role::{self, Role, Roles};
use super::store::{micros, moment, parsed, perhaps};
use super::{Access, AccessError, Action, Receipt, known, proves};
use crate::ids::{HandlerId, OrganisationId};

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
    pub roles: Roles,
    /// The first moment at which the training no longer counts; `None` where none is required.
    pub training_until: Option<DateTime<Utc>>,
}

impl Handler {
    /// A researcher of whom no more than the name is known.
    #[must_use]
    pub fn researcher(handler: HandlerId) -> Self {
        let display = handler.to_string();
        Self { handler, display, organisation: None, roles: Role::Researcher.into(), training_until: None }
    }
}

impl Access {
    /// Puts a handler on the roster, or brings the entry up to date.
    ///
    /// # Errors
    /// When the organisation is unknown, or the receipt is for another act.
    pub fn enrol(&self, handler: &Handler, receipt: &Receipt) -> Result<(), AccessError> {
        let audit = proves(receipt, Action::HandlerAdd)?;
        let Handler { handler, display, organisation, roles, training_until } = handler;
        self.store.write(|tx| {
            organisation.iter().try_for_each(|organisation| known::organisation(tx, organisation))?;
            let organisation = organisation.as_ref().map(OrganisationId::as_str);
            tx.execute(
                "INSERT INTO handler (name, display, organisation, training_until, audit) VALUES (?, ?, ?, ?, ?)
                 ON CONFLICT (name) DO UPDATE SET display = excluded.display,
                     organisation = excluded.organisation, training_until = excluded.training_until,
                     audit = excluded.audit",
                params![handler.as_str(), display, organisation, training_until.map(micros), audit],
            )?;
            role::put(tx, handler, roles)
        })
    }

    /// A handler on the roster, if there.
    ///
    /// # Errors
    /// When the register cannot be read.
    pub fn handler(&self, handler: &HandlerId) -> Result<Option<Handler>, AccessError> {
        self.store.read(|tx| {
            let mut statement = tx.prepare_cached(&format!("{SELECT} WHERE name = ?"))?;
            let row = statement.query_row([handler.as_str()], handler_row).optional()?;
            row.map(|row| read(tx, row)).transpose()
        })
    }

    /// All handlers, by name.
    ///
    /// # Errors
    /// When the register cannot be read.
    pub fn handlers(&self) -> Result<Vec<Handler>, AccessError> {
        self.store.read(|tx| {
            let mut statement = tx.prepare_cached(&format!("{SELECT} ORDER BY name"))?;
            statement.query_map([], handler_row)?.map(|row| read(tx, row?)).collect()
        })
    }
}

const SELECT: &str = "SELECT name, display, organisation, training_until FROM handler";

type HandlerRow = (HandlerId, String, Option<OrganisationId>, Option<i64>);

fn handler_row(row: &Row<'_>) -> rusqlite::Result<HandlerRow> {
    Ok((parsed(row, 0)?, row.get(1)?, perhaps(row, 2)?, row.get(3)?))
}

fn read(tx: &Transaction<'_>, row: HandlerRow) -> Result<Handler, AccessError> {
    let (handler, display, organisation, until) = row;
    let roles = role::of(tx, &handler)?;
    let training_until = until.map(moment).transpose()?;
    Ok(Handler { handler, display, organisation, roles, training_until })
}
