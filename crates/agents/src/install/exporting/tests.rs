use super::*;
use proptest::prelude::*;

const ENDPOINT: &str = "http://127.0.0.1:4656/t/0123";

const AGENTS: [AgentKind; 3] = [AgentKind::ClaudeCode, AgentKind::Codex, AgentKind::Gemini];

fn nothing(_: &str) -> Option<String> {
    None
}

fn files(agent: AgentKind) -> Vec<&'static str> {
    if agent == AgentKind::Codex {
        return vec![
            "model = \"x\"",
            "model = \"x\"\n",
            "# mine\nmodel = \"x\" # why\n\n\n",
            "model = \"x\"\r\n[a]\r\nb = 1\r\n",
            "[otel]\n",
            "[otel]\nlog_user_prompt = true # yes\n\n[a]\nb = 1\n# end\n",
            "[otel]\nexporter = \"none\" # off\nenvironment = 'dev'\n",
            "otel = { exporter = \"none\" }\n",
            "otel.environment = \"dev\"\n",
            "[otel]\nexporter = { otlp-http = { endpoint = \"https://o.example/v1/logs\", protocol = \"json\", headers = { a = \"b\" } } }\n[z]\n",
            "[otel.exporter.otlp-http]\nendpoint = \"https://o.example/v1/logs\"\nprotocol = \"binary\"\n\n[otel.exporter.\"otlp-http\".headers]\n\"x\" = \"y\"\n\n[z]\na = 1\n",
        ];
    }
    vec![
        "{}",
        "{}\n",
        "{ }",
        "\u{feff}{}\n",
        "{\n  // nothing yet\n}\n",
        "{\"model\": \"opus\"}",
        "{\"model\": \"opus\", }",
        "{\n  \"model\": \"opus\" // the big one\n}\n",
        "{\r\n    \"model\": \"opus\",\r\n    \"other\": { \"A\": \"1\" }\r\n}\r\n",
        "{\n  \"env\": {},\n  \"telemetry\": {}\n}\n",
        "{\n  \"env\": {\n    \"A\": \"1\" // mine\n  },\n  \"telemetry\": { \"logPrompts\": false }\n}\n",
        "{\n\t\"env\": { \"OTEL_LOGS_EXPORTER\" : \"console\", /* x */ \"A\": \"1\", },\n\t\"telemetry\": { \"enabled\" : false , \"target\": \"gcp\" }\n}\n",
    ]
}

#[test]
fn out_after_in_gives_back_the_same_bytes() {
    for agent in AGENTS {
        for file in files(agent) {
            let told = export(agent, Some(file), ENDPOINT, &nothing)
                .unwrap_or_else(|error| panic!("{agent}: {error}: {file}"));
            assert_ne!(told.text, file);
            assert!(told.text.contains(ENDPOINT), "{}", told.text);
            assert_eq!(
                still_exports(agent, Some(&told.text), &told.replaced),
                Ok(())
            );
            assert!(still_exports(agent, Some(file), &told.replaced).is_err());
            let back = undo_export(agent, &told.text, &told.replaced).unwrap();
            if file.contains("[otel.exporter.") {
                // The same, in another order of lines; who has not edited since gets the bytes.
                assert_eq!(toml(&back), toml(&Removal::Text(file.to_owned())));
                continue;
            }
            assert_eq!(
                back,
                Removal::Text(file.to_owned()),
                "{agent}: {}",
                told.text
            );
        }
    }
}

fn toml(removal: &Removal) -> serde_json::Value {
    let Removal::Text(text) = removal else {
        panic!("something is left");
    };
    toml_edit::de::from_str(text).unwrap()
}

#[test]
fn a_file_of_ours_alone_goes_away() {
    for agent in AGENTS {
        let told = export(agent, None, ENDPOINT, &nothing).unwrap();
        let back = undo_export(agent, &told.text, &told.replaced).unwrap();
        assert_eq!(back, Removal::Empty, "{}", told.text);
    }
}

