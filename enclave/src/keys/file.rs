//! The key file: what it holds, how it is read, how it is replaced.
//!
//! Text, one secret a line: `master HEX`, then `data ID HEX` for each snapshot.
//! It is replaced as a whole by rename, so that a crash leaves the old one or the new one.
//! Overwritten blocks may survive on the disk until it reuses them; a disk that must forget at once
//! needs encryption of its own below this file.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::{DataKey, DataKeyId, KeyError, hex};

const FIRST_LINE: &str = "sekisho-keys 1";

/// The whole content of the key file.
pub(super) struct Keys {
    pub(super) master: Zeroizing<[u8; 32]>,
    pub(super) data: BTreeMap<DataKeyId, DataKey>,
}

/// Reads the key file; `None` if there is none yet.
pub(super) fn read(path: &Path) -> Result<Option<Keys>, KeyError> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(failed("open", path)(e)),
    };
    refuse_wider(path, &file, 0o600)?;
    // Room for all of it at once: a buffer that grows leaves copies of secrets behind.
    let size = file.metadata().map_err(failed("read", path))?.len();
    let mut text = Zeroizing::new(String::with_capacity(usize::try_from(size).unwrap_or(0) + 1));
    file.read_to_string(&mut text).map_err(failed("read", path))?;
    parse(&text).map(Some).map_err(|line| KeyError::Damaged { path: path.to_owned(), line })
}

fn parse(text: &str) -> Result<Keys, usize> {
    let mut lines = text.lines();
    if lines.next() != Some(FIRST_LINE) {
        return Err(1);
    }
    let master = lines.next().and_then(|line| hex::decode(line.strip_prefix("master ")?)).ok_or(2_usize)?;
    let data = |line: &str| {
        let (id, key) = line.strip_prefix("data ")?.split_once(' ')?;
        Some((DataKeyId::try_from(id.to_owned()).ok()?, DataKey::from_bytes(*hex::decode(key)?)))
    };
    let data = lines.enumerate().map(|(i, line)| data(line).ok_or(i + 3)).collect::<Result<_, _>>()?;
    Ok(Keys { master, data })
}

/// Replaces the key file, durably, before it returns.
pub(super) fn replace(path: &Path, keys: &Keys) -> Result<(), KeyError> {
    let fresh = path.with_extension("new");
    match std::fs::remove_file(&fresh) {
        Ok(()) => {}
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
        Err(e) => return Err(failed("remove", &fresh)(e)),
    }
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&fresh)
        .map_err(failed("create", &fresh))?;
    file.write_all(print(keys).as_bytes()).map_err(failed("write", &fresh))?;
    file.sync_all().map_err(failed("write", &fresh))?;
    std::fs::rename(&fresh, path).map_err(failed("replace", path))?;
    let folder = path.parent().unwrap_or(Path::new("."));
    File::open(folder).and_then(|f| f.sync_all()).map_err(failed("write", folder))
}

fn print(keys: &Keys) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(128 + keys.data.len() * 96));
    text.push_str(FIRST_LINE);
    text.push('\n');
    let mut line = |words: &[&str], secret: &[u8; 32]| {
        for word in words {
            text.push_str(word);
            text.push(' ');
        }
        text.push_str(&Zeroizing::new(hex::encode(secret)));
        text.push('\n');
    };
    line(&["master"], &keys.master);
    for (id, key) in &keys.data {
        line(&["data", id.as_str()], key.expose());
    }
    text
}

/// Refuses a file or folder that others than its owner may use in any way.
pub(super) fn refuse_wider(path: &Path, file: &File, wanted: u32) -> Result<(), KeyError> {
    let mode = file.metadata().map_err(failed("read", path))?.permissions().mode() & 0o7777;
    if mode & !wanted == 0 { Ok(()) } else { Err(KeyError::TooOpen { path: path.to_owned(), mode, wanted }) }
}

/// For `map_err`: what was tried on which path.
pub(super) fn failed(act: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> KeyError {
    let path = PathBuf::from(path);
    move |source| KeyError::Io { act, path, source }
}
