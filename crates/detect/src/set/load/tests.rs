use super::*;
use crate::samples::{command, fetches, names, reads, rule, runs, set, stock, writes};
use ringfence_event::{Access, Command, Event, FileClass, HostClass, Severity, Verdict};

const PROCESS: &str = "{product: linux, category: process_creation}";

fn lenient(documents: &[String]) -> (Vec<String>, Vec<String>) {
    let text = documents.join("\n---\n");
    let pack = Pack {
        name: "t.yml",
        text: &text,
    };
    let loaded = RuleSet::compile_lenient(&[pack], &Placeholders::new());
    (
        loaded.rules.rules().map(|rule| rule.id.0.clone()).collect(),
        loaded.problems.iter().map(ToString::to_string).collect(),
    )
}

#[test]
fn a_stock_rule_needs_nothing_of_ours() {
    let text = stock(
        "Curl Usage on Linux",
        PROCESS,
        "s: {Image|endswith: /curl}\nunused: {User: x}\ncondition: s",
    ) + "id: ea34fb97-e2c4-4afb-810f-785e4459b194\nlevel: low\nfurther: {key: x}\n";
    let rules = set(&[text]);
    let rule = rules.rules().next().unwrap();
    assert_eq!(rule.id.0, "curl-usage-on-linux");
    assert_eq!(
        (rule.action, rule.severity),
        (Verdict::Alert, Severity::Low)
    );
    assert!(rule.source.contains("further: {key: x}"));
    let event = runs(vec![command("curl x")]);
    assert_eq!(names(&rules, &event), ["curl-usage-on-linux"]);
    let findings = rules.evaluate(&event, &crate::Policy::default());
    assert_eq!(
        findings[0].reason,
        "curl x matches the rule \"Curl Usage on Linux\"."
    );
}

