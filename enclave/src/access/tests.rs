//! Tests of the register, with time as an argument.

mod organisations;
mod tables;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::Duration;

use chrono::{DateTime, Utc};
use ring::rand::SystemRandom;

use super::*;
use crate::audit::{self, AuditLog, Entry};
use crate::ids::{HandlerId, SnapshotId, StudyId};
use crate::words::{Refusal, RefusalCode};

pub(super) struct Register {
    pub(super) access: Access,
    file: PathBuf,
    _folder: tempfile::TempDir,
}

impl Register {
    /// A study `s` of handler `sato`, from 9 to 12 o'clock.
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("state.sqlite");
        let access = Access::open(&file).unwrap();
        access.enrol(&Handler::researcher(handler("sato")), &receipt(Action::HandlerAdd)).unwrap();
        let new = NewStudy {
            study: study("s"),
            display: "糖尿病の受診".to_owned(),
            linked: false,
            organisation: None,
            joint_users: Vec::new(),
            snapshot: snapshot(),
            route: Route::Both,
            period: Period::new(Some(at("09:00:00")), Some(at("12:00:00"))).unwrap(),
            grants: vec![(handler("sato"), TablePermit::All)],
        };
        access.create_study(&new, at("08:00:00"), &receipt(Action::StudyCreate)).unwrap();
        Self { access, file, _folder: folder }
    }

    fn permit(&self, time: &str) -> Result<Permit, Refusal> {
        self.access.permit(&handler("sato"), &study("s"), at(time))
    }

    fn grant(&self, tables: &TablePermit) -> Result<(), AccessError> {
        self.access.grant(&study("s"), &handler("sato"), tables, &receipt(Action::Grant))
    }

    fn token(&self, from: &str, until: &str) -> Token {
        let token = Token::draw(&SystemRandom::new()).unwrap();
        let (to, time) = ((&study("s"), &handler("sato")), (at(from), at(until)));
        self.access.issue_token(&token, to, time, &receipt(Action::TokenIssue)).unwrap();
        token
    }
}

/// A receipt from a log of its own.
pub(super) fn receipt(action: Action) -> Receipt {
    let folder = tempfile::tempdir().unwrap();
    let log = AuditLog::open(folder.path(), "test", &[7; 32], at("08:00:00")).unwrap();
    log.append_blocking(Entry::new(at("08:00:00"), "local", audit::Role::DataSteward, action)).unwrap()
}

pub(super) fn at(time: &str) -> DateTime<Utc> {
    format!("2026-11-20T{time}Z").parse().unwrap()
}

pub(super) fn study(name: &str) -> StudyId {
    StudyId::new(name).unwrap()
}

fn handler(name: &str) -> HandlerId {
    HandlerId::new(name).unwrap()
}

fn snapshot() -> SnapshotId {
    "demo@0123456789ab".to_owned().try_into().unwrap()
}

fn only(tables: &[&str]) -> TablePermit {
    TablePermit::Only(tables.iter().map(|&table| (table.to_owned(), Columns::All)).collect())
}

#[test]
fn a_permit_holds_from_the_first_moment_up_to_the_last_second() {
    let register = Register::new();
    let permit = register.permit("11:59:59").unwrap();
    assert_eq!((permit.handler(), permit.study()), (&handler("sato"), &study("s")));
    assert_eq!((permit.snapshot(), permit.route()), (&snapshot(), Route::Both));
    assert_eq!((permit.tables(), permit.until()), (&TablePermit::All, Some(at("12:00:00"))));
    assert!(register.permit("11:59:59.999999").is_ok());
    let ended = register.permit("12:00:00").unwrap_err();
    assert_eq!(ended.code, RefusalCode::NotPermitted);
    assert!(ended.message.en.contains("has ended"), "{ended:?}");

    assert!(register.permit("09:00:00").is_ok());
    let early = register.permit("08:59:59.999999").unwrap_err();
    assert!(early.message.en.contains("has not begun"), "{early:?}");
}

