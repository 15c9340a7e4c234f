//! Browser sessions: how they begin, last and end.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use super::*;

/// Sessions of `sato`, who can sign in at will.
struct Desk {
    house: House,
    phone: Phone,
    sessions: Sessions,
}

impl Desk {
    fn new() -> Self {
        Self::with(SessionRules::default())
    }

    fn with(rules: SessionRules) -> Self {
        let (house, phone) = House::with_sato();
        let sessions = house.login.sessions(rules);
        Self { house, phone, sessions }
    }

    fn begin(&self, time: &str) -> SessionKey {
        let now = at(time);
        let signed_in = self.house.sign_in("sato", PASSWORD, &self.phone.code(now), now).unwrap();
        let rng = SystemRandom::new();
        self.sessions.begin(signed_in, Zone::Vdi, now, &rng, &receipt(Action::SignIn)).unwrap()
    }

    fn ask(&self, key: &SessionKey, time: &str) -> Result<Session, Ended> {
        self.sessions.session(key.expose(), Zone::Vdi, at(time))
    }
}

#[test]
fn a_session_says_who_from_where_and_until_when() {
    let desk = Desk::new();
    let key = desk.begin("09:00:00");
    let session = desk.ask(&key, "09:10:00").unwrap();
    assert_eq!((session.handler(), session.zone(), session.how()), (&handler("sato"), Zone::Vdi, How::Totp));
    assert_eq!((session.began(), session.ends()), (at("09:00:00"), at("21:00:00")));
    assert_eq!(session.idle_until(), at("09:40:00"));
    assert_eq!(session.id(), key.id());
    for wrong in ["", "x", &key.expose().to_uppercase(), &"0".repeat(64)] {
        assert_eq!(desk.sessions.session(wrong, Zone::Vdi, at("09:10:00")).unwrap_err(), Ended::Unknown);
    }
    // A key that got into another zone opens nothing there, and still does here.
    let elsewhere = desk.sessions.session(key.expose(), Zone::Onsite, at("09:10:00"));
    assert_eq!(elsewhere.unwrap_err(), Ended::OtherZone);
    assert!(desk.ask(&key, "09:10:00").is_ok());
}

#[test]
fn a_session_ends_when_nothing_is_asked_and_in_any_case() {
    let desk = Desk::new();
    let key = desk.begin("09:00:00");
    assert!(desk.ask(&key, "09:29:59").is_ok());
    assert!(desk.ask(&key, "09:59:58").is_ok());
    assert_eq!(desk.ask(&key, "10:29:58").unwrap_err(), Ended::Idle);

    let desk = Desk::new();
    let key = desk.begin("09:00:00");
    for minute in (20..12 * 60).step_by(20) {
        let time = format!("{:02}:{:02}:00", 9 + minute / 60, minute % 60);
        assert!(desk.ask(&key, &time).is_ok(), "{time}");
    }
    assert!(desk.ask(&key, "20:36:00").is_ok(), "a clock is set right");
    assert_eq!(desk.ask(&key, "19:00:00").unwrap_err(), Ended::Idle, "a clock is set back");
    let last = desk.ask(&key, "20:59:59").unwrap();
    assert_eq!(last.idle_until(), at("21:00:00"));
    assert_eq!(desk.ask(&key, "21:00:00").unwrap_err(), Ended::Expired);
}

#[test]
fn looking_keeps_nobody_signed_in() {
    let desk = Desk::new();
    let key = desk.begin("09:00:00");
    let look = |time: &str| desk.sessions.look(key.expose(), Zone::Vdi, at(time));
    for time in ["09:00:01", "09:15:00", "09:29:59"] {
        assert_eq!(look(time).unwrap().idle_until(), at("09:30:00"), "{time}");
    }
    assert_eq!(look("09:30:00").unwrap_err(), Ended::Idle);
    assert_eq!(desk.ask(&key, "09:30:00").unwrap_err(), Ended::Idle);

    let key = desk.begin("10:00:00");
    assert_eq!(desk.ask(&key, "10:20:00").unwrap().idle_until(), at("10:50:00"));
    assert_eq!(
        desk.sessions.look(key.expose(), Zone::Vdi, at("10:49:59")).unwrap().idle_until(),
        at("10:50:00")
    );
    let elsewhere = desk.sessions.look(key.expose(), Zone::Onsite, at("10:30:00"));
    assert_eq!(elsewhere.unwrap_err(), Ended::OtherZone);
}

