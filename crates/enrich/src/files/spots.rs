//! The table of files as plain paths and endings, for a sensor that knows no patterns.
//!
//! **Invariant:** each spot takes in every file that its pattern means, or nothing: where a pattern
//! can only be said by taking in whole trees of others (`~/.config`), it is left out.

use super::table;
use ringfence_event::{Access, FileClass};

/// Where files of a class lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    /// An absolute path, with all below it; or, if `ending` is set, how a path ends.
    pub path: String,
    /// See `path`.
    pub ending: bool,
    /// What lies there.
    pub class: FileClass,
    /// For which use of a file: [`Access::Read`], or [`Access::Write`] for any change.
    pub access: Access,
}

/// A name with a wildcard counts as the path before it if it has so many letters before.
const LEAST: usize = 3;

/// Fewer letters at the end of a name say nothing of a file.
const LEAST_ENDING: usize = 4;

/// What usually stands for the wildcard in `.env.*`.
const STAGES: [&str; 4] = ["local", "development", "production", "staging"];

/// Directories that hold much more than what a pattern means.
const BROAD: [&str; 7] = [
    "",
    "/etc",
    "/proc",
    "/lib",
    "/usr/lib",
    "~/.config",
    "~/.local/share",
];

/// Returns where the files that rules speak of lie, for this home.
pub fn spots(home: &str) -> Vec<Spot> {
    let mut spots: Vec<Spot> = Vec::new();
    for (pattern, class, access) in table::patterns() {
        if class == FileClass::Other {
            continue;
        }
        for (path, ending) in simple(pattern) {
            let path = match path.strip_prefix("~/") {
                Some(rest) => format!("{home}/{rest}"),
                None => path,
            };
            let spot = Spot {
                path,
                ending,
                class,
                access,
            };
            if !spots.contains(&spot) {
                spots.push(spot);
            }
        }
    }
    spots
}

/// A pattern as paths (with `~`) or endings.
fn simple(pattern: &str) -> Vec<(String, bool)> {
    if let Some(name) = pattern.strip_suffix(".env.*") {
        let stages = STAGES.iter().map(|stage| format!("/.env.{stage}"));
        return if name == "**/" {
            stages.map(|ending| (ending, true)).collect()
        } else {
            Vec::new()
        };
    }
    let one = match pattern.strip_prefix("**/") {
        Some(rest) => ending(rest).map(|text| (text, true)),
        None => beginning(pattern).map(|text| (text, false)),
    };
    one.into_iter().collect()
}

fn ending(rest: &str) -> Option<String> {
    let text = match rest.strip_prefix('*') {
        Some(tail) => tail.to_owned(),
        None => format!("/{rest}"),
    };
    let text = text.strip_suffix("/**").unwrap_or(&text).to_owned();
    (!is_wild(&text) && text.len() >= LEAST_ENDING).then_some(text)
}

fn beginning(pattern: &str) -> Option<String> {
    let mut path = String::new();
    for (place, name) in pattern.split('/').enumerate() {
        let letters = name.find(['*', '?', '[']).unwrap_or(name.len());
        let separator = if place == 0 { "" } else { "/" };
        if letters == name.len() {
            path.push_str(separator);
            path.push_str(name);
            continue;
        }
        if letters >= LEAST {
            path.push_str(separator);
            path.push_str(name.get(..letters)?);
            return Some(path);
        }
        return (!BROAD.contains(&path.as_str()) && path != "~").then_some(path);
    }
    Some(path)
}

fn is_wild(text: &str) -> bool {
    text.contains(['*', '?', '['])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_become_paths_and_endings() {
        let table: [(&str, Vec<(&str, bool)>); 12] = [
            ("~/.ssh/**", vec![("~/.ssh", false)]),
            ("~/.netrc", vec![("~/.netrc", false)]),
            ("~/.aws/credentials*", vec![("~/.aws/credentials", false)]),
            (
                "~/.config/gcloud/*credentials*",
                vec![("~/.config/gcloud", false)],
            ),
            (
                "~/.config/Bitwarden*/**",
                vec![("~/.config/Bitwarden", false)],
            ),
            ("/etc/shadow*", vec![("/etc/shadow", false)]),
            ("/proc/*/mem", vec![]),
            ("**/id_rsa", vec![("/id_rsa", true)]),
            ("**/*.key", vec![(".key", true)]),
            ("**/*private*.pem", vec![]),
            ("**/secrets.y*ml", vec![]),
            ("**/.git/hooks/**", vec![("/.git/hooks", true)]),
        ];
        for (pattern, expected) in table {
            let found = simple(pattern);
            let found: Vec<(&str, bool)> = found
                .iter()
                .map(|(text, ending)| (text.as_str(), *ending))
                .collect();
            assert_eq!(found, expected, "{pattern}");
        }
    }

    #[test]
    fn keys_and_start_files_are_among_them() {
        let spots = spots("/home/ada");
        let has = |path: &str, ending: bool, class: FileClass, access: Access| {
            let spot = Spot {
                path: path.to_owned(),
                ending,
                class,
                access,
            };
            assert!(spots.contains(&spot), "{spot:?}");
        };
        has("/home/ada/.ssh", false, FileClass::Credential, Access::Read);
        has("/.env", true, FileClass::ProjectSecret, Access::Read);
        has(
            "/home/ada/.bashrc",
            false,
            FileClass::Autostart,
            Access::Write,
        );
        assert!(spots.iter().all(|spot| spot.path.len() >= LEAST_ENDING));
    }
}