#[test]
fn a_training_that_ends_ends_the_permit() {
    let register = Register::new();
    let mut sato = Handler::researcher(handler("sato"));
    sato.training_until = Some(at("10:30:00"));
    register.access.enrol(&sato, &receipt(Action::HandlerAdd)).unwrap();
    assert_eq!(register.permit("10:29:59").unwrap().until(), Some(at("10:30:00")));
    let refusal = register.permit("10:30:00").unwrap_err();
    assert!(refusal.message.en.contains("training"), "{refusal:?}");

    sato.training_until = Some(at("23:00:00"));
    register.access.enrol(&sato, &receipt(Action::HandlerAdd)).unwrap();
    assert_eq!(register.permit("10:30:00").unwrap().until(), Some(at("12:00:00")));
    assert_eq!(register.access.handlers().unwrap(), [sato]);
}

#[test]
fn only_researchers_are_permitted() {
    let register = Register::new();
    for role in [Role::OutputChecker, Role::SecurityStaff, Role::DataSteward, Role::Registrar] {
        let sato = Handler { roles: role.into(), ..Handler::researcher(handler("sato")) };
        register.access.enrol(&sato, &receipt(Action::HandlerAdd)).unwrap();
        assert_eq!(register.access.handler(&handler("sato")).unwrap(), Some(sato));
        let refusal = register.permit("10:00:00").unwrap_err();
        assert!(refusal.message.en.contains("role"), "{refusal:?}");
    }
    let enrol = |roles: Roles| {
        let sato = Handler { roles, ..Handler::researcher(handler("sato")) };
        register.access.enrol(&sato, &receipt(Action::HandlerAdd)).unwrap();
    };
    enrol([Role::Registrar, Role::Researcher].into());
    assert!(register.permit("10:00:00").is_ok(), "a researcher may be a registrar too");
    enrol(Roles::default());
    assert!(register.permit("10:00:00").is_err());
}

#[test]
fn a_study_that_is_unknown_and_one_that_is_not_granted_read_the_same() {
    let register = Register::new();
    let access = &register.access;
    access.enrol(&Handler::researcher(handler("abe")), &receipt(Action::HandlerAdd)).unwrap();
    let ask = |who, what| access.permit(&handler(who), &study(what), at("10:00:00")).unwrap_err();
    assert_eq!(ask("sato", "none"), ask("abe", "s"));
    assert_eq!(ask("nobody", "s"), ask("abe", "s"));
    // Nor does the period of somebody else's study show.
    let ended = access.permit(&handler("abe"), &study("s"), at("13:00:00")).unwrap_err();
    assert_eq!(ended, ask("abe", "s"));
}

#[test]
fn grants_name_tables_and_can_be_changed_and_revoked() {
    let register = Register::new();
    register.grant(&only(&["visit", "icd10"])).unwrap();
    let permit = register.permit("10:00:00").unwrap();
    assert!(permit.tables().allows("visit") && permit.tables().allows("icd10"));
    assert!(!permit.tables().allows("lab") && !permit.tables().allows("VISIT"));
    register.grant(&only(&["lab"])).unwrap();
    assert_eq!(register.permit("10:00:00").unwrap().tables(), &only(&["lab"]));
    assert!(matches!(register.grant(&only(&[])), Err(AccessError::NoTables)));
    let listed = &register.access.grants().unwrap()[0];
    assert_eq!(listed.tables, only(&["lab"]));
    assert_eq!(serde_json::to_value(listed).unwrap()["tables"], serde_json::json!(["lab"]));
    register.access.granted(&study("s"), &handler("sato")).unwrap();

    let revoke = || {
        register.access.revoke(&study("s"), &handler("sato"), at("10:00:00"), &receipt(Action::GrantRevoke))
    };
    revoke().unwrap();
    assert!(register.permit("10:00:00").is_err());
    assert!(register.access.granted(&study("s"), &handler("sato")).is_err());
    assert_eq!(register.access.grants().unwrap()[0].revoked, Some(at("10:00:00")));
    assert!(matches!(revoke(), Err(AccessError::NotGranted { .. })));
    register.grant(&TablePermit::All).unwrap();
    assert_eq!(register.permit("10:00:00").unwrap().tables(), &TablePermit::All);
}