#[test]
fn what_is_written() {
    let all = AGENTS.map(|agent| {
        let told = export(agent, None, ENDPOINT, &nothing).unwrap();
        assert_eq!(told.collector, Collector::default());
        format!("{agent}\n{}", told.text)
    });
    insta::assert_snapshot!(all.join("\n"));
    assert_eq!(
        export_by_hand(AgentKind::Copilot, ENDPOINT).unwrap(),
        [
            ("COPILOT_OTEL_ENABLED", "true".to_owned()),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", ENDPOINT.to_owned()),
        ]
    );
    for agent in [AgentKind::Cursor, AgentKind::Copilot] {
        assert_eq!(
            export(agent, None, ENDPOINT, &nothing),
            Err(ExportError::NoTelemetry)
        );
    }
}

/// Hooks go into the same file, before or after, and go out in any order.
#[test]
fn hooks_and_telemetry_do_not_disturb_each_other() {
    let program = "/usr/bin/ringfence";
    for agent in [AgentKind::ClaudeCode, AgentKind::Gemini] {
        for file in files(agent) {
            let hooks_first = super::super::install(agent, Some(file), program).unwrap();
            let both = export(agent, Some(&hooks_first), ENDPOINT, &nothing).unwrap();
            let Removal::Text(left) = super::super::uninstall(agent, &both.text).unwrap() else {
                panic!("telemetry is left: {}", both.text);
            };
            let back = undo_export(agent, &left, &both.replaced).unwrap();
            assert_eq!(essence(&back), essence(&Removal::Text(file.to_owned())));

            let told = export(agent, Some(file), ENDPOINT, &nothing).unwrap();
            let both = super::super::install(agent, Some(&told.text), program).unwrap();
            let Removal::Text(left) = undo_export(agent, &both, &told.replaced).unwrap() else {
                panic!("hooks are left: {both}");
            };
            let back = super::super::uninstall(agent, &left).unwrap();
            assert_eq!(
                essence(&back),
                essence(&Removal::Text(file.to_owned())),
                "{both}"
            );
        }
    }
}

fn essence(removal: &Removal) -> String {
    match removal {
        Removal::Text(text) => text.split_whitespace().collect(),
        Removal::Empty => "{}".to_owned(),
    }
}

/// As agents write their settings when they change something themselves.
#[test]
fn a_file_that_was_written_anew_is_still_undone() {
    for agent in [AgentKind::ClaudeCode, AgentKind::Gemini] {
        for file in [
            "{\"model\": \"x\"}",
            "{\"env\":{\"A\":\"1\"},\"telemetry\":{\"logPrompts\":true}}",
        ] {
            let told = export(agent, Some(file), ENDPOINT, &nothing).unwrap();
            let mut value: serde_json::Value = serde_json::from_str(&told.text).unwrap();
            value["later"] = true.into();
            let rewritten = serde_json::to_string_pretty(&value).unwrap();
            assert_eq!(
                still_exports(agent, Some(&rewritten), &told.replaced),
                Ok(())
            );
            let Removal::Text(left) = undo_export(agent, &rewritten, &told.replaced).unwrap()
            else {
                panic!("the rest is the user's");
            };
            let left: serde_json::Value = serde_json::from_str(&left).unwrap();
            let mut expected: serde_json::Value = serde_json::from_str(file).unwrap();
            expected["later"] = true.into();
            assert_eq!(left, expected);
        }
    }
    let told = export(AgentKind::Codex, Some("a = 1\n"), ENDPOINT, &nothing).unwrap();
    let edited = format!("{}log_user_prompt = true\n\n[b]\nc = 1\n", told.text);
    assert_eq!(
        still_exports(AgentKind::Codex, Some(&edited), &told.replaced),
        Ok(())
    );
    assert_eq!(
        undo_export(AgentKind::Codex, &edited, &told.replaced),
        Ok(Removal::Text(
            "a = 1\n\n[otel]\nlog_user_prompt = true\n\n[b]\nc = 1\n".to_owned()
        ))
    );
}

