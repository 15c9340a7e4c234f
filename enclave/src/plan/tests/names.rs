//! Names of tables and columns, in any case.

use super::*;

/// Columns and tables of a house that writes its names as it likes.
fn mixed_case() -> Catalog {
    let mut catalog = catalog();
    let table = |name: &str, columns| Table { name: name.to_owned(), columns, municipality: None };
    catalog.tables = vec![
        table(
            "Patient",
            vec![
                column("ID", DataType::UInt32, Class::Patient),
                column("Sex", DataType::Utf8, Class::Code),
                column("Birth Year", DataType::Int64, Class::Quasi),
            ],
        ),
        table(
            "CLAIM",
            vec![
                column("ID", DataType::UInt32, Class::Patient),
                column("CODE", DataType::Utf8, Class::Code),
                column("Yen", DataType::Int64, Class::Measure),
                column("day", DataType::Date32, Class::Quasi),
                column("Day2", DataType::Int64, Class::Measure),
                column("DAY2", DataType::Int64, Class::Measure),
            ],
        ),
        table("twin", vec![column("ID", DataType::UInt32, Class::Patient)]),
        table("Lot", vec![column("ID", DataType::UInt32, Class::Patient)]),
        table("LOT", vec![column("ID", DataType::UInt32, Class::Patient)]),
    ];
    catalog
}

#[test]
fn names_are_found_in_any_case() {
    let catalog = mixed_case();
    for (sql, names) in [
        ("SELECT SEX, count(*) FROM PATIENT GROUP BY SEX", vec!["Sex", "count(*)"]),
        (
            "SELECT sex, count(DISTINCT id) AS N FROM patient WHERE Id IS NOT NULL GROUP BY sex ORDER BY n, SEX",
            vec!["Sex", "n"],
        ),
        (
            "SELECT p.sex, sum(c.YEN) AS yen FROM Patient p JOIN claim c ON c.id = p.ID GROUP BY p.Sex HAVING sum(c.yen) > 3 ORDER BY yen",
            vec!["Sex", "yen"],
        ),
        ("SELECT count(*) AS n FROM patient JOIN claim USING (id)", vec!["n"]),
        (
            "SELECT code AS k, count(*) AS n FROM (SELECT ID AS id, Code AS code FROM claim) AS t WHERE id IS NOT NULL GROUP BY k",
            vec!["k", "n"],
        ),
        ("SELECT lower(code) AS code, count(*) AS n FROM claim GROUP BY lower(CODE)", vec!["code", "n"]),
        (
            "WITH c AS (SELECT id, sum(yen) AS yen FROM claim GROUP BY id) SELECT avg(YEN) AS mean FROM c JOIN patient p ON p.id = C.id",
            vec!["mean"],
        ),
        (
            "SELECT count(*) AS n FROM patient p WHERE EXISTS (SELECT 1 FROM claim c WHERE c.id = p.id AND C.CODE = 'a')",
            vec!["n"],
        ),
        ("SELECT count(*) FILTER (WHERE id IN (SELECT id FROM claim)) AS n FROM patient", vec!["n"]),
        (
            "SELECT avg(r) AS r FROM (SELECT row_number() OVER (PARTITION BY id ORDER BY DAY, yen) AS r FROM claim)",
            vec!["r"],
        ),
        (
            "SELECT avg(\"birth year\") AS b, year(max(D)) AS y FROM patient JOIN (SELECT id, max(day) AS d FROM claim GROUP BY id) AS c USING (id) GROUP BY D",
            vec![],
        ),
        ("SELECT sum(\"DAY2\") AS a, sum(\"Day2\") AS b, sum(DAY2) AS c FROM claim", vec!["a", "b", "c"]),
        ("SELECT count(*) AS n FROM \"LOT\"", vec!["n"]),
    ] {
        let stages = match stages(sql, None, &catalog) {
            Ok(stages) => stages,
            // Planned, and then refused for what it asks: the names were found.
            Err(Halt::Refused(_)) if names.is_empty() => continue,
            Err(halt) => panic!("{sql}: {halt:?}"),
        };
        let got: Vec<&str> = stages.top().columns().iter().map(|c| c.field.name().as_str()).collect();
        assert_eq!(got, names, "{sql}");
    }
}

#[test]
fn a_name_that_may_be_either_of_two_is_not_guessed() {
    let catalog = mixed_case();
    for (sql, code, at) in [
        ("SELECT sum(day2) FROM claim", FailCode::UnknownColumn, (1, 12)),
        ("SELECT count(*) FROM lot", FailCode::UnknownTable, (1, 22)),
        ("SELECT count(*) FROM claim WHERE nothing = 3", FailCode::UnknownColumn, (1, 34)),
        (
            "SELECT count(*) FROM (SELECT yen AS \"Amount\" FROM claim) AS t WHERE other > 3",
            FailCode::UnknownColumn,
            (1, 69),
        ),
    ] {
        let Err(Halt::Failed(failure)) = stages(sql, None, &catalog) else { panic!("{sql}") };
        assert_eq!((failure.code, failure.at.map(|p| (p.line, p.column))), (code, Some(at)), "{sql}");
        let says_why = failure.remedy.en.contains("double quotes");
        assert_eq!(says_why, sql.contains("day2") || sql.contains("lot"), "{sql}");
    }
}
