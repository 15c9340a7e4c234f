//! How to come into the demo, in a form to copy.

use enclave::ids::StudyId;
use enclave::login::Invitation;
use enclave::words::Bilingual;

use super::make::GUEST;
use crate::cli::edge::Edge;
use crate::cli::serve::{Served, flight_whereabouts};

/// The portal's address, and the link for whoever has no login yet.
pub fn portal(served: &Served, invitation: Option<&Invitation>, edge: &Edge) -> String {
    let address = format!("https://localhost:{}", served.portal.port());
    let said = |ja, en| edge.language.lines(&Bilingual::new(ja, en)).join("\n");
    let (link, then) = match invitation {
        Some(invitation) => (
            format!("{address}/invitations/{}", invitation.expose()),
            said(
                "このリンクを開き、パスワードと認証アプリ(TOTP)を設定してから、demo でサインインします。",
                "Open this link, choose a password and set up an authenticator app (TOTP), then sign in as demo.",
            ),
        ),
        None => (address, said("demo でサインインします。", "Sign in as demo.")),
    };
    let ca = served.flight.ca.as_ref().map(|path| path.display().to_string()).unwrap_or_default();
    let trust = said(
        "証明書はこの環境自身のものです。ブラウザの警告を承認するか、次の認証局を登録してください。",
        "The certificate is the house's own: accept the browser's warning, or trust this authority.",
    );
    format!("\n── ポータル Portal ──\n\n{link}\n\nhandler         {GUEST}\n{then}\n\n{trust}\n{ca}\n")
}

/// The address, the certificate, the token, and a few lines of Python that use them.
pub fn flight(served: &Served, study: &StudyId, token: &str, edge: &Edge) -> String {
    let bound = &served.flight;
    let ask = edge.language.word("Python からの接続", "From Python:");
    let stop = edge.language.word("終了は Ctrl-C。", "Ctrl-C ends it.");
    let ca = bound.ca.as_ref().map_or_else(|| "ca.pem".to_owned(), |path| path.display().to_string());
    let address = bound.address;
    format!(
        "
── Flight SQL ──

{whereabouts}
study           {study}
token           {token}

{ask}

pip install adbc-driver-flightsql pyarrow

from adbc_driver_flightsql import DatabaseOptions, dbapi
options = {{
    DatabaseOptions.AUTHORIZATION_HEADER.value: \"Bearer {token}\",
    DatabaseOptions.TLS_ROOT_CERTS.value: open(\"{ca}\").read(),
}}
with dbapi.connect(\"grpc+tls://{address}\", db_kwargs=options, autocommit=True) as connection:
    with connection.cursor() as cursor:
        cursor.execute(\"SELECT setting, count(*) AS visits FROM visit GROUP BY setting\")
        print(cursor.fetch_arrow_table())

{stop}
",
        whereabouts = flight_whereabouts(bound),
    )
}
