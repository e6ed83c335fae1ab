//! Completions and manual pages, made from the command line's own types.

use crate::cli::Cli;
use crate::output::{Exit, print};
use crate::places::write_private;
use anyhow::{Context, Result};
use clap::CommandFactory;
use clap_complete::Shell;
use std::path::Path;

pub(super) fn completions(shell: Shell) -> Result<Exit> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "ringfence", &mut text);
    print(&String::from_utf8_lossy(&text))?;
    Ok(Exit::Done)
}

pub(super) fn man(folder: Option<&Path>) -> Result<Exit> {
    let command = Cli::command();
    let Some(folder) = folder else {
        let mut text = Vec::new();
        clap_mangen::Man::new(command).render(&mut text)?;
        print(&String::from_utf8_lossy(&text))?;
        return Ok(Exit::Done);
    };
    std::fs::create_dir_all(folder)
        .with_context(|| format!("failed to create `{}`", folder.display()))?;
    pages(folder, "ringfence", &command)?;
    Ok(Exit::Done)
}

/// Writes the page of a command, and of those below it.
fn pages(folder: &Path, name: &str, command: &clap::Command) -> Result<()> {
    page(folder, name, command)?;
    let below = command.get_subcommands();
    for inner in below.filter(|inner| !inner.is_hide_set()) {
        pages(folder, &format!("{name}-{}", inner.get_name()), inner)?;
    }
    Ok(())
}

pub(super) fn openapi() -> Result<Exit> {
    print(&ringfence_api::openapi())?;
    Ok(Exit::Done)
}

fn page(folder: &Path, name: &str, command: &clap::Command) -> Result<()> {
    let mut text = Vec::new();
    clap_mangen::Man::new(command.clone())
        .title(name)
        .render(&mut text)?;
    let path = folder.join(format!("{name}.1"));
    write_private(&path, &text, 0o644)
        .with_context(|| format!("failed to write `{}`", path.display()))
}
