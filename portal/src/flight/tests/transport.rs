//! What happens before a call is read: TLS, limits, tokens.

use std::time::Duration;

use arrow_flight::flight_service_client::FlightServiceClient;
use arrow_flight::{Action, Criteria, Empty, FlightData, FlightDescriptor, Ticket};
use futures::StreamExt as _;
use rcgen::{BasicConstraints, CertificateParams, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tonic::{Code, Request};

use super::serving::Serving;
use crate::flight::FlightConfig;

/// A ClientHello that offers TLS 1.2 only (RFC 5246): no `supported_versions` extension.
const HELLO_OF_1_2: [u8; 52] = {
    let mut hello = [0; 52];
    // Record: handshake, TLS 1.0 framing, 47 bytes; message: ClientHello, 43 bytes.
    let head = [0x16, 3, 1, 0, 47, 1, 0, 0, 43, 3, 3];
    let mut i = 0;
    while i < head.len() {
        hello[i] = head[i];
        i += 1;
    }
    // 32 bytes of random and an empty session stay zero; one cipher suite, no compression.
    hello[45] = 2;
    hello[46] = 0xc0;
    hello[47] = 0x2f;
    hello[48] = 1;
    hello
};

#[tokio::test]
async fn plain_text_and_old_tls_are_turned_away() {
    let serving = Serving::new().await;
    for first_bytes in [&b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"[..], &HELLO_OF_1_2] {
        let mut socket = TcpStream::connect(serving.bound.address).await.unwrap();
        socket.write_all(first_bytes).await.unwrap();
        let mut answer = vec![];
        tokio::time::timeout(Duration::from_secs(5), socket.read_to_end(&mut answer)).await.unwrap().unwrap();
        // A fatal alert (RFC 8446, section 6) and the end.
        assert_eq!(answer.first(), Some(&0x15), "{answer:?}");
    }
}

#[tokio::test]
async fn the_version_is_1_3() {
    let serving = Serving::new().await;
    let stream = serving.knock(serving.tls(None)).await.unwrap();
    assert_eq!(stream.get_ref().1.protocol_version(), Some(rustls::ProtocolVersion::TLSv1_3));
}

#[tokio::test]
async fn silent_callers_hold_up_nobody_and_too_many_are_turned_away() {
    let config = FlightConfig { connections: 4, handshake_seconds: 300, ..FlightConfig::default() };
    let serving = Serving::with(tempfile::tempdir().unwrap(), config).await;
    let knock = || TcpStream::connect(serving.bound.address);
    let _silent = [knock().await.unwrap(), knock().await.unwrap(), knock().await.unwrap()];
    let mut client = serving.client("good-token").await;
    client.get_table_types().await.unwrap();
    assert!(ends(knock().await.unwrap()).await, "the fifth is closed at once");
    client.get_table_types().await.unwrap();
}

#[tokio::test]
async fn a_silent_caller_loses_its_seat() {
    let config = FlightConfig { connections: 1, handshake_seconds: 1, ..FlightConfig::default() };
    let serving = Serving::with(tempfile::tempdir().unwrap(), config).await;
    assert!(ends(TcpStream::connect(serving.bound.address).await.unwrap()).await);
    serving.client("good-token").await.get_table_types().await.unwrap();
}

/// Whether the server closes a connection on which nothing is said.
async fn ends(mut socket: TcpStream) -> bool {
    let read = tokio::time::timeout(Duration::from_secs(30), socket.read(&mut [0; 1])).await;
    matches!(read, Ok(Ok(0) | Err(_)))
}

#[tokio::test]
async fn a_client_certificate_is_asked_for_when_configured() {
    let home = tempfile::tempdir().unwrap();
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    let key = KeyPair::generate().unwrap();
    std::fs::write(home.path().join("users.pem"), params.self_signed(&key).unwrap().pem()).unwrap();
    let users = Issuer::new(params, key);
    let card = |issuer: &Issuer<'_, KeyPair>| {
        let mut params = CertificateParams::new(vec!["taro".to_owned()]).unwrap();
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        let key = KeyPair::generate().unwrap();
        (params.signed_by(&key, issuer).unwrap().pem(), key.serialize_pem())
    };
    let good = card(&users);
    let strange = card(&Issuer::new(CertificateParams::default(), KeyPair::generate().unwrap()));

    let config = FlightConfig { client_ca: Some("users.pem".into()), ..FlightConfig::default() };
    let serving = Serving::with(home, config).await;
    for (certificate, passes) in [
        (Some((good.0.as_str(), good.1.as_str())), true),
        (Some((&strange.0, &strange.1)), false),
        (None, false),
    ] {
        // In TLS 1.3 the client learns of it with the first read.
        let mut stream = serving.knock(serving.tls(certificate)).await.unwrap();
        let read = stream.read(&mut [0; 64]).await;
        assert_eq!(matches!(read, Ok(n) if n > 0), passes, "{read:?}");
    }
}

#[tokio::test]
async fn no_call_gets_anywhere_without_a_good_token() {
    let serving = Serving::new().await;
    let mut client = FlightServiceClient::new(serving.channel().await);
    let mut words = std::collections::BTreeSet::new();
    let long = format!("Bearer {}", "x".repeat(4000));
    for header in
        [None, Some("Bearer wrong"), Some("good-token"), Some("Basic good-token"), Some(long.as_str())]
    {
        macro_rules! refused {
            ($method:ident, $message:expr) => {{
                let mut request = Request::new($message);
                if let Some(header) = header {
                    request.metadata_mut().insert("authorization", header.parse().unwrap());
                }
                let status = client.$method(request).await.map(drop).unwrap_err();
                assert_eq!(status.code(), Code::Unauthenticated, "{}: {status:?}", stringify!($method));
                words.insert(status.message().to_owned());
            }};
        }
        refused!(get_flight_info, FlightDescriptor::default());
        refused!(poll_flight_info, FlightDescriptor::default());
        refused!(get_schema, FlightDescriptor::default());
        refused!(list_flights, Criteria::default());
        refused!(list_actions, Empty {});
        refused!(do_get, Ticket::default());
        refused!(do_action, Action::default());
        refused!(do_put, futures::stream::iter([FlightData::default()]).boxed());
        refused!(do_exchange, futures::stream::iter([FlightData::default()]).boxed());
        if header != Some("Basic Z29vZC10b2tlbg==") {
            refused!(handshake, futures::stream::empty().boxed());
        }
    }
    assert_eq!(words.len(), 1, "always the same words: {words:?}");
}

#[tokio::test]
async fn user_and_password_are_exchanged_for_the_bearer() {
    let serving = Serving::new().await;
    let mut client = arrow_flight::sql::client::FlightSqlServiceClient::new(serving.channel().await);
    client.handshake("taro", "good-token").await.unwrap();
    assert_eq!(client.token().unwrap(), "good-token");
    client.get_table_types().await.unwrap();
    assert!(client.handshake("taro", "wrong").await.is_err());
}
