//! Tests of bundles: the three built-in ones, what is refused and in which words, and the join.

use std::num::NonZeroU32;

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use super::*;
use crate::perturb::{Base, NoiseTable, Parameters, Rounding};

#[test]
fn the_built_in_bundles_say_what_their_sources_say() {
    let jisedai = named("jisedai").unwrap();
    assert_eq!(jisedai.id().to_string(), "jisedai@1");
    assert_eq!((jisedai.patients.least(), jisedai.institutions.map(Threshold::least)), (10, Some(3)));
    assert!(jisedai.show_zero);
    let dominance = jisedai.dominance.unwrap();
    assert_eq!((dominance.two_largest.fraction(), dominance.p.fraction()), (0.9, 0.1));
    assert!(jisedai.municipality.is_none() && jisedai.drugs.is_none());

    for (name, institutions) in [("ndb", None), ("kaigo", Some(3))] {
        let bundle = named(name).unwrap();
        assert_eq!((bundle.name.as_str(), bundle.version), (name, 1));
        assert_eq!((bundle.patients.least(), bundle.show_zero), (10, true));
        assert_eq!(bundle.institutions.map(Threshold::least), institutions);
        assert_eq!(bundle.dominance, None);
        let drugs = bundle.drugs.unwrap();
        assert_eq!((drugs.oral_and_topical.get(), drugs.injections.get()), (1_000, 400));
        let rule = bundle.municipality.unwrap();
        let least = |inhabitants| rule.least(inhabitants).map(Threshold::least);
        assert_eq!([least(Some(0)), least(Some(1_999)), least(None)], [None; 3]);
        assert_eq!([least(Some(2_000)), least(Some(24_999))], [Some(20); 2]);
        assert_eq!([least(Some(25_000)), least(Some(u64::MAX))], [Some(10); 2]);
    }
    assert!(BUILT_IN.iter().all(|(name, _)| named(name).unwrap().release.checkers.count() == 2));
}

#[test]
fn every_rule_of_a_built_in_bundle_names_its_source() {
    for (name, text) in BUILT_IN {
        // A paragraph that sets something must have a comment with a source in it.
        for paragraph in text.split("\n\n").filter(|p| p.lines().any(|line| !line.starts_with('#'))) {
            let sets_a_rule = !paragraph.trim_start().starts_with("name =");
            assert_eq!(sets_a_rule, paragraph.contains("# Source: "), "{name}: {paragraph}");
        }
    }
}

const PLAIN: &str = "name = \"own\"\nversion = 3\npatients = 10\nshow_zero = false\n";

#[test]
fn a_small_bundle_is_enough_and_reads_back() {
    let bundle = Bundle::parse(PLAIN).unwrap();
    assert_eq!((bundle.institutions, bundle.release.checkers.count()), (None, 2));
    let city = "[municipality]\nhidden_under = 1\nsmall_under = 2\nsmall_least = 3\nleast = 2\n\
        columns = [{ column = \"person.city\", table = \"city\", code = \"code\", inhabitants = \"people\" }]\n";
    let bundle = Bundle::parse(&format!("{PLAIN}{city}")).unwrap();
    let columns: Vec<_> = bundle.municipality.iter().flat_map(|rule| &rule.columns).collect();
    assert_eq!(columns[0].column, ColumnPath { table: "person".into(), column: "city".into() });
    let text = toml::to_string(&bundle).unwrap();
    assert_eq!(Bundle::parse(&text).unwrap(), bundle);
    let json = serde_json::to_string(&bundle).unwrap();
    assert_eq!(serde_json::from_str::<Bundle>(&json).unwrap(), bundle);
}

