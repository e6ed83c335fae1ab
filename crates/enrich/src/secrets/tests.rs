use super::*;
use proptest::prelude::*;
use ringfence_event::{
    Action, Change, ChangeKind, Difference, DifferenceKind, EventKey, Operation, Outcome, Source,
    Timestamp, Tool,
};

fn masker() -> Masker {
    Masker::new([7; 32])
}

/// Secrets that are valid in form and belong to nobody, put together so that no
/// scanner of this repository takes them for real ones.
fn secrets() -> Vec<(&'static str, String)> {
    let fill = |length: usize| {
        "Ab3dEf7hIj2kLm5nOp9qRs4tUv6wXy8z"
            .chars()
            .cycle()
            .take(length)
            .collect::<String>()
    };
    let upper = |length: usize| {
        "ABCDEFGH234567IJKLMNOPQR"
            .chars()
            .cycle()
            .take(length)
            .collect::<String>()
    };
    vec![
        (
            "private-key",
            format!(
                "-----BEGIN {} KEY-----\n{}\n{}\n-----END {} KEY-----",
                "OPENSSH PRIVATE",
                fill(64),
                fill(30),
                "OPENSSH PRIVATE"
            ),
        ),
        (
            "anthropic-key",
            format!("sk-ant-{}-{}AA", "api03", fill(91)),
        ),
        ("openai-key", format!("sk-{}-{}", "proj", fill(60))),
        ("google-api-key", format!("AIz{}{}", "a", fill(35))),
        ("hugging-face-token", format!("hf{}{}", "_", fill(34))),
        ("aws-access-key-id", format!("AK{}{}", "IA", upper(16))),
        ("github-token", format!("gh{}_{}", "p", fill(36))),
        (
            "github-fine-grained-token",
            format!("github{}_{}", "_pat", fill(82)),
        ),
        ("gitlab-token", format!("gl{}-{}", "pat", fill(20))),
        ("npm-token", format!("np{}_{}", "m", fill(36))),
        ("slack-token", format!("xo{}-{}", "xb", fill(40))),
        ("stripe-key", format!("sk_{}_{}", "live", fill(24))),
        (
            "openrouter-key",
            format!("sk-{}-v1-{}", "or", "3f9c0a7e1d2b48c5".repeat(4)),
        ),
        ("google-access-token", format!("ya{}.{}", "29", fill(60))),
        ("pypi-token", format!("py{}-AgE{}", "pi", fill(80))),
        ("model-provider-key", format!("s{}-{}", "k", fill(24))),
        (
            "azure-storage-key",
            format!("Account{}={}==", "Key", fill(86)),
        ),
        (
            "private-key-body",
            format!("MIIEvQ{}{}", "IBADANBgkqhkiG9w0BAQEFAAS", fill(64)),
        ),
    ]
}

#[test]
fn each_kind_is_masked_and_named() {
    for (kind, secret) in secrets() {
        let mut marks = Vec::new();
        let text = format!("before {secret} after");
        let masked = masker().mask(&text, &mut marks).unwrap();
        assert!(!masked.contains(&secret), "{kind}: {masked}");
        assert!(
            masked.starts_with("before ")
                && masked.contains("[masked ")
                && masked.ends_with("] after"),
            "{masked}"
        );
        let kinds: Vec<&str> = marks.iter().map(|mark| mark.kind.as_str()).collect();
        assert_eq!(kinds, [kind]);
    }
}

#[test]
fn what_one_text_gives_away_is_masked_in_all() {
    let mut event = event_with("nothing");
    event.action = Action::ToolCall {
        tool: Tool {
            name: "mcp__db__query".to_owned(),
            operation: Operation::Shell {
                command: "mysql --password=x7Kp9Qz2mW -e 'select 1'".to_owned(),
                argv: Some(vec!["mysql".to_owned(), "x7Kp9Qz2mW".to_owned()]),
                cwd: None,
            },
            input: serde_json::json!({ "db_password": "q8Wm3Zt5Lr", "rows": ["q8Wm3Zt5Lr!"] }),
        },
    };
    masker().mask_event(&mut event);
    let stored = serde_json::to_string(&event).unwrap();
    assert!(!stored.contains("x7Kp9Qz2mW"), "{stored}");
    assert!(!stored.contains("q8Wm3Zt5Lr"), "{stored}");
    let generic: Vec<bool> = event
        .labels
        .secrets
        .iter()
        .map(|mark| mark.generic)
        .collect();
    assert_eq!(generic, [true, true]);
    assert!(
        stored.contains("mysql") && stored.contains("select 1"),
        "{stored}"
    );
}

#[test]
fn masking_again_changes_nothing() {
    for (_, secret) in secrets() {
        let text = format!("TOKEN = \"{secret}\"; password={secret} https://u:{secret}@h.example/");
        let masked = masker().mask(&text, &mut Vec::new()).unwrap();
        assert_eq!(masker().mask(&masked, &mut Vec::new()), None, "{masked}");
    }
}

