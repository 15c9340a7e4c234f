//! History: what one study was told is held against what it asks next, over processes, handlers and versions of the data.

use std::fmt::Write as _;
use std::fs;

use tests::{Answer, House, repository};

const ALL: &str = "SELECT count(*) AS n, sum(cost) AS cost FROM visit";
const BUT_ONE_CLAIM: &str = "SELECT count(*) AS n, sum(cost) AS cost FROM visit WHERE cost <> 177";

/// Sixty patients with four visits each at six sites; every cost is somebody's own. With `newcomer`, one more.
fn import(house: &House, policy: &str, newcomer: bool) {
    let mut visits = "patient,site,kind,cost,day\n".to_owned();
    for row in 0..240 {
        let (patient, site, kind) = (row % 60, row % 6, ["in", "out"][row / 60 % 2]);
        writeln!(visits, "P{patient},S{site},{kind},{},2025-01-{:02}", 100 + row, 1 + row % 28).unwrap();
    }
    if newcomer {
        visits += "P60,S1,in,999,2025-01-30\n";
    }
    fs::write(house.path().join("visit.csv"), visits).unwrap();
    let manifest = house.path().join("records.toml");
    let table = "[[table]]\nname = \"visit\"\nsource = \"visit.csv\"\npatient = \"patient\"\ninstitution = \"site\"\n";
    fs::write(&manifest, format!("name = \"records\"\npolicy = {policy:?}\n{table}")).unwrap();
    house.import(&manifest);
}

/// A bundle of the house's own, `policy.toml`: the shipped `jisedai` with a change.
fn bundle(house: &House, change: impl FnOnce(String) -> String) {
    let jisedai = fs::read_to_string(repository().join("policies/jisedai.toml")).unwrap();
    let own = change(jisedai.replace("\"jisedai\"", "\"own\""));
    fs::write(house.path().join("policy.toml"), own).unwrap();
}

fn house(policy: &str) -> House {
    let house = House::new();
    import(&house, policy, false);
    house.study("one", "records");
    house.study("two", "records");
    house
}

fn reasons(answer: &Answer) -> Vec<Option<&str>> {
    assert_eq!(answer.code(), "released", "{answer:?}");
    (0..answer.rows()[0].as_array().unwrap().len() as u64).map(|column| answer.reason(0, column)).collect()
}

#[test]
fn a_claim_cannot_be_worked_out_by_subtraction() {
    let house = house("jisedai");
    assert_eq!(reasons(&house.ask("one", ALL)), [None, None]);
    let close = [Some("differencing"); 2];
    assert_eq!(reasons(&house.ask("one", BUT_ONE_CLAIM)), close);
    assert_eq!(
        reasons(
            &house.ask("one", "SELECT sum(2 * cost + 5) AS a, avg(cost) AS b FROM visit WHERE cost <> 177")
        ),
        close
    );
    // Other words for the same vector, and for its totals.
    let in_disguise = [
        "SELECT sum(CASE WHEN kind = 'in' THEN 3 END), sum(CASE WHEN kind = 'out' THEN 3 END) FROM visit WHERE cost <> 177",
        "SELECT count(*) FILTER (WHERE kind = 'in'), count(*) FILTER (WHERE kind = 'out') FROM visit WHERE cost <> 177",
    ];
    for sql in in_disguise {
        assert!(reasons(&house.ask("one", sql)).contains(&Some("differencing")), "{sql}");
    }
    assert_eq!(reasons(&house.ask("one", ALL)), [None, None], "the same again");
    let half = "SELECT count(*) AS n, sum(cost) AS cost FROM visit WHERE kind = 'in'";
    assert_eq!(reasons(&house.ask("one", half)), [None, None], "half of the visits");
    assert_eq!(reasons(&house.ask("two", BUT_ONE_CLAIM)), [None, None], "another study was told nothing");
}

#[test]
fn cells_cannot_be_subtracted_from_their_total() {
    let house = house("jisedai");
    let cells = "SELECT kind, count(*) AS n FROM visit GROUP BY kind";
    assert_eq!(house.ask("one", cells).rows().len(), 2);
    let total = house.ask("one", "SELECT count(*) AS n FROM visit WHERE cost <> 177");
    assert_eq!(reasons(&total), [Some("differencing")]);
    assert_eq!(
        reasons(&house.ask("one", "SELECT count(*) AS n FROM visit")),
        [None],
        "their sum was told already"
    );
}

