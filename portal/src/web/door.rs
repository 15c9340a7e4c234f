//! Who is at the door: every request but a few comes through here, each time.
//!
//! A handler takes what it needs as an argument and cannot be written without it: [`Person`] for somebody who is signed in, [`By`]
//! for somebody whose roles allow an act, [`Watching`] for the same where the page asks by itself. [`By::fresh`] is for acts that cannot be
//! taken back: somebody who proved it again just now. Requests that change something carry the session's CSRF token besides the cookie.

use std::marker::PhantomData;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use enclave::access::{Act, Handler, Role};
use enclave::audit;
use enclave::ids::HandlerId;
use enclave::login::{Ended, Fresh, Session};

use super::Portal;
use super::trouble::Trouble;
use crate::tls::Peer;

/// Only sent over TLS, to this host, to all of it: the prefix makes browsers insist (RFC 6265bis, section 4.1.3.2).
pub const COOKIE: &str = "__Host-sekisho";
const CSRF: &str = "x-csrf-token";

/// Somebody who is signed in, and what they are here for.
#[derive(Debug)]
pub struct Person {
    /// Their sign-in.
    pub session: Session,
    /// Their entry in the roster.
    pub handler: Handler,
    /// Where they come from.
    pub peer: Peer,
}

impl Person {
    /// Their name.
    pub fn id(&self) -> &HandlerId {
        &self.handler.handler
    }

    /// Who, for the log, where it takes no role to do something.
    pub fn themselves(&self) -> (&Self, audit::Role) {
        (self, self.handler.roles.iter().next().map_or(audit::Role::Unknown, in_log))
    }
}

/// Whether a request shows that somebody is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asks {
    /// A person did something.
    Person,
    /// The page wants to know how things stand.
    Page,
}

impl FromRequestParts<Portal> for Person {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, portal: &Portal) -> Result<Self, Trouble> {
        Self::let_in(parts, portal, Asks::Person).await
    }
}

impl Person {
    async fn let_in(parts: &mut Parts, portal: &Portal, asks: Asks) -> Result<Self, Trouble> {
        let ConnectInfo(peer) = ConnectInfo::<Peer>::from_request_parts(parts, portal)
            .await
            .map_err(|error| Trouble::internal(&error))?;
        let key = cookie(&parts.headers).ok_or_else(Trouble::signed_out)?;
        let person = Self::holding(portal, key, peer, asks).await?;
        let presented = parts.headers.get(CSRF).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if parts.method != Method::GET && !person.session.is_csrf(presented) {
            return Err(Trouble::forged());
        }
        Ok(person)
    }

    /// Whoever holds a session's key.
    pub async fn holding(portal: &Portal, key: &str, peer: Peer, asks: Asks) -> Result<Self, Trouble> {
        let key = key.to_owned();
        let found = portal.blocking(move |portal| {
            let session = match asks {
                Asks::Person => portal.sessions.session(&key, peer.zone, portal.now()),
                Asks::Page => portal.sessions.look(&key, peer.zone, portal.now()),
            };
            session.map(|session| (portal.house.access().handler(session.handler()), session))
        });
        let (handler, session) = found.await?.map_err(ended)?;
        let handler = handler.map_err(|error| Trouble::internal(&error))?.ok_or_else(Trouble::signed_out)?;
        Ok(Self { session, handler, peer })
    }
}

/// An act of the table of permissions, as a type.
pub trait Right {
    /// Which.
    const ACT: Act;
}

macro_rules! rights {
    ($($name:ident),* $(,)?) => {
        $(
            #[doc = concat!("[`Act::", stringify!($name), "`].")]
            #[derive(Debug)]
            pub struct $name;
            impl Right for $name {
                const ACT: Act = Act::$name;
            }
        )*
    };
}

/// The acts that the portal's routes ask for.
pub mod right {
    use super::{Act, Right};

    rights!(
        OpenStudy,
        Ask,
        EditNotebook,
        SeeSessions,
        StopSession,
        ReadLog,
        SeeUsage,
        SeeRegister,
        KeepRegister,
        Invite,
        WithdrawLogin
    );
}

/// Somebody whose roles allow an act.
#[derive(Debug)]
pub struct By<R> {
    /// Who.
    pub person: Person,
    right: PhantomData<R>,
}

impl<R: Right> FromRequestParts<Portal> for By<R> {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, portal: &Portal) -> Result<Self, Trouble> {
        Self::let_in(parts, portal, Asks::Person).await
    }
}

impl<R: Right> By<R> {
    async fn let_in(parts: &mut Parts, portal: &Portal, asks: Asks) -> Result<Self, Trouble> {
        let person = Person::let_in(parts, portal, asks).await?;
        if person.handler.roles.may(R::ACT) {
            Ok(Self { person, right: PhantomData })
        } else {
            Err(Trouble::not_allowed())
        }
    }

    /// Who, and in which of their roles, for the log.
    pub fn acting(&self) -> (&Person, audit::Role) {
        let mut roles = self.person.handler.roles.iter();
        (&self.person, roles.find(|role| role.may(R::ACT)).map_or(audit::Role::Unknown, in_log))
    }

    /// The proof that they confirmed who they are just now, for acts that cannot be taken back.
    pub fn fresh(&self, portal: &Portal) -> Result<Fresh, Trouble> {
        self.person.session.fresh(portal.now()).ok_or_else(Trouble::confirm)
    }
}

/// The same where the page asks by itself, again and again: it keeps nobody signed in.
#[derive(Debug)]
pub struct Watching<R>(pub By<R>);

impl<R: Right> FromRequestParts<Portal> for Watching<R> {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, portal: &Portal) -> Result<Self, Trouble> {
        By::let_in(parts, portal, Asks::Page).await.map(Self)
    }
}

fn in_log(role: Role) -> audit::Role {
    match role {
        Role::Researcher => audit::Role::Researcher,
        Role::OutputChecker => audit::Role::OutputChecker,
        Role::SecurityStaff => audit::Role::SecurityStaff,
        Role::DataSteward => audit::Role::DataSteward,
        Role::Registrar => audit::Role::Registrar,
    }
}

/// The cookie's value.
pub fn cookie(headers: &HeaderMap) -> Option<&str> {
    let pairs = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    pairs.flat_map(|line| line.split(';')).find_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        (name == COOKIE).then_some(value)
    })
}

/// Why a session is no longer.
fn ended(why: Ended) -> Trouble {
    match why {
        Ended::Unknown => Trouble::signed_out(),
        Ended::Unreadable => Trouble::internal(&why.code()),
        why => Trouble::signed_out().because(why.words()),
    }
}