#[test]
fn exploring_is_off_unless_a_bundle_offers_it_and_reads_back() {
    assert!(BUILT_IN.iter().all(|(name, _)| named(name).unwrap().exploring == ExploringRule::None));
    for (section, rule) in [
        ("protection = \"none\"", ExploringRule::None),
        (
            "protection = \"cell_key\"\nbound = 5\nvariance = 3\nhidden = 2",
            ExploringRule::CellKey(Parameters::new(5, 3.0, 2).unwrap(), Daily::default()),
        ),
        (
            "protection = \"rounding\"\nmethod = \"midpoint_6\"",
            ExploringRule::Rounding(Rounding::Midpoint6, Daily::default()),
        ),
        (
            "protection = \"rounding\"\nmethod = \"random\"\nbase = 3",
            ExploringRule::Rounding(Rounding::Random(Base::Three), Daily::default()),
        ),
        (
            "protection = \"rounding\"\nmethod = \"midpoint_6\"\ndaily = 300",
            ExploringRule::Rounding(Rounding::Midpoint6, Daily::new(NonZeroU32::new(300).unwrap())),
        ),
        (
            "protection = \"rounding\"\nmethod = \"nearest\"\nbase = 10",
            ExploringRule::Rounding(Rounding::Nearest(Base::Ten), Daily::default()),
        ),
    ] {
        let bundle = Bundle::parse(&format!("{PLAIN}[exploring]\n{section}\n")).unwrap();
        assert_eq!(bundle.exploring, rule);
        assert_eq!(Bundle::parse(&toml::to_string(&bundle).unwrap()).unwrap(), bundle);
        let json = serde_json::to_string(&bundle).unwrap();
        assert_eq!(serde_json::from_str::<Bundle>(&json).unwrap(), bundle);
        // One bundle without it is enough to keep everybody from exploring.
        let without = Bundle::parse(PLAIN).unwrap();
        assert_eq!(bundle.strictest(&without).exploring, ExploringRule::None);
    }
}

/// What is wrong; what is put for `patients = 10`; place; what the English and the Japanese must hold.
const NONSENSE: &[(&str, (usize, usize), &str, &str)] = &[
    ("patients = 1", (3, 12), "write 2 or more", "2以上"),
    ("patients = 0", (3, 12), "write 2 or more", "2以上"),
    ("patients = -5", (3, 12), "write u32", "種類"),
    ("patients = \"ten\"", (3, 12), "write u32", "種類"),
    ("patients = 10\npatience = 3", (4, 1), "use one of name, version", "「patience」というキーはありません"),
    ("# none", (1, 1), "add for example patients = 10", "「patients」がありません"),
    ("patients = 10\ninstitutions = 1", (4, 16), "write 2 or more", "2以上"),
    ("patients = 10\nversion = 2", (4, 1), "duplicate key", "文法"),
    ("patients 10", (3, 10), "", "文法"),
    ("patients = 10\ndominance = { two_largest = 0, p = 10 }", (4, 29), "above 0 and at most 100", "百分率"),
    ("patients = 10\ndominance = { two_largest = 90, p = 101 }", (4, 37), "at most 100", "百分率"),
    ("patients = 10\ndominance = { two_largest = nan, p = 10 }", (4, 29), "at most 100", "百分率"),
    ("patients = 10\ndominance = { p = 10 }", (4, 13), "add for example two_largest = 90", "two_largest"),
    ("patients = 10\ndominance = { two_largest = 90, p = 10, q = 1 }", (4, 41), "no key 'q'", "「q」"),
    ("patients = 10\nrelease = { checkers = 1 }", (4, 24), "two checkers", "2名以上"),
    ("patients = 10\nrelease = { checker = 2 }", (4, 13), "use one of checkers", "checkers"),
    ("patients = 10\ndrugs = { oral_and_topical = 0, injections = 4 }", (4, 30), "nonzero", "種類"),
    (
        "patients = 10\nexploring = { protection = \"noise\" }",
        (4, 28),
        "use one of none, cell_key, rounding",
        "cell_key",
    ),
    ("patients = 10\nexploring = { bound = 5 }", (4, 13), "add for example protection", "protection"),
    (
        "patients = 10\nexploring = { protection = \"cell_key\", bound = 5, variance = 3 }",
        (4, 13),
        "add for example hidden = 2",
        "hidden",
    ),
    (
        "patients = 10\nexploring = { protection = \"cell_key\", bound = 5, variance = 5, hidden = 2 }",
        (4, 13),
        "variance must be over 2 and under 5",
        "2 より大きく 5 より小さく",
    ),
    (
        "patients = 10\nexploring = { protection = \"cell_key\", bound = 3, variance = 2.5, hidden = 2 }",
        (4, 13),
        "bound must be from 4 to 50",
        "4 から 50",
    ),
    (
        "patients = 10\nexploring = { protection = \"cell_key\", bound = 7, variance = 6.5, hidden = 5 }",
        (4, 13),
        "bound must be over 9",
        "9 より大きい",
    ),
    (
        "patients = 10\nexploring = { protection = \"rounding\", method = \"random\", base = 4 }",
        (4, 13),
        "base is 3, 5 or 10",
        "3、5、10",
    ),
    (
        "patients = 10\nexploring = { protection = \"rounding\", method = \"midpoint_6\", base = 6 }",
        (4, 13),
        "takes no base",
        "要りません",
    ),
    ("patients = 33", (3, 1), "up to patients = 32", "32 まで"),
    ("patients = 10\nexploring = { protection = \"none\", bound = 5 }", (4, 13), "no key 'bound'", "bound"),
    (
        "patients = 10\nmunicipality = { hidden_under = 5, small_under = 4, small_least = 3, least = 2 }",
        (4, 16),
        "small_under must not be below",
        "small_under",
    ),
    (
        "patients = 10\nmunicipality = { hidden_under = 5, small_under = 6, small_least = 3, least = 4 }",
        (4, 16),
        "small_least must not be below",
        "small_least",
    ),
    (
        "patients = 10\nmunicipality = { hidden_under = 5, small_under = 6, small_least = 3, least = 2, \
         columns = [{ column = \"city\", table = \"a\", code = \"b\", inhabitants = \"c\" }] }",
        (4, 103),
        "written table.column",
        "表.列",
    ),
    (
        "patients = 10\nmunicipality = { hidden_under = 5, small_under = 6, small_least = 3, least = 2, \
         columns = [{ column = \"p.city\", code = \"b\", inhabitants = \"c\" }] }",
        (4, 92),
        "add for example table = \"city\"",
        "「table」",
    ),
];

