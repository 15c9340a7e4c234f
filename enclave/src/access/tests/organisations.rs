//! Tests of organisations: whose handlers work on which study, and until when.

use super::*;
use crate::access::review::tests::approving;
use crate::ids::OrganisationId;

fn organisation(name: &str) -> OrganisationId {
    OrganisationId::new(name).unwrap()
}

/// A certified user of type II, up to 11 o'clock.
fn certified(name: &str) -> Organisation {
    Organisation {
        organisation: organisation(name),
        display: format!("{name} 大学"),
        certificate: Certificate {
            number: "R7-001".to_owned(),
            user_type: UserType::TypeII,
            period: Period::new(Some(at("08:00:00")), Some(at("11:00:00"))).unwrap(),
            revoked: None,
        },
    }
}

/// A study `o` of the organisation `a`, on which `b` works too, with handlers `of-a`, `of-b`, `of-c` and `sato` of none.
fn organised() -> Register {
    let register = Register::new();
    let Register { access, .. } = &register;
    for name in ["a", "b", "c"] {
        access.register(&certified(name), &receipt(Action::OrganisationAdd)).unwrap();
        let own = Handler::researcher(handler(&format!("of-{name}")));
        let own = Handler { organisation: Some(organisation(name)), ..own };
        access.enrol(&own, &receipt(Action::HandlerAdd)).unwrap();
        assert_eq!(access.handler(&own.handler).unwrap(), Some(own));
    }
    let all = ["of-a", "of-b", "of-c", "sato"].map(|name| (handler(name), TablePermit::All));
    let new = NewStudy {
        study: study("o"),
        display: "o".to_owned(),
        linked: false,
        organisation: Some(organisation("a")),
        joint_users: vec![organisation("b")],
        snapshot: snapshot(),
        route: Route::Both,
        period: Period::new(None, Some(at("12:00:00"))).unwrap(),
        grants: all.to_vec(),
    };
    access.create_study(&new, at("08:00:00"), &receipt(Action::StudyCreate)).unwrap();
    reviewed(&register, approving());
    register
}

/// Enters what the committee decided about the study `o`.
fn reviewed(register: &Register, form: ReviewForm) {
    let review = Review::new(form, at("08:00:00")).unwrap();
    let entered = register.access.record_review(&study("o"), &review, &receipt(Action::StudyReview));
    entered.unwrap();
}

/// What a handler is told in that study.
fn told(register: &Register, name: &str, time: &str) -> Result<Permit, String> {
    let permit = register.access.permit(&handler(name), &study("o"), at(time));
    permit.map_err(|refusal| refusal.message.en)
}

#[test]
fn only_the_studys_organisations_work_on_it() {
    let register = organised();
    assert_eq!(register.access.study(&study("o")).unwrap().joint_users, [organisation("b")]);
    let permit = told(&register, "of-a", "10:00:00").unwrap();
    assert_eq!((permit.organisation(), permit.until()), (Some(&organisation("a")), Some(at("11:00:00"))));
    assert_eq!(told(&register, "of-b", "10:00:00").unwrap().organisation(), Some(&organisation("a")));
    for stranger in ["of-c", "sato"] {
        assert!(told(&register, stranger, "10:00:00").unwrap_err().contains("neither"), "{stranger}");
    }
    // Nor does somebody of an organisation work on the house's own.
    let grant =
        register.access.grant(&study("s"), &handler("of-a"), &TablePermit::All, &receipt(Action::Grant));
    grant.unwrap();
    assert!(register.access.permit(&handler("of-a"), &study("s"), at("10:00:00")).is_err());
}

