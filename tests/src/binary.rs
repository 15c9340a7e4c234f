//! Where things are, and the `sekisho` binary, built once.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The root of the clone that these tests were built from.
#[must_use]
pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ stands in the repository")
}

/// The target folder that the running test binary lies in.
#[must_use]
pub fn target() -> PathBuf {
    profile().parent().expect("a profile's folder lies in the target folder").to_owned()
}

/// The `sekisho` binary of the same profile as the running test, built now if it is out of date.
/// `SEKISHO_BIN` names another one, which is then taken as it is.
#[must_use]
pub fn sekisho() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| std::env::var_os("SEKISHO_BIN").map_or_else(build, PathBuf::from))
}

fn build() -> PathBuf {
    let profile = profile();
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // What cargo tells this test about its own package would make build scripts run again, and
    // with them half of the dependencies.
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        if ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_CRATE_", "CARGO_BIN_"]
            .iter()
            .any(|own| name.starts_with(own))
        {
            cargo.env_remove(name);
        }
    }
    cargo.args(["build", "--quiet", "--locked", "-p", "portal"]).current_dir(repository());
    cargo.arg("--target-dir").arg(target());
    if profile.ends_with("release") {
        cargo.arg("--release");
    }
    assert!(cargo.status().expect("cargo runs").success(), "sekisho does not build");
    profile.join("sekisho")
}

/// `target/debug` or `target/release`: test binaries lie in its `deps`.
fn profile() -> PathBuf {
    let test = std::env::current_exe().expect("a test has a path");
    test.ancestors().nth(2).expect("a test binary lies in target/PROFILE/deps").to_owned()
}
