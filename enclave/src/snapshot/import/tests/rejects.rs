//! Bad rows are named and left out; too many end the import.

use super::*;

const ONE: &str = "[[table]]\nname='t'\nsource='t.csv'\npatient='id'\n";

/// 400 good rows with bad ones among them.
fn mixed() -> Vec<u8> {
    let mut text = b"id,x,note\n".to_vec();
    for i in 0..400 {
        match i {
            100 => text.extend_from_slice(b"9,secret,a\n"),
            200 => text.extend_from_slice(b"9,1\n"),
            300 => text.extend_from_slice(b" ,1,a\n"),
            350 => text.extend_from_slice(b"9,1,\xff\xfe\n"),
            _ => {}
        }
        text.extend_from_slice(format!("{i},{i},\"two\nlines\"\n").as_bytes());
    }
    text
}

#[test]
fn every_bad_row_is_named_with_its_line_and_no_value() {
    let house = House::new();
    house.file("t.csv", mixed());
    let imported = house.import(ONE).unwrap();
    assert_eq!((imported.tables[0].rows, imported.tables[0].rejected), (400, 4));
    assert_eq!(column(&imported, "t", "x").data_type, DataType::Int64);
    let text = std::fs::read_to_string(imported.rejects.unwrap()).unwrap();
    let mut lines: Vec<&str> = text.lines().skip(1).collect();
    lines.sort_unstable();
    // Each good row takes two lines.
    let expected = [
        "t,t.csv,202,wrong_type,x",
        "t,t.csv,403,fields,",
        "t,t.csv,604,missing_key,",
        "t,t.csv,705,encoding,",
    ];
    assert_eq!(lines, expected);
    assert!(!text.contains("secret"));
}

#[test]
fn past_the_limit_nothing_is_left_but_the_reject_file() {
    let house = House::new();
    house.file("t.csv", mixed());
    let before = house.keys();
    let error = house.import(&format!("reject_limit=0.005\n{ONE}")).unwrap_err();
    let message = error.to_string();
    assert!(matches!(error, ImportError::TooManyRejects { rejected: 3 | 4, rows: 404, .. }), "{message}");
    assert!(message.contains("0.5 %") && message.contains("rejects"), "{message}");
    assert!(house.names("snapshots").is_empty());
    assert_eq!(house.names("rejects").len(), 1);
    let keystore = std::fs::read_to_string(house.home.path().join("keys/keystore")).unwrap();
    assert_eq!(keystore.lines().count(), 2, "no data key is kept");
    drop(before);
}

#[test]
fn a_wrong_type_past_the_limit_fails_in_the_second_pass() {
    let house = House::new();
    house.file("t.csv", "id,x\n1,1\n2,b\n");
    let error = house.import(&format!("{ONE}[table.types]\nx='int64'")).unwrap_err().to_string();
    assert!(error.contains("wrong_type in column 'x'") && error.contains("1 of 2"), "{error}");
    assert!(house.names("snapshots").is_empty());
}

#[test]
fn clean_sources_make_no_reject_file() {
    let house = House::new();
    house.file("t.csv", "id,x\n1,\n2,b\n");
    let imported = house.import(ONE).unwrap();
    assert!(imported.rejects.is_none());
    assert!(house.names("rejects").is_empty());
}

#[test]
fn a_quote_that_never_closes_ends_the_import_before_it_fills_the_memory() {
    let house = House::new();
    let mut text = b"id,x\n1,\"".to_vec();
    text.resize(70 << 20, b'a');
    house.file("t.csv", text);
    let error = house.import(ONE).unwrap_err().to_string();
    assert!(error.contains("not closed"), "{error}");
}
