//! Path patterns: `*` and `?` within one name, `**` over any number of names,
//! letters compared without case (a Mac's file system has none).

/// A pattern, split into names once.
pub(crate) struct Glob {
    names: Vec<String>,
}

impl Glob {
    pub(crate) fn new(pattern: &str) -> Glob {
        Glob {
            names: pattern.split('/').map(str::to_ascii_lowercase).collect(),
        }
    }

    pub(crate) fn matches(&self, path: &Names) -> bool {
        names_match(&self.names, &path.0)
    }
}

/// A path, split into names once for all the patterns it is held against.
pub(crate) struct Names(Vec<String>);

impl Names {
    pub(crate) fn of(path: &str) -> Names {
        Names(path.split('/').map(str::to_ascii_lowercase).collect())
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

fn names_match(pattern: &[String], names: &[String]) -> bool {
    match pattern.split_first() {
        None => names.is_empty(),
        Some((first, rest)) if first == "**" => (0..=names.len()).any(|skip| {
            names
                .get(skip..)
                .is_some_and(|tail| names_match(rest, tail))
        }),
        Some((first, rest)) => names
            .split_first()
            .is_some_and(|(name, tail)| name_matches(first, name) && names_match(rest, tail)),
    }
}

/// Matches one name; `[…]` stands for any one character.
fn name_matches(pattern: &str, name: &str) -> bool {
    if !pattern.contains(['*', '?', '[']) {
        return pattern == name;
    }
    let pattern: Vec<char> = simplify(pattern);
    let name: Vec<char> = name.chars().collect();
    let (mut at, mut place) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while let Some(letter) = name.get(place) {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, place));
                at += 1;
            }
            Some(wanted) if *wanted == '?' || wanted == letter => {
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
