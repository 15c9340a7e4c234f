//! Builds the pages in `web/` with npm and leaves them where `src/web/pages.rs` takes them in.
//!
//! `npm ci` installs exactly what the lock file says, and only when that changed. Where there is no npm the build stops and says so:
//! a portal without pages would only be found out when somebody opens it.

use std::error::Error;
use std::path::Path;
use std::process::Command;
use std::{env, fs};

const SOURCES: [&str; 7] =
    ["src", "public", "index.html", "package.json", "package-lock.json", "tsconfig.json", "vite.config.ts"];

fn main() -> Result<(), Box<dyn Error>> {
    for source in SOURCES {
        println!("cargo::rerun-if-changed=web/{source}");
    }
    println!("cargo::rerun-if-changed=build.rs");
    let out = env::var("OUT_DIR")?;
    let (web, work) = (Path::new("web"), Path::new(&out).join("web-work"));
    // Nothing is written beside the sources: several builds may go on at once.
    fs::create_dir_all(&work)?;
    for source in SOURCES {
        copy(&web.join(source), &work.join(source))?;
    }
    copy(&web.join(".npmrc"), &work.join(".npmrc"))?;
    let lock = fs::read(work.join("package-lock.json"))?;
    let installed = work.join("installed-lock.json");
    if fs::read(&installed).ok().as_deref() != Some(&lock) {
        npm(&work, &["ci", "--no-audit", "--no-fund", "--ignore-scripts"])?;
        fs::write(&installed, &lock)?;
    }
    let built = Path::new(&out).join("web");
    npm(
        &work,
        &["run", "build", "--", "--outDir", built.to_str().ok_or("a path that is no text")?, "--emptyOutDir"],
    )
}

fn npm(folder: &Path, words: &[&str]) -> Result<(), Box<dyn Error>> {
    let ran = Command::new("npm").args(words).current_dir(folder).output();
    let ran = ran.map_err(|error| {
        format!("npm does not start ({error}): the portal's pages need Node 20 or newer with npm")
    })?;
    if ran.status.success() {
        return Ok(());
    }
    let said = [ran.stdout, ran.stderr].concat();
    Err(format!("npm {}: {}\n{}", words.join(" "), ran.status, String::from_utf8_lossy(&said)).into())
}

/// A file or a folder with all that is in it; what is gone from the source goes from the copy.
fn copy(from: &Path, to: &Path) -> Result<(), Box<dyn Error>> {
    if from.is_dir() {
        if to.exists() {
            fs::remove_dir_all(to)?;
        }
        fs::create_dir_all(to)?;
        for entry in fs::read_dir(from)? {
            let entry = entry?;
            copy(&entry.path(), &to.join(entry.file_name()))?;
        }
    } else if from.exists() {
        fs::copy(from, to)?;
    }
    Ok(())
}
