//! The portal's small parts. Its routes and pages are tried from outside, in `tests/it/portal.rs`.

use axum::http::{HeaderMap, HeaderValue, header};
use enclave::words::{Bilingual, Place};
use serde_json::json;

use super::api::Asking;
use super::{WebConfig, answers, ask, door, headers, trouble::Trouble};

fn cookies(lines: &[&'static str]) -> HeaderMap {
    lines.iter().map(|line| (header::COOKIE, HeaderValue::from_static(line))).collect()
}

#[test]
fn the_cookie_is_found_under_its_whole_name() {
    assert_eq!(door::cookie(&cookies(&["a=b; __Host-sekisho=key; c=d"])), Some("key"));
    assert_eq!(door::cookie(&cookies(&["a=b", "__Host-sekisho=key"])), Some("key"));
    for other in ["sekisho=key", "x__Host-sekisho=key", "__Host-sekishoo=key", "__host-sekisho=key", ""] {
        assert_eq!(door::cookie(&cookies(&[other])), None, "{other}");
    }
}

#[test]
fn values_keep_their_kinds_and_names() {
    let asking: Asking = serde_json::from_value(json!({
        "sql": "SELECT :a",
        "parameters": {
            "b": {"type": "date", "value": "2025-02-28"}, "a": {"type": "integer", "value": 7},
            "c": {"type": "text", "value": null}, "d": {"type": "boolean", "value": true},
        },
        "views": [{"name": "v", "sql": "SELECT 1"}],
    }))
    .unwrap();
    let (ask, explore) = ask::ask(asking).map_err(|_| "turned down").unwrap();
    assert_eq!(
        (ask.values, explore, ask.views.len()),
        (vec!["a".into(), "b".into(), "c".into(), "d".into()], false, 1)
    );
    let bytes = ask.parameters.unwrap();
    let row = arrow::ipc::reader::StreamReader::try_new(bytes.as_slice(), None).unwrap();
    let row = row.map(Result::unwrap).next().unwrap();
    let kinds: Vec<_> = row.schema().fields().iter().map(|field| field.data_type().to_string()).collect();
    assert_eq!(
        (row.num_rows(), kinds),
        (1, vec!["Int64".into(), "Date32".into(), "Utf8".into(), "Boolean".into()])
    );
    for bad in [
        json!({"sql": 1}),
        json!({"sql": "", "more": 1}),
        json!({"sql": "", "parameters": {"a": {"type": "date", "value": "2025-02-30"}}}),
        json!({"sql": "", "parameters": {"a": {"type": "blob", "value": ""}}}),
    ] {
        assert!(serde_json::from_value::<Asking>(bad.clone()).is_err(), "{bad}");
    }
}

#[test]
fn a_place_in_a_named_cell_says_which() {
    let views = ["one".to_owned(), "two".to_owned()];
    let at = |view| Some(Place { line: 1, column: 1, view });
    let placed = |view| answers::placed(json!({}), at(view), &views);
    assert_eq!(
        (placed(Some(2)), placed(None), placed(Some(3))),
        (json!({"view": "two"}), json!({}), json!({}))
    );
}

#[test]
fn the_pages_policy_lets_in_nothing_inline() {
    let policy = headers::page_policy("n0nce");
    assert!(!policy.contains("unsafe") && policy.contains("'nonce-n0nce'"), "{policy}");
    assert!(policy.starts_with("default-src 'none'; script-src 'self';"), "{policy}");
}

#[test]
fn every_trouble_has_words_and_a_remedy_in_both_languages() {
    let all = [
        Trouble::signed_out(),
        Trouble::not_allowed(),
        Trouble::confirm(),
        Trouble::forged(),
        Trouble::no_such(),
        Trouble::gone(),
        Trouble::malformed(),
        Trouble::too_large(),
        Trouble::too_many(),
        Trouble::field("name", Bilingual::new("あ", "a")),
    ];
    for trouble in all {
        let told = serde_json::to_value(&trouble).unwrap();
        for part in ["message", "remedy"] {
            assert!(
                told[part]["ja"].as_str().is_some_and(|words| !words.is_ascii() && !words.is_empty()),
                "{told}"
            );
            assert!(told[part]["en"].as_str().is_some_and(str::is_ascii), "{told}");
        }
    }
}

#[test]
fn sign_ins_last_as_long_as_they_are_told_to() {
    let rules = WebConfig { idle_minutes: 5, hours: 2, concurrent: 3, ..WebConfig::default() }.rules();
    assert_eq!((rules.idle.num_minutes(), rules.absolute.num_hours(), rules.concurrent), (5, 2, 3));
}
