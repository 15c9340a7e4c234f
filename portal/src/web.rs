//! The portal: pages and their HTTP interface, over TLS 1.3.
//!
//! A request's way is in `router`: headers, then who it is (`door`), then what they want. What is decided about data is the
//! enclave's; what a page looks like is `portal/web`'s. Out of scope: Flight SQL (`flight`).

mod answers;
mod api;
mod ask;
mod books;
mod chronicle;
mod door;
mod headers;
mod invitation;
mod listener;
mod pages;
mod plain;
mod questions;
mod register;
mod router;
mod running;
mod signing;
mod staff;
mod studies;
#[cfg(test)]
mod tests;
mod trouble;
mod unread;
mod usage;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use enclave::audit::{Action, Entry, Receipt, Role};
use enclave::ids::HandlerId;
use enclave::login::{Login, LoginError, SessionRules, Sessions};
use enclave::notebook::{Notebooks, NotebooksError};
use enclave::query::Gatehouse;
use ring::rand::{SecureRandom, SystemRandom};
use serde::Deserialize;
use tokio::net::TcpListener;

use crate::tls::{self, Callers, Identity, Limits, Peer, Speaks, TlsError};
use chronicle::Chronicle;
use door::Person;
use listener::Terminals;
use running::Questions;
use trouble::Trouble;

/// How long open requests may take to end after a shutdown.
const GRACE: Duration = Duration::from_secs(5);
/// How often sessions are held against what their people may still do.
const WATCH: Duration = Duration::from_secs(1);

/// How the portal is served: the `[web]` table of `sekisho.toml`. Paths that are not absolute are relative to the home.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WebConfig {
    /// Address and port; port 0 takes any free one.
    pub listen: SocketAddr,
    /// With this file (PEM), terminals that show a certificate which it signed are the onsite centre's. Everybody else comes from
    /// a virtual desktop.
    pub onsite_ca: Option<PathBuf>,
    /// Connections at once.
    pub connections: usize,
    /// Minutes without a request after which a sign-in ends.
    pub idle_minutes: u32,
    /// Hours after which a sign-in ends.
    pub hours: u32,
    /// Sign-ins of one person at once.
    pub concurrent: u32,
}

impl Default for WebConfig {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 32443)),
            onsite_ca: None,
            connections: 512,
            idle_minutes: 30,
            hours: 12,
            concurrent: 1,
        }
    }
}

impl WebConfig {
    fn rules(&self) -> SessionRules {
        SessionRules {
            idle: TimeDelta::minutes(self.idle_minutes.into()),
            absolute: TimeDelta::hours(self.hours.into()),
            concurrent: self.concurrent,
            ..SessionRules::default()
        }
    }
}

