//! The house's own certificate authority and the server certificate under it.
//!
//! `ca.key` (0600) and `ca.pem` are made once; clients need `ca.pem`. `server.pem` (0600) holds
//! the server's key and certificate in one file, so that a crash never leaves a mismatched pair,
//! and above them, as comments, the names and the last day, so that we know when to make it anew:
//! when a name is missing or the end is near.
//! Out of scope: certificates of the organisation's own authority, which are configured by path.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Datelike as _, Days, NaiveDate, Utc};
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyPair, KeyUsagePurpose, date_time_ymd,
};

use super::TlsError;

/// The file that clients need, in the TLS folder.
pub const CA_FILE: &str = "ca.pem";

const CA_DAYS: u64 = 3650;
/// Clients of some platforms refuse server certificates that live longer than 398 days.
const SERVER_DAYS: u64 = 397;
const RENEW_BEFORE_DAYS: u64 = 60;

/// Makes what is missing in `folder` and gives the path of the server's key and certificate.
///
/// `names` are further DNS names or IP addresses beside localhost, 127.0.0.1 and ::1.
///
/// # Errors
/// When the folder cannot be written, or a name is neither a DNS name nor an address.
pub fn prepare(folder: &Path, names: &[String], now: DateTime<Utc>) -> Result<PathBuf, TlsError> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(TlsError::file(folder))?;
    let today = now.date_naive();
    let names = all_names(names);
    let server = folder.join("server.pem");
    let ca_key = authority_key(&folder.join("ca.key"))?;
    let ca = authority_params(today);
    let ca_pem = folder.join(CA_FILE);
    if !ca_pem.exists() {
        // A new certificate for an old key is as good as the old one to every client.
        write(&ca_pem, 0o644, &ca.self_signed(&ca_key)?.pem())?;
    }
    let still_good = fs::read_to_string(&server).is_ok_and(|text| is_good(&text, &names, today));
    if !still_good {
        write(&server, 0o600, &issue(&names, today, &Issuer::new(ca, ca_key))?)?;
    }
    Ok(server)
}

fn all_names(names: &[String]) -> Vec<String> {
    let mut all: Vec<String> = ["localhost", "127.0.0.1", "::1"].map(str::to_owned).into();
    all.extend(names.iter().filter(|n| !["localhost", "127.0.0.1", "::1"].contains(&n.as_str())).cloned());
    all
}

fn authority_key(path: &Path) -> Result<KeyPair, TlsError> {
    match fs::read_to_string(path) {
        Ok(pem) => {
            KeyPair::from_pem(&pem).map_err(|_| TlsError::Pem { path: path.to_owned(), what: "private key" })
        }
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
            let key = KeyPair::generate()?;
            write(path, 0o600, &key.serialize_pem())?;
            Ok(key)
        }
        Err(e) => Err(TlsError::file(path)(e)),
    }
}

fn authority_params(today: NaiveDate) -> CertificateParams {
    let mut params = CertificateParams::default();
    // The same name for ever: a later server certificate must chain to the file clients have.
    params.distinguished_name = common_name("Sekisho enclave CA");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    valid_for(&mut params, today, CA_DAYS);
    params
}

fn issue(names: &[String], today: NaiveDate, issuer: &Issuer<'_, KeyPair>) -> Result<String, TlsError> {
    let mut params = CertificateParams::new(names.to_vec())?;
    params.distinguished_name = common_name("Sekisho gatehouse");
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    let until = valid_for(&mut params, today, SERVER_DAYS);
    let key = KeyPair::generate()?;
    let certificate = params.signed_by(&key, issuer)?;
    Ok(format!("{}{}{}", header(names, until), certificate.pem(), key.serialize_pem()))
}

fn header(names: &[String], until: NaiveDate) -> String {
    format!("# names: {}\n# until: {until}\n", names.join(" "))
}

/// Whether the comments above a server certificate still fit.
fn is_good(text: &str, names: &[String], today: NaiveDate) -> bool {
    let line = |prefix: &str| text.lines().find_map(|l| l.strip_prefix(prefix));
    let same_names = line("# names: ") == Some(&names.join(" "));
    let until = line("# until: ").and_then(|t| t.parse::<NaiveDate>().ok());
    same_names && until.is_some_and(|until| after(today, RENEW_BEFORE_DAYS) < until)
}

fn common_name(name: &str) -> DistinguishedName {
    let mut dn = DistinguishedName::new();
    dn.push(DnType::CommonName, name);
    dn
}

/// From yesterday, for clocks that are a little behind.
fn valid_for(params: &mut CertificateParams, today: NaiveDate, days: u64) -> NaiveDate {
    let from = today.checked_sub_days(Days::new(1)).unwrap_or(today);
    let until = after(today, days);
    // Months and days of a calendar date are at most 12 and 31.
    params.not_before = date_time_ymd(from.year(), from.month() as u8, from.day() as u8);
    params.not_after = date_time_ymd(until.year(), until.month() as u8, until.day() as u8);
    until
}

fn after(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_add_days(Days::new(days)).unwrap_or(NaiveDate::MAX)
}

/// Whole or not at all: a new file beside it, synced, then renamed.
fn write(path: &Path, mode: u32, text: &str) -> Result<(), TlsError> {
    let beside = path.with_extension(format!("new-{}", std::process::id()));
    let put = || {
        let mut file =
            fs::OpenOptions::new().write(true).create(true).truncate(true).mode(mode).open(&beside)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&beside, path)
    };
    put().map_err(TlsError::file(path))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;
    use crate::tls::{Callers, Identity, Speaks, server};

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn made_once_then_kept_until_the_end_is_near_or_a_name_is_new() {
        let home = tempfile::tempdir().unwrap();
        let read = |f: &str| fs::read_to_string(home.path().join(f)).unwrap();
        prepare(home.path(), &[], at("2026-04-01T00:00:00Z")).unwrap();
        let (ca, first) = (read("ca.pem"), read("server.pem"));
        prepare(home.path(), &[], at("2027-01-01T00:00:00Z")).unwrap();
        assert_eq!(read("server.pem"), first);
        prepare(home.path(), &["enclave.example".into()], at("2027-01-01T00:00:00Z")).unwrap();
        let second = read("server.pem");
        assert_ne!(second, first);
        prepare(home.path(), &["enclave.example".into()], at("2027-12-15T00:00:00Z")).unwrap();
        assert_ne!(read("server.pem"), second);
        assert_eq!(read("ca.pem"), ca, "clients keep the authority they have");
    }

    #[test]
    fn keys_are_for_their_owner_only_and_load() {
        let home = tempfile::tempdir().unwrap();
        let pem = prepare(home.path(), &[], at("2026-04-01T00:00:00Z")).unwrap();
        for file in ["ca.key", "server.pem"] {
            let mode = fs::metadata(home.path().join(file)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{file}");
        }
        server(&Identity { chain: pem.clone(), key: pem }, Callers::Anybody, Speaks::Grpc).unwrap();
    }

    #[test]
    fn a_name_that_is_none_is_an_error() {
        let home = tempfile::tempdir().unwrap();
        assert!(prepare(home.path(), &["ä b".into()], at("2026-04-01T00:00:00Z")).is_err());
    }
}
