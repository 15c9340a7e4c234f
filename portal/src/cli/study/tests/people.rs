//! `handler …`: who is on the roster, who is invited, who is withdrawn.

use super::*;

fn handler(name: &str) -> HandlerId {
    HandlerId::new(name).unwrap()
}

#[test]
fn the_first_administrator_is_made_and_invited() {
    let house = House::new();
    assert!(house.run("x handler list").unwrap().0.contains("handler add"));
    house.run("x handler add sato --display 佐藤花子 --role registrar --role security_staff").unwrap();
    let (out, err) = house.run("x handler invite sato --base https://sekisho.example.jp/").unwrap();
    let link = out.strip_suffix('\n').unwrap();
    let token = link.strip_prefix("https://sekisho.example.jp/invitations/").unwrap();
    assert!(!err.contains(token) && err.contains("2026-11-23 12:00 +09:00"), "{err}");
    assert_eq!(house.login.invited(token, now()).unwrap().handler, handler("sato"));
    let (path, _) = house.run("x handler invite sato").unwrap();
    assert!(path.starts_with("/invitations/"), "{path}");
    assert!(house.login.invited(token, now()).is_err(), "a new one takes its place");

    let table = house.run("x handler list").unwrap().0;
    assert!(table.contains("佐藤花子") && table.contains("security_staff, registrar"), "{table}");
    assert!(table.contains("invited"), "{table}");
    let listed: Value = serde_json::from_str(&house.run("x handler list --json").unwrap().0).unwrap();
    assert_eq!(listed[0]["roles"], json!(["security_staff", "registrar"]));
    assert_eq!(listed[0]["login"]["enrolled"], Value::Null);
    let logged = house.logged();
    assert_eq!(logged, ["handler_add sato", "invite sato", "invite sato"]);
    assert!(!logged.concat().contains(token));
}

#[test]
fn what_is_left_out_stays() {
    let house = House::new();
    house.run("x organisation add todai --certificate 1").unwrap();
    house.run("x handler add sato --organisation todai --training-until 2027-03-31").unwrap();
    house.run("x handler add sato --display 佐藤花子").unwrap();
    let sato = || house.access.handler(&handler("sato")).unwrap().unwrap();
    assert_eq!((sato().display.as_str(), sato().roles.to_string().as_str()), ("佐藤花子", "researcher"));
    assert!(sato().organisation.is_some() && sato().training_until.is_some());
    house.run("x handler add sato --role output_checker").unwrap();
    assert_eq!(sato().roles.to_string(), "output_checker");
}

#[test]
fn who_is_withdrawn_keeps_nothing() {
    let house = House::new();
    for words in ["x study create s --snapshot demo", "x study grant s sato", "x handler invite sato"] {
        house.run(words).unwrap();
    }
    let token = house.run("x token --study s --handler sato").unwrap().0;
    assert!(house.access.bearer(token.trim(), now()).is_ok());
    house.run("x handler withdraw sato").unwrap();
    assert!(house.access.bearer(token.trim(), now()).is_err());
    assert!(house.access.permit(&handler("sato"), &StudyId::new("s").unwrap(), now()).is_err());
    assert!(house.login.standing(&handler("sato"), now()).unwrap().invited_until.is_none());
    assert_eq!(house.logged()[6..], ["login_withdraw sato", "grant_revoke sato", "handler_add sato"]);
    let error = house.run("x handler invite sato").unwrap_err().to_string();
    assert!(error.contains("--role"), "{error}");
}

#[test]
fn mistakes_are_not_logged_and_say_what_there_is() {
    let house = House::new();
    house.run("x handler add sato").unwrap();
    let before = house.logged();
    for (words, says) in [
        ("x handler invite abe", "There are: sato."),
        ("x handler withdraw abe", "There are: sato."),
        ("x handler add abe --organisation z", "`organisation add`"),
    ] {
        let error = house.run(words).unwrap_err().to_string();
        assert!(error.contains(says), "{words}: {error}");
        assert_eq!(house.logged(), before, "{words}");
    }
    for usage in [
        "x handler add",
        "x handler add a/b",
        "x handler add abe --role king",
        "x handler invite sato --base http://sekisho.example.jp",
        "x handler invite sato --base http://localhost.example.jp",
        "x handler invite sato --base https://",
        "x handler invite sato --base https://a.example/?x",
    ] {
        assert!(Line::try_parse_from(usage.split(' ')).is_err(), "{usage}");
    }
    assert!(house.run("x handler invite sato --base http://localhost:8443").is_ok());
}
