use super::*;
use proptest::prelude::*;

const PROGRAM: &str = "/usr/bin/ringfence";

/// Files as users have them; `H` is where the name of a moment of the agent stands.
const FILES: &[&str] = &[
    "{}",
    "{}\n",
    "{ }",
    "{\n}\n",
    "{\n\n}\n",
    "\u{feff}{}\n",
    "{ // nothing yet\n}\n",
    "{\n  // nothing yet\n}\n",
    "{ /* nothing yet */ }",
    "{/* a */}",
    "// head\n{}\n// foot\n",
    "{\"model\": \"opus\"}",
    "{\"model\": \"opus\", }",
    "{\"model\": \"opus\" /* why */ }",
    "{\"model\": \"opus\" // why\n}",
    "{\n  \"model\": \"opus\"\n}",
    "{\n  \"model\": \"opus\"\n}\n",
    "{\n  \"model\": \"opus\",\n}\n",
    "{\n  \"model\": \"opus\" // the big one\n}\n",
    "{\n  \"model\": \"opus\", // the big one\n}\n",
    "{\n  \"model\": \"opus\", // the big one\n  // more to come\n}\n",
    "{\n  \"model\": \"opus\" // the big one\n  , // and more\n}\n",
    "{\n\t\"model\": \"opus\",\n\t\"env\": {\n\t\t\"A\": \"1\"\n\t}\n}\n",
    "{\r\n    \"model\": \"opus\",\r\n    \"env\": { \"A\": \"1\" }\r\n}\r\n",
    "{\n    \"a\": [1, 2],\n\n\n    \"b\": {}\n\n}\n\n",
    "{\"hooks\": {}}",
    "{\n  \"hooks\": {}\n}\n",
    "{\n  \"hooks\": {\n  }\n}\n",
    "{\n  \"hooks\": { /* mine */ },\n  \"model\": \"opus\"\n}\n",
    "{\n  \"hooks\": {\n    // mine\n  }\n}\n",
    "{\n  \"hooks\": {\n    \"H\": []\n  }\n}\n",
    "{\n  \"hooks\": {\n    \"H\": [\n    ],\n  },\n}\n",
    "{\"hooks\":{\"H\":[{\"command\":\"x\",\"hooks\":[{\"type\":\"command\",\"command\":\"./mine.sh\"}]}]}}",
    "{\n  \"hooks\": {\n    \"H\": [\n      {\n        \"matcher\": \"x\", // only these\n        \"command\": \"ringfence-like\",\n        \"hooks\": [{ \"type\": \"command\", \"command\": \"./mine.sh\" }]\n      } // the last\n    ],\n    \"Mine\": [1, \"x\", null]\n  },\n  \"model\": \"opus\"\n}\n",
    "{\n  \"hooks\": {\n    \"Mine\": 7, /* kept */\n    \"H\": [{ \"command\": \"/opt/ringfence hook other-agent\" }, ],\n  }, // end\n}",
];

fn files(agent: AgentKind) -> impl Iterator<Item = String> {
    let moment = agent::of(agent).hooks().unwrap().moments[0].name;
    FILES
        .iter()
        .map(move |file| file.replace("\"H\"", &format!("\"{moment}\"")))
}

#[test]
fn agents_without_hooks_are_left_alone() {
    for agent in AgentKind::ALL {
        if AgentKind::HOOKED.contains(&agent) {
            continue;
        }
        assert_eq!(install(agent, None, PROGRAM), Err(EditError::NoHooks));
        assert_eq!(inspect(agent, Some("{}"), PROGRAM), HookState::Absent);
        assert_eq!(uninstall(agent, "{}"), Ok(Removal::Text("{}".to_owned())));
    }
}

#[test]
fn out_after_in_gives_back_the_same_bytes() {
    for agent in AgentKind::HOOKED {
        for file in files(agent) {
            let installed = install(agent, Some(&file), PROGRAM).unwrap();
            assert_ne!(installed, file);
            assert_eq!(
                inspect(agent, Some(&installed), PROGRAM),
                HookState::Installed,
                "{installed}"
            );
            let removed = uninstall(agent, &installed).unwrap();
            assert_eq!(removed, Removal::Text(file), "{agent}: {installed}");
        }
    }
}

