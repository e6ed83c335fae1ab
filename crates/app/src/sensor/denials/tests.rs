use super::*;
use crate::places::Places;
use ringfence_detect::{AllowScope, Lifts};
use ringfence_event::{FindingId, Timestamp};
use ringfence_sense::Lift;
use std::fs;

/// A judge in mode enforce whose home is a directory of the test's, with more settings.
fn judge(directory: &tempfile::TempDir, settings: &str) -> Judge {
    let at = |name: &str| directory.path().join(name);
    let places = Places {
        home: at("home"),
        config: at("config"),
        data: at("data"),
        state: at("state"),
        runtime: at("run"),
    };
    for folder in [&places.home, &places.config, &places.data] {
        fs::create_dir_all(folder).unwrap();
    }
    fs::write(
        places.config_file(),
        format!("mode = \"enforce\"\n{settings}"),
    )
    .unwrap();
    Judge::load(&places).unwrap()
}

fn compiled(judge: &Judge) -> Policy {
    policy(judge, &Circumstances::default()).unwrap()
}

fn rule_for<'a>(policy: &'a Policy, denial: Denial, path: &str) -> &'a FileRule {
    let mut rules = policy.files.iter();
    let found = rules.find(|rule| rule.number == number(denial) && rule.path == path);
    found.unwrap_or_else(|| panic!("{denial:?} holds no `{path}`"))
}

#[test]
fn what_is_ringfences_own_is_only_for_ringfence() {
    let directory = tempfile::tempdir().unwrap();
    let judge = judge(&directory, "");
    let policy = compiled(&judge);
    assert_eq!(policy.guard, Some(number(GuardSignalled)));
    assert_eq!(policy.kernel, Some(number(KernelCodeLoaded)));
    let own = std::env::current_exe().unwrap();
    let own = own.to_string_lossy().into_owned();
    for path in judge.places.guarded() {
        let rule = rule_for(&policy, GuardChanged, &path);
        assert_eq!(rule.denies, changing());
        assert_eq!(rule.except, std::slice::from_ref(&own));
        assert!(!rule.spares_agent);
    }
    let key = judge.places.key_file().to_string_lossy().into_owned();
    assert!(
        rule_for(&policy, CredentialRead, &key)
            .denies
            .has(FileUse::Read)
    );
    let settings = crate::sensor::settings::of(&judge);
    assert_eq!(settings.guarded.len(), 1);
    assert_eq!(settings.guarded[0].pid, std::process::id());
}

#[test]
fn what_is_an_agents_own_is_only_for_the_agent() {
    let directory = tempfile::tempdir().unwrap();
    let judge = judge(&directory, "");
    let policy = compiled(&judge);
    let below = |name: &str| judge.places.home.join(name).to_string_lossy().into_owned();
    for login in [
        ".claude/.credentials.json",
        ".codex/auth.json",
        ".gemini/oauth_creds.json",
    ] {
        let rule = rule_for(&policy, CredentialRead, &below(login));
        assert!(
            rule.spares_agent && rule.denies.has(FileUse::Read),
            "{login}"
        );
    }
    for settings in [
        ".claude/settings.json",
        ".claude.json",
        ".codex/config.toml",
    ] {
        let rule = rule_for(&policy, AgentConfigChanged, &below(settings));
        assert!(rule.spares_agent && rule.denies == changing(), "{settings}");
    }
    assert!(!rule_for(&policy, CredentialRead, &below(".ssh")).spares_agent);
}

#[test]
fn a_rule_that_is_not_in_mode_enforce_denies_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let settings = "[rules]\nguard-signalled = \"monitor\"\nkernel-code-loaded = \"off\"\nagent-config-changed = \"alert\"\n";
    let judge = judge(&directory, settings);
    assert_eq!(judge.problems, Vec::<String>::new());
    let policy = compiled(&judge);
    assert_eq!((policy.guard, policy.kernel), (None, None));
    let of = |denial| {
        policy
            .files
            .iter()
            .any(|rule| rule.number == number(denial))
    };
    assert!(!of(AgentConfigChanged) && of(CredentialRead));
}

#[test]
fn every_number_leads_back_to_a_rule_that_exists() {
    let directory = tempfile::tempdir().unwrap();
    let judge = judge(&directory, "");
    for (denial, name) in DENIALS {
        assert_eq!(rule(number(denial)), Some(RuleId::from(name)));
        assert_eq!(number_of(&RuleId::from(name)), Some(number(denial)));
        assert!(judge.rules.find(name).is_some(), "{name}");
    }
    assert_eq!(rule(RuleNumber(0)), None);
    assert_eq!(rule(RuleNumber(99)), None);
}

fn allowance(rule: &str, scope: AllowScope, lifts: Option<Lifts>) -> Allowance {
    Allowance {
        finding: FindingId::from("k7m2qx4t"),
        rule: RuleId::from(rule),
        scope,
        expires: Some(Timestamp(1)),
        reason: None,
        lifts,
    }
}

fn once() -> AllowScope {
    AllowScope::Once {
        subject: "file #1".to_owned(),
    }
}

fn project(root: &str) -> AllowScope {
    AllowScope::Project {
        root: root.to_owned(),
    }
}

#[test]
fn what_a_person_allowed_is_lifted_where_it_was_allowed() {
    let directory = tempfile::tempdir().unwrap();
    let judge = judge(&directory, "");
    let tree = |pid| Process { pid, started: 1 };
    let address: IpAddr = [192, 0, 2, 1].into();
    let around = Circumstances {
        trees: vec![
            (tree(1), "/srv/shop".to_owned()),
            (tree(2), "/srv/shop/api".to_owned()),
            (tree(3), "/srv/shopping".to_owned()),
            (tree(4), "/srv/shop/../bank".to_owned()),
        ],
        allowances: vec![
            allowance(
                "credential-read",
                once(),
                Some(Lifts::File("/k".to_owned())),
            ),
            allowance("cloud-metadata", once(), Some(Lifts::Address(address))),
            allowance(
                "drop-name-asked",
                once(),
                Some(Lifts::Name("a.example".to_owned())),
            ),
            // Told by a hook: nothing that the kernel knows.
            allowance("credential-read", once(), None),
            allowance("no-such-rule", project("/srv/shop"), None),
            // What guards the guard is allowed once at a time.
            allowance("guard-changed", project("/srv/shop"), None),
            allowance("credential-read", project("/srv/shop"), None),
        ],
        ..Circumstances::default()
    };
    let lifted = policy(&judge, &around).unwrap().lifted;
    let reading = number(CredentialRead);
    assert_eq!(
        lifted,
        [
            Lift::File {
                number: reading,
                path: "/k".to_owned()
            },
            Lift::Address(address),
            Lift::Name("a.example".to_owned()),
            Lift::Tree {
                number: reading,
                tree: tree(1)
            },
            Lift::Tree {
                number: reading,
                tree: tree(2)
            },
        ]
    );
}
