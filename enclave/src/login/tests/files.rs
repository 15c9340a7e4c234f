//! What is on disk, and what is printed.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::*;

#[test]
fn files_are_private_and_hold_no_secret_in_the_clear() {
    let house = House::new();
    let now = at("08:00:00");
    let invitation = house.invite("sato", now);
    let (token, phone) = (invitation.expose().to_owned(), house.phone(invitation.expose(), now));
    let secret = phone.0.secret().as_ref().to_vec();
    let enrolled = house.accept(&token, PASSWORD, &phone.code(now), now).unwrap();
    let codes: Vec<String> = enrolled.recovery_codes.iter().map(str::to_owned).collect();
    let sessions = house.login.sessions(SessionRules::default());
    let key = sessions
        .begin(enrolled.signed_in, Zone::Vdi, now, &SystemRandom::new(), &receipt(Action::SignIn))
        .unwrap();
    house.sign_in("my secret typed as a name", "x", "y", now).unwrap_err();

    let base32 = phone.0.secret().to_base32();
    let plain: Vec<String> = codes.iter().map(|code| code.replace('-', "")).collect();
    let mut secrets: Vec<&[u8]> = vec![&secret, base32.as_bytes(), token.as_bytes(), key.expose().as_bytes()];
    secrets.extend([PASSWORD.as_bytes(), b"typed as a name"]);
    secrets.extend(codes.iter().chain(&plain).map(String::as_bytes));
    let mut files = 0;
    for entry in fs::read_dir(house.file.parent().unwrap()).unwrap() {
        let path = entry.unwrap().path();
        if !path.file_name().unwrap().to_str().unwrap().starts_with("login.sqlite") {
            continue;
        }
        files += 1;
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600, "{path:?}");
        let bytes = fs::read(&path).unwrap();
        for secret in &secrets {
            assert!(!bytes.windows(secret.len()).any(|window| window == *secret), "{path:?}");
        }
    }
    assert!(files >= 2, "the database and its log");
}

#[test]
fn nothing_prints_a_secret() {
    let house = House::new();
    let now = at("08:00:00");
    let invitation = house.invite("sato", now);
    let shown = house.login.invited(invitation.expose(), now).unwrap();
    let phone = house.phone(invitation.expose(), now);
    let code = phone.code(now);
    let factors = Factors { password: PASSWORD, code: &code };
    let rng = SystemRandom::new();
    let candidate = house.login.check_enrolment(invitation.expose(), factors, now, &rng).unwrap();
    let mut printed = format!("{:?} {invitation:?} {shown:?} {candidate:?}", house.login);
    let phc = house.login.stranger.password.clone();
    let enrolled = house.login.enrol(candidate, now, &rng, &receipt(Action::Enrol)).unwrap();
    printed += &format!("{enrolled:?}");
    let codes: Vec<String> = enrolled.recovery_codes.iter().map(str::to_owned).collect();
    let sessions = house.login.sessions(SessionRules::default());
    let key = sessions.begin(enrolled.signed_in, Zone::Vdi, now, &rng, &receipt(Action::SignIn)).unwrap();
    let session = sessions.session(key.expose(), Zone::Vdi, now).unwrap();
    printed += &format!("{key:?} {session:?} {sessions:?} {:?}", session.fresh(now));

    let mut secrets =
        vec![invitation.expose(), &shown.secret, &shown.uri, &phc, PASSWORD, key.expose(), session.csrf()];
    let plain = shown.secret.replace(' ', "");
    secrets.push(&plain);
    secrets.extend(codes.iter().map(String::as_str));
    for secret in secrets {
        assert!(!printed.contains(secret), "{secret} in {printed}");
    }
}