#[test]
fn nonsense_is_refused_with_its_place_and_a_remedy() {
    for (put, place, en, ja) in NONSENSE {
        let text = PLAIN.replace("patients = 10", put);
        match Bundle::parse(&text) {
            Err(BundleError::Parse { line, column, message }) => {
                assert_eq!((line, column), *place, "{put}: {message:?}");
                assert!(message.en.contains(en), "{put}: {}", message.en);
                assert!(message.ja.contains(ja), "{put}: {}", message.ja);
            }
            other => panic!("{put}: {other:?}"),
        }
    }
    for (put, says) in [("name = \"a/b\"", "a-z"), ("name = \"a@1+b\"", "a-z"), ("name = \"\"", "a-z")] {
        let error = Bundle::parse(&PLAIN.replace("name = \"own\"", put)).unwrap_err().to_string();
        assert!(error.contains("line 1, column 8") && error.contains(says), "{error}");
    }
    let error = Bundle::parse(&PLAIN.replace("version = 3", "version = 0")).unwrap_err().to_string();
    assert!(error.contains("2行11列") && error.contains("begin at 1"), "{error}");
}

#[test]
fn bundles_are_found_in_the_home_then_built_in_then_by_path() {
    let home = tempfile::tempdir().unwrap();
    let beside = home.path().join("data");
    std::fs::create_dir_all(home.path().join("policies")).unwrap();
    std::fs::create_dir_all(&beside).unwrap();
    let find = |what| load(home.path(), &beside, what);

    assert_eq!(find("ndb").unwrap(), named("ndb").unwrap());
    let unknown = find("nbd").unwrap_err();
    assert!(unknown.to_string().contains("there are jisedai, jisedai-strict, kaigo, ndb"), "{unknown}");

    std::fs::write(home.path().join("policies/own.toml"), PLAIN).unwrap();
    assert_eq!(find("own").unwrap().version, 3);
    assert_eq!(text(home.path(), &beside, "own").unwrap(), PLAIN);
    assert!(text(home.path(), &beside, "ndb").unwrap().contains("# Source: NDB guideline."));
    std::fs::write(home.path().join("policies/other.toml"), PLAIN).unwrap();
    assert!(matches!(find("other"), Err(BundleError::Misnamed { .. })));

    std::fs::write(beside.join("mine.toml"), PLAIN).unwrap();
    assert_eq!(find("mine.toml").unwrap(), find("./mine.toml").unwrap());
    assert!(matches!(find("missing.toml"), Err(BundleError::Read { .. })));

    // A laxer bundle under a built-in one's name and version would lie in every verdict.
    let laxer = PLAIN.replace("own", "jisedai").replace("version = 3", "version = 1");
    std::fs::write(home.path().join("policies/jisedai.toml"), &laxer).unwrap();
    assert!(matches!(find("jisedai"), Err(BundleError::Taken { .. })));
    let newer = laxer.replace("version = 1", "version = 2");
    std::fs::write(home.path().join("policies/jisedai.toml"), newer).unwrap();
    assert_eq!(find("jisedai").unwrap().id().to_string(), "jisedai@2");
}

