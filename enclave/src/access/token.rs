//! Bearer tokens: 256 random bits that stand for one handler in one study until a set time.
//!
//! Only the SHA-256 of a token is kept. A random value of this length needs no salt and no slow
//! hash, and looking it up by its hash tells nothing about the token by the time it takes.

use std::fmt::{self, Write as _};

use chrono::{DateTime, Utc};
use ring::digest::{Digest, SHA256, digest};
use ring::rand::SecureRandom;
use rusqlite::{OptionalExtension, params};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::permit::unreadable;
use super::store::{micros, moment, parsed};
use super::{Access, AccessError, Action, Receipt, grant, proves};
use crate::ids::{HandlerId, StudyId};
use crate::words::{Bilingual, Refusal, RefusalCode};

/// Lets a scanner for leaked secrets know one.
const PREFIX: &str = "sekisho_";
/// The last use is written at most this often: it is for people to read, and each write waits for the disk.
/// In microseconds: a minute.
const LAST_USE_STEP: i64 = 60_000_000;

/// A token in the clear. It is shown once, to the one who had it made.
pub struct Token(Zeroizing<String>);

impl Token {
    /// Draws one. It opens nothing until it is issued.
    ///
    /// # Errors
    /// When the operating system gives no random numbers.
    pub fn draw(rng: &dyn SecureRandom) -> Result<Self, AccessError> {
        let mut bits = Zeroizing::new([0_u8; 32]);
        rng.fill(bits.as_mut()).map_err(|_| AccessError::Random)?;
        // Never grown, so that no copy is left behind.
        let mut text = Zeroizing::new(String::with_capacity(PREFIX.len() + 64));
        text.push_str(PREFIX);
        for byte in bits.iter() {
            write!(text, "{byte:02x}").map_err(|_| AccessError::Random)?;
        }
        Ok(Self(text))
    }

    /// The text that its bearer sends.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Its name in lists and in the log.
    #[must_use]
    pub fn id(&self) -> TokenId {
        TokenId::of(hash(&self.0).as_ref())
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token({})", self.id())
    }
}

/// A token's name in lists and in the log: the first 12 hexadecimal digits of its hash. It opens nothing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TokenId(String);

impl TokenId {
    fn of(hash: &[u8]) -> Self {
        Self(hash.iter().take(6).map(|byte| format!("{byte:02x}")).collect())
    }
}

impl TryFrom<String> for TokenId {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let is_hex = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
        if text.len() == 12 && text.chars().all(is_hex) {
            Ok(Self(text))
        } else {
            Err(
                "トークンの番号は `token list` にある12桁です / a token's name is the 12 digits in `token list`",
            )
        }
    }
}

impl From<TokenId> for String {
    fn from(id: TokenId) -> Self {
        id.0
    }
}

impl std::str::FromStr for TokenId {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::try_from(text.to_owned())
    }
}

impl fmt::Display for TokenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A token as it is registered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TokenInfo {
    /// Its name.
    pub token: TokenId,
    /// In which study it lets in.
    pub study: StudyId,
    /// As whom.
    pub handler: HandlerId,
    /// When it was made.
    pub issued: DateTime<Utc>,
    /// The first moment at which it no longer lets in.
    pub valid_until: DateTime<Utc>,
    /// When it was last used, to the minute.
    pub last_used: Option<DateTime<Utc>>,
    /// Since when it is revoked, if so.
    pub revoked: Option<DateTime<Utc>>,
}

impl Access {
    /// Makes a drawn token good until `valid_until`.
    ///
    /// # Errors
    /// When the handler may not use the study, the time is past, or the receipt is for another act.
    pub fn issue_token(
        &self,
        token: &Token,
        (study, handler): (&StudyId, &HandlerId),
        (now, valid_until): (DateTime<Utc>, DateTime<Utc>),
        receipt: &Receipt,
    ) -> Result<(), AccessError> {
        let audit = proves(receipt, Action::TokenIssue)?;
        if valid_until <= now {
            return Err(AccessError::Period);
        }
        let hash = hash(&token.0);
        self.store.write(|tx| {
            grant::require(tx, study, handler)?;
            tx.execute(
                "INSERT INTO token (id, hash, study, handler, issued, valid_until, audit)
                 VALUES (?, ?, ?, ?, ?, ?, ?)",
                params![
                    TokenId::of(hash.as_ref()).0,
                    hash.as_ref(),
                    study.as_str(),
                    handler.as_str(),
                    micros(now),
                    micros(valid_until),
                    audit,
                ],
            )?;
            Ok(())
        })
    }

