//! `ringfence canary plant|list|remove`: decoys for whoever looks for secrets.

use super::person;
use crate::canaries::{AT_HOME, Canary, ELSEWHERE, Grove, State};
use crate::cli;
use crate::key;
use crate::output::{BOLD, DIM, Exit, GREEN, YELLOW, count, print, print_json, table};
use crate::places::Places;
use anyhow::{Context, Result, bail};
use ringfence_store::visible;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Not even the list is for agents: a decoy that is known is none.
pub(super) fn run(what: &cli::Canary, places: &Places) -> Result<Exit> {
    person::only(places)?;
    match what {
        cli::Canary::Plant { folder, json } => plant(folder.as_deref(), *json, places),
        cli::Canary::List(args) => list(args.json, places),
        cli::Canary::Remove { files, json } => remove(files, *json, places),
    }
}

fn plant(folder: Option<&Path>, json: bool, places: &Places) -> Result<Exit> {
    let folder = folder.unwrap_or(&places.home);
    let real = folder
        .canonicalize()
        .with_context(|| format!("failed to look at `{}`", folder.display()))?;
    if !real.is_dir() {
        bail!("`{}` is not a directory", folder.display());
    }
    let at_home = places.home.canonicalize().is_ok_and(|home| home == real);
    let kinds = if at_home { AT_HOME } else { ELSEWHERE };
    let key = key::load_or_make(&places.key_file())?;
    let mut grove = Grove::load(places)?;
    let mut planted = Vec::new();
    let mut before = Vec::new();
    let mut failed = Vec::new();
    for kind in kinds {
        if let Some(known) = grove.planted_in(&real, *kind, key) {
            before.push(known.clone());
            continue;
        }
        match grove.plant(*kind, &real, key, places) {
            Ok(canary) => planted.push(canary),
            Err(error) => failed.push(format!("{error:#}")),
        }
    }
    if json {
        let rows = |canaries: &[Canary]| -> Vec<Value> {
            canaries
                .iter()
                .map(|canary| row_json(canary, State::There))
                .collect()
        };
        let document = json!({
            "planted": rows(&planted), "there_before": rows(&before), "failed": failed,
        });
        print_json("canary", &document)?;
    } else {
        print(&planted_text(&planted, &before, &failed, &real))?;
    }
    Ok(if failed.is_empty() {
        Exit::Done
    } else {
        Exit::Failed
    })
}

fn planted_text(planted: &[Canary], before: &[Canary], failed: &[String], real: &Path) -> String {
    let mut text = String::new();
    let rows = |canaries: &[Canary]| -> String {
        let rows: Vec<Vec<String>> = canaries
            .iter()
            .map(|canary| vec![format!("  {}", canary.kind.title()), shown(&canary.path)])
            .collect();
        table(&rows)
    };
    if !planted.is_empty() {
        text.push_str(&format!("{GREEN}Planted{GREEN:#}\n{}", rows(planted)));
    }
    if !before.is_empty() {
        text.push_str(&format!("There before\n{}", rows(before)));
    }
    for problem in failed {
        text.push_str(&format!("{YELLOW}Not planted{YELLOW:#}: {problem}\n"));
    }
    text.push_str(
        "The values open nothing, and no program reads files of these names by itself. From now on an agent\nthat reads one is an alert, and one that sends a value out is stopped. `ringfence canary remove` takes them away.\n",
    );
    if real.join(".git").exists() && !planted.is_empty() {
        text.push_str("hint: this is a git repository: name the files in `.git/info/exclude`, so that they are not committed\n");
    }
    text
}

fn list(json: bool, places: &Places) -> Result<Exit> {
    let grove = Grove::load(places)?;
    let key = key::load_or_make(&places.key_file())?;
    let all: Vec<(&Canary, State)> = grove
        .canaries
        .iter()
        .map(|canary| (canary, canary.state(key)))
        .collect();
    if json {
        let rows: Vec<Value> = all
            .iter()
            .map(|(canary, state)| row_json(canary, *state))
            .collect();
        print_json("canaries", &rows)?;
        return Ok(Exit::Done);
    }
    if all.is_empty() {
        print(
            "No decoys are planted.\nhint: `ringfence canary plant` writes some into your home; whatever reads one is looking for secrets\n",
        )?;
        return Ok(Exit::Done);
    }
    let head = ["decoy", "file", "state"];
    let mut rows: Vec<Vec<String>> = vec![
        head.iter()
            .map(|name| format!("{BOLD}{name}{BOLD:#}"))
            .collect(),
    ];
    rows.extend(all.iter().map(|(canary, state)| {
        vec![
            canary.kind.title().to_owned(),
            shown(&canary.path),
            state_text(*state),
        ]
    }));
    print(&table(&rows))?;
    Ok(Exit::Done)
}

fn state_text(state: State) -> String {
    match state {
        State::There => format!("{DIM}as planted{DIM:#}"),
        State::Changed => format!("{YELLOW}changed since{YELLOW:#}"),
        State::Gone => format!("{YELLOW}gone{YELLOW:#}"),
    }
}

fn remove(files: &[PathBuf], json: bool, places: &Places) -> Result<Exit> {
    let key = key::load_or_make(&places.key_file())?;
    let mut grove = Grove::load(places)?;
    let mut named = Vec::new();
    for file in files {
        let whole = std::path::absolute(file)?;
        let real = whole.canonicalize().unwrap_or(whole);
        if !grove.canaries.iter().any(|canary| canary.path == real) {
            bail!(
                "`{}` is no decoy of ours\nhint: `ringfence canary list` names them",
                file.display()
            );
        }
        named.push(real);
    }
    let wanted = |canary: &Canary| named.is_empty() || named.contains(&canary.path);
    let removed = grove.remove(wanted, key, places)?;
    if json {
        let rows: Vec<Value> = removed
            .iter()
            .map(|(canary, state)| row_json(canary, *state))
            .collect();
        print_json("removed", &rows)?;
        return Ok(Exit::Done);
    }
    let mut text = String::new();
    let deleted = removed
        .iter()
        .filter(|(_, state)| *state == State::There)
        .count();
    for (canary, state) in &removed {
        let what = match state {
            State::There => "deleted",
            State::Gone => "was gone already",
            State::Changed => "was changed since: it stays, and is not watched any more",
        };
        text.push_str(&format!("{}: {what}\n", shown(&canary.path)));
    }
    text.push_str(&format!(
        "{} deleted.\n",
        count(u64::try_from(deleted)?, "decoy")
    ));
    print(&text)?;
    Ok(Exit::Done)
}

fn row_json(canary: &Canary, state: State) -> Value {
    json!({
        "kind": canary.kind, "path": canary.path, "state": state, "fingerprints": canary.fingerprints,
    })
}

fn shown(path: &Path) -> String {
    visible(&path.to_string_lossy())
}
