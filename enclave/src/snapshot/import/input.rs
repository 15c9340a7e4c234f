//! A table's source files: which there are, of which format, and how their bytes are read.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::ImportError;
use super::progress::Meter;
use super::request::{Given, Request};

/// A table's format: one for all its files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Csv,
    Parquet,
}

/// A table's source.
#[derive(Debug)]
pub(super) struct Input {
    pub format: Format,
    /// In the order of their names.
    pub files: Vec<InputFile>,
}

#[derive(Debug)]
pub(super) struct InputFile {
    pub path: PathBuf,
    /// As the reject file names it: relative to the manifest.
    pub label: String,
    pub bytes: u64,
}

impl Input {
    /// Finds the files behind a manifest's `source`.
    pub fn find(request: &Request, table: &Given) -> Result<Self, ImportError> {
        let wrong = |reason: String| ImportError::table(&table.name, "source", reason);
        let source = request.folder.join(&table.source);
        let mut files = if source.is_dir() { inside(&source)? } else { vec![source.clone()] };
        files.sort();
        let mut formats = files.iter().map(|file| {
            format(file).ok_or_else(|| {
                wrong(format!("{}: neither .csv, .csv.gz, .csv.zst nor .parquet", file.display()))
            })
        });
        let Some(format) = formats.next().transpose()? else {
            return Err(wrong(format!("{}: an empty folder", source.display())));
        };
        for other in formats {
            if other? != format {
                return Err(wrong(format!("{}: holds both CSV and Parquet", source.display())));
            }
        }
        let files = files.into_iter().map(|path| {
            let found = path.metadata().map_err(ImportError::source(&table.name, &path))?;
            let label = path.strip_prefix(&request.folder).unwrap_or(&path).display().to_string();
            Ok(InputFile { path, label, bytes: found.len() })
        });
        Ok(Self { format, files: files.collect::<Result<_, ImportError>>()? })
    }

    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|f| f.bytes).sum()
    }
}

/// A folder's files, without those that tools leave behind (`_SUCCESS`, `.part.crc`).
fn inside(folder: &Path) -> Result<Vec<PathBuf>, ImportError> {
    let entries = std::fs::read_dir(folder).map_err(ImportError::io("read", folder))?;
    let paths = entries.map(|entry| Ok(entry.map_err(ImportError::io("read", folder))?.path()));
    let paths: Vec<PathBuf> = paths.collect::<Result<_, ImportError>>()?;
    let ours =
        |path: &PathBuf| !path.file_name().is_some_and(|n| n.to_string_lossy().starts_with(['.', '_']));
    Ok(paths.into_iter().filter(ours).collect())
}

fn format(file: &Path) -> Option<Format> {
    let name = file.file_name()?.to_str()?.to_ascii_lowercase();
    let plain = name.strip_suffix(".gz").or(name.strip_suffix(".zst")).unwrap_or(&name);
    if plain.ends_with(".csv") {
        Some(Format::Csv)
    } else {
        name.ends_with(".parquet").then_some(Format::Parquet)
    }
}

impl InputFile {
    /// The file's text, unpacked; `meter` counts the packed bytes.
    pub fn text<'a>(&self, table: &str, meter: &'a Meter<'a>) -> Result<Box<dyn Read + 'a>, ImportError> {
        let file = File::open(&self.path).map_err(ImportError::source(table, &self.path))?;
        let counted = Counted { file, meter };
        let name = self.label.to_ascii_lowercase();
        if name.ends_with(".gz") {
            Ok(Box::new(flate2::read::MultiGzDecoder::new(counted)))
        } else if name.ends_with(".zst") {
            let unpacked = zstd::Decoder::new(counted).map_err(ImportError::source(table, &self.path))?;
            Ok(Box::new(unpacked))
        } else {
            Ok(Box::new(counted))
        }
    }
}

struct Counted<'a> {
    file: File,
    meter: &'a Meter<'a>,
}

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let n = self.file.read(buffer)?;
        self.meter.bytes(n as u64);
        Ok(n)
    }
}