#[test]
fn what_the_user_changed_since_stays() {
    let told = export(
        AgentKind::ClaudeCode,
        Some("{\"env\":{}}"),
        ENDPOINT,
        &nothing,
    )
    .unwrap();
    let moved = told.text.replace(ENDPOINT, "https://elsewhere.example");
    assert_eq!(
        still_exports(AgentKind::ClaudeCode, Some(&moved), &told.replaced),
        Err("`env.OTEL_EXPORTER_OTLP_LOGS_ENDPOINT` is not as it was written".to_owned())
    );
    assert_eq!(
        undo_export(AgentKind::ClaudeCode, &moved, &told.replaced),
        Ok(Removal::Text(
            "{\"env\":{ \"OTEL_EXPORTER_OTLP_LOGS_ENDPOINT\": \"https://elsewhere.example/v1/logs\"}}".to_owned()
        ))
    );
    let told = export(AgentKind::Codex, Some("[otel]\n"), ENDPOINT, &nothing).unwrap();
    let moved = told.text.replace(ENDPOINT, "https://elsewhere.example");
    let left = undo_export(AgentKind::Codex, &moved, &told.replaced).unwrap();
    assert_eq!(left, Removal::Text(moved));
}

#[test]
fn the_users_own_collector_is_found() {
    let logs = |address: &str| Collector {
        logs: Some(address.to_owned()),
        ..Collector::default()
    };
    let env = |more: &str| {
        format!(
            "{{\"env\":{{\"CLAUDE_CODE_ENABLE_TELEMETRY\":\"1\",\"OTEL_LOGS_EXPORTER\":\"otlp\"{more}}}}}"
        )
    };
    let table = [
        (env(""), logs("http://localhost:4318/v1/logs")),
        (
            env(",\"OTEL_EXPORTER_OTLP_ENDPOINT\":\"https://o.example/otel/\""),
            logs("https://o.example/otel/v1/logs"),
        ),
        (
            env(
                ",\"OTEL_EXPORTER_OTLP_ENDPOINT\":\"https://o.example\",\"OTEL_EXPORTER_OTLP_LOGS_ENDPOINT\":\"https://l.example/in\"",
            ),
            logs("https://l.example/in"),
        ),
        // It was switched off, or went to the terminal: nothing is sent that was not sent before.
        (env("").replace("\"1\"", "\"0\""), Collector::default()),
        (env("").replace("otlp", "console"), Collector::default()),
    ];
    for (file, collector) in table {
        let told = export(AgentKind::ClaudeCode, Some(&file), ENDPOINT, &nothing).unwrap();
        let passes_on = collector != Collector::default();
        assert_eq!(told.collector, collector, "{file}");
        // Details would go to the collector, too.
        assert_eq!(
            told.text.contains("OTEL_LOG_TOOL_DETAILS"),
            !passes_on,
            "{file}"
        );
    }
}

#[test]
fn the_users_own_collector_is_found_elsewhere() {
    let logs = |address: &str| Collector {
        logs: Some(address.to_owned()),
        ..Collector::default()
    };
    let from_shell = |name: &str| match name {
        "CLAUDE_CODE_ENABLE_TELEMETRY" => Some("1".to_owned()),
        "OTEL_LOGS_EXPORTER" => Some("console,otlp".to_owned()),
        "OTEL_EXPORTER_OTLP_ENDPOINT" => Some("http://10.0.0.1:4318".to_owned()),
        _ => None,
    };
    let told = export(AgentKind::ClaudeCode, None, ENDPOINT, &from_shell).unwrap();
    assert_eq!(told.collector, logs("http://10.0.0.1:4318/v1/logs"));
    assert!(told.text.contains("\"console,otlp\""), "{}", told.text);

    let gemini = "{\"telemetry\":{\"enabled\":true,\"otlpProtocol\":\"http\",\"otlpEndpoint\":\"https://o.example\"}}";
    let told = export(AgentKind::Gemini, Some(gemini), ENDPOINT, &nothing).unwrap();
    assert_eq!(told.collector, Collector::below("https://o.example"));

    for file in files(AgentKind::Codex) {
        let told = export(AgentKind::Codex, Some(file), ENDPOINT, &nothing).unwrap();
        let expected = if file.contains("o.example") {
            logs("https://o.example/v1/logs")
        } else {
            Collector::default()
        };
        assert_eq!(told.collector, expected, "{file}");
        // Its headers still go along, for the collector to know its user.
        assert_eq!(
            told.text.contains("headers"),
            file.contains("headers"),
            "{}",
            told.text
        );
    }
}

