use super::*;
use std::os::unix::fs::symlink;
use std::time::{Duration, SystemTime};

/// A home with a repository, a keeper whose watcher is deaf, and what it told.
struct World {
    folder: tempfile::TempDir,
    judge: Judge,
    keeper: Keeper,
}

impl World {
    fn new() -> World {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().canonicalize().unwrap();
        let below = |name: &str| home.join(".ringfence").join(name);
        let places = Places {
            config: below("config"),
            data: below("data"),
            state: below("state"),
            runtime: below("run"),
            home,
        };
        let judge = Judge::load(&places).unwrap();
        let (keeper, problem) = Keeper::new(&places, |_| {});
        assert_eq!(problem, None);
        let mut world = World {
            folder,
            judge,
            keeper,
        };
        world.write("p/.git/config", "[core]\n");
        world.write("p/CLAUDE.md", "Use tabs.\n");
        world.write("p/docs/AGENTS.md", "Use tabs.\n");
        let project = world.folder.path().join("p");
        assert!(world.keeper.open(&project, now()).is_some());
        assert_eq!(world.look(), Vec::<String>::new());
        world
    }

    fn write(&self, below: &str, text: &str) {
        let path = self.folder.path().join(below);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Looks at everything; returns what was told: file, moment, and the first sentence.
    fn look(&mut self) -> Vec<String> {
        let mut told = Vec::new();
        let mut tell = |event: Event| {
            let Action::ConfigChange { path, changes, .. } = event.action else {
                panic!("{:?}", event.action);
            };
            let path = path.unwrap();
            let name = path.rsplit('/').next().unwrap();
            let text = &changes[0].text;
            told.push(format!("{name} {}: {text}", event.moment.unwrap()));
        };
        let writers = Writers::default();
        let mut look = Look {
            judge: &self.judge,
            writers: &writers,
            at_start: false,
            tell: &mut tell,
        };
        self.keeper.look_at_all(&mut look).unwrap();
        told
    }
}

#[test]
fn a_look_finds_what_the_watcher_missed_and_tells_it_once() {
    let mut world = World::new();
    world.write("p/CLAUDE.md", "Use spaces.\n");
    world.write("p/.mcp.json", r#"{"mcpServers":{"a":{"command":"b"}}}"#);
    let told = world.look();
    assert_eq!(
        told,
        [
            "CLAUDE.md changed: 1 line added, 1 removed: Use spaces.",
            ".mcp.json appeared: MCP server `a` added: runs `b`",
        ]
    );
    assert_eq!(world.look(), Vec::<String>::new());
    assert_eq!(world.keeper.status().pending, 2);
    fs::remove_file(world.folder.path().join("p/.mcp.json")).unwrap();
    assert_eq!(world.look(), [".mcp.json gone: the file is gone"]);
    // Back to what was there first: nothing new.
    world.write("p/CLAUDE.md", "Use tabs.\n");
    assert_eq!(world.look(), Vec::<String>::new());
    assert_eq!(world.keeper.status().pending, 0);
}

#[test]
fn a_time_that_was_set_back_hides_nothing() {
    let mut world = World::new();
    let path = world.folder.path().join("p/CLAUDE.md");
    let before = fs::metadata(&path).unwrap().modified().unwrap();
    // As many bytes as before, in the same file.
    world.write("p/CLAUDE.md", "Use tubs.\n");
    let file = fs::File::options().write(true).open(&path).unwrap();
    file.set_modified(before - Duration::from_mins(1)).unwrap();
    assert!(file.metadata().unwrap().modified().unwrap() < SystemTime::now());
    assert_eq!(world.look().len(), 1);
}

#[test]
fn secrets_are_masked_before_anything_is_kept() {
    let mut world = World::new();
    let secret = concat!("ghp_", "R8k2mQ7vX4nB9sT1wY6zL3pD5fH0jC2aG4eK");
    world.write(
        "p/.mcp.json",
        &format!(r#"{{"mcpServers":{{"a":{{"command":"b","env":{{"TOKEN":"{secret}"}}}}}}}}"#),
    );
    assert_eq!(world.look().len(), 1);
    let contents = world.keeper.places.trusted().join("contents");
    let entry = world.keeper.baseline.files.values();
    let version = entry.map(|entry| &entry.last).find(|version| {
        baseline::text(&world.keeper.places, version).is_some_and(|text| text.contains("TOKEN"))
    });
    let text = baseline::text(&world.keeper.places, version.unwrap()).unwrap();
    assert!(!text.contains(secret), "{text}");
    assert!(contents.join(&version.unwrap().digest).exists());
}

#[test]
fn what_is_no_file_or_too_large_is_no_trouble() {
    let mut world = World::new();
    let project = world.folder.path().join("p");
    symlink("/dev/zero", project.join("AGENTS.md")).unwrap();
    symlink("/missing", project.join("GEMINI.md")).unwrap();
    fs::create_dir_all(project.join(".claude/rules")).unwrap();
    symlink("/", project.join(".claude/rules/all")).unwrap();
    fs::create_dir(project.join(".mcp.json")).unwrap();
    world.write("p/CLAUDE.md", &"x".repeat(300 * 1024));
    let told = world.look();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("too large to be compared"), "{told:?}");
    assert_eq!(world.keeper.status().pending, 1);
}

#[test]
fn a_broken_index_is_said_and_made_anew() {
    let mut world = World::new();
    let index = world.keeper.places.trusted().join("index.json");
    fs::write(&index, "{").unwrap();
    let (keeper, problem) = Keeper::new(&world.keeper.places, |_| {});
    assert!(problem.unwrap().contains("index.json"));
    world.keeper = keeper;
    assert_eq!(world.look(), Vec::<String>::new());
    let known = Baseline::load(&world.keeper.places).unwrap().unwrap();
    assert!(known.bases.contains_key(&world.keeper.places.home));
}
