//! Whatever manifest and source are given: a snapshot, or what is wrong with them. Never a panic, and nothing half-made.

use crate::fuzz;

use super::super::request::Request;
use super::*;

const MANIFEST: &str = "name = 'demo'\npolicy = './test.toml'\nreject_limit = 0.5\n\n[[table]]\nname = 't'\nsource = 't.csv'\nencoding = 'shift_jis'\npatient = 'id'\ninstitution = 'site'\ndrop = ['name']\nmissing = ['NA', '-']\n[table.types]\nday = 'date'\n[table.class]\nx = 'measure'\n";

const CSV: &str = "id,site,x,day,code,flag\n1,a,1,2024-01-01,\"E11\",true\n2,b,-2.5,2024-02-29,\"two\nlines\",false\n2,,NA,,\"\"\"\",\n3,c,9223372036854775807,2024-12-31T23:59:59,I10,TRUE\n";

const WORDS: &[&str] = &[
    "[[table]]",
    "name",
    "source",
    "patient",
    "types",
    "'date'",
    "'int64'",
    "'decimal'",
    "../../etc/passwd",
    "''",
    "\n",
    "=",
    "NaN",
    "1e999",
    "-0",
    "0001-01-01",
    "99999-12-31",
    "2024-02-30",
    "24:00",
    "\u{feff}",
    "\"",
    ",",
    "\r\n",
    "\r",
    "\0",
    "患",
    "170141183460469231731687303715884105728",
    "id",
];

#[test]
fn fuzz_manifests() {
    let house = House::new();
    fuzz::text(5_000, &[MANIFEST.to_owned()], WORDS, |text| {
        let path = house.file("manifest.toml", text);
        if let Ok(request) = Request::read(&path) {
            _ = request.policy(house.home.path());
            assert!(request.tables.iter().all(|table| !table.name.is_empty()));
        }
    });
}

#[test]
fn fuzz_csv() {
    let tables =
        ["", "encoding='shift_jis'\n", "institution='site'\nmissing=['NA']\n[table.types]\nday='date'\n"];
    fuzz::text(120, &[CSV.to_owned()], WORDS, |text| {
        for more in tables {
            let house = House::new();
            house.file("t.csv", text);
            match house.import(&format!(
                "reject_limit=1.0\n[[table]]\nname='t'\nsource='t.csv'\npatient='id'\n{more}"
            )) {
                Ok(imported) => {
                    let read = house.rows(&imported, "t").len() as u64;
                    assert_eq!(read, imported.tables[0].rows);
                }
                Err(_) => assert_eq!(house.names("snapshots"), Vec::<String>::new(), "nothing half-made"),
            }
        }
    });
}
