//! Exploring: what is shown instead of exact figures, with made-up keys.

use super::*;
use crate::gate::Totals;
use crate::perturb::{CellKey, NoiseTable, Parameters};

const CELL_KEY: &str = "[exploring]\nprotection = \"cell_key\"\nbound = 5\nvariance = 3\nhidden = 2\n";
const RANDOM_5: &str = "[exploring]\nprotection = \"rounding\"\nmethod = \"random\"\nbase = 5\n";
const MIDPOINT_6: &str = "[exploring]\nprotection = \"rounding\"\nmethod = \"midpoint_6\"\n";

fn gate_with(section: &str) -> Gate {
    let bundle = format!("{BUNDLE}{section}");
    Gate::new(toml::from_str::<Bundle>(&bundle).unwrap(), crate::gate::Census::default())
}

fn noise() -> NoiseTable {
    NoiseTable::new(Parameters::new(5, 3.0, 2).unwrap()).unwrap()
}

/// One question, with the same key for every cell of a feed.
struct Explored<'a> {
    house: &'a (Engine, Catalog),
    gate: Gate,
    totals: Totals,
}

impl Explored<'_> {
    async fn ask(&self, sql: &str, key: u64) -> SafeTable {
        let (engine, catalog) = self.house;
        let stages = plan::stages(sql, None, catalog).unwrap_or_else(|halt| panic!("{sql}: {halt:?}"));
        let mut known = Known::default();
        for cut in stages.cuts() {
            let cells = engine.cells(cut, &known, &self.gate, &Progress::default()).await.unwrap();
            let keys = vec![vec![key; cells.rows()]; cut.feeds().len()];
            known.insert(
                cut.stage(),
                self.gate.exploring().unwrap().inspect(cells, &keys, self.totals).unwrap(),
            );
        }
        engine.above(&stages, &known).await.unwrap_or_else(|halt| panic!("{sql}: {halt:?}"))
    }
}

fn explored<'a>(house: &'a (Engine, Catalog), section: &str) -> Explored<'a> {
    Explored { house, gate: gate_with(section), totals: Totals::Perturbed }
}

/// A key that gives this noise to this count.
fn key_for(count: u64, noise_wanted: i64) -> u64 {
    (0..).find(|key| noise().noise(count, CellKey::new(*key)) == noise_wanted).unwrap()
}

#[test]
fn nobody_explores_where_the_bundle_does_not_offer_it() {
    assert!(gate().exploring().is_none());
    assert!(gate_with("[exploring]\nprotection = \"none\"\n").exploring().is_none());
}

#[tokio::test]
async fn numbers_of_patients_are_perturbed_and_all_else_is_withheld() {
    let folder = tempfile::tempdir().unwrap();
    let house = house(folder.path());
    let sql = "SELECT count(DISTINCT id), count(*), sum(yen), avg(yen), median(yen), count(DISTINCT code),
        count(DISTINCT id) FILTER (WHERE code = 'c') FROM visit";
    let with_noise = explored(&house, CELL_KEY);
    for key in 0..20 {
        let shown = |count| noise().perturbed(count, CellKey::new(key)).to_string();
        let withheld = ["exploring"; 5].map(str::to_owned);
        let row: Vec<String> = [shown(400)].into_iter().chain(withheld).chain([shown(5)]).collect();
        let table = with_noise.ask(sql, key).await;
        assert_eq!(cells(&table), [row]);
        assert!(table.notices().iter().any(|notice| notice.code == "exploring"));
    }
    let rounded = explored(&house, MIDPOINT_6).ask(sql, 1).await;
    let row = ["399", "exploring", "exploring", "exploring", "exploring", "exploring", "3"];
    assert_eq!(cells(&rounded), [row]);
    let rounded = explored(&house, RANDOM_5).ask("SELECT count(DISTINCT id) FROM visit", 1).await;
    assert_eq!(cells(&rounded), [["400"]]);
}

/// Somebody who is shown as nobody leaves no trace: not a row, not a reason, not a notice.
#[tokio::test]
async fn one_patient_shown_as_zero_is_not_told_from_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let house = house(folder.path());
    let key = key_for(1, -1);
    for section in [CELL_KEY, RANDOM_5] {
        let exploring = explored(&house, section);
        for sql in [
            "SELECT count(DISTINCT id), count(*), sum(yen) FROM visit WHERE yen > 999999 AND code = $",
            "SELECT code, count(DISTINCT id), count(*) FROM visit WHERE yen > 999999 AND code = $ GROUP BY code",
            "SELECT yen, count(DISTINCT id) FROM visit WHERE yen > 999999 AND code = $ GROUP BY yen",
            "SELECT code = 'a' AS k, avg(yen) FROM visit WHERE yen > 999999 AND code = $ GROUP BY 1",
            "SELECT DISTINCT yen FROM visit WHERE yen > 999999 AND code = $",
            "SELECT code, count(DISTINCT id) AS n FROM visit WHERE yen > 999999 AND code = $ GROUP BY ROLLUP (code)",
        ] {
            let there = exploring.ask(&sql.replace('$', "'b'"), key).await;
            let nobody = exploring.ask(&sql.replace('$', "'z'"), key).await;
            assert_eq!(cells(&there), cells(&nobody), "{sql}");
            assert_eq!(there.notices(), nobody.notices(), "{sql}");
            assert_eq!(there.suppressed(), nobody.suppressed(), "{sql}");
        }
    }
    // Where a bundle shows no zeros, a perturbed one is as little shown.
    let bundle = format!("{BUNDLE}{CELL_KEY}").replace("show_zero = true", "show_zero = false");
    let gate = Gate::new(toml::from_str::<Bundle>(&bundle).unwrap(), crate::gate::Census::default());
    let exploring = Explored { gate, ..explored(&house, CELL_KEY) };
    for code in ["'b'", "'z'"] {
        let sql = format!("SELECT count(DISTINCT id) FROM visit WHERE yen > 999999 AND code = {code}");
        assert_eq!(cells(&exploring.ask(&sql, key).await), [["patients"]]);
    }
    // Shown as somebody it would be told: the question is about one patient indeed.
    let sql = "SELECT count(DISTINCT id) FROM visit WHERE yen > 999999 AND code = $";
    let exploring = explored(&house, CELL_KEY);
    let there = exploring.ask(&sql.replace('$', "'b'"), key_for(1, 5)).await;
    let nobody = exploring.ask(&sql.replace('$', "'z'"), key_for(1, 5)).await;
    assert_ne!(cells(&there), cells(&nobody));
}