/// Why the portal cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum WebError {
    /// Certificates or TLS settings.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The file of logins.
    #[error(transparent)]
    Login(#[from] LoginError),
    /// The file of notebooks.
    #[error("notebooks: {0}")]
    Notebooks(#[from] NotebooksError),
    /// The address cannot be listened at.
    #[error("cannot listen at {0}: {1}")]
    Listen(SocketAddr, std::io::Error),
    /// The transport ended by itself.
    #[error("the portal ended: {0}")]
    Ended(std::io::Error),
}

/// Everything that a request may need. Clones share it.
#[derive(Clone)]
pub struct Portal(Arc<Parts>);

/// What is behind a [`Portal`].
pub struct Parts {
    house: Arc<Gatehouse>,
    login: Login,
    sessions: Sessions,
    notebooks: Notebooks,
    questions: Questions,
    chronicle: Chronicle,
    random: SystemRandom,
}

impl std::ops::Deref for Portal {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl Portal {
    fn open(house: Arc<Gatehouse>, rules: SessionRules) -> Result<Self, WebError> {
        let login = Login::open(&house.home().join("login.sqlite"), house.login_keys())?;
        let sessions = login.sessions(rules);
        let notebooks = Notebooks::open(&house.home().join("notebooks.sqlite"))?;
        let (questions, chronicle, random) =
            (Questions::default(), Chronicle::default(), SystemRandom::new());
        Ok(Self(Arc::new(Parts { house, login, sessions, notebooks, questions, chronicle, random })))
    }

    fn now(&self) -> DateTime<Utc> {
        self.house.now()
    }

    /// Does something that waits for a disk, a lock or a hash, off the threads that serve.
    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(Self) -> T + Send + 'static,
    ) -> Result<T, Trouble> {
        let portal = self.clone();
        tokio::task::spawn_blocking(move || work(portal)).await.map_err(|error| Trouble::internal(&error))
    }

    /// Writes in the log what somebody is about to do, in which role, and from where.
    async fn record(
        &self,
        (person, role): (&Person, Role),
        action: Action,
        fill: impl FnOnce(Entry) -> Entry,
    ) -> Result<Receipt, Trouble> {
        let entry = Entry::new(self.now(), person.id().as_str(), role, action);
        Ok(self.house.record(fill(entry.detail("zone", person.peer.zone.code()))).await?)
    }

    /// Ends what somebody left running.
    async fn leave(&self, handler: &HandlerId) {
        self.questions.leave(handler);
        self.house.leave(handler).await;
    }

    fn nonce(&self) -> Result<String, Trouble> {
        name(&self.random)
    }
}

/// A name that nobody guesses: 128 random bits.
fn name(rng: &dyn SecureRandom) -> Result<String, Trouble> {
    let mut bytes = [0; 16];
    rng.fill(&mut bytes).map_err(|error| Trouble::internal(&error))?;
    Ok(BASE64_URL_SAFE_NO_PAD.encode(bytes))
}

/// The portal, listening.
pub struct Listening {
    portal: Portal,
    terminals: Terminals,
    /// Where, with the port that was taken.
    pub address: SocketAddr,
}

/// Opens logins and notebooks, and listens.
///
/// # Errors
/// When certificates, logins or notebooks cannot be read, or the address cannot be had.
pub async fn listen(
    house: Arc<Gatehouse>,
    identity: &Identity,
    config: &WebConfig,
) -> Result<Listening, WebError> {
    let portal = Portal::open(house, config.rules())?;
    let onsite = config.onsite_ca.as_ref().map(|path| portal.house.home().join(path));
    let callers = onsite.as_deref().map_or(Callers::Anybody, Callers::Perhaps);
    let settings = tls::server(identity, callers, Speaks::Http)?;
    let failed = |error| WebError::Listen(config.listen, error);
    let listener = TcpListener::bind(config.listen).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    let limits = Limits { connections: config.connections, handshake: Duration::from_secs(10) };
    let terminals = Terminals::new(tls::incoming(listener, settings, limits), address);
    Ok(Listening { portal, terminals, address })
}

impl Listening {
    /// Serves until `shutdown`, then gives open requests a few seconds.
    ///
    /// # Errors
    /// When the transport ends by itself.
    pub async fn serve(self, shutdown: impl Future<Output = ()>) -> Result<(), WebError> {
        let watching = tokio::spawn(watch(self.portal.clone()));
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let service = router::router(self.portal).into_make_service_with_connect_info::<Peer>();
        let served = axum::serve(self.terminals, service).with_graceful_shutdown(async {
            _ = stopped.await;
        });
        let ended = async {
            shutdown.await;
            _ = stop.send(());
            tokio::time::sleep(GRACE).await;
        };
        let result = tokio::select! {
            result = served => result.map_err(WebError::Ended),
            () = ended => Ok(()),
        };
        watching.abort();
        result
    }
}

/// Ends what nobody may go on with: a certificate that expires at noon ends sessions at noon.
async fn watch(portal: Portal) {
    let mut ticks = tokio::time::interval(WATCH);
    loop {
        ticks.tick().await;
        portal.house.end_unpermitted().await;
        staff::end_signed_out(&portal).await;
    }
}