#[test]
fn a_join_is_named_after_its_parts() {
    let [jisedai, strict, kaigo, ndb] = BUILT_IN.map(|(name, _)| named(name).unwrap());
    assert_eq!(strict.strictest(&jisedai), Bundle { name: "jisedai@1+jisedai-strict".to_owned(), ..strict });
    assert_eq!(jisedai.strictest(&jisedai), jisedai);
    assert_eq!(ndb.strictest(&jisedai).id().to_string(), "jisedai@1+ndb@1");
    let all = ndb.strictest(&kaigo).strictest(&jisedai).strictest(&ndb);
    assert_eq!(all.id().to_string(), "jisedai@1+kaigo@1+ndb@1");
    assert!(all.dominance.is_some() && all.institutions.is_some() && all.municipality.is_some());
}

#[test]
fn the_join_is_associative_commutative_idempotent_and_never_laxer() {
    let mut rng = ChaCha8Rng::seed_from_u64(20_261_120);
    let mut passed = 0;
    for _ in 0..2_000 {
        let [a, b, c] = [(); 3].map(|()| random_bundle(&mut rng));
        let join = a.strictest(&b);
        assert_eq!(join, b.strictest(&a));
        assert_eq!(join.strictest(&c), a.strictest(&b.strictest(&c)));
        assert_eq!(join.strictest(&a), join);
        assert_eq!(a.strictest(&a), a);
        match (join.exploring, a.exploring, b.exploring) {
            (
                ExploringRule::CellKey(joined, daily),
                ExploringRule::CellKey(a, of_a),
                ExploringRule::CellKey(b, of_b),
            ) => {
                assert_eq!(daily, of_a.min(of_b));
                assert!(NoiseTable::new(joined).is_ok(), "{a:?} {b:?}");
                assert!(
                    joined.bound() >= a.bound().max(b.bound())
                        && joined.hidden() >= a.hidden().max(b.hidden())
                );
            }
            (
                ExploringRule::Rounding(joined, daily),
                ExploringRule::Rounding(a, of_a),
                ExploringRule::Rounding(b, of_b),
            ) => {
                assert_eq!(daily, of_a.min(of_b));
                assert!(joined.bound() >= a.bound().max(b.bound()), "{joined:?} {a:?} {b:?}");
            }
            (joined, ..) => assert_eq!(joined, ExploringRule::None),
        }
        for _ in 0..20 {
            let cell = random_cell(&mut rng);
            if passes(&join, &cell) {
                assert!(passes(&a, &cell) && passes(&b, &cell), "{a:?} {b:?} {cell:?}");
                passed += 1;
            }
        }
    }
    assert!(passed > 1_000, "only {passed} cells passed a join: the test shows nothing");
}

