//! Configurations as people write them, and what cannot be used.
use super::*;

#[test]
fn own_rules_all_compile_and_name_their_source() {
    let set = RuleSet::own().unwrap();
    assert_eq!(set.unused(), []);
    for rule in &set.rules {
        assert!(rule.pattern.get().is_some(), "{}", rule.id);
        assert!(rule::reach(rule.pattern.text()).is_ok(), "{}", rule.id);
        let lists = rule
            .allow
            .iter()
            .flat_map(|list| list.regexes.iter().chain(&list.paths));
        let mut others = lists.chain(&rule.path);
        assert!(others.all(|pattern| pattern.get().is_some()), "{}", rule.id);
        assert!(!rule.keywords.is_empty(), "{}", rule.id);
        assert!(!rule.description.is_empty(), "{}", rule.id);
    }
    let rules = pack::RULES.matches("[[rules]]").count();
    assert_eq!(pack::RULES.matches("\nsource = ").count(), rules);
}

const USER: &str = r#"
title = "ours"
[extend]
useDefault = false
[allowlist]
regexes = ['''^ALLOWED''']
paths = ['''^docs/''']
[[rules]]
id = "acme"
description = "Acme"
regex = '''(?i)acme_([a-z0-9]{8})'''
secretGroup = 1
entropy = 2
keywords = ["ACME_"]
[[rules.allowlists]]
condition = "AND"
regexTarget = "line"
regexes = ['''never''']
stopwords = ["zz"]
[[rules]]
id = "look"
description = "look-ahead"
regex = '''a(?=b)'''
[[rules]]
id = "paths-only"
description = "a file"
path = '''\.p12$'''
"#;

fn found(text: &str, path: Option<&str>) -> usize {
    let set = RuleSet::from_gitleaks(USER).unwrap();
    let scanner = crate::secrets::Scanner::with_rules(crate::secrets::Key::new([0; 32]), set);
    scanner.secrets_in(text.as_bytes(), path).len()
}

#[test]
fn a_users_rules_do_what_they_say() {
    for (text, path, count) in [
        ("x acme_q1w2e3r4 y", None, 1),
        ("ACME_Q1W2E3R4", None, 1),
        ("acme_aaaaaaaa", None, 0),
        ("acme_q1w2e3r4", Some("docs/a.md"), 0),
        ("acme_q1w2e3r4", Some("src/a.rs"), 1),
        ("never acme_q1w2e3zz", None, 0),
        ("acme_q1w2e3zz", None, 1),
        ("never acme_q1w2e3r4", None, 1),
        ("password = \"fvczztkrm9\"", None, 0),
    ] {
        assert_eq!(found(text, path), count, "{text} {path:?}");
    }
}

#[test]
fn what_cannot_be_used_is_told() {
    let set = RuleSet::from_gitleaks(USER).unwrap();
    let parts: Vec<&str> = set
        .unused()
        .iter()
        .map(|unused| unused.part.as_str())
        .collect();
    assert_eq!(parts, ["look", "paths-only"]);
    assert!(
        set.unused()[0].reason.contains("look-around"),
        "{}",
        set.unused()[0]
    );
}

#[test]
fn our_rules_come_first_if_asked_for() {
    let text = "[extend]\nuseDefault = true\ndisabledRules = [\"jwt\"]\n[[rules]]\nid = \"npm-token\"\nregex = 'x'\n";
    let set = RuleSet::from_gitleaks(text).unwrap();
    assert_eq!(set.len(), RuleSet::own().unwrap().len() - 1);
    assert!(set.rules().all(|(id, _)| id != "jwt"));
}

#[test]
fn garbage_is_refused_with_a_reason() {
    for text in ["[", "rules = 1", "[[rules]]\nentropy = \"x\""] {
        assert!(
            matches!(RuleSet::from_gitleaks(text), Err(LoadError::Format(_))),
            "{text}"
        );
    }
    let huge = "#".repeat(LARGEST_CONFIGURATION + 1);
    assert!(matches!(
        RuleSet::from_gitleaks(&huge),
        Err(LoadError::TooLarge(_))
    ));
}

#[test]
fn braces_are_read_as_re2_reads_them() {
    for (given, read) in [
        (r"a{8,400}={0,2}", r"a{8,400}={0,2}"),
        (r"[{]\x{41}\p{L}x{2}", r"[{]\x{41}\p{L}x{2}"),
        (r"\${(?:[A-Z]+)}", r"\$\{(?:[A-Z]+)}"),
        (r"^\{{[ \t]*}}$", r"^\{\{[ \t]*}}$"),
        (
            r"(?i)\bbasic[ \t]+([A-Za-z0-9+/_-]{8,400}={0,2})",
            r"(?i)\bbasic[ \t]+([A-Za-z0-9+/_-]{8,400}={0,2})",
        ),
    ] {
        assert_eq!(re2(given), read);
    }
}