#[test]
fn a_file_of_ours_alone_goes_away() {
    for agent in AgentKind::HOOKED {
        for nothing in [None, Some(""), Some(" \n"), Some("\u{feff}")] {
            let installed = install(agent, nothing, PROGRAM).unwrap();
            assert_eq!(uninstall(agent, &installed).unwrap(), Removal::Empty);
            let again = install(agent, Some(&installed), PROGRAM).unwrap();
            assert_eq!(again, installed);
        }
    }
}

#[test]
fn what_a_new_file_says() {
    for agent in AgentKind::HOOKED {
        let text = install(agent, None, "/home/dev/my tools/ringfence").unwrap();
        insta::assert_snapshot!(format!("new_file_{agent}"), text);
    }
}

#[test]
fn what_an_edited_file_says() {
    let file = "{\n    // my own\n    \"hooks\": {\n        \"PreToolUse\": [\n            {\n                \"matcher\": \"Bash\", // only this\n                \"hooks\": [{ \"type\": \"command\", \"command\": \"./mine.sh\" }]\n            } // last\n        ]\n    }\n}\n";
    let text = install(AgentKind::Codex, Some(file), PROGRAM).unwrap();
    insta::assert_snapshot!("edited_file_codex", text);
}

#[test]
fn installing_twice_changes_nothing() {
    for agent in AgentKind::HOOKED {
        for file in files(agent) {
            let once = install(agent, Some(&file), PROGRAM).unwrap();
            let twice = install(agent, Some(&once), PROGRAM).unwrap();
            assert_eq!(twice, once);
        }
    }
}

#[test]
fn another_path_is_stale_and_replaced() {
    for agent in AgentKind::HOOKED {
        for file in files(agent) {
            let old = install(agent, Some(&file), "/old/it's here/ringfence").unwrap();
            let state = inspect(agent, Some(&old), PROGRAM);
            let why = "a hook calls another program, `/old/it's here/ringfence`".to_owned();
            assert_eq!(state, HookState::Stale { why });
            let new = install(agent, Some(&old), PROGRAM).unwrap();
            assert_eq!(new, install(agent, Some(&file), PROGRAM).unwrap());
        }
    }
}

/// As agents write their settings when they change something themselves.
#[test]
fn a_file_that_was_written_anew_is_still_ours() {
    for agent in AgentKind::HOOKED {
        let installed = install(agent, Some("{\"model\": \"opus\"}"), PROGRAM).unwrap();
        let value: serde_json::Value = serde_json::from_str(&installed).unwrap();
        for rewritten in [
            serde_json::to_string_pretty(&value).unwrap(),
            serde_json::to_string(&value).unwrap(),
        ] {
            let state = inspect(agent, Some(&rewritten), PROGRAM);
            assert_eq!(state, HookState::Installed);
            assert_eq!(
                install(agent, Some(&rewritten), PROGRAM).unwrap(),
                rewritten
            );
            let Removal::Text(left) = uninstall(agent, &rewritten).unwrap() else {
                panic!("the model is the user's");
            };
            let left: serde_json::Value = serde_json::from_str(&left).unwrap();
            assert_eq!(left["model"], "opus");
            assert!(!left.to_string().contains("ringfence"), "{left}");
        }
    }
}

#[test]
fn the_old_way_to_call_us_is_known() {
    let file = |command: &str| {
        format!(
            "{{\"hooks\":{{\"PreToolUse\":[{{\"matcher\":\"Bash\",\"hooks\":[\
             {{\"type\":\"command\",\"command\":{}}},{{\"command\":\"mine\"}}]}}]}}}}",
            serde_json::Value::from(command)
        )
    };
    let state = |command: &str| inspect(AgentKind::ClaudeCode, Some(&file(command)), PROGRAM);
    let stale = |why: &str| HookState::Stale {
        why: why.to_owned(),
    };
    assert_eq!(
        state("'/opt/my ringfence/ringfence' hook claude"),
        stale("a hook calls another program, `/opt/my ringfence/ringfence`")
    );
    assert_eq!(
        state("\"/usr/local/bin/ringfence\"  hook claude-code "),
        stale("a hook calls another program, `/usr/local/bin/ringfence`")
    );
    for others in [
        "ringfence hook codex",
        "ringfence status",
        "my-ringfence hook claude",
        "echo hook claude",
        "",
    ] {
        assert_eq!(state(others), HookState::Absent, "{others}");
    }
    let removed = uninstall(AgentKind::ClaudeCode, &file("ringfence hook claude")).unwrap();
    let left =
        "{\"hooks\":{\"PreToolUse\":[{\"matcher\":\"Bash\",\"hooks\":[{\"command\":\"mine\"}]}]}}";
    assert_eq!(removed, Removal::Text(left.to_owned()));
}