    /// Ends a token.
    ///
    /// # Errors
    /// When there is none of that name that is not revoked yet, or the receipt is for another act.
    pub fn revoke_token(
        &self,
        token: &TokenId,
        now: DateTime<Utc>,
        receipt: &Receipt,
    ) -> Result<(), AccessError> {
        let audit = proves(receipt, Action::TokenRevoke)?;
        self.store.write(|tx| {
            let ended = tx.execute(
                "UPDATE token SET revoked = ?, audit = ? WHERE id = ? AND revoked IS NULL",
                params![micros(now), audit, token.0],
            )?;
            if ended == 0 { Err(AccessError::UnknownToken(token.clone())) } else { Ok(()) }
        })
    }

    /// All tokens, newest first.
    ///
    /// # Errors
    /// When the register cannot be read.
    pub fn tokens(&self) -> Result<Vec<TokenInfo>, AccessError> {
        self.store.read(|tx| {
            let mut statement = tx.prepare_cached(
                "SELECT id, study, handler, issued, valid_until, last_used, revoked FROM token
                 ORDER BY issued DESC, id",
            )?;
            let rows = statement.query_map([], |row| {
                let names = (parsed(row, 0)?, parsed(row, 1)?, parsed(row, 2)?);
                let times: [Option<i64>; 2] = [row.get(5)?, row.get(6)?];
                Ok((names, row.get(3)?, row.get(4)?, times))
            })?;
            rows.map(|row| {
                let ((token, study, handler), issued, valid_until, times) = row?;
                let [last_used, revoked] = times.map(|time| time.map(moment).transpose());
                Ok(TokenInfo {
                    token,
                    study,
                    handler,
                    issued: moment(issued)?,
                    valid_until: moment(valid_until)?,
                    last_used: last_used?,
                    revoked: revoked?,
                })
            })
            .collect()
        })
    }

    /// Who comes with this token, and where to. What they may do there is [`Access::permit`]'s to say.
    ///
    /// # Errors
    /// The same words for a token that is unknown, expired or revoked.
    pub fn bearer(&self, token: &str, now: DateTime<Utc>) -> Result<(HandlerId, StudyId), Refusal> {
        let hash = hash(token);
        let found = self.store.read(|tx| {
            let mut statement = tx.prepare_cached(
                "SELECT handler, study, last_used FROM token
                 WHERE hash = ? AND revoked IS NULL AND valid_until > ?",
            )?;
            let row = statement.query_row(params![hash.as_ref(), micros(now)], |row| {
                Ok((parsed(row, 0)?, parsed(row, 1)?, row.get::<_, Option<i64>>(2)?))
            });
            Ok(row.optional()?)
        });
        let (handler, study, last_used) = found.map_err(|error| unreadable(&error))?.ok_or_else(unknown)?;
        if last_used.is_none_or(|last| micros(now).saturating_sub(last) >= LAST_USE_STEP) {
            self.note_use(&hash, now);
        }
        Ok((handler, study))
    }

    /// Nobody is turned away because this could not be written.
    fn note_use(&self, hash: &Digest, now: DateTime<Utc>) {
        let noted = self.store.write(|tx| {
            tx.execute("UPDATE token SET last_used = ? WHERE hash = ?", params![micros(now), hash.as_ref()])?;
            Ok::<_, AccessError>(())
        });
        if let Err(error) = noted {
            tracing::warn!(%error, "a token's last use was not noted");
        }
    }
}

fn unknown() -> Refusal {
    let refusal = Refusal::new(RefusalCode::NotPermitted, "").remedy(
        "トークンの期限を確かめ、必要なら `sekisho token` で新しいトークンを発行してもらってください。",
        "Check how long the token is good for; have a new one made with `sekisho token` if need be.",
    );
    Refusal {
        message: Bilingual::new("トークンが有効ではありません。", "The token is not valid."),
        ..refusal
    }
}

fn hash(token: &str) -> Digest {
    digest(&SHA256, token.as_bytes())
}
