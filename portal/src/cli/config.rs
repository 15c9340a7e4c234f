//! `DIR/sekisho.toml`: what a person may set.
//!
//! Out of scope: rules about data. Those are the policy bundles'.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use enclave::query::Settings;
use serde::Deserialize;

use super::edge::make_home;
use super::trouble::Trouble;
use crate::flight::FlightConfig;
use crate::web::WebConfig;

/// What is written where there is no file yet: every setting with its default, commented out.
const TEMPLATE: &str = include_str!("sekisho.toml");

/// All settings. A key that nobody knows is an error, since it may have been meant to protect something.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Flight SQL.
    pub flight: FlightConfig,
    /// The portal.
    pub web: WebConfig,
    /// Sessions.
    pub session: Settings,
}

/// Reads the settings of a home; makes home and file when they are missing.
///
/// # Errors
/// When the file cannot be read or made, or holds something else than settings.
pub fn read_or_make(home: &Path) -> Result<Config, Trouble> {
    let path = home.join("sekisho.toml");
    match read_file(&path)? {
        Some(text) => parse(&path, &text),
        None => make(home, &path).and_then(|text| parse(&path, &text)),
    }
}

/// Reads the settings of a home; a missing file means the defaults.
///
/// # Errors
/// When the file cannot be read, or holds something else than settings.
pub fn read(home: &Path) -> Result<Config, Trouble> {
    let path = home.join("sekisho.toml");
    read_file(&path)?.map_or_else(|| Ok(Config::default()), |text| parse(&path, &text))
}

fn read_file(path: &Path) -> Result<Option<String>, Trouble> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(about(path, &error)),
    }
}

fn parse(path: &Path, text: &str) -> Result<Config, Trouble> {
    toml::from_str(text).map_err(|error| about(path, &error))
}

fn about(path: &Path, error: &dyn std::error::Error) -> Trouble {
    Trouble::said(format!("{}: {error}", path.display()))
}

/// Writes the template beside and renames it, so that nobody reads half of it.
fn make(home: &Path, path: &Path) -> Result<String, Trouble> {
    let beside = home.join(format!(".sekisho.toml.{}", std::process::id()));
    make_home(home)
        .and_then(|()| fs::write(&beside, TEMPLATE))
        .and_then(|()| fs::rename(&beside, path))
        .map_err(|error| about(path, &error))?;
    Ok(TEMPLATE.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_file_is_made_and_holds_the_defaults() {
        let home = tempfile::tempdir().unwrap();
        let made = read_or_make(&home.path().join("new")).unwrap();
        assert_eq!(format!("{made:?}"), format!("{:?}", Config::default()));
        assert!(home.path().join("new/sekisho.toml").exists());
        assert!(read(&home.path().join("none")).is_ok() && !home.path().join("none").exists());
    }

    #[test]
    fn the_defaults_in_the_comments_are_the_defaults() {
        // The settings that have no default show an example instead.
        let examples = ["certificate", "key", "client_ca", "onsite_ca"];
        let setting = |line: &str| line.strip_prefix("# ").filter(|l| l.contains(" = ")).map(str::to_owned);
        let lines = TEMPLATE.lines().map(|line| setting(line).unwrap_or_else(|| line.to_owned()));
        let text: Vec<_> =
            lines.filter(|l| !examples.iter().any(|e| l.starts_with(&format!("{e} =")))).collect();
        let read: Config = toml::from_str(&text.join("\n")).unwrap();
        assert_eq!(format!("{read:?}"), format!("{:?}", Config::default()));
        assert!(text.iter().filter(|l| l.contains(" = ")).count() >= 10, "{text:?}");
    }

    #[test]
    fn an_unknown_key_is_an_error_that_names_file_and_key() {
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join("sekisho.toml"), "[flight]\nlisten_at = \"127.0.0.1:1\"\n").unwrap();
        let Err(Trouble::Said(text)) = read(home.path()) else { panic!("it must not be read") };
        assert!(
            text.contains("sekisho.toml") && text.contains("listen_at") && text.contains("line 2"),
            "{text}"
        );
    }
}
