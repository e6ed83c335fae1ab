//! Path patterns: `*` and `?` within one name, `**` over any number of names,
//! letters compared without case (a Mac's file system has none).

use std::borrow::Cow;

/// A pattern, split into names once.
pub(crate) struct Glob {
    names: Vec<Pattern>,
}

/// What one name of a path must look like.
enum Pattern {
    /// `**`: any number of names.
    Names,
    Exact(String),
    Wild(Vec<char>),
}

impl Pattern {
    fn new(pattern: &str) -> Pattern {
        let pattern = pattern.to_ascii_lowercase();
        match pattern.as_str() {
            "**" => Pattern::Names,
            _ if is_wild(&pattern) => Pattern::Wild(simplify(&pattern)),
            _ => Pattern::Exact(pattern),
        }
    }

    fn matches(&self, name: &str) -> bool {
        match self {
            Pattern::Names => true,
            Pattern::Exact(exact) => exact == name,
            Pattern::Wild(pattern) => wild_matches(pattern, name),
        }
    }
}

impl Glob {
    pub(crate) fn new(pattern: &str) -> Glob {
        Glob {
            names: pattern.split('/').map(Pattern::new).collect(),
        }
    }

    /// A name that each path has that the pattern matches: the longest one, if there is any
    /// without wildcards.
    pub(crate) fn needs(&self) -> Option<&str> {
        let exact = self.names.iter().filter_map(|name| match name {
            Pattern::Exact(name) => Some(name.as_str()),
            Pattern::Names | Pattern::Wild(_) => None,
        });
        exact.max_by_key(|name| name.len())
    }

    pub(crate) fn matches(&self, path: &Names<'_>) -> bool {
        names_match(&self.names, &path.0)
    }
}

/// A path, split into names once for all the patterns it is held against.
pub(crate) struct Names<'a>(Vec<Cow<'a, str>>);

impl<'a> Names<'a> {
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(AsRef::as_ref)
    }

    pub(crate) fn of(path: &'a str) -> Names<'a> {
        let lower = |name: &'a str| {
            if name.bytes().any(|letter| letter.is_ascii_uppercase()) {
                Cow::Owned(name.to_ascii_lowercase())
            } else {
                Cow::Borrowed(name)
            }
        };
        Names(path.split('/').map(lower).collect())
    }
}

/// Whether a path that itself holds shell wildcards can name the file `sample`.
pub(crate) fn can_name(typed: &str, sample: &str) -> bool {
    let typed: Vec<String> = typed.split('/').map(str::to_ascii_lowercase).collect();
    let sample: Vec<String> = sample.split('/').map(str::to_ascii_lowercase).collect();
    typed.len() == sample.len()
        && typed.iter().zip(&sample).all(|(pattern, name)| {
            // A shell's wildcard never stands for a leading dot.
            (!name.starts_with('.') || pattern.starts_with('.')) && name_matches(pattern, name)
        })
}

fn names_match(pattern: &[Pattern], names: &[Cow<'_, str>]) -> bool {
    match pattern.split_first() {
        None => names.is_empty(),
        // Without another `**` only an end of the right length can fit.
        Some((Pattern::Names, rest)) if !rest.iter().any(|name| matches!(name, Pattern::Names)) => {
            let skip = names.len().checked_sub(rest.len());
            let tail = skip.and_then(|skip| names.get(skip..));
            tail.is_some_and(|tail| names_match(rest, tail))
        }
        Some((Pattern::Names, rest)) => (0..=names.len()).any(|skip| {
            names
                .get(skip..)
                .is_some_and(|tail| names_match(rest, tail))
        }),
        Some((first, rest)) => names
            .split_first()
            .is_some_and(|(name, tail)| first.matches(name) && names_match(rest, tail)),
    }
}

/// Matches one name; `[…]` stands for any one character.
fn name_matches(pattern: &str, name: &str) -> bool {
    if is_wild(pattern) {
        wild_matches(&simplify(pattern), name)
    } else {
        pattern == name
    }
}

fn is_wild(pattern: &str) -> bool {
    pattern.contains(['*', '?', '['])
}

fn wild_matches(pattern: &[char], name: &str) -> bool {
    if name.is_ascii() {
        return letters_match(pattern, name.as_bytes());
    }
    let name: Vec<char> = name.chars().collect();
    letters_match(pattern, &name)
}

fn letters_match<L: Copy + Into<char>>(pattern: &[char], name: &[L]) -> bool {
    let (mut at, mut place) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while let Some(letter) = name.get(place).map(|letter| (*letter).into()) {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, place));
                at += 1;
            }
            Some(wanted) if *wanted == '?' || *wanted == letter => {
                at += 1;
                place += 1;
            }
            _ => match star {
                Some((back, from)) => {
                    at = back + 1;
                    place = from + 1;
                    star = Some((back, from + 1));
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(at).all(|letter| *letter == '*')
}

fn simplify(pattern: &str) -> Vec<char> {
    let mut simple = Vec::with_capacity(pattern.len());
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        if letter == '[' && letters.clone().any(|later| later == ']') {
            letters.by_ref().find(|later| *later == ']');
            simple.push('?');
        } else {
            simple.push(letter);
        }
    }
    simple
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_names_and_trees() {
        let table = [
            ("~/.ssh/id_*", "~/.ssh/id_rsa", true),
            ("~/.ssh/id_*", "~/.ssh/config", false),
            ("**/.env", "/p/a/.env", true),
            ("**/.env", ".env", true),
            ("**/.env", "/p/.envrc", false),
            ("~/.aws/**", "~/.aws/sso/cache/x.json", true),
            ("~/.aws/**", "~/.aws", true),
            ("~/.SSH/ID_RSA", "~/.ssh/id_rsa", true),
        ];
        for (pattern, path, wanted) in table {
            assert_eq!(
                Glob::new(pattern).matches(&Names::of(path)),
                wanted,
                "{pattern} on {path}"
            );
        }
    }

    #[test]
    fn wildcards_of_the_shell_name_files() {
        assert!(can_name("~/.ss?/id_[re]sa", "~/.ssh/id_rsa"));
        assert!(can_name("~/.ssh/*", "~/.ssh/id_rsa"));
        assert!(!can_name("~/*/id_rsa", "~/.ssh/id_rsa"));
        assert!(!can_name("~/*", "~/.netrc"));
    }
}
