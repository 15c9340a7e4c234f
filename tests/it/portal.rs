//! The portal of a real `sekisho serve`, over real TLS: its interface and its doors.
//!
//! The clients are in `tests/python/portal`; codes and figures are worked out there, independently.

use tests::{python, sekisho};

/// Every route with every role and with none, against the table of permissions.
#[test]
fn every_route_lets_in_who_may() {
    python("portal.py", &["routes".as_ref(), sekisho().as_os_str()]);
}

#[test]
fn nobody_gets_in_by_mistake() {
    python("portal.py", &["door".as_ref(), sekisho().as_os_str()]);
}

#[test]
fn a_day_goes_from_question_to_figure() {
    python("portal.py", &["day".as_ref(), sekisho().as_os_str()]);
}