/// Against a model that remembers each use: never late, and at most a minute early.
#[test]
fn idle_time_is_kept_to_the_minute() {
    let mut rng = ChaCha8Rng::seed_from_u64(11);
    for _ in 0..6 {
        let desk = Desk::new();
        let key = desk.begin("09:00:00");
        let mut now = at("09:00:00");
        let mut used = now;
        for _ in 0..50 {
            let longest = if rng.random_bool(0.2) { 1_900 } else { 70 };
            now += TimeDelta::seconds(rng.random_range(0..longest));
            let is_open = desk.sessions.session(key.expose(), Zone::Vdi, now).is_ok();
            let idle = now - used;
            if now - at("09:00:00") >= TimeDelta::hours(12) || idle >= TimeDelta::minutes(30) {
                assert!(!is_open, "idle for {idle}");
            } else if idle < TimeDelta::minutes(29) {
                assert!(is_open, "idle for {idle}");
            }
            if !is_open {
                break;
            }
            used = now;
        }
    }
}

#[test]
fn a_new_session_ends_the_older_which_is_told_why() {
    let desk = Desk::new();
    let older = desk.begin("09:00:00");
    let newer = desk.begin("09:01:00");
    assert_eq!(desk.ask(&older, "09:02:00").unwrap_err(), Ended::Elsewhere);
    assert!(desk.ask(&newer, "09:02:00").is_ok());

    let desk = Desk::with(SessionRules { concurrent: 2, ..SessionRules::default() });
    let keys = ["09:00:00", "09:01:00", "09:02:00"].map(|time| desk.begin(time));
    let ended = keys.each_ref().map(|key| desk.ask(key, "09:03:00").err());
    assert_eq!(ended, [Some(Ended::Elsewhere), None, None]);
    // Others are left alone.
    let (phone, _) = desk.house.enrol("abe", at("09:00:00"));
    let now = at("09:04:00");
    let signed_in = desk.house.sign_in("abe", PASSWORD, &phone.code(now), now).unwrap();
    desk.sessions
        .begin(signed_in, Zone::Onsite, now, &SystemRandom::new(), &receipt(Action::SignIn))
        .unwrap();
    assert_eq!(desk.sessions.open(now).unwrap().len(), 3);
}

#[test]
fn sessions_end_at_their_persons_wish_and_at_the_houses() {
    let desk = Desk::with(SessionRules { concurrent: 9, ..SessionRules::default() });
    let keys = ["09:00:00", "09:01:00", "09:02:00"].map(|time| desk.begin(time));
    let now = at("09:03:00");
    let session = desk.ask(&keys[0], "09:03:00").unwrap();
    desk.sessions.end(&session, now, &receipt(Action::SignOut)).unwrap();
    assert_eq!(desk.ask(&keys[0], "09:03:00").unwrap_err(), Ended::SignedOut);

    let listed = desk.sessions.open(now).unwrap();
    assert_eq!(
        listed.iter().map(|info| info.session.clone()).collect::<Vec<_>>(),
        [keys[2].id(), keys[1].id()]
    );
    desk.sessions.stop(&keys[1].id(), now, &receipt(Action::SignOutForced)).unwrap();
    assert_eq!(desk.ask(&keys[1], "09:03:00").unwrap_err(), Ended::Stopped);
    let again = desk.sessions.stop(&keys[1].id(), now, &receipt(Action::SignOutForced));
    assert!(matches!(again, Err(LoginError::NoSession)));

    assert_eq!(desk.sessions.end_all(&handler("sato"), now, &receipt(Action::SignOut)).unwrap(), 1);
    assert_eq!(desk.ask(&keys[2], "09:03:00").unwrap_err(), Ended::SignedOut);
    assert!(desk.sessions.end_all(&handler("sato"), now, &receipt(Action::SignIn)).is_err());
    assert!(desk.sessions.open(now).unwrap().is_empty());
}

#[test]
fn a_reset_and_a_withdrawal_end_what_is_open() {
    let desk = Desk::new();
    let key = desk.begin("09:00:00");
    desk.house.enrol("sato", at("09:05:00"));
    assert_eq!(desk.ask(&key, "09:06:00").unwrap_err(), Ended::LoginReset);

    let desk = Desk::new();
    let key = desk.begin("09:00:00");
    let withdraw = receipt(Action::LoginWithdraw);
    desk.house.login.withdraw(&handler("sato"), at("09:05:00"), &withdraw).unwrap();
    assert_eq!(desk.ask(&key, "09:06:00").unwrap_err(), Ended::Withdrawn);
}