#[test]
fn metrics_that_waited_for_a_switch_are_not_switched_on() {
    let file = "{\"env\":{\"OTEL_METRICS_EXPORTER\":\"otlp\"}}";
    let told = export(AgentKind::ClaudeCode, Some(file), ENDPOINT, &nothing).unwrap();
    assert!(
        told.text.contains("\"OTEL_METRICS_EXPORTER\":\"none\""),
        "{}",
        told.text
    );
    let on =
        "{\"env\":{\"OTEL_METRICS_EXPORTER\":\"otlp\",\"CLAUDE_CODE_ENABLE_TELEMETRY\":\"1\"}}";
    let told = export(AgentKind::ClaudeCode, Some(on), ENDPOINT, &nothing).unwrap();
    assert!(
        told.text.contains("\"OTEL_METRICS_EXPORTER\":\"otlp\""),
        "{}",
        told.text
    );
}

#[test]
fn what_cannot_be_passed_on_or_edited_is_left_alone() {
    let table = [
        (
            AgentKind::ClaudeCode,
            "{\"env\":{\"CLAUDE_CODE_ENABLE_TELEMETRY\":\"1\",\"OTEL_LOGS_EXPORTER\":\"otlp\",\"OTEL_EXPORTER_OTLP_PROTOCOL\":\"grpc\"}}",
            "gRPC",
        ),
        (
            AgentKind::ClaudeCode,
            "{\"env\":[]}",
            "`env` is not an object",
        ),
        (AgentKind::ClaudeCode, "{", "broken"),
        (AgentKind::ClaudeCode, "[]", "no JSON object"),
        (
            AgentKind::Gemini,
            "{\"telemetry\":{\"enabled\":true}}",
            "gRPC",
        ),
        (
            AgentKind::Gemini,
            "{\"telemetry\":{\"enabled\":true,\"outfile\":\"a\"}}",
            "file",
        ),
        (
            AgentKind::Gemini,
            "{\"telemetry\":{\"enabled\":true,\"target\":\"gcp\"}}",
            "Google",
        ),
        (AgentKind::Codex, "[otel", "broken"),
        (AgentKind::Codex, "otel = 1\n", "`otel` is not a table"),
        (
            AgentKind::Codex,
            "[otel]\nexporter = \"statsig\"\n",
            "not known",
        ),
        (
            AgentKind::Codex,
            "[otel]\nexporter = { otlp-grpc = { endpoint = \"x\" } }\n",
            "gRPC",
        ),
        (
            AgentKind::Codex,
            "[otel]\nexporter = { otlp-http = { endpoint = \"x\", tls = { ca-certificate = \"y\" } } }\n",
            "certificates",
        ),
    ];
    for (agent, file, words) in table {
        let error = export(agent, Some(file), ENDPOINT, &nothing).unwrap_err();
        assert!(error.to_string().contains(words), "{file}: {error}");
    }
}

#[test]
fn told_twice_is_told_once() {
    for agent in AGENTS {
        for file in files(agent) {
            let once = export(agent, Some(file), ENDPOINT, &nothing).unwrap();
            let clean = match undo_export(agent, &once.text, &once.replaced).unwrap() {
                Removal::Text(text) => Some(text),
                Removal::Empty => None,
            };
            if file.contains("[otel.exporter.") {
                continue;
            }
            let twice = export(agent, clean.as_deref(), ENDPOINT, &nothing).unwrap();
            assert_eq!(twice, once);
        }
    }
}

proptest! {
    #[test]
    fn garbage_is_never_a_panic(text in ".{0,200}", cut in 0_usize..1000) {
        for agent in AGENTS {
            let whole = export(agent, None, ENDPOINT, &nothing).unwrap();
            let part: String = whole.text.chars().take(cut).collect();
            for text in [&text, &part] {
                drop(export(agent, Some(text), ENDPOINT, &nothing));
                drop(undo_export(agent, text, &whole.replaced));
                drop(still_exports(agent, Some(text), &whole.replaced));
            }
        }
    }
}
