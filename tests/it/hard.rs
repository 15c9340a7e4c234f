//! Hard to kill: hostile questions get a fixed, clear answer and harm nobody else; a house that is killed at
//! any moment loses nothing that it acknowledged and starts again without help.

mod hostile;
mod killed;

use std::fmt::Write as _;
use std::fs;

use tests::House;

/// Questions that every house must go on answering.
const GOOD: &str = "SELECT kind, count(*) AS n, sum(cost) AS cost FROM visit GROUP BY kind ORDER BY kind";

/// A house with a small snapshot: 60 patients with four visits each at six sites, and a table of codes.
/// In one visit `label` is no number and `nights` is zero; with `odd` false both are missing there.
fn small_house(odd: bool) -> House {
    let house = House::new();
    import(&house, odd);
    house.study("s", "small");
    house
}

fn import(house: &House, odd: bool) {
    let mut visits = "patient,site,kind,cost,label,nights,day\n".to_owned();
    for row in 0..240 {
        let (patient, site, kind, cost) = (row % 60, row % 6, ["in", "out"][row / 60 % 2], 100 + row);
        let (label, nights) = match (row, odd) {
            (77, true) => ("odd".to_owned(), "0"),
            (77, false) => (String::new(), ""),
            _ => (format!("0{row}"), "2"),
        };
        writeln!(visits, "P{patient},S{site},{kind},{cost},{label},{nights},2025-01-{:02}", 1 + row % 28)
            .unwrap();
    }
    fs::write(house.path().join("visit.csv"), visits).unwrap();
    let codes: String = (0..300).map(|n| format!("C{n},{}\n", n % 7)).collect();
    fs::write(house.path().join("code.csv"), format!("code,weight\n{codes}")).unwrap();
    let manifest = house.path().join("small.toml");
    fs::write(
        &manifest,
        "name = \"small\"\npolicy = \"jisedai\"\n[[table]]\nname = \"visit\"\nsource = \"visit.csv\"\npatient = \"patient\"\n\
         institution = \"site\"\n[table.types]\nlabel = \"text\"\n[[table]]\nname = \"code\"\nsource = \"code.csv\"\n",
    )
    .unwrap();
    house.import(&manifest);
}
