//! Where bundles are found: built in, in the home's `policies/`, or anywhere by path.

use std::path::Path;

use super::{Bundle, BundleError};

/// The bundles that every house has, by name, as TOML text.
pub const BUILT_IN: [(&str, &str); 4] = [
    ("jisedai", include_str!("../../../policies/jisedai.toml")),
    ("jisedai-strict", include_str!("../../../policies/jisedai-strict.toml")),
    ("kaigo", include_str!("../../../policies/kaigo.toml")),
    ("ndb", include_str!("../../../policies/ndb.toml")),
];

/// Finds the bundle that a manifest names: a file in `home/policies/`, else a built-in one; or, if
/// it is a path (it has a `/` or ends in `.toml`), that file, relative to the folder `beside`.
///
/// # Errors
/// When there is none, it does not parse, or it has a built-in one's name and version but not its
/// rules: a verdict that says `jisedai@1` must mean the same everywhere.
pub fn load(home: &Path, beside: &Path, name_or_path: &str) -> Result<Bundle, BundleError> {
    Ok(find(home, beside, name_or_path)?.0)
}

/// The text of the same bundle, for keeping beside the data that it rules.
///
/// # Errors
/// As [`load`].
pub fn text(home: &Path, beside: &Path, name_or_path: &str) -> Result<String, BundleError> {
    Ok(find(home, beside, name_or_path)?.1)
}

/// A built-in bundle.
///
/// # Errors
/// When none has that name.
pub fn named(name: &str) -> Result<Bundle, BundleError> {
    Bundle::parse(built_in(name)?)
}

fn find(home: &Path, beside: &Path, name_or_path: &str) -> Result<(Bundle, String), BundleError> {
    if name_or_path.contains('/') || name_or_path.ends_with(".toml") {
        return read(&beside.join(name_or_path));
    }
    let own = home.join("policies").join(format!("{name_or_path}.toml"));
    // A folder that cannot be read must not turn a stricter own bundle into the built-in one.
    let is_there = own.try_exists().map_err(|source| BundleError::Read { path: own.clone(), source })?;
    if !is_there {
        return Ok((named(name_or_path)?, built_in(name_or_path)?.to_owned()));
    }
    let (bundle, text) = read(&own)?;
    if bundle.name == name_or_path {
        Ok((bundle, text))
    } else {
        Err(BundleError::Misnamed { file: format!("{name_or_path}.toml"), name: bundle.name })
    }
}

fn read(file: &Path) -> Result<(Bundle, String), BundleError> {
    let text = std::fs::read_to_string(file)
        .map_err(|source| BundleError::Read { path: file.to_owned(), source })?;
    let bundle = Bundle::parse(&text)?;
    match named(&bundle.name) {
        Ok(built_in) if built_in.id() == bundle.id() && built_in != bundle => {
            Err(BundleError::Taken { id: bundle.id().to_string() })
        }
        _ => Ok((bundle, text)),
    }
}

fn built_in(name: &str) -> Result<&'static str, BundleError> {
    let found = BUILT_IN.iter().find(|(known, _)| *known == name).map(|(_, text)| *text);
    found.ok_or_else(|| {
        let known = BUILT_IN.map(|(known, _)| known).join(", ");
        BundleError::Unknown { name: name.to_owned(), known }
    })
}
