//! Organisations: the certified users (認定仮名加工医療情報利用事業者), each with its certificate.
//!
//! Source: the amended Next-Generation Medical Infrastructure Act (2024): type I users receive data on media, type II users
//! analyse them in the producer's environment only. Out of scope: who of them may do what (`permit`), and how a
//! certificate is got.

use chrono::{DateTime, Utc};
use rusqlite::{Row, Transaction, params};
use serde::{Deserialize, Serialize};

use super::store::{micros, moment, parsed};
use super::{Access, AccessError, Action, Period, Receipt, known, proves};
use crate::ids::OrganisationId;

/// What a certificate lets its holder do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum UserType {
    /// Ⅰ型: is provided with data; opens no session here.
    #[serde(rename = "type-1")]
    TypeI,
    /// Ⅱ型: analyses them here.
    #[serde(rename = "type-2")]
    TypeII,
}

impl UserType {
    /// The code in the register and on the command line.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::TypeI => "type-1",
            Self::TypeII => "type-2",
        }
    }
}

impl TryFrom<String> for UserType {
    type Error = &'static str;

    fn try_from(code: String) -> Result<Self, Self::Error> {
        [Self::TypeI, Self::TypeII]
            .into_iter()
            .find(|kind| kind.code() == code)
            .ok_or("type-1(Ⅰ型)か type-2(Ⅱ型) / type-1 or type-2")
    }
}

/// The proof that an organisation is certified.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Certificate {
    /// Its number.
    pub number: String,
    /// What it lets its holder do.
    pub user_type: UserType,
    /// When it is valid.
    pub period: Period,
    /// Since when it is revoked, if so.
    pub revoked: Option<DateTime<Utc>>,
}

/// An organisation as it is registered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Organisation {
    /// The name that everything is filed under.
    pub organisation: OrganisationId,
    /// The name as people write it.
    pub display: String,
    /// Its certificate.
    pub certificate: Certificate,
}

impl Access {
    /// Registers an organisation, or brings its entry up to date. A certificate that was revoked stays so unless the
    /// entry says otherwise.
    ///
    /// # Errors
    /// When the register cannot be written, or the receipt is for another act.
    pub fn register(&self, organisation: &Organisation, receipt: &Receipt) -> Result<(), AccessError> {
        let audit = proves(receipt, Action::OrganisationAdd)?;
        let Organisation { organisation, display, certificate } = organisation;
        let Certificate { number, user_type, period, revoked } = certificate;
        self.store.write(|tx| {
            tx.execute(
                "INSERT INTO organisation (name, display, certificate, user_type, starts, ends, revoked, audit)
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                 ON CONFLICT (name) DO UPDATE SET display = excluded.display,
                     certificate = excluded.certificate, user_type = excluded.user_type, starts = excluded.starts,
                     ends = excluded.ends, revoked = excluded.revoked, audit = excluded.audit",
                params![
                    organisation.as_str(),
                    display,
                    number,
                    user_type.code(),
                    period.from().map(micros),
                    period.until().map(micros),
                    revoked.map(micros),
                    audit,
                ],
            )?;
            Ok(())
        })
    }

    /// Notes that an organisation's certificate was revoked: none of its handlers is permitted anything from then on.
    ///
    /// # Errors
    /// When there is no such organisation, or the receipt is for another act.
    pub fn revoke_certificate(
        &self,
        organisation: &OrganisationId,
        now: DateTime<Utc>,
        receipt: &Receipt,
    ) -> Result<(), AccessError> {
        let audit = proves(receipt, Action::OrganisationRevoke)?;
        self.store.write(|tx| {
            known::organisation(tx, organisation)?;
            tx.execute(
                "UPDATE organisation SET revoked = ?, audit = ? WHERE name = ?",
                params![micros(now), audit, organisation.as_str()],
            )?;
            Ok(())
        })
    }

    /// One organisation.
    ///
    /// # Errors
    /// When there is none of that name; the error lists those there are.
    pub fn organisation(&self, organisation: &OrganisationId) -> Result<Organisation, AccessError> {
        self.store.read(|tx| {
            known::organisation(tx, organisation)?;
            let mut statement = tx.prepare_cached(&format!("{SELECT} WHERE name = ?"))?;
            read(statement.query_row([organisation.as_str()], organisation_row)?)
        })
    }

    /// All organisations, by name.
    ///
    /// # Errors
    /// When the register cannot be read.
    pub fn organisations(&self) -> Result<Vec<Organisation>, AccessError> {
        self.store.read(|tx| {
            let mut statement = tx.prepare_cached(&format!("{SELECT} ORDER BY name"))?;
            statement.query_map([], organisation_row)?.map(|row| read(row?)).collect()
        })
    }
}

/// The certificate of one that is there.
pub(super) fn certificate(
    tx: &Transaction<'_>,
    organisation: &OrganisationId,
) -> Result<Certificate, AccessError> {
    let mut statement = tx.prepare_cached(&format!("{SELECT} WHERE name = ?"))?;
    Ok(read(statement.query_row([organisation.as_str()], organisation_row)?)?.certificate)
}

const SELECT: &str = "SELECT name, display, certificate, user_type, starts, ends, revoked FROM organisation";

type OrganisationRow = (OrganisationId, String, String, UserType, [Option<i64>; 3]);

fn organisation_row(row: &Row<'_>) -> rusqlite::Result<OrganisationRow> {
    let times = [row.get(4)?, row.get(5)?, row.get(6)?];
    Ok((parsed(row, 0)?, row.get(1)?, row.get(2)?, parsed(row, 3)?, times))
}

fn read(row: OrganisationRow) -> Result<Organisation, AccessError> {
    let (organisation, display, number, user_type, times) = row;
    let [from, until, revoked] = times.map(|time| time.map(moment).transpose());
    let period = Period::new(from?, until?)?;
    let certificate = Certificate { number, user_type, period, revoked: revoked? };
    Ok(Organisation { organisation, display, certificate })
}
