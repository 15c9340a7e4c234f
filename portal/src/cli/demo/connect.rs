//! How to connect to the demo, in a form to copy.

use enclave::ids::StudyId;

use crate::cli::edge::Edge;
use crate::cli::serve::whereabouts;
use crate::flight::Bound;

/// The address, the certificate, the token, and a few lines of Python that use them.
pub fn instructions(bound: &Bound, study: &StudyId, token: &str, edge: &Edge) -> String {
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
        whereabouts = whereabouts(bound),
    )
}
