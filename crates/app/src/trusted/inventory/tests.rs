use super::*;

fn write(root: &Path, below: &str) {
    let path = root.join(below);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, below).unwrap();
}

/// The files and the number of watched directories of a project.
fn found(root: &Path) -> (Vec<String>, usize) {
    let base = project_of(root, Path::new("/nobody")).unwrap();
    let (inside, _) = base.search();
    let survey = base.survey(&inside);
    assert!(!survey.cut);
    let root = root.canonicalize().unwrap();
    let mut names: Vec<String> = survey
        .files
        .iter()
        .filter_map(|file| Some(file.path.strip_prefix(&root).ok()?.display().to_string()))
        .collect();
    names.sort();
    let folders = survey.folders.iter();
    let own = folders.filter(|(path, _)| path.starts_with(&root)).count();
    (names, own)
}

#[test]
fn a_repository_is_searched_and_its_packages_are_not() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    for below in [
        ".git/config",
        ".git/hooks/pre-commit",
        ".git/hooks/pre-push.sample",
        ".claude/settings.json",
        ".claude/skills/a/SKILL.md",
        "CLAUDE.md",
        "src/main.rs",
        "docs/deep/AGENTS.md",
        "crates/x/.claude/settings.json",
    ] {
        write(root, below);
    }
    let without = found(root);
    for number in 0..1500 {
        write(root, &format!("node_modules/package-{number}/CLAUDE.md"));
        write(
            root,
            &format!("node_modules/package-{number}/.claude/settings.json"),
        );
    }
    let wanted = [
        ".claude/settings.json",
        ".claude/skills/a/SKILL.md",
        ".git/config",
        ".git/hooks/pre-commit",
        "CLAUDE.md",
        "crates/x/.claude/settings.json",
        "docs/deep/AGENTS.md",
    ];
    assert_eq!(without, (wanted.map(str::to_owned).to_vec(), 9));
    assert_eq!(found(root), without);
}

#[test]
fn a_sessions_directory_leads_to_the_repository_around_it() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().canonicalize().unwrap();
    for below in ["repo/.git/config", "repo/a/b/c", "plain/x", ".git/config"] {
        write(&home, below);
    }
    let of = |below: &str| project_of(&home.join(below), &home).map(|base| base.path);
    assert_eq!(of("repo/a/b"), Some(home.join("repo")));
    assert_eq!(of("plain"), Some(home.join("plain")));
    assert_eq!(of(""), None);
    assert_eq!(of("missing"), None);
    assert_eq!(of("plain/x"), None);
}

#[test]
fn limits_cut_and_say_so() {
    let folder = tempfile::tempdir().unwrap();
    for number in 0..MOST_FILES + 10 {
        write(
            folder.path(),
            &format!(".claude/rules/{}/{number}.md", number % 8),
        );
    }
    let base = project_of(folder.path(), Path::new("/nobody")).unwrap();
    let survey = base.survey(&[]);
    assert!(survey.cut);
    assert_eq!(survey.files.len(), MOST_FILES);
}