/// Whether nobody or somebody is in one and not in the other is not told where a policy hides zero.
#[test]
fn the_same_people_by_other_words_are_withheld_where_zero_is() {
    let house = House::new();
    bundle(&house, |jisedai| jisedai.replace("show_zero = true", "show_zero = false"));
    import(&house, "./policy.toml", false);
    house.study("one", "records");
    let withheld = [Some("differencing"); 2];
    assert_eq!(reasons(&house.ask("one", ALL)), [None, None]);
    assert_eq!(reasons(&house.ask("one", BUT_ONE_CLAIM)), withheld);
    let nobody_less = format!("{ALL} WHERE cost <> 99");
    let answer = house.ask("one", &nobody_less);
    assert_eq!(reasons(&answer), withheld, "or it would tell that nobody has that cost");
    assert_eq!(answer.notices(), ["told_before"]);
    for same in [
        ALL.to_owned(),
        "WITH v AS (SELECT cost AS yen FROM visit) SELECT count(*), sum(yen) FROM v".to_owned(),
        "SELECT count(*) AS n, avg(cost) AS mean FROM visit".to_owned(),
    ] {
        let answer = house.ask("one", &same);
        assert_eq!((reasons(&answer), answer.notices()), (vec![None, None], vec![]), "{same}");
    }
    // Labels are conditions like others.
    let cells = "SELECT kind, count(*) AS n, sum(cost) AS cost FROM visit GROUP BY kind ORDER BY kind";
    assert_eq!(reasons(&house.ask("one", cells)), [None, None, None]);
    assert_eq!(reasons(&house.ask("one", &format!("{ALL} WHERE kind = 'in'"))), [None, None]);
    assert_eq!(reasons(&house.ask("one", &format!("{ALL} WHERE kind = 'in' AND cost <> 99"))), withheld);
}

/// The total is told, and the table less one cell more: not the table without its total, and so without shares.
#[test]
fn a_share_of_the_total_loses_a_cell_and_not_all() {
    let house = house("jisedai");
    let shares = "SELECT CASE WHEN cost < 103 THEN 'a' WHEN cost < 200 THEN 'b' ELSE 'c' END AS band,
        1.0 * count(*) / (SELECT count(*) FROM visit) AS share FROM visit GROUP BY 1 ORDER BY 1";
    let answer = house.ask("one", shares);
    let reasons: Vec<_> = (0..3).map(|row| answer.reason(row, 1)).collect();
    assert_eq!(reasons.iter().filter(|reason| reason.is_none()).count(), 1, "{answer:?}");
    assert_eq!(reasons[0], Some("patients"), "{answer:?}");
    assert!(reasons.contains(&Some("complementary")), "{answer:?}");
}

#[test]
fn figures_of_one_question_are_held_against_each_other() {
    let house = house("jisedai");
    let answer =
        house.ask("one", "SELECT count(*) AS n, count(*) FILTER (WHERE cost <> 177) AS m FROM visit");
    assert_eq!(reasons(&answer), [None, Some("differencing")]);
}

#[test]
fn without_a_ledger_the_claim_is_told() {
    let policy = repository().join("tests/policies/no-ledger.toml");
    let house = house(policy.to_str().unwrap());
    let cost = |sql: &str| house.ask("one", sql).rows()[0][1].as_i64().unwrap();
    assert_eq!(cost(ALL) - cost(BUT_ONE_CLAIM), 177);
}

#[test]
fn a_newcomer_does_not_show_between_two_versions() {
    let house = House::new();
    bundle(&house, |jisedai| jisedai + "\n[ledger]\nscope = \"all\"\n");
    import(&house, "./policy.toml", false);
    house.study("before", "records");
    import(&house, "./policy.toml", true);
    house.study("after", "records");
    assert_eq!(reasons(&house.ask("before", ALL)), [None, None]);
    assert_eq!(reasons(&house.ask("after", ALL)), [Some("differencing"); 2]);
    let old = "SELECT count(*) AS n, sum(cost) AS cost FROM visit WHERE cost < 999";
    assert_eq!(reasons(&house.ask("after", old)), [None, None], "the same people with the same claims");
}

/// With noise a claim cannot be told either, nothing is remembered, and the same people always get the same noise.
#[test]
fn who_explores_is_told_perturbed_numbers_and_closes_no_door() {
    let house = House::new();
    let exploring = "\n[exploring]\nprotection = \"cell_key\"\nbound = 5\nvariance = 3\nhidden = 2\n";
    bundle(&house, |jisedai| jisedai + exploring);
    import(&house, "./policy.toml", false);
    house.study("one", "records");
    let explore = |sql: &str| {
        let answer = house.run(&["query", "--study", "one", "--explore", "--format", "json", sql]);
        Answer::parse(&answer)
    };
    let all = "SELECT count(DISTINCT patient) AS n, sum(cost) AS cost FROM visit";
    let first = explore(all);
    let n = first.rows()[0][0].as_i64().unwrap();
    assert!((55..=65).contains(&n), "{n}");
    assert_eq!(reasons(&first), [None, Some("exploring")]);
    assert_eq!(explore(all).rows(), first.rows(), "the same people, the same noise");
    let spelt = "SELECT count(DISTINCT patient) AS n FROM visit WHERE cost <> 177 AND cost + 0 <> 178";
    assert_eq!(explore(spelt).rows()[0][0], n, "each still has another claim");
    assert_eq!(reasons(&house.ask("one", ALL)), [None, None], "no door is closed");
    assert_eq!(reasons(&explore("SELECT count(DISTINCT patient) AS n FROM visit WHERE cost <> 177")), [None]);
    let kept = fs::read_dir(house.path().join("results/one")).unwrap().count();
    assert_eq!(kept, 1, "only the exact answer is kept");
    house.run(&["audit", "verify"]);
}

#[test]
fn exploring_is_refused_where_no_policy_offers_it() {
    let house = house("jisedai");
    let refused = house.try_run(&["query", "--study", "one", "--explore", ALL]);
    assert_eq!(refused.status.code(), Some(3), "{refused:?}");
}