#[test]
fn what_is_different_is_told() {
    let agent = AgentKind::Gemini;
    let installed = install(agent, None, PROGRAM).unwrap();
    let state = |text: &str| inspect(agent, Some(text), PROGRAM);
    let stale = |why: &str| HookState::Stale {
        why: why.to_owned(),
    };
    assert_eq!(
        state(&installed.replace("AfterTool", "AfterTea")),
        stale("no hook on AfterTool")
    );
    assert_eq!(
        state(&installed.replacen("\"*\"", "\"write_file\"", 1)),
        stale("the hook on BeforeTool sees only `write_file`")
    );
    let off = |setting: &str| {
        let file = format!("{{\"hooksConfig\": {{{setting}}}}}");
        state(&install(agent, Some(&file), PROGRAM).unwrap())
    };
    let switched = |why: &str| HookState::Off {
        why: why.to_owned(),
    };
    assert_eq!(off("\"enabled\": true"), HookState::Installed);
    assert_eq!(
        off("\"enabled\": false"),
        switched("`hooksConfig.enabled` is false")
    );
    assert_eq!(
        off("\"disabled\": [\"x\", \"ringfence\"]"),
        switched("`hooksConfig.disabled` names it")
    );
    let claude = AgentKind::ClaudeCode;
    let file = install(claude, Some("{\"disableAllHooks\": true}"), PROGRAM).unwrap();
    assert_eq!(
        inspect(claude, Some(&file), PROGRAM),
        switched("`disableAllHooks` is true")
    );
}

#[test]
fn a_project_can_switch_hooks_off() {
    let claude = AgentKind::ClaudeCode;
    let off = "{\"disableAllHooks\": true, \"permissions\": {}}";
    assert_eq!(switched_off(claude, off), Some("`disableAllHooks` is true"));
    for on in ["{\"disableAllHooks\": false}", "{}", "", "[", "[true]"] {
        assert_eq!(switched_off(claude, on), None, "{on}");
    }
    assert_eq!(switched_off(AgentKind::Copilot, off), None);
}

#[test]
fn broken_files_are_left_alone() {
    let agent = AgentKind::ClaudeCode;
    let error = |file: &str| {
        let told = install(agent, Some(file), PROGRAM).unwrap_err();
        assert_eq!(uninstall(agent, file).unwrap_err(), told);
        let why = told.to_string();
        assert_eq!(
            inspect(agent, Some(file), PROGRAM),
            HookState::Unreadable { why }
        );
        told.to_string()
    };
    insta::assert_snapshot!(
        [
            "{\n  \"a\": 1\n  \"b\": 2\n}",
            "{",
            "{'a': 1}",
            "{a: 1}",
            "{\"a\": 1} {}",
            "[]",
            "// only a remark",
            "{\"hooks\": []}",
            "{\"hooks\": null}",
            "{\"hooks\": {\"PreToolUse\": {}}}",
        ]
        .map(|file| format!("{file:?}: {}", error(file)))
        .join("\n"),
        @r#"
"{\n  \"a\": 1\n  \"b\": 2\n}": the file is broken at line 2, column 9: expected comma
"{": the file is broken at line 1, column 1: unterminated object
"{'a': 1}": the file is broken at line 1, column 2: single-quoted strings are not allowed
"{a: 1}": the file is broken at line 1, column 2: expected string for object property
"{\"a\": 1} {}": the file is broken at line 1, column 10: text cannot contain more than one json value
"[]": the file holds no JSON object
"// only a remark": the file holds no JSON object
"{\"hooks\": []}": `hooks` is not an object
"{\"hooks\": null}": `hooks` is not an object
"{\"hooks\": {\"PreToolUse\": {}}}": `hooks.PreToolUse` is not a list
"#
    );
    let deep = "[".repeat(100_000);
    assert!(error(&format!("{{\"a\":{deep}")).contains("line 1"));
    let many = format!(
        "{{\"hooks\":{{\"X\":[{}1]}}}}",
        "{\"hooks\":[{\"command\":\"ringfence hook claude\"}]},".repeat(501)
    );
    assert_eq!(error(&many), EditError::TooMany { limit: 500 }.to_string());
}

