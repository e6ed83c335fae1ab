//! Embeds the dashboard as it was built into `ui/dist`, or a page that says how to build it.
//!
//! **Invariant:** building the program needs no Node. A file with a `.br` beside it is
//! embedded compressed only.
#![forbid(unsafe_code)]

use std::fmt::Write as _;
use std::io::{Error, ErrorKind, Result, Write as _};
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() -> Result<()> {
    let here = variable("CARGO_MANIFEST_DIR")?;
    let built = here.join("../../ui/dist");
    // Cargo takes a path that is not there as always changed, and would compile this
    // crate each time. Where nothing may be written, that is all that happens.
    drop(fs::create_dir_all(&built));
    let built = built.canonicalize().unwrap_or(built);
    writeln!(
        std::io::stdout(),
        "cargo::rerun-if-changed={}\ncargo::rerun-if-changed=build.rs",
        built.display()
    )?;
    let mut files = Vec::new();
    collect(&built, &mut files)?;
    files.sort();
    let mut table = String::from("&[\n");
    if files.contains(&built.join("index.html")) {
        for file in &files {
            add(&mut table, &built, file, &files)?;
        }
    } else {
        let stub = here.join("src/assets/stub.html");
        row(&mut table, "/index.html", &stub, false)?;
    }
    table.push(']');
    fs::write(variable("OUT_DIR")?.join("assets.rs"), table)
}

fn variable(name: &str) -> Result<PathBuf> {
    let value = env::var_os(name).ok_or_else(|| Error::new(ErrorKind::NotFound, name))?;
    Ok(PathBuf::from(value))
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Ok(());
    };
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

fn add(table: &mut String, built: &Path, file: &Path, files: &[PathBuf]) -> Result<()> {
    let is_hidden = file
        .file_name()
        .is_none_or(|name| name.to_string_lossy().starts_with('.'));
    let ending = file.extension().unwrap_or_default();
    if is_hidden || ending == "br" || ending == "gz" {
        return Ok(());
    }
    let relative = file.strip_prefix(built).map_err(Error::other)?;
    let address = format!("/{}", relative.to_string_lossy());
    let mut compressed = file.as_os_str().to_owned();
    compressed.push(".br");
    let compressed = PathBuf::from(compressed);
    if files.contains(&compressed) {
        row(table, &address, &compressed, true)
    } else {
        row(table, &address, file, false)
    }
}

fn row(table: &mut String, address: &str, file: &Path, is_brotli: bool) -> Result<()> {
    let file = file.to_string_lossy();
    writeln!(
        table,
        "    Asset {{ address: {address:?}, is_brotli: {is_brotli}, bytes: include_bytes!({file:?}) }},"
    )
    .map_err(Error::other)
}