#[tokio::test]
async fn a_label_that_tells_something_needs_enough_patients_as_they_are_seen() {
    let folder = tempfile::tempdir().unwrap();
    let house = house(folder.path());
    let exploring = explored(&house, CELL_KEY);
    // Five patients of several institutions have each of these amounts.
    let sql =
        "SELECT yen, count(DISTINCT id) FROM visit WHERE code <> 'a' AND yen BETWEEN 6 AND 8 GROUP BY yen";
    assert_eq!(cells(&exploring.ask(sql, key_for(5, 5)).await), [["6", "10"], ["7", "10"], ["8", "10"]]);
    assert!(cells(&exploring.ask(sql, key_for(5, 4)).await).is_empty());
    // Seven patients of one institution came on each of two days.
    let sql = "SELECT day, count(DISTINCT id) FROM visit WHERE code = 'd' GROUP BY day";
    assert!(cells(&exploring.ask(sql, key_for(7, 5)).await).is_empty());
    // Where the question names the categories, or a published list does, they show with any number but zero.
    let sql = "SELECT CASE WHEN code = 'c' THEN 'few' ELSE 'many' END AS k, count(DISTINCT id) FROM visit
        WHERE code <> 'd' GROUP BY 1 ORDER BY 1";
    assert_eq!(cells(&exploring.ask(sql, key_for(5, -1)).await)[0], ["few", "4"]);
    let table = exploring.ask(sql, key_for(5, -5)).await;
    assert_eq!((cells(&table).len(), cells(&table)[0][0].as_str()), (1, "many"));
    let sql = "SELECT code, count(DISTINCT id) FROM visit WHERE code > 'b' GROUP BY code ORDER BY code";
    assert_eq!(cells(&exploring.ask(sql, key_for(5, -1)).await), [["c", "4"], ["d", "institutions"]]);
}

#[tokio::test]
async fn institutions_are_protected_as_ever() {
    let folder = tempfile::tempdir().unwrap();
    let house = house(folder.path());
    let table =
        explored(&house, CELL_KEY).ask("SELECT count(DISTINCT id) FROM visit WHERE code = 'd'", 3).await;
    assert_eq!(cells(&table), [["institutions"]]);
}

#[tokio::test]
async fn totals_add_up_where_asked_and_where_they_can() {
    let folder = tempfile::tempdir().unwrap();
    let house = house(folder.path());
    let sql =
        "SELECT k, count(DISTINCT id) FROM (SELECT id, CASE WHEN value < 16 THEN 'low' ELSE 'other' END AS k
        FROM lab) GROUP BY ROLLUP (k) ORDER BY k";
    for section in [CELL_KEY, RANDOM_5, MIDPOINT_6] {
        let mut exploring = explored(&house, section);
        let mut apart = 0;
        for (totals, key) in (0..30).flat_map(|key| [(Totals::Perturbed, key), (Totals::Additive, key)]) {
            exploring.totals = totals;
            let shown = cells(&exploring.ask(sql, key).await);
            let [low, other, all] = [0, 1, 2].map(|row| shown[row][1].parse::<i64>().unwrap());
            match totals {
                Totals::Additive => assert_eq!(low + other, all, "{shown:?}"),
                Totals::Perturbed => apart += i32::from(low + other != all),
            }
            assert!([(low, 32), (other, 168), (all, 200)].iter().all(|(shown, n)| (shown - n).abs() <= 10));
        }
        assert!(apart > 0, "{section}");
    }
    // Everybody is in two groups: the total is no sum, and is not made one.
    let sql = "SELECT k, count(DISTINCT id) FROM (SELECT id, 'one' AS k FROM visit UNION ALL SELECT id, 'two' FROM visit)
        GROUP BY ROLLUP (k) ORDER BY k";
    let exploring = Explored { totals: Totals::Additive, ..explored(&house, CELL_KEY) };
    let shown = noise().perturbed(400, CellKey::new(5)).to_string();
    let table = exploring.ask(sql, 5).await;
    assert!(cells(&table).iter().all(|row| row[1] == shown), "{:?}", cells(&table));
}

#[tokio::test]
async fn figures_need_their_keys() {
    let folder = tempfile::tempdir().unwrap();
    let (engine, catalog) = house(folder.path());
    let gate = gate_with(CELL_KEY);
    let stages = plan::stages("SELECT count(DISTINCT id) FROM visit", None, &catalog).unwrap();
    for keys in [vec![], vec![vec![]], vec![vec![1, 2]], vec![vec![1], vec![1]]] {
        let cells =
            engine.cells(&stages.cuts()[0], &Known::default(), &gate, &Progress::default()).await.unwrap();
        assert!(gate.exploring().unwrap().inspect(cells, &keys, Totals::Perturbed).is_err(), "{keys:?}");
    }
}
