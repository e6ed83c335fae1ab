//! The source tree as the layer test sees it.

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Directories that are made, not written.
const MADE: [&str; 6] = [
    ".git",
    "target",
    "node_modules",
    "dist",
    "corpus",
    "artifacts",
];

/// What the plan speaks of.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    /// The crates of the workspace.
    pub members: Vec<Member>,
    /// Every text file, by its path below the root.
    pub files: Vec<(String, String)>,
    /// The text of ARCHITECTURE.md, empty if there is none.
    pub architecture: String,
}

/// One crate.
#[derive(Clone, Debug, Default)]
pub struct Member {
    /// The package's name.
    pub name: String,
    /// The packages it names, for tests and build scripts too.
    pub dependencies: Vec<String>,
    /// Its cargo features.
    pub features: Vec<String>,
    /// The text of its manifest.
    pub manifest: String,
    /// The first file of each of its programs and libraries.
    pub roots: Vec<(String, String)>,
}

impl Member {
    /// The name without the prefix: the folder's.
    pub fn short_name(&self) -> &str {
        self.name.strip_prefix("ringfence-").unwrap_or(&self.name)
    }
}

impl Tree {
    /// Reads the tree that this crate stands in.
    pub fn read() -> Tree {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .expect("the crate stands in the workspace");
        let mut files = Vec::new();
        walk(root, root, &mut files);
        Tree {
            members: members(root),
            files,
            architecture: fs::read_to_string(root.join("ARCHITECTURE.md")).unwrap_or_default(),
        }
    }
}

fn walk(root: &Path, directory: &Path, files: &mut Vec<(String, String)>) {
    let listing = fs::read_dir(directory).expect("the tree can be read");
    for entry in listing {
        let entry = entry.expect("the tree can be read");
        let path = entry.path();
        let name = entry.file_name();
        if path.is_symlink() || MADE.iter().any(|made| name == *made) {
            continue;
        }
        if path.is_dir() {
            walk(root, &path, files);
        } else if let Ok(text) = fs::read_to_string(&path) {
            files.push((below(root, &path), text));
        }
    }
}

fn below(root: &Path, path: &Path) -> String {
    path.strip_prefix(root)
        .unwrap_or(path)
        .display()
        .to_string()
}

fn members(root: &Path) -> Vec<Member> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args([
            "metadata",
            "--no-deps",
            "--format-version",
            "1",
            "--offline",
        ])
        .current_dir(root)
        .output()
        .expect("cargo can be started");
    assert!(output.status.success(), "cargo metadata failed: {output:?}");
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo prints JSON");
    metadata["packages"]
        .as_array()
        .expect("cargo lists packages")
        .iter()
        .map(|package| member(root, package))
        .collect()
}

fn member(root: &Path, package: &Value) -> Member {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let list = |field: &str| package[field].as_array().into_iter().flatten();
    let roots = list("targets").map(|target| {
        let path = PathBuf::from(text(&target["src_path"]));
        let source = fs::read_to_string(&path).unwrap_or_default();
        (below(root, &path), source)
    });
    Member {
        name: text(&package["name"]),
        dependencies: list("dependencies")
            .map(|dependency| text(&dependency["name"]))
            .collect(),
        features: package["features"]
            .as_object()
            .into_iter()
            .flat_map(|features| features.keys().cloned())
            .collect(),
        manifest: fs::read_to_string(text(&package["manifest_path"])).unwrap_or_default(),
        roots: roots.collect(),
    }
}
