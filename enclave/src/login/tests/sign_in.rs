//! Signing in: what is good once, what waits, and what nobody can tell.

use std::sync::Barrier;

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use super::super::password::Password;
use super::super::totp::Typed;
use super::*;

const NOW: &str = "10:00:00";

#[test]
fn a_code_is_good_once() {
    let (house, phone) = House::with_sato();
    let (now, code) = (at(NOW), phone.code(at(NOW)));
    let signed_in = house.sign_in("sato", PASSWORD, &code, now).unwrap();
    assert_eq!((signed_in.handler(), signed_in.at(), signed_in.how()), (&handler("sato"), now, How::Totp));
    let replayed = house.sign_in("sato", PASSWORD, &code, now + TimeDelta::seconds(5)).unwrap_err();
    assert_eq!(logged(&replayed)["reason"], "used_code");
    let next = now + TimeDelta::seconds(30);
    house.sign_in("sato", PASSWORD, &phone.code(next), next).unwrap();
    // Nor is one from before the last that was used.
    assert!(house.sign_in("sato", PASSWORD, &phone.code(now - TimeDelta::seconds(30)), now).is_err());
}

#[test]
fn a_code_of_the_step_before_or_after_is_taken() {
    for (shift, taken) in [(-60, false), (-30, true), (0, true), (30, true), (60, false)] {
        let (house, phone) = House::with_sato();
        let code = phone.code(at(NOW) + TimeDelta::seconds(shift));
        assert_eq!(house.sign_in("sato", PASSWORD, &code, at(NOW)).is_ok(), taken, "{shift}");
    }
}

