//! What programs do by nature: which secrets are theirs, which files they keep, what they build.
//!
//! **Invariant:** data only, read once. A program is known by its name: who gives another program that
//! name is caught where the program is run, not here.

use ringfence_event::FileClass;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

const LIST: &str = include_str!("../../data/programs.txt");

/// Whose a secret is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// The program's that reads it.
    Own,
    /// Some service's, whose libraries read it in any program.
    Library,
    /// Somebody else's.
    Stranger,
}

/// A socket that gives power over others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Socket {
    /// Of what runs containers: who speaks to it is root.
    Containers,
    /// Of who signs with keys.
    Keys,
}

/// The list, by what its sections mean.
#[derive(Default)]
struct Known {
    /// Words by the section's name.
    words: HashMap<&'static str, HashSet<&'static str>>,
    /// `[own PART…]`: parts of paths of secrets, and the programs whose own they are.
    own: Vec<Entry>,
    /// `[keep CLASS…]`: classes of files, and who may change them without a word.
    keep: Vec<Entry>,
}

struct Entry {
    of: Vec<&'static str>,
    programs: HashSet<&'static str>,
}

static KNOWN: LazyLock<Known> = LazyLock::new(|| {
    let mut known = Known::default();
    let mut section = "";
    for line in LIST
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        let title = line
            .strip_prefix('[')
            .and_then(|line| line.strip_suffix(']'));
        if let Some(title) = title {
            section = title;
            let (kind, of) = title.split_once(' ').unwrap_or((title, ""));
            let entries = match kind {
                "own" => &mut known.own,
                "keep" => &mut known.keep,
                _ => continue,
            };
            entries.push(Entry {
                of: of.split(' ').collect(),
                programs: HashSet::new(),
            });
            continue;
        }
        let words = line.split(' ').filter(|word| !word.is_empty());
        let entry = match section.split(' ').next() {
            Some("own") => known.own.last_mut(),
            Some("keep") => known.keep.last_mut(),
            _ => None,
        };
        match entry {
            Some(entry) => entry.programs.extend(words),
            None => known.words.entry(section).or_default().extend(words),
        }
    }
    known
});

fn is_in(section: &str, word: &str) -> bool {
    let words = KNOWN.words.get(section);
    words.is_some_and(|words| words.contains(word))
}

/// Whether a word of a section is a part of a path.
fn part_of(section: &str, path: &str) -> bool {
    let mut words = KNOWN.words.get(section).into_iter().flatten();
    words.any(|word| path.contains(word))
}

/// Whose the secret at a path is, to a program.
pub(super) fn owns(program: &str, path: &str) -> Owner {
    let program = plain(program);
    let mut owners = KNOWN.own.iter();
    let is_own = owners.any(|entry| {
        entry.programs.contains(program) && entry.of.iter().any(|part| path.contains(part))
    });
    if is_own || program.starts_with("docker-credential-") && path.contains("/.docker/") {
        Owner::Own
    } else if part_of("libraries", path) {
        Owner::Library
    } else {
        Owner::Stranger
    }
}

/// `python3.12` is `python`.
fn plain(program: &str) -> &str {
    let cut = program.trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == '.');
    if cut == "python" || cut == "pip" {
        cut
    } else {
        program
    }
}

/// Programs that show or carry away whatever file they are given.
pub(super) fn is_reader(program: &str) -> bool {
    is_in("readers", program)
}

/// Programs that open directories and no files.
pub(super) fn is_lister(program: &str) -> bool {
    is_in("listers", program)
}

/// Programs that read and write text or code, and have no business on the network.
pub(super) fn is_quiet_tool(program: &str) -> bool {
    is_in("quiet", program)
}

/// Programs whose work is to make, fetch and start programs.
pub(super) fn is_builder(program: &str) -> bool {
    is_in("builders", program)
}

/// Programs that are meant to stay.
pub(super) fn is_daemon(program: &str) -> bool {
    is_in("daemons", program)
}

/// Package managers of the system, below which other programs make users and services.
pub(super) fn installs_for_system(program: &str) -> bool {
    is_in("system", program)
}

/// Who may change what runs by itself, without a word.
pub(super) fn may_change(program: &str, class: FileClass) -> bool {
    let mut keepers = KNOWN.keep.iter();
    keepers.any(|entry| entry.programs.contains(program) && entry.of.contains(&class.name()))
}

/// In whose files building and installing ends; nobody is surprised when those run.
pub(super) fn build_output(path: &str) -> bool {
    part_of("outputs", path)
}

/// Which socket of power a path is, if any.
pub(super) fn socket(path: &str) -> Option<Socket> {
    if part_of("container-sockets", path) {
        return Some(Socket::Containers);
    }
    part_of("key-sockets", path).then_some(Socket::Keys)
}

impl Socket {
    /// A word that, where a command holds it, explains the use.
    pub(super) fn word(self) -> &'static str {
        match self {
            Socket::Containers => "docker",
            Socket::Keys => "ssh",
        }
    }

    /// Says whether a program's work goes through such a socket.
    pub(super) fn is_for(self, program: &str) -> bool {
        match self {
            Socket::Containers => is_in("containers", program),
            Socket::Keys => is_in("keys", program),
        }
    }
}

/// Says whether a name with its verb installs packages, and so runs code of strangers.
pub(super) fn is_installing(name: &str) -> bool {
    let (program, verb) = name.split_once(' ').unwrap_or((name, ""));
    match program {
        "npm" | "pnpm" | "yarn" | "bun" => matches!(
            verb,
            "" | "install" | "i" | "ci" | "add" | "update" | "upgrade" | "rebuild" | "install-test"
        ),
        "pip" | "pipx" | "uv" | "poetry" | "gem" | "bundle" | "composer" | "conda" | "mamba"
        | "pdm" => matches!(
            verb,
            "install"
                | "add"
                | "sync"
                | "update"
                | "upgrade"
                | "require"
                | "wheel"
                | "pip"
                | "tool"
        ),
        "build-script-build" => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_section_is_one_that_is_asked_for() {
        let mut sections: Vec<&str> = KNOWN.words.keys().copied().collect();
        sections.sort_unstable();
        let wanted = [
            "builders",
            "container-sockets",
            "containers",
            "daemons",
            "key-sockets",
            "keys",
            "libraries",
            "listers",
            "outputs",
            "quiet",
            "readers",
            "system",
        ];
        assert_eq!(sections, wanted);
        assert!(KNOWN.own.len() > 20 && KNOWN.keep.len() >= 4);
        let classes = [
            FileClass::Autostart,
            FileClass::AccessGrant,
            FileClass::GitHook,
            FileClass::AgentConfig,
            FileClass::AgentInstructions,
            FileClass::Guard,
        ];
        for entry in &KNOWN.keep {
            for name in &entry.of {
                assert!(classes.iter().any(|class| class.name() == *name), "{name}");
            }
        }
    }

    #[test]
    fn a_secret_is_its_programs_its_services_or_a_strangers() {
        let table = [
            ("ssh", "/home/ada/.ssh/id_rsa", Owner::Own),
            ("node", "/home/ada/.ssh/id_rsa", Owner::Stranger),
            ("node", "/home/ada/.aws/credentials", Owner::Library),
            ("aws", "/home/ada/.aws/credentials", Owner::Own),
            ("python3.12", "/home/ada/.python_history", Owner::Own),
            (
                "docker-credential-pass",
                "/home/ada/.docker/config.json",
                Owner::Own,
            ),
        ];
        for (program, path, owner) in table {
            assert_eq!(owns(program, path), owner, "{program} {path}");
        }
    }
}