#[test]
fn errors_say_what_there_is() {
    let register = Register::new();
    let grant =
        |s, h| register.access.grant(&study(s), &handler(h), &TablePermit::All, &receipt(Action::Grant));
    let unknown = grant("t", "sato").unwrap_err().words();
    assert!(unknown.en.contains("There are: s.") && unknown.ja.contains("登録済み: s"), "{unknown:?}");
    assert!(grant("s", "abe").unwrap_err().to_string().contains("There are: sato."));
    assert_eq!(register.access.study(&study("s")).unwrap().snapshot, snapshot());
    assert!(matches!(register.access.study(&study("t")), Err(AccessError::UnknownStudy { .. })));

    register.access.enrol(&Handler::researcher(handler("abe")), &receipt(Action::HandlerAdd)).unwrap();
    let token = Token::draw(&SystemRandom::new()).unwrap();
    let (to, time) = ((&study("s"), &handler("abe")), (at("10:00:00"), at("11:00:00")));
    let error = register.access.issue_token(&token, to, time, &receipt(Action::TokenIssue)).unwrap_err();
    assert!(error.to_string().contains("Who may: sato."), "{error}");
}

#[test]
fn a_study_is_made_whole_or_not_at_all() {
    let register = Register::new();
    let new = |name, who| NewStudy {
        organisation: None,
        joint_users: Vec::new(),
        study: study(name),
        display: name.to_owned(),
        linked: false,
        snapshot: snapshot(),
        route: Route::Vdi,
        period: Period::default(),
        grants: vec![(handler("sato"), TablePermit::All), (handler(who), only(&["visit"]))],
    };
    let create = |new| register.access.create_study(&new, at("08:00:00"), &receipt(Action::StudyCreate));
    assert!(matches!(create(new("s", "sato")), Err(AccessError::StudyExists(_))));
    assert!(matches!(create(new("t", "nobody")), Err(AccessError::UnknownHandler { .. })));
    assert_eq!(register.access.studies().unwrap().len(), 1);
    assert_eq!(register.access.grants().unwrap().len(), 1);
    assert!(Period::new(Some(at("10:00:00")), Some(at("10:00:00"))).is_err());
}

#[test]
fn a_study_changes_but_for_whose_it_is_and_its_data() {
    let Register { access, .. } = &Register::new();
    let before = access.study(&study("s")).unwrap();
    assert_eq!((before.display.as_str(), before.decision, before.linked), ("糖尿病の受診", None, false));
    let change = StudyChange {
        display: "改題".to_owned(),
        joint_users: Vec::new(),
        route: Route::Onsite,
        period: Period::new(None, Some(at("10:00:00"))).unwrap(),
        linked: true,
    };
    access.change_study(&study("s"), &change, &receipt(Action::StudyChange)).unwrap();
    let StudyChange { display, route, period, linked, .. } = change.clone();
    assert_eq!(access.study(&study("s")).unwrap(), Study { display, route, period, linked, ..before });
    // What the Act lets anonymised data only is not for the house's own either.
    let permit = |time| access.permit(&handler("sato"), &study("s"), at(time)).unwrap_err().message;
    assert!(permit("09:30:00").en.contains("must not be linked") && permit("09:30:00").ja.contains("NDB"));

    let change = StudyChange { linked: false, ..change };
    access.change_study(&study("s"), &change, &receipt(Action::StudyChange)).unwrap();
    assert!(access.permit(&handler("sato"), &study("s"), at("09:59:59")).is_ok());
    assert!(permit("10:00:00").en.contains("has ended"));
    let unknown = access.change_study(&study("t"), &change, &receipt(Action::StudyChange));
    assert!(matches!(unknown, Err(AccessError::UnknownStudy { .. })));
    let other = access.change_study(&study("s"), &change, &receipt(Action::StudyCreate));
    assert!(matches!(other, Err(AccessError::Receipt)));
}

