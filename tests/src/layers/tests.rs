//! Planted faults: each must be seen, and a clean tree must be silent.

use super::*;

fn clean() -> Tree {
    let member = Member {
        name: "ringfence-agents".to_owned(),
        dependencies: vec!["ringfence-event".to_owned(), "jsonc-parser".to_owned()],
        manifest: format!("[package]\n\n{LINTS}"),
        roots: vec![("crates/agents/src/lib.rs".to_owned(), SAFE.to_owned())],
        ..Member::default()
    };
    Tree {
        members: vec![member],
        files: vec![("crates/agents/src/lib.rs".to_owned(), SAFE.to_owned())],
        architecture: "| `agents` | what each agent tells |".to_owned(),
    }
}

type Fault = fn(&mut Tree);

#[test]
fn every_planted_fault_is_seen() {
    let planted: [(Fault, &str); 9] = [
        (
            |tree| tree.members[0].dependencies.push("ringfence-store".into()),
            "agents may not know store",
        ),
        (
            |tree| tree.members[0].dependencies.push("rusqlite".into()),
            "only store may know rusqlite, not agents",
        ),
        (
            |tree| tree.members[0].manifest.clear(),
            "agents does not follow the workspace's lints",
        ),
        (
            |tree| tree.members[0].features.push("fast".into()),
            "agents has features: fast",
        ),
        (
            |tree| tree.members[0].roots[0].1.clear(),
            "crates/agents/src/lib.rs does not say #![forbid(unsafe_code)]",
        ),
        (
            |tree| tree.architecture.clear(),
            "ARCHITECTURE.md does not name `agents`",
        ),
        (
            |tree| tree.files[0].1 = "\n".repeat(801),
            "crates/agents/src/lib.rs has 801 lines, more than 800",
        ),
        (
            |tree| tree.files[0].1 = format!("see {}/x", FORBIDDEN[0]),
            concat!("crates/agents/src/lib.rs names `/wo", "rk/main`"),
        ),
        (
            |tree| tree.members[0].name = "ringfence-utils".to_owned(),
            "utils has no layer",
        ),
    ];
    for (plant, expected) in planted {
        let mut tree = clean();
        plant(&mut tree);
        let found = faults(&tree);
        assert!(
            found.iter().any(|fault| fault == expected),
            "{expected}: {found:?}"
        );
    }
}

#[test]
fn a_clean_tree_is_silent() {
    assert_eq!(faults(&clean()), Vec::<String>::new());
}

#[test]
fn the_table_stands_in_flow_order() {
    let mut above: Vec<&str> = Vec::new();
    for (name, allowed) in LAYERS {
        for known in *allowed {
            assert!(above.contains(known), "{name} names {known} below it");
        }
        above.push(name);
    }
}

#[test]
fn the_tree_has_every_member_of_the_table() {
    let tree = Tree::read();
    let mut members: Vec<&str> = tree.members.iter().map(Member::short_name).collect();
    let mut layers: Vec<&str> = LAYERS.iter().map(|(name, _)| *name).collect();
    members.sort_unstable();
    layers.sort_unstable();
    assert_eq!(members, layers);
}
