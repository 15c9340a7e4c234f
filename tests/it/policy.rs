//! The folder `policies/` and the bundles that the binary carries are the same.

use std::collections::BTreeMap;

use enclave::policy::{BUILT_IN, named};

#[test]
fn every_file_in_policies_is_built_in_and_parses() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../policies");
    // Beside the bundles lies the list of fees, which the portal carries.
    let files: BTreeMap<String, String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| !path.ends_with("fees.toml"))
        .map(|path| {
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            (name, std::fs::read_to_string(path).unwrap())
        })
        .collect();
    let built_in: BTreeMap<String, String> =
        BUILT_IN.into_iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect();
    assert_eq!(files, built_in);
    for name in files.keys() {
        assert_eq!(named(name).unwrap().name, *name);
    }
}
