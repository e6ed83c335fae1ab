//! Decoys that were planted: where, which, and how they are known again.
//!
//! **Invariant:** no value is kept. Each follows from the installation's key and the decoy's
//! number, so a file is ours exactly if it still holds what is made from them.

use crate::places::{Places, private_dir, write_private};
use anyhow::{Context, Result, bail};
use ringfence_enrich::Canaries;
use ringfence_scan::secrets::Key;
use ringfence_scan::secrets::canary::{Decoy, Planted, make};
use serde::{Deserialize, Serialize};
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// Most decoys at one time, and the largest file that lists them, in bytes.
const MOST: usize = 100;
const LARGEST: u64 = 1024 * 1024;

const SCHEMA: u32 = 1;

/// All that were planted.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Grove {
    schema: u32,
    /// Number of the next one; none is used twice.
    next: u64,
    pub(crate) canaries: Vec<Canary>,
}

/// One decoy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Canary {
    pub(crate) kind: Kind,
    number: u64,
    /// The real path.
    pub(crate) path: PathBuf,
    /// Fingerprints of its secrets, as events tell them.
    pub(crate) fingerprints: Vec<String>,
    /// The directory was made for it.
    made_folder: bool,
}

/// What it pretends to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    Environment,
    AwsProfile,
    SshKey,
    NpmToken,
}

/// How a decoy's file is today.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum State {
    /// As it was written.
    There,
    /// Somebody changed it, or it cannot be read.
    Changed,
    Gone,
}

impl Kind {
    pub(crate) fn title(self) -> &'static str {
        match self {
            Kind::Environment => ".env file",
            Kind::AwsProfile => "AWS profile",
            Kind::SshKey => "SSH key",
            Kind::NpmToken => "npm token",
        }
    }

    fn decoy(self) -> Decoy {
        match self {
            Kind::Environment => Decoy::Environment,
            Kind::AwsProfile => Decoy::AwsProfile,
            Kind::SshKey => Decoy::SshKey,
            Kind::NpmToken => Decoy::NpmToken,
        }
    }

    /// Names that whoever gathers secrets takes along, and that no program reads by itself: a
    /// decoy must change nothing for its owner.
    fn names(self) -> &'static [&'static str] {
        match self {
            Kind::Environment => &[".env.backup", ".env.old", ".env.save"],
            Kind::AwsProfile => &[
                ".aws/credentials.bak",
                ".aws/credentials.old",
                ".aws/credentials.save",
            ],
            Kind::SshKey => &[
                ".ssh/id_ed25519_deploy",
                ".ssh/id_ed25519_backup",
                ".ssh/id_ed25519_old",
            ],
            Kind::NpmToken => &[".npmrc.bak", ".npmrc.old", ".npmrc.save"],
        }
    }
}

/// What is planted in the home.
pub(crate) const AT_HOME: &[Kind] = &[
    Kind::Environment,
    Kind::AwsProfile,
    Kind::SshKey,
    Kind::NpmToken,
];

/// What is planted elsewhere.
pub(crate) const ELSEWHERE: &[Kind] = &[Kind::Environment, Kind::NpmToken];

impl Canary {
    fn planted(&self, key: &Key) -> Planted {
        make(key, self.kind.decoy(), self.number)
    }

    /// Looks at the file.
    pub(crate) fn state(&self, key: [u8; 32]) -> State {
        let wanted = self.planted(&Key::new(key)).text;
        let most = u64::try_from(wanted.len()).unwrap_or(u64::MAX);
        let found = fs::symlink_metadata(&self.path);
        match found {
            Err(error) if error.kind() == ErrorKind::NotFound => return State::Gone,
            Ok(found) if found.is_file() => {}
            Ok(_) | Err(_) => return State::Changed,
        }
        let mut text = Vec::new();
        let read = File::open(&self.path)
            .and_then(|file| file.take(most.saturating_add(1)).read_to_end(&mut text));
        if read.is_ok() && text == wanted.as_bytes() {
            State::There
        } else {
            State::Changed
        }
    }
}

impl Grove {
    /// Reads the list; a missing one is empty.
    pub(crate) fn load(places: &Places) -> Result<Grove> {
        let path = places.canaries();
        read(&path).with_context(|| format!("failed to read `{}`", path.display()))
    }

    fn save(&self, places: &Places) -> Result<()> {
        private_dir(&places.data)?;
        let path = places.canaries();
        let mut text = serde_json::to_vec_pretty(self)?;
        text.push(b'\n');
        write_private(&path, &text, 0o600)
            .with_context(|| format!("failed to write `{}`", path.display()))
    }

