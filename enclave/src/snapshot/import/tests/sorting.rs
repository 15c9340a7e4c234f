//! Sorted by patient, parts disjoint, row groups whole, nothing lost, whatever the sizes.

use std::collections::BTreeMap;

use rand::{RngExt, SeedableRng, rngs::Xoshiro256PlusPlus as SeededRng};

use super::*;

const TABLES: &str = "
[[table]]
name = 'visit'
source = 'visits'
patient = 'id'
institution = 'site'
[[table]]
name = 'person'
source = 'person.csv'
patient = 'id'
";

/// Rows of many patients, some with very many, in no order, in several files.
fn unsorted(house: &House, rng: &mut SeededRng, patients: u32, rows: u32) -> Vec<(String, String)> {
    let mut all = Vec::new();
    let mut files = vec![String::from("id,site,n\n"); 3];
    for n in 0..rows {
        // Squared: few have many.
        let id = format!("P{:04}", (rng.random::<f64>().powi(2) * f64::from(patients)) as u32);
        let site = rng.random_range(0..5);
        files[rng.random_range(0..3)].push_str(&format!("{id},S{site},{n}\n"));
        all.push((id, n.to_string()));
    }
    for (i, text) in files.iter().enumerate() {
        house.file(&format!("visits/{i}.csv"), text);
    }
    let people: String = (0..patients).rev().map(|i| format!("P{i:04},{i}\n")).collect();
    house.file("person.csv", format!("id,age\n{people}"));
    all
}

#[test]
fn any_sizes_give_sorted_disjoint_parts_with_whole_patients() {
    let mut rng = SeededRng::seed_from_u64(20_261_120);
    for round in 0..12 {
        let house = House::new();
        let (patients, rows) = (rng.random_range(1..200), rng.random_range(0..3000));
        let all = unsorted(&house, &mut rng, patients, rows);
        let sizes = Sizes {
            memory: if round % 3 == 0 { 20_000 } else { 1 << 30 },
            part_rows: rng.random_range(1..800),
            group_rows: rng.random_range(1..100),
            threads: rng.random_range(1..4),
        };
        let imported = house.import_within(TABLES, &sizes).unwrap();
        let snapshot = house.open(&imported);
        let visits = house.read(&snapshot, "visit");
        let ranges = |table| snapshot.parts(table).iter().map(|p| p.patients.clone().unwrap());
        assert!(ranges("visit").eq(ranges("person")), "part k of every table has the same patients");

        let mut last_group_patient = None;
        let mut found = Vec::new();
        for (part, range) in visits.iter().zip(ranges("visit")) {
            for group in part {
                let keys: Vec<u32> = group.iter().map(|row| row[0].parse().unwrap()).collect();
                assert!(keys.is_sorted());
                assert!(keys.iter().all(|key| range.contains(key)));
                assert!(last_group_patient < keys.first().copied(), "a patient is in two row groups");
                last_group_patient = keys.last().copied();
                found.extend(group.iter().map(|row| (row[0].clone(), row[2].clone())));
            }
        }
        same_up_to_names(&all, &found);
        assert_eq!(snapshot.rows("visit"), u64::from(rows));
        assert_eq!(snapshot.patients(), patients);
    }
}

/// The same rows, if every identifier is given exactly one number.
fn same_up_to_names(source: &[(String, String)], found: &[(String, String)]) {
    let by_row: BTreeMap<&str, &str> = found.iter().map(|(key, n)| (&**n, &**key)).collect();
    assert_eq!((by_row.len(), found.len()), (source.len(), source.len()));
    let mut numbers = BTreeMap::new();
    for (id, n) in source {
        let number = by_row[&**n];
        assert_eq!(*numbers.entry(id).or_insert(number), number);
    }
    let distinct: std::collections::BTreeSet<_> = numbers.values().collect();
    assert_eq!(distinct.len(), numbers.len());
}

#[test]
fn a_table_larger_than_the_budget_becomes_many_parts() {
    let house = House::new();
    unsorted(&house, &mut SeededRng::seed_from_u64(1), 500, 20_000);
    let large = house.import(TABLES).unwrap();
    assert_eq!(house.open(&large).parts("visit").len(), 1);
    let sizes = Sizes { memory: 100_000, threads: 2, ..Sizes::default() };
    let small = house.import_within(TABLES, &sizes).unwrap();
    assert!(house.open(&small).parts("visit").len() >= 20);
    let sum = |imported| {
        let rows = house.rows(imported, "visit");
        rows.iter().map(|row| row[2].parse::<u64>().unwrap()).sum::<u64>()
    };
    assert_eq!(sum(&large), sum(&small));
}

#[test]
fn large_tables_are_divided_for_the_cores() {
    let house = House::new();
    let rows: String = (0..200_001).map(|i| format!("{}\n", i % 1000)).collect();
    house.file("a.csv", format!("id\n{rows}"));
    let imported = house.import("[[table]]\nname='a'\nsource='a.csv'\npatient='id'").unwrap();
    let snapshot = house.open(&imported);
    assert_eq!(snapshot.parts("a").len(), 4);
    assert_eq!(snapshot.parts("a").iter().map(|p| p.rows).sum::<u64>(), 200_001);
}

#[test]
fn a_public_table_stays_in_its_order_and_empty_tables_import() {
    let house = House::new();
    house.file("icd10.csv", "code,name\nE11,2型糖尿病\nA00,コレラ\nE11,twice\n");
    house.file("none.csv", "id,x\n");
    let tables = "[[table]]\nname='icd10'\nsource='icd10.csv'\n
        [[table]]\nname='none'\nsource='none.csv'\npatient='id'";
    let imported = house.import(tables).unwrap();
    let rows = house.rows(&imported, "icd10");
    assert_eq!(rows, [["E11", "2型糖尿病"], ["A00", "コレラ"], ["E11", "twice"]]);
    let snapshot = house.open(&imported);
    assert_eq!(snapshot.parts("icd10").iter().map(|p| p.patients.clone()).collect::<Vec<_>>(), [None]);
    assert_eq!((snapshot.patients(), snapshot.rows("none")), (0, 0));
}