#[test]
fn of_many_who_send_one_code_at_once_one_comes_in() {
    let (house, phone) = House::with_sato();
    let others: Vec<Login> = (0..3).map(|_| open(&house.file, &house.keys)).collect();
    for round in 0..5 {
        let now = at(NOW) + TimeDelta::minutes(round);
        let (code, barrier) = (phone.code(now), Barrier::new(4));
        let factors = Factors { password: PASSWORD, code: &code };
        let came_in = std::thread::scope(|scope| {
            let logins = others.iter().chain([&house.login]);
            let threads: Vec<_> = logins
                .map(|login| {
                    let barrier = &barrier;
                    scope.spawn(move || {
                        barrier.wait();
                        login.sign_in("sato", factors, HOME, now).is_ok()
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).filter(|ok| *ok).count()
        });
        assert_eq!(came_in, 1, "round {round}");
    }
}

#[test]
fn a_recovery_code_is_good_once_however_it_is_typed() {
    let house = House::new();
    let (_, codes) = house.enrol("sato", at("08:00:00"));
    assert!(codes.iter().all(|code| code.len() == 29 && code.split('-').count() == 6), "{codes:?}");
    let typed = codes[0].to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l");
    assert_eq!(house.sign_in("sato", PASSWORD, &typed, at(NOW)).unwrap().how(), How::Recovery);
    assert!(house.sign_in("sato", PASSWORD, &codes[0], at(NOW)).is_err());
    // A wrong password uses none up.
    assert!(house.sign_in("sato", "wrong", &codes[1], at(NOW)).is_err());
    house.sign_in("sato", PASSWORD, &codes[1], at(NOW)).unwrap();
    assert_eq!(house.login.standing(&handler("sato"), at(NOW)).unwrap().recovery_codes_left, 8);
    // They are somebody's own.
    house.enrol("abe", at("08:00:00"));
    assert!(house.sign_in("abe", PASSWORD, &codes[2], at(NOW)).is_err());
}

#[test]
fn every_mistake_has_one_answer_and_one_price() {
    let (house, phone) = House::with_sato();
    let used = phone.code(at(NOW));
    house.sign_in("sato", PASSWORD, &used, at(NOW)).unwrap();
    let next = at(NOW) + TimeDelta::seconds(30);
    let good = phone.code(next);
    let before = house.hashes();
    let long = "x".repeat(100_000);
    let attempts = [
        ("nobody", PASSWORD, good.as_str(), "unknown_account", "unknown"),
        ("", "", "", "unknown_account", "unknown"),
        ("sato\0", PASSWORD, &good, "unknown_account", "unknown"),
        ("SATO", PASSWORD, &good, "unknown_account", "unknown"),
        ("sato", "wrong", &good, "wrong_password", "sato"),
        ("sato", &long, &good, "wrong_password", "sato"),
        ("sato", PASSWORD, "000000", "wrong_code", "sato"),
        ("sato", PASSWORD, &used, "used_code", "sato"),
    ];
    let mut told = Vec::new();
    for (name, password, code, reason, actor) in attempts {
        let denied = house.sign_in(name, password, code, next).unwrap_err();
        let entry = logged(&denied);
        assert_eq!((&entry["reason"], &entry["actor"]), (&reason.into(), &actor.into()), "{name}");
        assert_eq!(entry["action"], "sign_in_denied");
        assert!(!format!("{denied:?}").contains(reason));
        told.push(denied.refusal());
    }
    assert!(told.iter().all(|refusal| *refusal == told[0]), "the words tell mistakes apart");
    assert_eq!(house.hashes() - before, attempts.len(), "each costs one hash");

    // Locked is the same work too, and doesn't use the code up.
    house.sign_in("sato", "wrong", &good, next).unwrap_err();
    let before = house.hashes();
    let locked = house.sign_in("sato", PASSWORD, &good, next).unwrap_err();
    assert_eq!((logged(&locked)["reason"].as_str(), house.hashes() - before), (Some("locked"), 1));
    assert_eq!(locked.refusal().message, told[0].message);
    let later = next + TimeDelta::seconds(30);
    house.sign_in("sato", PASSWORD, &good, later).unwrap();
}

#[test]
fn waits_are_the_same_for_those_there_are_and_those_there_are_not() {
    let (house, _) = House::with_sato();
    let mut rng = ChaCha8Rng::seed_from_u64(4);
    let mut now = at(NOW);
    for n in 0..60_u8 {
        now += TimeDelta::seconds(rng.random_range(0..400));
        let source = IpAddr::V4(Ipv4Addr::new(198, 51, 100, n));
        let [known, unknown] = ["sato", "nobody"].map(|name| {
            let factors = Factors { password: "wrong", code: "000000" };
            house.login.sign_in(name, factors, source, now).unwrap_err()
        });
        assert_eq!((known.wait(), known.refusal()), (unknown.wait(), unknown.refusal()), "{n}");
    }
}

#[test]
fn a_lock_grows_ends_and_is_forgotten() {
    let (house, phone) = House::with_sato();
    let mut now = at(NOW);
    let fail = |now| house.sign_in("sato", "wrong", "000000", now).unwrap_err().wait().num_seconds();
    assert_eq!([(); 5].map(|()| fail(now)), [0, 0, 0, 0, 30]);
    // While it lasts, nothing more is counted.
    now += TimeDelta::seconds(10);
    assert_eq!([(); 3].map(|()| fail(now)), [20, 20, 20]);
    now += TimeDelta::seconds(19);
    assert!(house.sign_in("sato", PASSWORD, &phone.code(now), now).is_err());
    now += TimeDelta::seconds(1);
    assert_eq!(fail(now), 60);
    now += TimeDelta::seconds(60);
    house.sign_in("sato", PASSWORD, &phone.code(now), now).unwrap();
    assert_eq!([(); 5].map(|()| fail(now)), [0, 0, 0, 0, 30], "a success forgives");
    // A clock that is set back locks nobody out until it has caught up.
    now -= TimeDelta::days(2);
    assert_eq!(fail(now), 30);
    now += TimeDelta::seconds(30);
    assert_eq!(fail(now), 60);
    now += TimeDelta::hours(25);
    assert_eq!(fail(now), 0, "so does a day");
}

#[test]
fn no_more_failures_than_allowed_slip_in_side_by_side() {
    let (house, _) = House::with_sato();
    let now = at(NOW);
    let reasons: Vec<String> = std::thread::scope(|scope| {
        let attempt = || logged(&house.sign_in("sato", "wrong", "000000", now).unwrap_err());
        let threads: Vec<_> = (0..20).map(|_| scope.spawn(attempt)).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap()["reason"].as_str().unwrap().to_owned())
            .collect()
    });
    assert_eq!(reasons.iter().filter(|reason| *reason == "wrong_password").count(), 5, "{reasons:?}");
}

#[test]
fn an_address_that_tries_too_often_is_turned_away_before_the_work() {
    let (house, phone) = House::with_sato();
    for n in 0..30 {
        house.sign_in(&format!("name-{n}"), "wrong", "000000", at(NOW)).unwrap_err();
    }
    let before = house.hashes();
    let denied = house.sign_in("sato", PASSWORD, &phone.code(at(NOW)), at(NOW)).unwrap_err();
    assert_eq!((logged(&denied)["reason"].as_str(), house.hashes()), (Some("source_limit"), before));
    assert_eq!(denied.wait(), TimeDelta::seconds(2));
    let elsewhere: IpAddr = "2001:db8::1".parse().unwrap();
    let code = phone.code(at(NOW));
    house.login.sign_in("sato", Factors { password: PASSWORD, code: &code }, elsewhere, at(NOW)).unwrap();
}

#[test]
fn a_lock_outlives_a_restart() {
    let (house, phone) = House::with_sato();
    for _ in 0..5 {
        house.sign_in("sato", "wrong", "000000", at(NOW)).unwrap_err();
    }
    let again = open(&house.file, &house.keys);
    let code = phone.code(at(NOW));
    let denied =
        again.sign_in("sato", Factors { password: PASSWORD, code: &code }, HOME, at(NOW)).unwrap_err();
    assert_eq!(denied.wait(), TimeDelta::seconds(30));
}

/// Whatever is typed, only the right three come in.
#[test]
fn fuzz_factors() {
    let (house, phone) = House::with_sato();
    let code = phone.code(at(NOW));
    let connection = rusqlite::Connection::open(&house.file).unwrap();
    let seeds = ["sato".to_owned(), PASSWORD.to_owned(), code.clone()];
    crate::fuzz::text(100, &seeds, &["'", "\0", "-", "０", "\u{fdfa}"], |text| {
        let all = [(text, PASSWORD, code.as_str()), ("sato", text, code.as_str()), ("sato", PASSWORD, text)];
        for (name, password, typed) in all {
            // Nothing that was tried before counts.
            connection.execute_batch("DELETE FROM failure; UPDATE account SET last_step = 0").unwrap();
            house.login.sources.give_back(HOME);
            let is_password =
                Password::read(password).is_some_and(|read| read.as_bytes() == PASSWORD.as_bytes());
            let is_right = name.trim() == "sato" && is_password && Typed::read(typed).as_str() == code;
            assert_eq!(
                house.sign_in(name, password, typed, at(NOW)).is_ok(),
                is_right,
                "{name:?} {password:?} {typed:?}"
            );
        }
    });
}
