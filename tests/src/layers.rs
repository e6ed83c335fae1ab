//! Who may know what, as one table, held against the tree as it is.
//!
//! **Invariant:** [`faults`] is a pure function of [`Tree`], so that planted faults
//! can prove that it sees them.

mod tree;

pub use tree::{Member, Tree};

/// Crate and what it may know of ours, in flow order: a crate names only crates above it.
const LAYERS: &[(&str, &[&str])] = &[
    ("event", &[]),
    ("sense", &["event"]),
    ("shell", &[]),
    ("agents", &["event"]),
    ("scan", &[]),
    ("enrich", &["event", "shell", "scan"]),
    ("detect", &["event"]),
    ("respond", &["event"]),
    ("proxy", &["event", "scan"]),
    ("store", &["event"]),
    ("incident", &["event", "store"]),
    ("timeline", &["event", "agents"]),
    ("api", &["event", "store", "incident", "timeline"]),
    (
        "app",
        &[
            "event", "sense", "shell", "agents", "scan", "enrich", "detect", "respond", "proxy",
            "store", "incident", "timeline", "api",
        ],
    ),
    ("tests", &["event", "sense", "store"]),
];

/// Third-party crate and the only ones of ours that may name it.
const OWNERS: &[(&str, &[&str])] = &[
    ("aho-corasick", &["scan", "detect"]),
    ("anyhow", &["app"]),
    ("axum", &["api"]),
    ("brotli-decompressor", &["api", "proxy"]),
    ("brush-parser", &["shell"]),
    ("clap", &["app"]),
    ("clap_complete", &["app"]),
    ("clap_mangen", &["app"]),
    ("hyper", &["api", "proxy", "app", "tests"]),
    ("ignore", &["app"]),
    ("jsonc-parser", &["agents"]),
    ("libbpf-rs", &["sense"]),
    ("libc", &["sense"]),
    ("notify", &["app"]),
    ("postcard", &["sense"]),
    ("regex", &["scan", "detect"]),
    ("regex-syntax", &["scan"]),
    ("rusqlite", &["store"]),
    ("saphyr-parser", &["detect"]),
    ("rcgen", &["proxy", "tests"]),
    ("tokio", &["api", "proxy", "app", "tests"]),
    ("tokio-rustls", &["proxy", "tests"]),
    ("toml_edit", &["agents", "scan", "app"]),
    ("unicode-normalization", &["scan"]),
    ("ureq", &["app"]),
    ("utoipa", &["api"]),
];

/// Lines after which a file holds more than one idea.
const LONGEST_FILE: usize = 800;

/// What must stand in the manifest of each crate.
const LINTS: &str = "[lints]\nworkspace = true\n";

/// What must stand in the first file of each program and library.
const SAFE: &str = "#![forbid(unsafe_code)]";

/// The only crate that talks to the kernel by itself: there each unsafe block says why it is needed.
const UNSAFE: (&str, &str) = ("sense", "#![deny(unsafe_code)]");

/// Names of machines and places where the code was written. Cut in two, so that this file is clean.
const FORBIDDEN: &[&str] = &[
    concat!("/wo", "rk/main"),
    concat!("/wo", "rk/shared"),
    concat!("/tmp", "/w/"),
    concat!("registry.npm", "js.org"),
];

/// Returns everything that breaks the plan, one sentence each.
pub fn faults(tree: &Tree) -> Vec<String> {
    let mut faults = Vec::new();
    for member in &tree.members {
        faults.extend(layer_faults(member));
        faults.extend(owner_faults(member));
        faults.extend(manifest_faults(member));
        if !tree
            .architecture
            .contains(&format!("`{}`", member.short_name()))
        {
            faults.push(format!(
                "ARCHITECTURE.md does not name `{}`",
                member.short_name()
            ));
        }
    }
    for (path, text) in &tree.files {
        faults.extend(file_faults(path, text));
    }
    faults
}

fn layer_faults(member: &Member) -> Vec<String> {
    let own = member.short_name();
    let Some((_, allowed)) = LAYERS.iter().find(|(name, _)| *name == own) else {
        return vec![format!("{own} has no layer")];
    };
    member
        .dependencies
        .iter()
        .filter_map(|dependency| dependency.strip_prefix("ringfence-"))
        .filter(|dependency| !allowed.contains(dependency))
        .map(|dependency| format!("{own} may not know {dependency}"))
        .collect()
}

fn owner_faults(member: &Member) -> Vec<String> {
    let own = member.short_name();
    OWNERS
        .iter()
        .filter(|(name, owners)| {
            !owners.contains(&own) && member.dependencies.iter().any(|known| known == name)
        })
        .map(|(name, owners)| format!("only {} may know {name}, not {own}", owners.join(" and ")))
        .collect()
}

fn manifest_faults(member: &Member) -> Vec<String> {
    let own = member.short_name();
    let mut faults = Vec::new();
    if !member.manifest.contains(LINTS) {
        faults.push(format!("{own} does not follow the workspace's lints"));
    }
    if !member.features.is_empty() {
        faults.push(format!(
            "{own} has features: {}",
            member.features.join(", ")
        ));
    }
    for (path, text) in &member.roots {
        let said = if own == UNSAFE.0 { UNSAFE.1 } else { SAFE };
        if !text.contains(said) {
            faults.push(format!("{path} does not say {said}"));
        }
    }
    faults
}

fn file_faults(path: &str, text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let lines = text.lines().count();
    let is_rust = std::path::Path::new(path)
        .extension()
        .is_some_and(|extension| extension == "rs");
    if is_rust && lines > LONGEST_FILE {
        faults.push(format!(
            "{path} has {lines} lines, more than {LONGEST_FILE}"
        ));
    }
    for forbidden in FORBIDDEN {
        if text.contains(forbidden) {
            faults.push(format!("{path} names `{forbidden}`"));
        }
    }
    faults
}

#[cfg(test)]
mod tests;