#[test]
fn a_receipt_is_good_for_its_own_act_only() {
    let register = Register::new();
    let wrong = receipt(Action::TokenRevoke);
    let (s, sato, token) = (study("s"), handler("sato"), Token::draw(&SystemRandom::new()).unwrap());
    let time = (at("10:00:00"), at("11:00:00"));
    let all = [
        register.access.enrol(&Handler::researcher(handler("abe")), &wrong),
        register.access.grant(&s, &sato, &only(&["visit"]), &wrong),
        register.access.revoke(&s, &sato, time.0, &wrong),
        register.access.issue_token(&token, (&s, &sato), time, &wrong),
        register.access.revoke_token(&token.id(), time.0, &receipt(Action::TokenIssue)),
    ];
    assert!(all.iter().all(|result| matches!(result, Err(AccessError::Receipt))));
    assert_eq!(register.access.handlers().unwrap().len(), 1);
    assert_eq!(register.permit("10:00:00").unwrap().tables(), &TablePermit::All);
    assert!(register.access.tokens().unwrap().is_empty());
}

#[test]
fn a_token_lets_in_until_it_ends() {
    let register = Register::new();
    let token = register.token("10:00:00", "11:00:00");
    let bearer = |time| register.access.bearer(token.expose(), at(time));
    assert_eq!(bearer("10:59:59").unwrap(), (handler("sato"), study("s")));
    let expired = bearer("11:00:00").unwrap_err();

    let drawn = Token::draw(&SystemRandom::new()).unwrap();
    let access = &register.access;
    let mut wrong: Vec<Refusal> = ["", "x", drawn.expose(), &token.expose().to_uppercase()]
        .map(|text| access.bearer(text, at("10:30:00")).unwrap_err())
        .into();
    access.revoke_token(&token.id(), at("10:30:00"), &receipt(Action::TokenRevoke)).unwrap();
    wrong.push(bearer("10:30:00").unwrap_err());
    assert!(wrong.iter().all(|refusal| *refusal == expired), "the words tell tokens apart");

    let again = access.revoke_token(&token.id(), at("10:31:00"), &receipt(Action::TokenRevoke));
    assert!(matches!(again, Err(AccessError::UnknownToken(_))));
    assert_eq!(access.tokens().unwrap()[0].revoked, Some(at("10:30:00")));
}

#[test]
fn a_token_ends_with_its_grant_and_stays_ended() {
    let register = Register::new();
    let token = register.token("10:00:00", "11:00:00");
    let time = at("10:10:00");
    register.access.revoke(&study("s"), &handler("sato"), time, &receipt(Action::GrantRevoke)).unwrap();
    assert!(register.access.bearer(token.expose(), time).is_err());
    register.grant(&TablePermit::All).unwrap();
    assert!(register.access.bearer(token.expose(), time).is_err());
}

#[test]
fn a_token_is_random_and_kept_as_a_hash() {
    let register = Register::new();
    let token = register.token("10:00:00", "11:00:00");
    let text = token.expose();
    assert_eq!(text.strip_prefix("sekisho_").map(str::len), Some(64));
    assert_ne!(text, Token::draw(&SystemRandom::new()).unwrap().expose());
    assert_eq!(format!("{token:?}"), format!("Token({})", token.id()));
    assert!(!text.contains(&token.id().to_string()));
    for entry in fs::read_dir(register.file.parent().unwrap()).unwrap() {
        let bytes = fs::read(entry.unwrap().path()).unwrap();
        assert!(!bytes.windows(32).any(|window| window == &text.as_bytes()[8..40]));
    }
}

#[test]
fn the_last_use_is_kept_to_the_minute() {
    let register = Register::new();
    let token = register.token("10:00:00", "11:00:00");
    let last = |time: &str| {
        register.access.bearer(token.expose(), at(time)).unwrap();
        register.access.tokens().unwrap()[0].last_used.unwrap()
    };
    assert_eq!(register.access.tokens().unwrap()[0].last_used, None);
    assert_eq!(last("10:05:00"), at("10:05:00"));
    assert_eq!(last("10:05:59"), at("10:05:00"));
    assert_eq!(last("10:06:00"), at("10:06:00"));
    assert_eq!(register.access.tokens().unwrap()[0].valid_until, at("11:00:00"));
}

