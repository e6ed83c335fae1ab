//! What people decide is on record, sealed with everything else, and rules that they write in the
//! dashboard guard at once.

use crate::incidents::denied;
use ringfence_event::AgentKind;
use ringfence_tests::home::Home;
use ringfence_tests::http::Ask;
use ringfence_tests::payload::{Said, ShellCall};
use serde_json::Value;

const RULE: &str = "title: Nobody runs this
id: 5b2f3c1e-6d41-4a52-9a66-0a1c8d6f7e21
description: A rule of a test.
status: test
tags: [attack.t1059]
falsepositives: [none]
logsource: {product: agent, category: command}
detection:
  selection: {program: forbidden-tool}
  condition: selection
level: high
ringfence:
  name: nobody-runs-this
  action: deny
  reason: '{evidence} is denied.'
  examples:
    - command: forbidden-tool x
  negative_examples:
    - command: echo forbidden-tool
";

/// The texts of what people decided, in order.
fn decided(home: &Home) -> Vec<String> {
    let events = home.json(&["events", "--kind", "notification", "--json"]);
    let events = events["events"].as_array().cloned().unwrap_or_default();
    let texts = events
        .iter()
        .filter_map(|stored| stored["event"]["action"]["text"].as_str());
    texts
        .filter(|text| text.contains("A person decided"))
        .map(str::to_owned)
        .collect()
}

#[test]
fn what_is_decided_in_a_terminal_is_on_record() {
    let home = denied();
    let list = home.json(&["incidents", "--json"]);
    let id = list["incidents"][0]["id"].as_str().expect("an incident");
    let reason = "the key was replaced, and its password=hunter2-Zk81qLmW is gone";
    drop(
        home.ringfence(&["incidents", "resolve", id, "--reason", reason])
            .ok(),
    );
    drop(home.ringfence(&["allow", id]).ok());
    drop(home.ringfence(&["allow", "remove", id]).ok());
    drop(
        home.ringfence(&["rules", "mode", "credential-read", "monitor"])
            .ok(),
    );
    // Who starts takes in what was left for it.
    home.up();
    home.down();
    let told = decided(&home);
    let says = |words: &str| told.iter().any(|text| text.contains(words));
    for words in [
        &format!("incident {id} is resolved"),
        "is silent once",
        &format!("the exception {id} is taken back"),
        "rule credential-read is monitor",
    ] {
        assert!(says(words), "{words}: {told:#?}");
    }
    let verified: Value = home.json(&["audit", "verify", "--json"]);
    assert_eq!(verified["report"]["problems"], serde_json::json!([]));
}

/// A question of a signed-in browser's page.
fn page(home: &Home, cookie: &str, method: &str, path: &str) -> Ask {
    let door = home.door();
    let ask = door.ask(method, path).cookie(cookie);
    ask.header("X-Ringfence", "1")
        .header("Origin", &door.origin())
}

fn runs(home: &Home, command: &str) -> Said {
    let call = ShellCall {
        session: "session-1",
        call: "call-2",
        cwd: "/home/dev/project",
        command,
    };
    let run = home.hook("claude-code", &call.payload(AgentKind::ClaudeCode));
    Said::by(AgentKind::ClaudeCode, &run)
}

#[test]
fn a_rule_that_a_person_writes_in_the_dashboard_guards_at_once() {
    let home = Home::new();
    home.up();
    let cookie = home.sign_in();
    let path = "/api/v1/rules/nobody-runs-this";
    let put = |path: &str, text: &str| {
        let body = serde_json::json!({ "text": text }).to_string();
        page(&home, &cookie, "PUT", path).body(body).send()
    };
    assert_eq!(runs(&home, "forbidden-tool"), Said::GoOn);

    let wrong = put(
        path,
        &RULE.replace("condition: selection", "condition: nothing"),
    );
    assert_eq!(wrong.json()["saved"], false, "{wrong:?}");
    let other = put(path, &RULE.replace("name: nobody", "name: somebody"));
    assert_eq!(other.json()["saved"], false, "{other:?}");
    assert_eq!(runs(&home, "forbidden-tool"), Said::GoOn);
    let saved = put(path, RULE);
    assert_eq!(saved.json()["saved"], true, "{saved:?}");
    assert!(runs(&home, "forbidden-tool").is_deny());

    // What is shipped stays, whatever a rule is called; and a token, which an agent may find, is refused.
    let ours = RULE.replace("nobody-runs-this", "credential-read");
    assert_eq!(put("/api/v1/rules/credential-read", &ours).status, 409);
    for name in ["..%2Fx", "A", "a.b"] {
        let refused = put(&format!("/api/v1/rules/{name}"), RULE);
        assert!(refused.status >= 400, "{name}: {refused:?}");
    }
    let script = home.door().script("DELETE", path).send();
    assert_eq!(script.status, 403, "{script:?}");

    let gone = page(&home, &cookie, "DELETE", path).send();
    assert_eq!(gone.json()["before"], RULE, "{gone:?}");
    assert_eq!(runs(&home, "forbidden-tool"), Said::GoOn);
    home.down();
    let told = decided(&home);
    let own: Vec<&String> = told
        .iter()
        .filter(|text| text.contains("own rule"))
        .collect();
    assert_eq!(own.len(), 2, "{told:#?}");
}
