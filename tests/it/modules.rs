//! The order of the modules: a module imports only from those above it, and nothing imports the portal.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use tests::repository;

#[test]
fn a_module_imports_only_from_those_above_it() {
    let listed = listed();
    let rank: BTreeMap<&str, usize> = listed.iter().enumerate().map(|(i, name)| (name.as_str(), i)).collect();
    let mut wrong = Vec::new();
    let mut seen = 0;
    for (module, &own) in &rank {
        for file in files_of(&repository().join("enclave/src"), module) {
            for (line, imported) in imports(&read(&file)) {
                seen += 1;
                match rank.get(imported.as_str()) {
                    Some(&other) if other <= own => {}
                    _ => wrong.push(format!("{}:{line}: `{module}` reads `{imported}`", file.display())),
                }
            }
        }
    }
    assert!(seen > 5, "found only {seen} imports: is the test looking at the right files?");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_enclave_knows_nothing_of_the_portal() {
    let cargo = read(&repository().join("enclave/Cargo.toml"));
    for name in ["portal", "tests", "axum", "hyper ="] {
        assert!(!cargo.lines().any(|line| line.starts_with(name)), "enclave depends on {name}");
    }
}

#[test]
fn imports_are_found_however_they_are_written() {
    let text = "use crate::ids::StudyId;\nuse crate::{\n    keys::{KeyStore, DataKey}, words::Failure,\n    gate,\n};\n\
                // crate::query::run is out of scope\nfn f() -> crate::audit::Receipt {}\n    use crate::session as s;\n";
    let found: Vec<_> = imports(text).into_iter().map(|(line, name)| format!("{line} {name}")).collect();
    assert_eq!(found, ["1 ids", "2 keys", "2 words", "2 gate", "7 audit", "8 session"]);
}

/// The modules that `lib.rs` lists, in its order.
fn listed() -> Vec<String> {
    let text = read(&repository().join("enclave/src/lib.rs"));
    let modules = text.lines().filter_map(|line| {
        let line = line.strip_prefix("pub ").unwrap_or(line);
        line.strip_prefix("mod ")?.strip_suffix(';')
    });
    modules.map(str::to_owned).collect()
}

/// `MODULE.rs` and everything in `MODULE/`.
fn files_of(src: &Path, module: &str) -> Vec<PathBuf> {
    let mut files = vec![src.join(format!("{module}.rs"))];
    let mut folders = vec![src.join(module)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten() {
            let path = entry.expect("a folder's entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                files.push(path);
            }
        }
    }
    files
}

/// Line and first segment of each path that begins with `crate::`, comments left out.
fn imports(text: &str) -> Vec<(usize, String)> {
    let code: Vec<&str> = text.lines().map(|line| line.split("//").next().unwrap_or("")).collect();
    let code = code.join("\n");
    let mut found = Vec::new();
    for (at, path) in code.match_indices("crate::") {
        // `$crate::` and `some_crate::` are something else.
        if code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$') {
            continue;
        }
        let line = code[..at].matches('\n').count() + 1;
        let rest = &code[at + path.len()..];
        let names = rest.strip_prefix('{').map_or_else(|| vec![name(rest)], branches);
        found.extend(names.into_iter().map(|name| (line, name)));
    }
    found
}

/// The first segment of each branch of `{a::b, c::{d, e}, f}`; `rest` begins after the brace.
fn branches(rest: &str) -> Vec<String> {
    let (mut depth, mut start, mut names) = (0_usize, 0, Vec::new());
    for (at, c) in rest.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            '}' | ',' if depth == 0 => {
                names.push(name(rest[start..at].trim_start()));
                start = at + 1;
                if c == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

fn name(rest: &str) -> String {
    rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}
