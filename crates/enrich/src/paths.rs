//! Paths by text alone: `~`, `.` and `..` resolved, nothing asked of the machine.

/// Returns the absolute path that `typed` names, as far as its text tells.
///
/// Without a known directory a relative path stays relative.
pub fn resolve(typed: &str, cwd: Option<&str>, home: Option<&str>) -> String {
    let typed = typed
        .strip_prefix("file://")
        .filter(|rest| rest.starts_with('/'))
        .unwrap_or(typed);
    let joined = if let Some(rest) = typed.strip_prefix("~/") {
        match home {
            Some(home) => format!("{home}/{rest}"),
            None => typed.to_owned(),
        }
    } else if typed == "~" {
        home.unwrap_or("~").to_owned()
    } else if typed.starts_with('/') {
        typed.to_owned()
    } else {
        match cwd {
            Some(cwd) => format!("{cwd}/{typed}"),
            None => typed.to_owned(),
        }
    };
    normalise(&joined)
}

fn normalise(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                let climbs = parts.last().is_some_and(|last| *last != "..");
                if climbs {
                    parts.pop();
                } else if !path.starts_with('/') {
                    parts.push("..");
                }
            }
            name => parts.push(name),
        }
    }
    let joined = parts.join("/");
    if path.starts_with('/') {
        format!("/{joined}")
    } else {
        joined
    }
}

#[cfg(test)]
mod tests {
    use super::resolve;

    #[test]
    fn resolves_by_text() {
        let table = [
            ("a.txt", "/p/a.txt"),
            ("./src/../a.txt", "/p/a.txt"),
            ("../../../etc/shadow", "/etc/shadow"),
            ("~/.ssh/id_rsa", "/home/dev/.ssh/id_rsa"),
            ("~", "/home/dev"),
            ("/proc//self/./environ", "/proc/self/environ"),
            ("file:///etc/hosts", "/etc/hosts"),
            ("/..", "/"),
        ];
        for (typed, full) in table {
            assert_eq!(
                resolve(typed, Some("/p"), Some("/home/dev")),
                full,
                "{typed}"
            );
        }
        assert_eq!(resolve("a/../../b", None, None), "../b");
    }
}