#[test]
fn who_confirms_is_fresh_for_five_minutes() {
    let desk = Desk::new();
    let key = desk.begin("09:00:00");
    let fresh = |time: &str| desk.ask(&key, time).unwrap().fresh(at(time));
    assert_eq!(fresh("09:04:59").unwrap().handler(), &handler("sato"), "signing in is a proof too");
    assert!(fresh("09:05:00").is_none());

    let (now, session) = (at("09:10:00"), desk.ask(&key, "09:10:00").unwrap());
    let code = desk.phone.code(now);
    let confirm = |password| {
        let factors = Factors { password, code: &code };
        desk.house.login.confirm(&session, factors, HOME, now)
    };
    let denied = logged(&confirm("wrong").unwrap_err());
    assert_eq!((denied["action"].as_str(), denied["actor"].as_str()), (Some("confirm_denied"), Some("sato")));
    assert!(fresh("09:10:00").is_none());
    let confirmed = confirm(PASSWORD).unwrap();
    assert!(confirm(PASSWORD).is_err(), "a code is good once here too");
    desk.sessions.confirmed(confirmed, now, &receipt(Action::Confirm)).unwrap();
    assert!(fresh("09:14:59").is_some() && fresh("09:15:00").is_none());
}

#[test]
fn failures_to_confirm_lock_the_name() {
    let desk = Desk::new();
    let session = desk.ask(&desk.begin("09:00:00"), "09:10:00").unwrap();
    let wrong = Factors { password: "wrong", code: "000000" };
    let waits = [(); 5].map(|()| {
        desk.house.login.confirm(&session, wrong, HOME, at("09:10:00")).unwrap_err().wait().num_seconds()
    });
    assert_eq!(waits, [0, 0, 0, 0, 30]);
    let code = desk.phone.code(at("09:10:00"));
    assert!(desk.house.sign_in("sato", PASSWORD, &code, at("09:10:00")).is_err());
}

#[test]
fn a_confirmation_is_for_its_own_session_and_only_while_it_is_open() {
    let desk = Desk::new();
    let key = desk.begin("09:00:00");
    let (now, session) = (at("09:10:00"), desk.ask(&key, "09:10:00").unwrap());
    let code = desk.phone.code(now);
    let factors = Factors { password: PASSWORD, code: &code };
    let confirmed = desk.house.login.confirm(&session, factors, HOME, now).unwrap();
    let newer = desk.begin("09:11:00");
    let noted = desk.sessions.confirmed(confirmed, at("09:11:00"), &receipt(Action::Confirm));
    assert!(matches!(noted, Err(LoginError::NoSession)));
    assert!(desk.ask(&newer, "09:20:00").unwrap().fresh(at("09:20:00")).is_none());
}

#[test]
fn forms_carry_what_only_our_pages_know() {
    let desk = Desk::new();
    let key = desk.begin("09:00:00");
    let session = desk.ask(&key, "09:00:00").unwrap();
    assert!(session.is_csrf(session.csrf()));
    assert!(!key.expose().contains(session.csrf()) && session.csrf().len() == 64);
    for wrong in ["", "0", &"0".repeat(64), &session.csrf()[1..], key.expose()] {
        assert!(!session.is_csrf(wrong));
    }
    let newer = desk.ask(&desk.begin("09:01:00"), "09:01:00").unwrap();
    assert!(!newer.is_csrf(session.csrf()));
}

#[test]
fn ended_sessions_are_forgotten_in_time() {
    let desk = Desk::new();
    let key = desk.begin("09:00:00");
    let tomorrow = at("09:00:00") + TimeDelta::hours(36) + TimeDelta::minutes(1);
    let ask = || desk.sessions.session(key.expose(), Zone::Vdi, tomorrow).unwrap_err();
    assert_eq!(ask(), Ended::Expired);
    let signed_in = desk.house.sign_in("sato", PASSWORD, &desk.phone.code(tomorrow), tomorrow).unwrap();
    let rng = SystemRandom::new();
    desk.sessions.begin(signed_in, Zone::Vdi, tomorrow, &rng, &receipt(Action::SignIn)).unwrap();
    assert_eq!(ask(), Ended::Unknown);
}

#[test]
fn every_reason_has_words_in_both_languages() {
    let all = [
        Ended::Unknown,
        Ended::Idle,
        Ended::Expired,
        Ended::SignedOut,
        Ended::Elsewhere,
        Ended::LoginReset,
        Ended::Withdrawn,
        Ended::Stopped,
        Ended::OtherZone,
        Ended::Unreadable,
    ];
    let words: std::collections::BTreeSet<(String, String)> =
        all.iter().map(|ended| ended.words()).map(|words| (words.ja, words.en)).collect();
    assert_eq!(words.len(), all.len());
}

#[test]
fn zones_are_on_their_routes() {
    use crate::access::Route;
    let on = |zone: Zone| [Route::Onsite, Route::Vdi, Route::Both].map(|route| zone.is_on(route));
    assert_eq!((on(Zone::Onsite), on(Zone::Vdi)), ([true, false, true], [false, true, true]));
}