/// A user's file: fields, hooks of their own, remarks, any layout.
fn user_file() -> impl Strategy<Value = String> {
    let gap = prop_oneof![
        Just(String::new()),
        Just(" ".to_owned()),
        Just("\n  ".to_owned()),
        Just("\r\n\t".to_owned()),
        Just(" // remark\n".to_owned()),
        Just("/* remark */".to_owned()),
        Just("\n/* a */ // b\n\n".to_owned()),
    ];
    let moment = prop::sample::select(vec!["PreToolUse", "Stop", "preToolUse", "BeforeTool", "X"]);
    let group = prop::sample::select(vec![
        "{\"matcher\":\"Bash\",\"hooks\":[{\"type\":\"command\",\"command\":\"a b\"}]}",
        "{\"command\":\"./mine hook codex\",\"timeout\":5}",
        "{ \"hooks\": [] }",
        "3",
        "\"ringfence hook codex\"",
    ]);
    let groups = prop::collection::vec(group, 0..3);
    let list = (moment, groups, gap.clone(), gap.clone(), any::<bool>());
    let lists = prop::collection::btree_map(prop::sample::select(vec![0, 1, 2, 3]), list, 0..3);
    (lists, prop::collection::vec(gap, 8), any::<[bool; 3]>()).prop_map(
        |(lists, gaps, [comma, other, hooks])| {
            let mut moments: Vec<String> = Vec::new();
            for (_, (moment, groups, one, two, trailing)) in lists {
                let end = if trailing && !groups.is_empty() {
                    ","
                } else {
                    ""
                };
                let groups = groups.join(&format!("{one},{two}"));
                moments.push(format!(
                    "\"{moment}\"{one}:{two}[{one}{groups}{two}{end}{one}]"
                ));
            }
            let end = if comma && !moments.is_empty() {
                ","
            } else {
                ""
            };
            let table = moments.join(&format!("{},{}", gaps[0], gaps[1]));
            let mut fields = Vec::new();
            if hooks {
                fields.push(format!(
                    "\"hooks\":{}{{{}{table}{}{end}{}}}",
                    gaps[2], gaps[3], gaps[4], gaps[5]
                ));
            }
            if other {
                fields.push("\"other\": [1, {}]".to_owned());
            }
            let end = if comma && !fields.is_empty() { "," } else { "" };
            let inside = fields.join(",\n");
            format!(
                "{}{{{}{inside}{}{end}{}}}{}",
                gaps[6], gaps[7], gaps[0], gaps[1], gaps[2]
            )
        },
    )
}

/// Everything that is not white space: remarks, values, order.
fn essence(text: &str) -> String {
    text.split_whitespace().collect()
}

proptest! {
    #[test]
    fn any_file_survives(file in user_file(), agent in prop::sample::select(AgentKind::HOOKED.to_vec())) {
        let installed = match install(agent, Some(&file), PROGRAM) {
            Ok(installed) => installed,
            Err(error) => return Err(TestCaseError::fail(format!("{error}: {file}"))),
        };
        prop_assert_eq!(inspect(agent, Some(&installed), PROGRAM), HookState::Installed, "{}", installed);
        prop_assert_eq!(&install(agent, Some(&installed), PROGRAM).unwrap(), &installed);
        let Removal::Text(back) = uninstall(agent, &installed).unwrap() else {
            return Err(TestCaseError::fail(installed));
        };
        prop_assert_eq!(essence(&back), essence(&file), "{}", installed);
    }

    #[test]
    fn garbage_is_never_a_panic(text in ".{0,200}", cut in 0_usize..2000) {
        for agent in AgentKind::HOOKED {
            inspect(agent, Some(&text), PROGRAM);
            let whole = install(agent, Some("{\"a\": 1, // x\n}"), PROGRAM).unwrap();
            let part: String = whole.chars().take(cut).collect();
            let state = inspect(agent, Some(&part), PROGRAM);
            prop_assert_eq!(uninstall(agent, &part).is_err(), matches!(state, HookState::Unreadable { .. }));
        }
    }
}