    /// Returns the decoy of a kind that stands in a directory as it was written.
    pub(crate) fn planted_in(&self, folder: &Path, kind: Kind, key: [u8; 32]) -> Option<&Canary> {
        self.canaries.iter().find(|canary| {
            let is_here = |name: &&str| canary.path == folder.join(name);
            canary.kind == kind
                && kind.names().iter().any(is_here)
                && canary.state(key) == State::There
        })
    }

    /// Writes one decoy below a directory, under the first of its names that is free.
    pub(crate) fn plant(
        &mut self,
        kind: Kind,
        folder: &Path,
        key: [u8; 32],
        places: &Places,
    ) -> Result<Canary> {
        if self.canaries.len() >= MOST {
            bail!(
                "there are {MOST} decoys already\nhint: `ringfence canary remove` takes them away"
            );
        }
        for name in kind.names() {
            let path = folder.join(name);
            if fs::symlink_metadata(&path).is_ok() {
                continue;
            }
            let made_folder = make_folder(&path)?;
            let mut canary = Canary {
                kind,
                number: self.next,
                path: real(&path)?,
                fingerprints: Vec::new(),
                made_folder,
            };
            let planted = canary.planted(&Key::new(key));
            canary.fingerprints = planted
                .fingerprints
                .iter()
                .map(ToString::to_string)
                .collect();
            // Listed first: a file of ours that nobody knows of could never be taken away.
            self.next += 1;
            self.canaries.push(canary.clone());
            self.save(places)?;
            if let Err(error) = create(&canary.path, &planted.text) {
                self.canaries.pop();
                self.save(places)?;
                return Err(error)
                    .with_context(|| format!("failed to write `{}`", canary.path.display()));
            }
            return Ok(canary);
        }
        bail!(
            "no {} was planted in `{}`: {} are taken",
            kind.title(),
            folder.display(),
            kind.names().join(", ")
        )
    }

    /// Forgets decoys, and deletes those that are as they were written.
    pub(crate) fn remove(
        &mut self,
        wanted: impl Fn(&Canary) -> bool,
        key: [u8; 32],
        places: &Places,
    ) -> Result<Vec<(Canary, State)>> {
        let mut removed = Vec::new();
        for canary in self.canaries.clone() {
            if !wanted(&canary) {
                continue;
            }
            let state = canary.state(key);
            if state == State::There {
                fs::remove_file(&canary.path)
                    .with_context(|| format!("failed to delete `{}`", canary.path.display()))?;
                if let Some(folder) = canary.path.parent().filter(|_| canary.made_folder) {
                    // Others may have put something there since: then it stays.
                    fs::remove_dir(folder).unwrap_or_default();
                }
            }
            self.canaries.retain(|known| known.number != canary.number);
            self.save(places)?;
            removed.push((canary, state));
        }
        Ok(removed)
    }
}

/// What the judge watches for; nothing if nothing was planted.
pub(crate) fn watched(places: &Places, key: [u8; 32]) -> Result<Option<Canaries>> {
    let grove = Grove::load(places)?;
    if grove.canaries.is_empty() {
        return Ok(None);
    }
    let scan_key = Key::new(key);
    let values: Vec<String> = grove
        .canaries
        .iter()
        .flat_map(|canary| canary.planted(&scan_key).secrets)
        .collect();
    let paths = grove
        .canaries
        .iter()
        .map(|canary| canary.path.to_string_lossy().into_owned())
        .collect();
    Ok(Some(Canaries::new(key, paths, &values)))
}

fn read(path: &Path) -> Result<Grove> {
    let mut text = String::new();
    match File::open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Ok(Grove {
                schema: SCHEMA,
                next: 1,
                canaries: Vec::new(),
            });
        }
        other => other?.take(LARGEST + 1).read_to_string(&mut text)?,
    };
    if u64::try_from(text.len())? > LARGEST {
        bail!("it is larger than {LARGEST} bytes");
    }
    let grove: Grove = serde_json::from_str(&text)?;
    if grove.schema != SCHEMA {
        bail!("its schema is {}, not {SCHEMA}", grove.schema);
    }
    Ok(grove)
}

/// Makes the directory of a file if it is not there; returns whether it was made.
fn make_folder(path: &Path) -> Result<bool> {
    let folder = path.parent().context("it has no directory")?;
    match fs::DirBuilder::new().mode(0o700).create(folder) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
        Err(error) => {
            Err(error).with_context(|| format!("failed to create `{}`", folder.display()))
        }
    }
}

/// The path by which an agent's reading is told, whatever links lead there.
fn real(path: &Path) -> Result<PathBuf> {
    let folder = path.parent().context("it has no directory")?;
    let name = path.file_name().context("it has no name")?;
    Ok(folder.canonicalize()?.join(name))
}

/// Never replaces: a file that came meanwhile stays.
fn create(path: &Path, text: &str) -> std::io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(text.as_bytes())
}
