//! Installing and uninstalling leave the user's settings as they were, to the byte.

use ringfence_tests::home::Home;
use std::fs;
use std::os::unix::fs::PermissionsExt;

/// Agent, its settings file, and a user's own text in it, with comments and a hook where the format has them.
const SETTINGS: [(&str, &str, &str); 4] = [
    (
        "claude-code",
        ".claude/settings.json",
        "{\n    \"model\": \"opus\",\n    \"hooks\": { \"PreToolUse\": [\n      { \"matcher\": \"Bash\", \"hooks\": [ { \"type\": \"command\", \"command\": \"/usr/bin/true\" } ] } ] }\n}",
    ),
    (
        "codex",
        ".codex/hooks.json",
        "{ \"hooks\": { \"Stop\": [ { \"hooks\": [ { \"type\": \"command\", \"command\": \"true\" } ] } ] } }\n",
    ),
    (
        "gemini",
        ".gemini/settings.json",
        "{\n\t// mine\n\t\"theme\": \"Dracula\", /* dark */\n\t\"hooks\": {}\n}\r\n",
    ),
    (
        "cursor",
        ".cursor/hooks.json",
        "{\"version\":1,\"hooks\":{\"stop\":[{\"command\":\"./mine.sh\"}]}}",
    ),
];

/// Every file below the home, outside of Ringfence's own folders.
fn files(home: &Home) -> Vec<(String, Vec<u8>)> {
    fn walk(folder: &std::path::Path, found: &mut Vec<(String, Vec<u8>)>) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.ends_with("ringfence") {
                continue;
            }
            if path.is_dir() {
                walk(&path, found);
            } else {
                let bytes = fs::read(&path).expect("a file");
                found.push((path.display().to_string(), bytes));
            }
        }
    }
    let mut found = Vec::new();
    walk(home.path(), &mut found);
    found.sort();
    found
}

#[test]
fn undone_it_is_as_it_was() {
    for (agent, path, text) in SETTINGS {
        let home = Home::new();
        home.write(path, text);
        let before = files(&home);
        drop(home.ringfence(&["install", agent]).ok());
        let installed = files(&home);
        assert_ne!(before, installed, "{agent}: nothing was installed");
        assert!(home.read(path).contains("hook"), "{agent}");
        drop(home.ringfence(&["install", agent]).ok());
        assert_eq!(
            installed,
            files(&home),
            "{agent}: a second time changes something"
        );
        drop(home.ringfence(&["uninstall", agent]).ok());
        assert_eq!(before, files(&home), "{agent}: not as it was");
    }
}

#[test]
fn undone_there_is_nothing_where_nothing_was() {
    for (agent, path, _) in SETTINGS {
        let home = Home::new();
        drop(home.ringfence(&["install", agent]).ok());
        assert!(home.path().join(path).exists(), "{agent}");
        drop(home.ringfence(&["uninstall", agent]).ok());
        assert_eq!(files(&home), [], "{agent}");
    }
}

#[test]
fn what_the_user_changed_in_between_stays() {
    let (agent, path, text) = SETTINGS[0];
    let home = Home::new();
    home.write(path, text);
    drop(home.ringfence(&["install", agent]).ok());
    let changed = home.read(path).replace("\"opus\"", "\"sonnet\"");
    home.write(path, &changed);
    drop(home.ringfence(&["uninstall", agent]).ok());
    let left = home.read(path);
    assert!(
        left.contains("\"sonnet\"") && left.contains("/usr/bin/true"),
        "{left}"
    );
    assert!(!left.contains("ringfence"), "{left}");
}

#[test]
fn a_dry_run_changes_nothing_and_shows_the_change() {
    for (agent, path, text) in SETTINGS {
        let home = Home::new();
        home.write(path, text);
        let before = files(&home);
        let run = home.ringfence(&["install", agent, "--dry-run"]).ok();
        assert!(run.stdout.contains("\n+"), "{agent}: {run:#?}");
        assert_eq!(before, files(&home), "{agent}");
    }
}

#[test]
fn broken_settings_are_reported_and_left_alone() {
    for (agent, path, text) in SETTINGS {
        let home = Home::new();
        let half: String = text.chars().take(text.len() / 2).collect();
        home.write(path, &half);
        let before = files(&home);
        let run = home.ringfence(&["install", agent]);
        assert_eq!(run.code(), 1, "{agent}: {run:#?}");
        assert!(run.stderr.contains(path), "{agent}: {run:#?}");
        assert_eq!(before, files(&home), "{agent}");
    }
}

#[test]
fn read_only_settings_are_reported_and_left_alone() {
    let (agent, path, text) = SETTINGS[0];
    let home = Home::new();
    home.write(path, text);
    let file = home.path().join(path);
    fs::set_permissions(&file, fs::Permissions::from_mode(0o400)).expect("our file");
    let before = files(&home);
    let run = home.ringfence(&["install", agent]);
    assert_eq!(run.code(), 1, "{run:#?}");
    assert!(run.stderr.contains("read-only"), "{run:#?}");
    assert_eq!(before, files(&home));
}

#[test]
fn one_broken_agent_does_not_keep_the_others_from_being_hooked() {
    let home = Home::new();
    home.write(".claude/settings.json", "{ broken");
    home.write(".cursor/hooks.json", "{}");
    let run = home.ringfence(&["install", "--all"]);
    assert_eq!(run.code(), 1, "{run:#?}");
    assert!(home.read(".cursor/hooks.json").contains("ringfence"));
    assert_eq!(home.read(".claude/settings.json"), "{ broken");
}

#[test]
fn a_linked_settings_file_stays_a_link() {
    let (agent, path, text) = SETTINGS[0];
    let home = Home::new();
    home.write("dotfiles/claude.json", text);
    home.write(".claude/x", "");
    let link = home.path().join(path);
    std::os::unix::fs::symlink(home.path().join("dotfiles/claude.json"), &link).expect("a link");
    drop(home.ringfence(&["install", agent]).ok());
    assert!(link.is_symlink());
    assert!(home.read("dotfiles/claude.json").contains("ringfence"));
    drop(home.ringfence(&["uninstall", agent]).ok());
    assert!(link.is_symlink());
    assert_eq!(home.read("dotfiles/claude.json"), text);
}
