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
    } else if let Some(path) = of_another(typed, cwd, home) {
        path
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

/// `~name/…`: another user's home, which lies beside this one; `~+` is the working directory.
fn of_another(typed: &str, cwd: Option<&str>, home: Option<&str>) -> Option<String> {
    let (name, rest) = match typed.split_once('/') {
        Some((name, rest)) => (name, rest),
        None => (typed, ""),
    };
    let name = name.strip_prefix('~')?;
    let directory = match name {
        "+" => cwd?.to_owned(),
        "root" => "/root".to_owned(),
        _ if name.is_empty() || name.contains(['*', '?', '-', '$']) => return None,
        _ => {
            let (beside, _own) = home.unwrap_or("/home/x").rsplit_once('/')?;
            let beside = if beside.is_empty() { "/home" } else { beside };
            format!("{beside}/{name}")
        }
    };
    Some(format!("{directory}/{rest}"))
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
            ("~root/.ssh/id_rsa", "/root/.ssh/id_rsa"),
            ("~anna/x", "/home/anna/x"),
            ("~+/x", "/p/x"),
            ("a~b", "/p/a~b"),
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
