//! Whatever text is read as a bundle: a bundle that says the same when it is written and read again, or what is wrong and where.

use crate::fuzz;

use super::*;

const WORDS: &[&str] = &[
    "patients",
    "institutions",
    "show_zero",
    "true",
    "0",
    "1",
    "-1",
    "1e400",
    "nan",
    "inf",
    "99999999999999999999",
    "\"\"",
    "[[",
    "]]",
    "[dominance]",
    "[municipality]",
    "columns = [{ column = \"a.b\", table = \"t\", code = \"c\", inhabitants = \"i\" }]",
    "\n",
    "=",
    "'''",
    "[ledger]",
    "scope = \"all\"",
    "[rounding]",
    "significant = 3",
    "class_disclosure = \"suppress\"",
    "groups = \"shared\"",
    "2026-11-20T00:00:00Z",
    "患",
];

#[test]
fn fuzz_bundles() {
    let seeds: Vec<String> = BUILT_IN.iter().map(|(_, text)| (*text).to_owned()).collect();
    fuzz::text(20_000, &seeds, WORDS, |text| match Bundle::parse(text) {
        Ok(bundle) => {
            let again = Bundle::parse(&toml::to_string(&bundle).unwrap()).unwrap();
            assert_eq!(again, bundle);
            assert_eq!(bundle.strictest(&again), bundle);
        }
        Err(error) => assert!(error.to_string().contains(" / "), "in both languages: {error}"),
    });
}