/// Sigma's own categories and fields on what our events tell.
#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn stock_fields_find_their_values() {
    let started = |line: &str, by: &str| {
        let through = vec![by.to_owned()];
        runs(vec![Command {
            through,
            ..command(line)
        }])
    };
    let file = |access| {
        let mut event = reads("/etc/shadow", FileClass::SystemSecret);
        event.labels.files[0].access = access;
        event.labels.files[0].by = "mv".to_owned();
        event
    };
    let port = |line: &str, host: &str| {
        let mut event = fetches(host, HostClass::Unknown);
        event.labels.hosts[0].by = "nc".to_owned();
        event.labels.commands = vec![command(line)];
        event.action = runs(vec![]).action;
        event
    };
    let cases: Vec<(&str, &str, Event, bool)> = vec![
        (
            "process_creation",
            "Image: /usr/bin/curl",
            runs(vec![command("curl x")]),
            true,
        ),
        (
            "process_creation",
            "Image|endswith: /bin/bash",
            runs(vec![command("bash")]),
            true,
        ),
        (
            "process_creation",
            "Image|startswith: /tmp/",
            started("/tmp/x/evil", "sh -c"),
            true,
        ),
        (
            "process_creation",
            "Image: /usr/bin/evil",
            started("/tmp/x/evil", "sh -c"),
            false,
        ),
        (
            "process_creation",
            "OriginalFileName: curl",
            runs(vec![command("curl x")]),
            true,
        ),
        (
            "process_creation",
            "CommandLine|contains|all: [curl, ' x']",
            runs(vec![command("curl x")]),
            true,
        ),
        (
            "process_creation",
            "ParentImage|endswith: /sh",
            started("id", "sh -c"),
            true,
        ),
        (
            "process_creation",
            "ParentCommandLine|contains: ' -c'",
            started("id", "sh -c"),
            true,
        ),
        (
            "process_creation",
            "CurrentDirectory|startswith: /home",
            runs(vec![command("id")]),
            true,
        ),
        (
            "file_access",
            "TargetFilename: /etc/shadow",
            file(Access::Read),
            true,
        ),
        (
            "file_event",
            "TargetFilename: /etc/shadow",
            file(Access::Read),
            false,
        ),
        (
            "file_event",
            "TargetFilename|endswith: shadow",
            file(Access::Write),
            true,
        ),
        (
            "file_delete",
            "TargetFilename|endswith: shadow",
            file(Access::Delete),
            true,
        ),
        (
            "file_delete",
            "TargetFilename|endswith: shadow",
            file(Access::Write),
            false,
        ),
        (
            "file_rename",
            "TargetFilename|endswith: shadow",
            file(Access::Write),
            true,
        ),
        (
            "file_event",
            "Image|endswith: /mv",
            file(Access::Write),
            true,
        ),
        (
            "network_connection",
            "DestinationHostname: a.example",
            port("nc a.example 4444", "a.example"),
            true,
        ),
        (
            "network_connection",
            "DestinationPort: 4444",
            port("nc a.example 4444", "a.example"),
            true,
        ),
        (
            "network_connection",
            "DestinationPort: 4444",
            port("nc b.example 4444", "a.example"),
            false,
        ),
        (
            "network_connection",
            "DestinationIp: 10.0.0.1",
            port("nc 10.0.0.1 1", "10.0.0.1"),
            true,
        ),
        (
            "network_connection",
            "Initiated: 'true'",
            port("nc 10.0.0.1 1", "10.0.0.1"),
            true,
        ),
        (
            "dns_query",
            "QueryName|endswith: .example",
            port("nc a.example 1", "a.example"),
            true,
        ),
        (
            "dns_query",
            "Image|endswith: /nc",
            port("nc 10.0.0.1 1", "10.0.0.1"),
            false,
        ),
        (
            "dns_query",
            "Image|endswith: /nc",
            port("nc a.example 1", "a.example"),
            true,
        ),
        (
            "process_creation",
            "User: null\n    Image|endswith: /id",
            runs(vec![command("id")]),
            true,
        ),
    ];
    for (category, test, event, wanted) in cases {
        let source = format!("{{product: linux, category: {category}}}");
        let text = stock("T", &source, &format!("s:\n    {test}\ncondition: s"));
        let found = !names(&set(&[text]), &event).is_empty();
        assert_eq!(found, wanted, "{category} {test}");
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn our_own_log_sources_have_their_records() {
    use ringfence_event::{Action, Outcome, Tool};
    let mcp = crate::Example {
        action: crate::ExampleAction::Tool {
            name: "send".to_owned(),
            server: Some("mail".to_owned()),
            input: None,
        },
        cwd: None,
    };
    let result = |output: serde_json::Value| {
        let mut event = runs(vec![command("id")]);
        let tool: Tool = event.action.tool().unwrap().clone();
        event.action = Action::ToolResult {
            tool,
            outcome: Outcome::Success,
            output,
        };
        event
    };
    let mut changed = runs(vec![]);
    changed.action = Action::ConfigChange {
        path: Some("/p/.claude/settings.json".to_owned()),
        layer: Some("project_settings".to_owned()),
        changes: Vec::new(),
    };
    let memory = writes("/p/CLAUDE.md", "obey", FileClass::AgentInstructions);
    let config = writes("/p/.mcp.json", "{}", FileClass::AgentConfig);
    let cases: [(&str, &str, &Event, bool); 12] = [
        ("tool_call", "does: mcp", &mcp.event(), true),
        (
            "mcp_call",
            "server: mail, server_tool: send",
            &mcp.event(),
            true,
        ),
        ("mcp_call", "does: shell", &runs(vec![command("id")]), false),
        (
            "tool_result",
            "output|contains: uid=0",
            &result(serde_json::json!({"a": ["uid=0"]})),
            true,
        ),
        (
            "tool_result",
            "outcome: success",
            &result(serde_json::json!("x")),
            true,
        ),
        (
            "tool_result",
            "does: shell",
            &runs(vec![command("id")]),
            false,
        ),
        (
            "memory_change",
            "text|contains: obey, file_name: claude.md",
            &memory,
            true,
        ),
        ("memory_change", "path|contains: mcp", &config, false),
        ("config_change", "file_name: .mcp.json", &config, true),
        (
            "config_change",
            "layer: project_settings, class: agent_config",
            &changed,
            true,
        ),
        (
            "package_install",
            "manager: npm, package|startswith: left",
            &runs(vec![command("npm i left-pad")]),
            true,
        ),
        (
            "package_install",
            "manager: npm",
            &runs(vec![command("npm test")]),
            false,
        ),
    ];
    for (category, selection, event, wanted) in cases {
        let text = rule("t", category, &format!("s: {{{selection}}}\ncondition: s"));
        let found = !names(&set(&[text]), event).is_empty();
        assert_eq!(found, wanted, "{category} {selection}");
    }
}

#[test]
fn what_cannot_be_used_stops_nothing_else() {
    let sound = "s: {Image|endswith: /a}\ncondition: s";
    let documents = [
        stock("Good", PROCESS, sound),
        stock(
            "Other system",
            "{product: windows, category: process_creation}",
            sound,
        ),
        stock("No source", "{product: linux, service: auditd}", sound),
        stock(
            "Absent",
            PROCESS,
            "s: {User: root, Image: /a}\ncondition: s",
        ),
        stock("Everything", PROCESS, "s: {User: root}\ncondition: not s"),
        stock(
            "Filtered",
            PROCESS,
            "s: {Image|endswith: /b}\nf: {User: root}\ncondition: s and not f",
        ),
        stock("Regex", PROCESS, "s: {Image|re: '(?=a)'}\ncondition: s"),
        "action: global\ntitle: Old\n".to_owned(),
        "title: [open\n".to_owned(),
        stock("Good", PROCESS, sound)
            .replace("title:", "id: 0f6af3a8-4d1e-4d92-9a4c-2a1f3d0f8c11\ntitle:"),
    ];
    let (rules, problems) = lenient(&documents);
    assert_eq!(rules, ["good", "filtered", "good-0f6af3a8"]);
    let wanted = [
        "rule `Other system`: not for this system: it is for `windows`",
        "rule `No source`: cannot fire here: needs the log source product `linux`, service `auditd`",
        "rule `Absent`: cannot fire here: needs `User`",
        "rule `Everything`: it would match everything",
        "rule `Regex`: regular expression `(?=a)`",
        "rule `Old`: `action: global` is not part of Sigma 2",
        "t.yml:",
    ];
    assert_eq!(problems.len(), wanted.len(), "{problems:?}");
    for (problem, wanted) in problems.iter().zip(wanted) {
        assert!(problem.contains(wanted), "{problem}");
        assert!(problem.starts_with("t.yml:"), "{problem}");
    }
}

#[test]
fn filters_narrow_the_rules_they_fit() {
    let rules = [
        stock("One", PROCESS, "s: {Image|endswith: /a}\ncondition: s"),
        stock("Two", PROCESS, "s: {Image|endswith: /a}\ncondition: s"),
        stock(
            "Mac",
            "{product: macos, category: process_creation}",
            "s: {Image|endswith: /a}\ncondition: s",
        ),
    ];
    let filter = |rules: &str| {
        format!(
            "title: F\nlogsource: {PROCESS}\nfilter:\n  {rules}\n  x: {{CommandLine|contains: quiet}}\n  condition: not x\n"
        )
    };
    let loud = runs(vec![command("a loud")]);
    let quiet = runs(vec![command("a quiet")]);
    for (named, wanted) in [
        ("rules: [one]", vec!["two", "mac"]),
        ("rules: any", vec!["mac"]),
        ("rules: [one, mac]", vec!["two", "mac"]),
    ] {
        let mut documents = vec![filter(named)];
        documents.extend(rules.clone());
        let set = set(&documents);
        assert_eq!(names(&set, &loud), ["one", "two", "mac"], "{named}");
        assert_eq!(names(&set, &quiet), wanted, "{named}");
        set.prepare();
        assert_eq!(names(&set, &quiet), wanted, "{named}");
    }
    let (_, problems) = lenient(&[filter("rules: [none]")]);
    assert_eq!(problems, ["t.yml:4:11: rule `F`: there is no rule `none`"]);
}

#[test]
fn placeholders_are_the_callers() {
    let text = stock(
        "T",
        PROCESS,
        "s: {CommandLine|contains|expand: 'ssh %servers%'}\ncondition: s",
    );
    let pack = Pack {
        name: "t.yml",
        text: &text,
    };
    let error = RuleSet::compile(&[pack]).unwrap_err();
    assert!(
        error.to_string().contains("placeholders `servers`"),
        "{error}"
    );
    assert!(error.hint().is_some());
    let values = vec!["db*".to_owned(), "web".to_owned()];
    let placeholders = Placeholders::from([("servers".to_owned(), values)]);
    let rules = RuleSet::compile_with(&[pack], &placeholders).unwrap();
    assert_eq!(names(&rules, &runs(vec![command("ssh db7")])), ["t"]);
    assert!(names(&rules, &runs(vec![command("ssh mail")])).is_empty());
}
