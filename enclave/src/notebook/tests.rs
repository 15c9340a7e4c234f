//! Versions, conflicts, and what does not belong to a study.

use std::os::unix::fs::PermissionsExt as _;

use chrono::{DateTime, Utc};

use super::*;
use crate::ids::{HandlerId, StudyId};

fn study(name: &str) -> StudyId {
    StudyId::try_from(name.to_owned()).unwrap()
}

fn person(name: &str) -> HandlerId {
    HandlerId::try_from(name.to_owned()).unwrap()
}

fn at(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000 + second, 0).unwrap()
}

fn document(text: &str) -> Document {
    serde_json::from_str(text).unwrap()
}

fn text(notebook: &Notebook) -> String {
    serde_json::to_string(&notebook.document).unwrap()
}

#[test]
fn the_second_of_two_writers_is_told_what_the_first_wrote() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notebooks.sqlite");
    let notebooks = Notebooks::open(&path).unwrap();
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let (one, aki, ben) = (study("one"), person("aki"), person("ben"));
    let first = document("{\"cells\":[]}");
    let begun = notebooks.begin(&one, "n1", ("Title", &first), (&aki, at(0))).unwrap();
    assert_eq!((begun.info.version, text(&begun).as_str()), (1, "{\"cells\":[]}"));
    let (akis, bens) = (document("{\"cells\":[1]}"), document("{\"cells\":[2]}"));
    let kept = notebooks.put(&one, ("n1", 1), ("Title", &akis), (&aki, at(1))).unwrap();
    assert!(matches!(kept, Put::Kept(kept) if kept.info.version == 2));
    let told = notebooks.put(&one, ("n1", 1), ("Other", &bens), (&ben, at(2))).unwrap();
    assert!(matches!(&told, Put::Conflict(there) if text(there) == "{\"cells\":[1]}"), "{told:?}");
    assert!(matches!(notebooks.put(&one, ("n1", 2), ("Other", &bens), (&ben, at(3))), Ok(Put::Kept(_))));
    let versions = notebooks.versions(&one, "n1").unwrap();
    let said: Vec<_> = versions.iter().map(|v| (v.version, v.editor.as_str(), v.title.as_str())).collect();
    assert_eq!(said, [(3, "ben", "Other"), (2, "aki", "Title"), (1, "aki", "Title")]);
    let old = notebooks.read(&one, "n1", Some(2)).unwrap().unwrap();
    assert_eq!(text(&old), "{\"cells\":[1]}");
}

#[test]
fn another_study_sees_nothing_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let notebooks = Notebooks::open(&folder.path().join("notebooks.sqlite")).unwrap();
    let (one, two, aki) = (study("one"), study("two"), person("aki"));
    let some = document("{}");
    notebooks.begin(&one, "n1", ("Title", &some), (&aki, at(0))).unwrap();
    assert!(notebooks.read(&two, "n1", None).unwrap().is_none());
    assert!(notebooks.list(&two).unwrap().is_empty());
    assert!(notebooks.versions(&two, "n1").unwrap().is_empty());
    assert!(matches!(notebooks.put(&two, ("n1", 1), ("x", &some), (&aki, at(1))), Ok(Put::Gone)));
    assert!(!notebooks.delete(&two, "n1", at(1)).unwrap());
    assert!(notebooks.delete(&one, "n1", at(1)).unwrap());
    assert!(notebooks.list(&one).unwrap().is_empty() && notebooks.read(&one, "n1", None).unwrap().is_none());
    assert!(matches!(notebooks.put(&one, ("n1", 1), ("x", &some), (&aki, at(1))), Ok(Put::Gone)));
}

#[test]
fn what_is_too_long_is_turned_down_and_a_foreign_file_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let notebooks = Notebooks::open(&folder.path().join("notebooks.sqlite")).unwrap();
    let (one, aki) = (study("one"), person("aki"));
    let long = document(&format!("\"{}\"", "x".repeat(1 << 20)));
    let begun = notebooks.begin(&one, "n1", ("Title", &long), (&aki, at(0)));
    assert!(matches!(begun, Err(NotebooksError::TooLarge)));
    assert!(notebooks.list(&one).unwrap().is_empty());
    let other = folder.path().join("other.sqlite");
    rusqlite::Connection::open(&other).unwrap().execute_batch("CREATE TABLE x (y)").unwrap();
    assert!(matches!(Notebooks::open(&other), Err(NotebooksError::Closed(_))));
}