#[test]
fn what_one_process_changes_holds_for_the_next_question_in_another() {
    let register = Register::new();
    let other = Access::open(&register.file).unwrap();
    assert!(register.permit("10:00:00").is_ok());
    other.revoke(&study("s"), &handler("sato"), at("10:00:00"), &receipt(Action::GrantRevoke)).unwrap();
    assert!(register.permit("10:00:00").is_err());
}

#[test]
fn many_open_and_write_the_same_new_file_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.sqlite");
    std::thread::scope(|scope| {
        for writer in 0..8 {
            let file = &file;
            scope.spawn(move || {
                let (access, receipt) = (Access::open(file).unwrap(), receipt(Action::HandlerAdd));
                for n in 0..10 {
                    let new = Handler::researcher(handler(&format!("h{writer}-{n}")));
                    access.enrol(&new, &receipt).unwrap();
                }
            });
        }
    });
    assert_eq!(Access::open(&file).unwrap().handlers().unwrap().len(), 80);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert!(fs::read_dir(folder.path()).unwrap().all(|entry| mode(&entry.unwrap().path()) == 0o600));
}

#[test]
fn other_files_and_newer_ones_are_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.sqlite");
    fs::write(&file, "not a database, but long enough to be read as one: ".repeat(20)).unwrap();
    let before = fs::read(&file).unwrap();
    assert!(matches!(Access::open(&file), Err(AccessError::Foreign(_))));
    assert_eq!(fs::read(&file).unwrap(), before);

    let other = folder.path().join("other.sqlite");
    rusqlite::Connection::open(&other).unwrap().execute_batch("CREATE TABLE mine (x)").unwrap();
    assert!(matches!(Access::open(&other), Err(AccessError::Foreign(_))));

    let register = Register::new();
    let connection = rusqlite::Connection::open(&register.file).unwrap();
    connection.execute_batch("PRAGMA user_version = 99").unwrap();
    assert!(matches!(Access::open(&register.file), Err(AccessError::Newer { found: 99, .. })));
}

#[test]
fn a_register_that_cannot_be_read_permits_nothing() {
    let register = Register::new();
    let token = register.token("10:00:00", "11:00:00");
    let connection = rusqlite::Connection::open(&register.file).unwrap();
    connection.execute_batch("UPDATE study SET snapshot = 'nonsense'").unwrap();
    let refusal = register.permit("10:00:00").unwrap_err();
    assert!(refusal.message.en.contains("cannot be read"), "{refusal:?}");
    assert!(register.access.studies().is_err());
    connection.execute_batch("DROP TABLE token").unwrap();
    let refusal = register.access.bearer(token.expose(), at("10:30:00")).unwrap_err();
    assert!(refusal.message.en.contains("cannot be read"), "{refusal:?}");
}

#[test]
fn a_writer_waits_for_another() {
    let register = Register::new();
    let mut connection = rusqlite::Connection::open(&register.file).unwrap();
    let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).unwrap();
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| register.grant(&only(&["visit"])));
        std::thread::sleep(Duration::from_millis(200));
        assert!(!waiting.is_finished());
        // Whoever opens the file and only reads doesn't wait.
        let other = Access::open(&register.file).unwrap();
        assert!(other.permit(&handler("sato"), &study("s"), at("10:00:00")).is_ok());
        transaction.commit().unwrap();
        waiting.join().unwrap().unwrap();
    });
}

#[test]
fn fuzz_tokens() {
    let register = Register::new();
    let token = register.token("09:00:00", "12:00:00");
    let good = token.expose().to_owned();
    crate::fuzz::text(
        3_000,
        &[good.clone(), token.id().to_string()],
        &["sekisho_", "'", "\0", "%"],
        |text| {
            assert_eq!(register.access.bearer(text, at("10:00:00")).is_ok(), text == good);
            if let Ok(id) = text.parse::<TokenId>() {
                assert_eq!(id.to_string(), text);
            }
        },
    );
}
