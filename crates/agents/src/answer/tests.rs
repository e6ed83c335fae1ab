use super::*;

const KINDS: [(&str, AnswerKind); 8] = [
    (
        "tool, can ask",
        AnswerKind::ToolGate {
            asking: Asking::Person,
        },
    ),
    (
        "tool, cannot ask",
        AnswerKind::ToolGate {
            asking: Asking::Nobody,
        },
    ),
    ("permission", AnswerKind::PermissionGate),
    ("prompt", AnswerKind::PromptGate),
    ("result", AnswerKind::ResultGate),
    ("change", AnswerKind::ChangeGate),
    ("notice", AnswerKind::Notice),
    ("observe", AnswerKind::Observe),
];

#[test]
fn every_answer_in_every_dialect() {
    for agent in AgentKind::HOOKED {
        let mut lines = Vec::new();
        for (name, kind) in &KINDS {
            for verdict in Verdict::ALL {
                let answer = Answer {
                    verdict,
                    reason: "it reads a private key",
                    hint: "run `ringfence allow x`",
                };
                let reply = render(agent, kind, &answer);
                assert_eq!((reply.exit_code, reply.stderr.as_str()), (0, ""));
                lines.push(format!("{name}, {}: {}", verdict.name(), reply.stdout));
            }
        }
        insta::assert_snapshot!(format!("answers_{agent}"), lines.join("\n"));
    }
}

#[test]
fn nothing_ever_approves() {
    for agent in AgentKind::HOOKED {
        for (_, kind) in &KINDS {
            for verdict in Verdict::ALL {
                let answer = Answer {
                    verdict,
                    reason: "why",
                    hint: "how",
                };
                let said = render(agent, kind, &answer).stdout;
                assert!(
                    !said.contains("allow") && !said.contains("approve"),
                    "{said}"
                );
                let silent = verdict == Verdict::Allow || *kind == AnswerKind::Observe;
                assert!(!silent || matches!(said.as_str(), "" | "{}"), "{said}");
            }
        }
    }
}

#[test]
fn long_and_hostile_texts_are_made_harmless() {
    let reason = format!(
        "evil \u{1b}[2J\u{202e}\r\u{0} \"quote\" {}",
        "😀".repeat(20_000)
    );
    let answer = Answer {
        verdict: Verdict::Deny,
        reason: &reason,
        hint: "run `ringfence allow x`",
    };
    for agent in AgentKind::HOOKED {
        let said = render(agent, &KINDS[1].1, &answer).stdout;
        let object: Value = serde_json::from_str(&said).unwrap();
        let texts = texts_in(&object);
        let long: Vec<_> = texts
            .iter()
            .filter(|text| text.starts_with("evil"))
            .collect();
        assert_eq!(long.len(), 2, "{agent}");
        for text in long {
            assert!(text.starts_with("evil \u{fffd}[2J\u{fffd}\u{fffd}\u{fffd} \"quote\" 😀"));
            assert!(text.ends_with("😀…\nrun `ringfence allow x`"));
            assert!(text.encode_utf16().count() <= LONGEST);
        }
    }
}

fn texts_in(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Object(fields) => fields.values().flat_map(texts_in).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn a_denial_always_has_a_reason() {
    for (reason, hint) in [("", ""), (" \n", ""), ("", "how")] {
        let answer = Answer {
            verdict: Verdict::Deny,
            reason,
            hint,
        };
        let said = render(AgentKind::Codex, &KINDS[1].1, &answer).stdout;
        let object: Value = serde_json::from_str(&said).unwrap();
        let told = object["hookSpecificOutput"]["permissionDecisionReason"].as_str();
        assert!(told.is_some_and(|told| !told.is_empty()));
    }
}