#[test]
fn a_certificate_is_looked_at_at_every_question() {
    let register = organised();
    let access = &register.access;
    assert!(told(&register, "of-a", "10:59:59").is_ok());
    for time in ["11:00:00", "07:59:59"] {
        assert!(told(&register, "of-a", time).unwrap_err().contains("not valid"), "{time}");
    }
    let renewed = Period::new(None, Some(at("23:00:00"))).unwrap();
    let mut a = certified("a");
    a.certificate.period = renewed;
    access.register(&a, &receipt(Action::OrganisationAdd)).unwrap();
    assert_eq!(told(&register, "of-a", "11:00:00").unwrap().until(), Some(at("12:00:00")));
    // The joint user's own certificate counts as much as the study's.
    assert!(told(&register, "of-b", "11:00:00").is_err());

    access
        .revoke_certificate(&organisation("a"), at("09:00:00"), &receipt(Action::OrganisationRevoke))
        .unwrap();
    assert!(told(&register, "of-a", "10:00:00").unwrap_err().contains("revoked"));
    assert!(told(&register, "of-b", "10:00:00").unwrap_err().contains("revoked"), "it is a's study");
    a.certificate.user_type = UserType::TypeI;
    access.register(&a, &receipt(Action::OrganisationAdd)).unwrap();
    assert!(told(&register, "of-a", "10:00:00").unwrap_err().contains("type I "));
    assert_eq!(access.organisation(&organisation("a")).unwrap(), a);
    assert_eq!(access.organisations().unwrap().len(), 3);
}

#[test]
fn the_committee_is_asked_at_every_question() {
    let register = organised();
    assert!(told(&register, "of-a", "10:00:00").is_ok());
    let conditions = vec!["no rare diseases".to_owned()];
    reviewed(&register, ReviewForm { conditions, ..approving() });
    assert!(told(&register, "of-b", "10:00:00").is_ok());
    reviewed(&register, ReviewForm { votes: Vec::new(), ..approving() });
    for handler in ["of-a", "of-b"] {
        assert!(told(&register, handler, "10:00:00").unwrap_err().contains("not approved"), "{handler}");
    }
    // The house's own study goes on without a committee.
    assert!(register.permit("10:00:00").is_ok());
    let connection = rusqlite::Connection::open(&register.file).unwrap();
    connection.execute_batch("DELETE FROM review_vote; DELETE FROM review_criterion").unwrap();
    assert!(told(&register, "of-a", "10:00:00").unwrap_err().contains("cannot be read"), "half a review");
    connection.execute_batch("DELETE FROM review_condition; DELETE FROM review").unwrap();
    let refusal = register.access.permit(&handler("of-a"), &study("o"), at("10:00:00")).unwrap_err();
    assert!(refusal.message.en.contains("not judged this study"), "{refusal:?}");
    assert!(refusal.message.ja.contains("審査") && refusal.remedy.ja.contains("承認"), "{refusal:?}");
}

#[test]
fn an_unknown_organisation_is_told_with_what_there_is() {
    let register = organised();
    let access = &register.access;
    let lost = Handler { organisation: Some(organisation("z")), ..Handler::researcher(handler("lost")) };
    for error in [
        access.enrol(&lost, &receipt(Action::HandlerAdd)).unwrap_err(),
        access.organisation(&organisation("z")).unwrap_err(),
        access
            .revoke_certificate(&organisation("z"), at("09:00:00"), &receipt(Action::OrganisationRevoke))
            .unwrap_err(),
    ] {
        assert!(error.words().en.contains("There are: a, b, c"), "{error:?}");
    }
    assert!(matches!(
        access.register(&certified("d"), &receipt(Action::HandlerAdd)),
        Err(AccessError::Receipt)
    ));
}

/// A register from before there were organisations.
#[test]
fn an_older_register_is_brought_up_to_date() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.sqlite");
    let old = rusqlite::Connection::open(&file).unwrap();
    old.execute_batch(include_str!("../schema/1.sql")).unwrap();
    old.execute_batch(
        "INSERT INTO handler VALUES ('sato', 'sato', 'researcher', NULL, 0), ('mori', 'mori', 'registrar', NULL, 0);",
    )
    .unwrap();
    old.pragma_update(None, "user_version", 1).unwrap();
    drop(old);
    let access = Access::open(&file).unwrap();
    let mori = Handler { roles: Role::Registrar.into(), ..Handler::researcher(handler("mori")) };
    assert_eq!(access.handlers().unwrap(), [mori, Handler::researcher(handler("sato"))]);
    access.register(&certified("a"), &receipt(Action::OrganisationAdd)).unwrap();
}