#[test]
fn a_login_belongs_to_its_house() {
    let (house, phone) = House::with_sato();
    let other = tempfile::tempdir().unwrap();
    let strange = open(&house.file, &KeyStore::open(other.path()).unwrap());
    let (now, code) = (at("09:00:00"), phone.code(at("09:00:00")));
    let factors = Factors { password: PASSWORD, code: &code };
    let denied = strange.sign_in("sato", factors, HOME, now).unwrap_err();
    assert_eq!(logged(&denied)["reason"], "unreadable");
    assert!(denied.refusal().message.en.contains("cannot be read"));
    house.login.sign_in("sato", factors, HOME, now).unwrap();
}

/// The pepper and the seal: a row that is put under another name opens for nobody.
#[test]
fn a_row_belongs_to_its_handler() {
    let (house, phone) = House::with_sato();
    let connection = rusqlite::Connection::open(&house.file).unwrap();
    connection.execute_batch("UPDATE account SET handler = 'abe' WHERE handler = 'sato'").unwrap_err();
    connection.execute_batch("PRAGMA foreign_keys = OFF; UPDATE account SET handler = 'abe'").unwrap();
    let now = at("09:00:00");
    assert!(house.sign_in("abe", PASSWORD, &phone.code(now), now).is_err());
}

#[test]
fn other_files_and_newer_ones_are_left_alone() {
    let house = House::new();
    let open = |file: &Path| Login::open(file, house.keys.login_keys());
    let folder = tempfile::tempdir().unwrap();
    let register = folder.path().join("state.sqlite");
    crate::access::Access::open(&register).unwrap();
    assert!(matches!(open(&register), Err(LoginError::Foreign(_))));
    let connection = rusqlite::Connection::open(&house.file).unwrap();
    connection.execute_batch("PRAGMA user_version = 99").unwrap();
    assert!(matches!(open(&house.file), Err(LoginError::Newer { found: 99, .. })));
}

#[test]
fn what_cannot_be_read_lets_nobody_in() {
    let (house, phone) = House::with_sato();
    let now = at("09:00:00");
    let signed_in = house.sign_in("sato", PASSWORD, &phone.code(now), now).unwrap();
    let sessions = house.login.sessions(SessionRules::default());
    let key =
        sessions.begin(signed_in, Zone::Vdi, now, &SystemRandom::new(), &receipt(Action::SignIn)).unwrap();
    let connection = rusqlite::Connection::open(&house.file).unwrap();
    connection.execute_batch("UPDATE session SET zone = 'nowhere'").unwrap();
    assert_eq!(sessions.session(key.expose(), Zone::Vdi, now).unwrap_err(), Ended::Unreadable);
    connection.execute_batch("DROP TABLE failure").unwrap();
    let next = now + TimeDelta::seconds(30);
    let denied = house.sign_in("sato", PASSWORD, &phone.code(next), next).unwrap_err();
    assert_eq!(logged(&denied)["decision"], "failed");
}

/// What one sign-in costs, and that the library's default is what we wrote down.
#[test]
fn a_hash_costs_what_owasp_asks_for() {
    let cost = hasher::cost();
    assert_eq!((cost.m_cost(), cost.t_cost(), cost.p_cost()), (19 * 1024, 2, 1));
    let keys = KeyStore::open(tempfile::tempdir().unwrap().path()).unwrap();
    let hasher = Hasher::new(keys.login_keys().pepper, cost);
    let password = password::Password::read(PASSWORD).unwrap();
    let phc = hasher.hash(&password, &SystemRandom::new()).unwrap();
    assert!(phc.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{phc}");
    assert_ne!(phc, hasher.hash(&password, &SystemRandom::new()).unwrap(), "salted");
    assert!(hasher.verify(Some(&password), &phc).unwrap());
    assert!(
        !hasher.verify(None, &phc).unwrap() && !hasher.verify(Some(&password), &hasher.nobodys()).unwrap()
    );
    let unpeppered = Hasher::new(zeroize::Zeroizing::new([0; 32]), hasher::cost());
    assert!(!unpeppered.verify(Some(&password), &phc).unwrap());
    assert_eq!(hasher.nobodys().split('$').nth(3), phc.split('$').nth(3), "a stranger costs the same");
}
