use super::*;
use FileClass::*;

fn class(path: &str, access: Access) -> FileClass {
    let trusted = [
        Trusted::new("~/.claude/settings*.json", AgentConfig),
        Trusted::new("**/CLAUDE.md", AgentInstructions),
    ];
    let guard = [
        "/home/dev/.config/ringfence".to_owned(),
        "/home/dev/.local/state/ringfence".to_owned(),
    ];
    let place = Place {
        cwd: Some("/home/dev/project"),
        home: Some("/home/dev"),
        guard: &guard,
        trusted: &trusted,
        canaries: None,
    };
    let full = paths::resolve(path, place.cwd, place.home);
    classify(&full, access, &place)
}

#[test]
fn reading_is_told_by_the_file() {
    let table = [
        ("~/.ssh/id_rsa", Credential),
        ("/home/other/.ssh/work_key", Credential),
        ("/root/.aws/credentials", Credential),
        ("~/.ssh/id_rsa.pub", Other),
        ("~/.ssh/known_hosts", Other),
        ("~/.ssh", Credential),
        ("~/.s*h/id_?sa", Credential),
        ("/home/*/.ssh/id_ed25519", Credential),
        ("../../../etc/shadow", SystemSecret),
        ("/etc/passwd", System),
        (".env", ProjectSecret),
        ("config/.env.production", ProjectSecret),
        (".env.example", Other),
        ("src/main.rs", Project),
        ("*", Project),
        ("~/notes.txt", Other),
        ("/tmp/x", Temporary),
        ("~", Tree),
        ("~/.mozilla/firefox/x.default/logins.json", PrivateStore),
        ("~/.claude/settings.json", AgentConfig),
        ("~/.config/ringfence/config.toml", Other),
        ("~/.local/state/ringfence/api-token", Credential),
        ("~/.local/state/ringfence/cook*", Credential),
        ("docs/api-token", Project),
    ];
    for (path, wanted) in table {
        assert_eq!(class(path, Access::Read), wanted, "{path}");
    }
}

#[test]
fn changing_is_told_by_what_it_brings_about() {
    let table = [
        ("~/.bashrc", Autostart),
        ("~/.ssh/authorized_keys", AccessGrant),
        ("/etc/sudoers.d/x", AccessGrant),
        (".git/hooks/pre-commit", GitHook),
        (".git/hooks/pre-commit.sample", Other),
        ("~/.claude/settings.local.json", AgentConfig),
        ("CLAUDE.md", AgentInstructions),
        ("~/.config/ringfence/config.toml", Guard),
        ("/dev/sda", Disk),
        ("/dev/null", System),
        ("src/main.rs", Project),
        ("build", Project),
    ];
    for (path, wanted) in table {
        assert_eq!(class(path, Access::Write), wanted, "{path}");
    }
}

#[test]
fn deleting_a_parent_of_the_guard_is_deleting_the_guard() {
    assert_eq!(class("~/.local/state", Access::Delete), Guard);
    assert_eq!(class("~/.config", Access::Delete), Tree);
    assert_eq!(class("~", Access::Delete), Tree);
    assert_eq!(class("/", Access::Delete), Tree);
    assert_eq!(class("/usr", Access::Delete), Tree);
    assert_eq!(class("node_modules", Access::Delete), Project);
}

#[test]
fn a_link_is_judged_by_where_it_leads() {
    struct ToShell;
    impl Links for ToShell {
        fn real(&self, path: &str) -> Option<String> {
            (path == "/home/dev/project/docs/a.md").then(|| "/home/dev/.zshrc".to_owned())
        }
    }
    let place = Place {
        cwd: Some("/home/dev/project"),
        home: Some("/home/dev"),
        ..Place::default()
    };
    let found = access("docs/a.md", Access::Write, "Write", &place, &ToShell);
    assert_eq!(
        found,
        FileAccess {
            path: "docs/a.md".to_owned(),
            full: "/home/dev/.zshrc".to_owned(),
            access: Access::Write,
            class: Autostart,
            by: "Write".to_owned(),
        }
    );
}
