//! Invitations and what comes of them.

use super::*;

#[test]
fn an_invitation_shows_the_same_secret_each_time_until_it_ends() {
    let house = House::new();
    let invitation = house.invite("sato", at("08:00:00"));
    assert_eq!(invitation.until(), at("08:00:00") + TimeDelta::hours(72));
    assert_eq!(
        house.login.standing(&handler("sato"), at("09:00:00")).unwrap().invited_until,
        Some(invitation.until())
    );
    let show = |now| house.login.invited(invitation.expose(), now);
    let (first, second) =
        (show(at("08:00:00")).unwrap(), show(invitation.until() - TimeDelta::seconds(1)).unwrap());
    assert_eq!((&first.secret, &first.uri, first.qr.path()), (&second.secret, &second.uri, second.qr.path()));
    assert_eq!((first.handler, first.until), (handler("sato"), invitation.until()));
    assert!(show(invitation.until()).is_err());
    let other = house.invite("abe", at("08:00:00"));
    assert_ne!(house.login.invited(other.expose(), at("08:00:00")).unwrap().secret, second.secret);
}

#[test]
fn unknown_used_replaced_and_expired_invitations_read_the_same() {
    let house = House::new();
    let now = at("08:00:00");
    let told = |token: &str, now| house.login.invited(token, now).unwrap_err();
    let replaced = house.invite("sato", now);
    let used = house.invite("sato", now);
    let phone = house.phone(used.expose(), now);
    let expired = house.invite("abe", now);
    house.accept(used.expose(), PASSWORD, &phone.code(now), now).unwrap();
    let unknown = told(&"0".repeat(64), now);
    assert_eq!(told(replaced.expose(), now), unknown);
    assert_eq!(told(used.expose(), now), unknown);
    assert_eq!(told(expired.expose(), expired.until()), unknown);
    assert_eq!(told("' OR 1=1 --", now), unknown);
    assert_eq!(house.accept(used.expose(), PASSWORD, &phone.code(now), now).unwrap_err(), unknown);
}

#[test]
fn enrolling_wants_a_good_password_and_the_code_of_the_app() {
    let house = House::new();
    let now = at("08:00:00");
    let invitation = house.invite("sato", now);
    let phone = house.phone(invitation.expose(), now);
    let told = |password: &str, code: &str| {
        house.accept(invitation.expose(), password, code, now).unwrap_err().message.en
    };
    let code = phone.code(now);
    assert!(told("short", &code).contains("too short"));
    assert!(told(&"long and winding ".repeat(30), &code).contains("too long"));
    assert!(told("sato-sato-2026", &code).contains("easy to guess"));
    assert!(told(PASSWORD, &phone.code(now + TimeDelta::minutes(5))).contains("code"));
    assert_eq!(house.login.standing(&handler("sato"), now).unwrap().enrolled, None);

    let enrolled = house.accept(invitation.expose(), PASSWORD, &code, now).unwrap();
    assert_eq!((enrolled.signed_in.handler(), enrolled.signed_in.how()), (&handler("sato"), How::Totp));
    assert_eq!(enrolled.recovery_codes.iter().count(), 10);
    let standing = house.login.standing(&handler("sato"), now).unwrap();
    assert_eq!(standing, Standing { enrolled: Some(now), recovery_codes_left: 10, invited_until: None });
    // The code that was shown is used up.
    assert!(house.sign_in("sato", PASSWORD, &code, now).is_err());
}

#[test]
fn of_two_who_accept_at_once_one_is_enrolled() {
    let house = House::new();
    let (now, rng) = (at("08:00:00"), SystemRandom::new());
    let invitation = house.invite("sato", now);
    let code = house.phone(invitation.expose(), now).code(now);
    let check = |password| {
        house
            .login
            .check_enrolment(invitation.expose(), Factors { password, code: &code }, now, &rng)
            .unwrap()
    };
    let (first, second) = (check(PASSWORD), check("another fine password"));
    house.login.enrol(first, now, &rng, &receipt(Action::Enrol)).unwrap();
    assert!(house.login.enrol(second, now, &rng, &receipt(Action::Enrol)).is_err());
    let next = now + TimeDelta::seconds(30);
    assert!(house.sign_in("sato", "another fine password", "123456", next).is_err());
}

#[test]
fn a_new_invitation_changes_nothing_until_it_is_accepted() {
    let (house, old) = House::with_sato();
    let invitation = house.invite("sato", at("09:00:00"));
    house.login.invited(invitation.expose(), at("09:00:00")).unwrap();
    house.sign_in("sato", PASSWORD, &old.code(at("09:00:00")), at("09:00:00")).unwrap();

    let now = at("09:05:00");
    let new = house.phone(invitation.expose(), now);
    house.accept(invitation.expose(), "another fine password", &new.code(now), now).unwrap();
    let now = at("09:10:00");
    assert!(house.sign_in("sato", PASSWORD, &old.code(now), now).is_err());
    assert!(house.sign_in("sato", "another fine password", &old.code(now), now).is_err());
    house.sign_in("sato", "another fine password", &new.code(now), now).unwrap();
}

#[test]
fn accepting_an_invitation_lifts_a_lock() {
    let (house, _) = House::with_sato();
    for _ in 0..8 {
        house.sign_in("sato", "wrong", "000000", at("09:00:00")).unwrap_err();
    }
    let (phone, _) = house.enrol("sato", at("09:00:01"));
    house.sign_in("sato", PASSWORD, &phone.code(at("09:00:31")), at("09:00:31")).unwrap();
}

#[test]
fn a_receipt_is_good_for_its_own_act_only() {
    let house = House::new();
    let (now, rng, wrong) = (at("08:00:00"), SystemRandom::new(), receipt(Action::Query));
    assert!(matches!(house.login.invite(&handler("sato"), now, &rng, &wrong), Err(LoginError::Receipt)));
    let invitation = house.invite("sato", now);
    let code = house.phone(invitation.expose(), now).code(now);
    let factors = Factors { password: PASSWORD, code: &code };
    let candidate = house.login.check_enrolment(invitation.expose(), factors, now, &rng).unwrap();
    assert!(house.login.enrol(candidate, now, &rng, &wrong).is_err());
    assert!(matches!(house.login.withdraw(&handler("sato"), now, &wrong), Err(LoginError::Receipt)));
    assert_eq!(house.login.standing(&handler("sato"), now).unwrap().enrolled, None);
    assert!(house.login.invited(invitation.expose(), now).is_ok());
}

#[test]
fn somebody_withdrawn_comes_in_no_more() {
    let (house, phone) = House::with_sato();
    let invitation = house.invite("sato", at("08:30:00"));
    house.login.withdraw(&handler("sato"), at("09:00:00"), &receipt(Action::LoginWithdraw)).unwrap();
    assert!(house.sign_in("sato", PASSWORD, &phone.code(at("09:00:00")), at("09:00:00")).is_err());
    assert!(house.login.invited(invitation.expose(), at("09:00:00")).is_err());
    let standing = house.login.standing(&handler("sato"), at("09:00:00")).unwrap();
    assert_eq!(standing, Standing { enrolled: None, recovery_codes_left: 0, invited_until: None });
}