#[test]
fn an_aws_secret_key_is_told_by_its_name() {
    let value = "wJalrXUtnFEMIK7MDENGbPxRfiCYzzzzzzzzKEYa";
    let mut marks = Vec::new();
    let masked = masker()
        .mask(&format!("aws_secret_access_key = {value}\n"), &mut marks)
        .unwrap();
    assert!(!masked.contains(value), "{masked}");
    assert_eq!(
        masker().mask(&format!("sha = {value}"), &mut Vec::new()),
        None
    );
}

#[test]
fn a_fingerprint_is_the_same_here_and_different_elsewhere() {
    let (_kind, secret) = secrets().remove(6);
    let mut here = Vec::new();
    masker().mask(&secret, &mut here);
    let mut again = Vec::new();
    masker().mask(&format!("x={secret};"), &mut again);
    assert_eq!(here, again);
    let mut elsewhere = Vec::new();
    Masker::new([8; 32]).mask(&secret, &mut elsewhere);
    assert_ne!(here, elsewhere);
}

#[test]
fn ordinary_text_is_left_alone() {
    let table = [
        "risk-assessment and task-force-with-a-long-name",
        "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
        "export AKIA=1",
        "npm_config_registry=x",
        "commit 3f786850e387550fdab836ed7e6dc881de23001b",
        "[masked github-token ghp_…uv6w]",
    ];
    for text in table {
        assert_eq!(masker().mask(text, &mut Vec::new()), None, "{text}");
    }
}

fn event_with(secret: &str) -> Event {
    let tool = Tool {
        name: "Bash".to_owned(),
        operation: Operation::Write {
            changes: vec![Change {
                path: format!("/p/{secret}.txt"),
                change: ChangeKind::Create,
                text: Some(format!("token = \"{secret}\"\n")),
            }],
        },
        input: serde_json::json!({ "nested": [{ secret: format!("{{\"k\":\"{secret}\"}}") }] }),
    };
    let mut event = Event {
        key: EventKey(uuid::Uuid::nil()),
        at: Timestamp(0),
        source: Source::Hook,
        agent: None,
        moment: None,
        session: None,
        call: None,
        process: None,
        cwd: Some(format!("/p/{secret}")),
        action: Action::ToolResult {
            tool,
            outcome: Outcome::Success,
            output: serde_json::json!(secret),
        },
        labels: ringfence_event::Labels::default(),
        rest: serde_json::Map::new(),
    };
    event
        .rest
        .insert("raw".to_owned(), Value::String(secret.to_owned()));
    event
}

fn command_with(secret: &str) -> ringfence_event::Command {
    let text = || secret.to_owned();
    ringfence_event::Command {
        program: text(),
        args: vec![text()],
        line: text(),
        through: vec![text()],
        fed_by: vec![text()],
        hosts: vec![text()],
        computed: vec![text()],
        runs_written_by: Some(text()),
        ..ringfence_event::Command::default()
    }
}

#[test]
fn texts_of_every_kind_of_action_and_label_are_masked() {
    let (_kind, secret) = secrets().remove(6);
    let some = Some(secret.clone());
    let process = || ringfence_event::ProcessRef {
        pid: 1,
        started: 1,
        executable: some.clone(),
    };
    let actions = [
        Action::SessionStart {
            reason: some.clone(),
            model: some.clone(),
        },
        Action::Prompt {
            text: secret.clone(),
        },
        Action::TurnEnd { text: some.clone() },
        Action::ConfigChange {
            path: some.clone(),
            layer: some.clone(),
            changes: vec![Difference {
                kind: DifferenceKind::Setting,
                text: secret.clone(),
            }],
        },
        Action::Exec {
            argv: vec![secret.clone()],
            parent: Some(process()),
            environment: [(secret.clone(), secret.clone())].into(),
            script: None,
            error: None,
        },
        Action::DnsQuery {
            name: secret.clone(),
            record: secret.clone(),
            error: None,
        },
    ];
    let command = command_with(&secret);
    for action in actions {
        let mut event = event_with("nothing");
        event.action = action;
        event.session = Some(ringfence_event::SessionId(secret.clone()));
        event.process = Some(process());
        event.labels.commands = vec![command.clone()];
        event.labels.unclear = vec![secret.clone()];
        masker().mask_event(&mut event);
        let stored = serde_json::to_string(&event).unwrap();
        assert!(!stored.contains(&secret), "{stored}");
        assert_eq!(event.labels.secrets.len(), 1);
        assert_eq!(event.rest.len(), 1);
    }
}

proptest! {
    #[test]
    fn no_secret_survives_in_an_event(choice in 0usize..18, before in "[ -~]{0,12}", after in "[ \"'\\n,;<>]{0,3}") {
        let (_kind, secret) = secrets().remove(choice);
        let mut event = event_with(&format!("{before} {secret}{after}"));
        masker().mask_event(&mut event);
        let stored = serde_json::to_string(&event).unwrap();
        let plain = serde_json::to_string(&secret).unwrap();
        prop_assert!(!stored.contains(plain.trim_matches('"')), "{stored}");
        prop_assert!(!event.labels.secrets.is_empty());
    }

    #[test]
    fn garbage_is_no_trouble(text in ".{0,300}") {
        let mut marks = Vec::new();
        let masked = masker().mask(&text, &mut marks);
        prop_assert_eq!(masked.is_some(), !marks.is_empty());
    }
}