/// Small ranges, so that equal values and both orders happen often.
fn random_bundle(rng: &mut ChaCha8Rng) -> Bundle {
    let threshold = |rng: &mut ChaCha8Rng| Threshold::new(rng.random_range(2..12)).unwrap();
    let percent = |rng: &mut ChaCha8Rng| Percent::new(rng.random_range(1..=100).into()).unwrap();
    let municipality = |rng: &mut ChaCha8Rng| {
        let (hidden, least) = (rng.random_range(0..40), rng.random_range(2..10));
        let (small, small_least) = (hidden + rng.random_range(0..40), least + rng.random_range(0..10));
        let table = ["a", "b", "c"][rng.random_range(0..3)];
        format!(
            "hidden_under = {hidden}\nsmall_under = {small}\nsmall_least = {small_least}\nleast = {least}\n\
             columns = [{{ column = \"p.city\", table = \"{table}\", code = \"c\", inhabitants = \"n\" }}]"
        )
    };
    Bundle {
        name: ["x", "y", "z"][rng.random_range(0..3)].to_owned(),
        version: rng.random_range(1..3),
        patients: threshold(rng),
        institutions: rng.random::<bool>().then(|| threshold(rng)),
        show_zero: rng.random(),
        dominance: rng.random::<bool>().then(|| DominanceRule {
            two_largest: percent(rng),
            p: percent(rng),
            institutions: rng.random(),
        }),
        municipality: rng.random::<bool>().then(|| toml::from_str(&municipality(rng)).unwrap()),
        drugs: rng.random::<bool>().then(|| DrugRule {
            oral_and_topical: rng.random_range(1..9).try_into().unwrap(),
            injections: rng.random_range(1..9).try_into().unwrap(),
        }),
        groups: [Groups::Present, Groups::Listed, Groups::Shared, Groups::LeftOut][rng.random_range(0..4)],
        class_disclosure: if rng.random() { ClassDisclosure::Flag } else { ClassDisclosure::Suppress },
        rounding: RoundingRule {
            significant: Digits::new(rng.random_range(1..16)).unwrap(),
            quantile: Digits::new(rng.random_range(1..16)).unwrap(),
        },
        ledger: LedgerRule {
            scope: [LedgerScope::None, LedgerScope::Study, LedgerScope::Organisation, LedgerScope::All]
                [rng.random_range(0..4)],
        },
        exploring: random_exploring(rng),
        release: ReleaseRule { checkers: Checkers::new(rng.random_range(2..5)).unwrap() },
    }
}

fn random_exploring(rng: &mut ChaCha8Rng) -> ExploringRule {
    let base = Base::try_from([3, 5, 10][rng.random_range(0..3)]).unwrap();
    let daily = Daily::new(NonZeroU32::new(rng.random_range(1..5)).unwrap());
    match rng.random_range(0..8) {
        0 => ExploringRule::None,
        1 => ExploringRule::Rounding(Rounding::Random(base), daily),
        2 => ExploringRule::Rounding(Rounding::Nearest(base), daily),
        3 => ExploringRule::Rounding(Rounding::Midpoint6, daily),
        _ => {
            let hidden = rng.random_range(0..4);
            let variance = 4.5 + f64::from(rng.random_range(0_u8..3));
            let parameters = Parameters::new(rng.random_range(8..12), variance, hidden).unwrap();
            ExploringRule::CellKey(parameters, daily)
        }
    }
}

/// What a rule may look at, reduced to numbers.
#[derive(Debug)]
struct Cell {
    patients: u32,
    institutions: u32,
    shares: [f64; 3],
    by_institution: [f64; 3],
    inhabitants: Option<u64>,
    quantity: u32,
    checkers: u8,
}

fn random_cell(rng: &mut ChaCha8Rng) -> Cell {
    let shares = |rng: &mut ChaCha8Rng| {
        let first: f64 = rng.random_range(0.0..0.6);
        let second = rng.random_range(0.0..first.max(0.001));
        [first, second, 1.0 - first - second]
    };
    Cell {
        patients: rng.random_range(0..25),
        institutions: rng.random_range(0..14),
        shares: shares(rng),
        by_institution: shares(rng),
        inhabitants: rng.random::<bool>().then(|| rng.random_range(0..90)),
        quantity: rng.random_range(0..14),
        checkers: rng.random_range(0..6),
    }
}

/// A judge of its own, as naive as can be.
fn passes(bundle: &Bundle, cell: &Cell) -> bool {
    if cell.patients == 0 {
        return bundle.show_zero;
    }
    let dominated = |rule: &DominanceRule, [first, second, rest]: [f64; 3]| {
        first + second > rule.two_largest.fraction() || rest < rule.p.fraction() * first
    };
    cell.patients >= bundle.patients.least()
        && bundle.institutions.is_none_or(|least| cell.institutions >= least.least())
        && bundle.dominance.is_none_or(|rule| {
            !(dominated(&rule, cell.shares) || rule.institutions && dominated(&rule, cell.by_institution))
        })
        && bundle.municipality.as_ref().is_none_or(|rule| {
            rule.least(cell.inhabitants).is_some_and(|least| cell.patients >= least.least())
        })
        && bundle.drugs.is_none_or(|rule| {
            cell.quantity >= rule.oral_and_topical.get() && cell.quantity >= rule.injections.get()
        })
        && cell.checkers >= bundle.release.checkers.count()
}
