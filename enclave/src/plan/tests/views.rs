//! Named cells in front of a question, and values by name.

use datafusion::common::ScalarValue;

use super::*;
use crate::words::Place;

fn view(name: &str, sql: &str) -> View {
    View { name: name.to_owned(), sql: sql.to_owned() }
}

fn read(sql: &str, views: &[View]) -> Result<Stages, Halt> {
    stages(Written { sql, views, values: &[] }, None, &catalog())
}

/// Rows of people can be named and used; they are shown as little as elsewhere.
#[test]
fn a_named_cell_is_used_like_a_table() {
    let adults =
        view("adults", "SELECT id, birth_year FROM person WHERE birth_year < 2000;  -- whoever is of age\n");
    let visits = view("visits_of_adults", "SELECT v.id, v.yen FROM visit v JOIN adults USING (id)");
    let views = [adults, visits];
    for sql in [
        "SELECT count(*), sum(yen) FROM visits_of_adults",
        "WITH own AS (SELECT * FROM visits_of_adults) SELECT count(*), sum(yen) FROM own",
        "with adults2 as (select 1) SELECT count(*), sum(yen) FROM visits_of_adults",
    ] {
        let stages = read(sql, &views).unwrap();
        assert_eq!(stages.cuts()[0].figures().len(), 2, "{sql}");
    }
    let Err(Halt::Refused(refusal)) = read("SELECT * FROM adults", &views) else { panic!("rows of people") };
    assert_eq!(refusal.code, RefusalCode::RawRows);
    let summary = view("summary", "SELECT code, count(*) AS n FROM visit GROUP BY code");
    assert!(read("SELECT code FROM summary WHERE n > 20", &[summary]).is_ok());
}

#[test]
fn an_error_points_into_the_text_that_it_is_in() {
    let good = view("good", "SELECT id FROM person");
    for (sql, views, code, place) in [
        ("SELECT count(*) FROM good WHERE (", vec![good.clone()], FailCode::Syntax, (None, 1, 34)),
        (
            "SELECT count(*)\n FROM good WHERE nothing = 1",
            vec![good.clone()],
            FailCode::UnknownColumn,
            (None, 2, 18),
        ),
        (
            "SELECT count(*) FROM bad",
            vec![good.clone(), view("bad", "SELECT id\nFROM visit WHERE what = 1")],
            FailCode::UnknownColumn,
            (Some(2), 2, 18),
        ),
        ("SELECT count(*) FROM bad", vec![view("bad", "SELECT 'open")], FailCode::Syntax, (Some(1), 1, 8)),
        (
            "SELECT count(*) FROM bad",
            vec![view("bad", "SELECT id FROM visit) SELECT (1")],
            FailCode::Syntax,
            (Some(1), 1, 21),
        ),
        (
            "SELECT count(*) FROM bad",
            vec![view("bad", "SELECT id; SELECT id FROM visit")],
            FailCode::Syntax,
            (Some(1), 1, 10),
        ),
        ("SELECT count(*) FROM bad", vec![view("bad", " ")], FailCode::Syntax, (Some(1), 1, 1)),
    ] {
        let Err(Halt::Failed(failure)) = read(sql, &views) else { panic!("{sql} with {views:?}") };
        let at = failure.at.map(|at| (at.view, at.line, at.column));
        assert_eq!((failure.code, at), (code, Some(place)), "{sql} with {views:?}");
    }
    for name in ["a b", "select", "\"a\"", "", "1a", "a -- b", "a)"] {
        let named = read("SELECT count(*) FROM visit", &[view(name, "SELECT 1")]);
        assert!(matches!(named, Err(Halt::Failed(f)) if f.code == FailCode::ViewName), "{name}");
    }
    let raw = [good, view("raw", "SELECT id, random() AS r FROM person")];
    let Err(Halt::Refused(refusal)) = read("SELECT count(r) FROM raw", &raw) else {
        panic!("a volatile function")
    };
    assert_eq!((refusal.code, refusal.at.and_then(|at| at.view)), (RefusalCode::Function, Some(2)));
}

#[test]
fn values_are_found_by_their_names() {
    let values = ["from_date".to_owned(), "least".to_owned()];
    let given = ParamValues::from(vec![ScalarValue::Date32(Some(20_000)), ScalarValue::Int64(Some(3))]);
    let read = |sql| stages(Written { sql, views: &[], values: &values }, Some(given.clone()), &catalog());
    let named =
        "SELECT count(*) FROM visit WHERE day >= :from_date AND yen::bigint > :least AND code <> ':least'";
    let cut = |stages: Result<Stages, Halt>| stages.unwrap().cuts()[0].below().display_indent().to_string();
    let numbered = named.replace(":from_date", "$1").replace(" :least", " $2");
    assert_eq!(cut(read(named)), cut(read(&numbered)));
    let Err(Halt::Failed(failure)) = read("SELECT count(*) FROM visit\nWHERE yen > :most") else {
        panic!("no such")
    };
    assert_eq!((failure.code, failure.at), (FailCode::Parameter, Some(Place::new(2, 13))));
}
