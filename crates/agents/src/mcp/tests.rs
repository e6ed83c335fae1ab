//! Wrapped and unwrapped: the same bytes, whatever stands around the servers.

use super::*;
use proptest::prelude::*;
use serde_json::{Value, json};

const PROGRAM: &str = "/opt/ring fence/ringfence";

const CLAUDE: &str = r#"{
  "numStartups": 7,
  "mcpServers": {
    "files": { "type": "stdio", "command": "npx", "args": ["-y", "@x/files", "/home/ada"], "env": {"A": "b"} },
    "bare":{"command":"my \"server\""},
    "empty": {
      "args": [ ],
      "command": "uvx"
    },
    "far": {"type": "http", "url": "https://mcp.example/mcp"}
  },
  "projects": {"/home/ada/notes": {"mcpServers": {"db": {"command": "db-mcp", "args": []}}, "history": []}}
}
"#;

const CODEX: &str = r#"model = "gpt-x" # a comment

[mcp_servers.files]
command = 'npx' # how it starts
args = [
  "-y",
  "@x/files", # the package
]

[mcp_servers.bare]
command = "server"
startup_timeout_sec = 10

[mcp_servers]
inline = { command = "one", env = { A = "b" } }

[mcp_servers.far]
url = "https://mcp.example/mcp"
"#;

fn both(agent: AgentKind, text: &str) -> (McpEdit, McpEdit) {
    let wrapped = wrap_mcp(agent, text, PROGRAM).unwrap();
    let again = wrap_mcp(agent, &wrapped.text, PROGRAM).unwrap();
    assert_eq!(
        (again.text.as_str(), again.servers),
        (wrapped.text.as_str(), vec![])
    );
    let undone = unwrap_mcp(agent, &wrapped.text).unwrap();
    (wrapped, undone)
}

#[test]
fn json_is_wrapped_and_given_back() {
    let (wrapped, undone) = both(AgentKind::ClaudeCode, CLAUDE);
    assert_eq!(wrapped.servers, ["files", "bare", "empty", "db"]);
    let after: Value = serde_json::from_str(&wrapped.text).unwrap();
    let server = |name: &str| after["mcpServers"][name].clone();
    assert_eq!(
        server("files"),
        json!({"type": "stdio", "command": PROGRAM, "env": {"A": "b"}, "args":
            ["mcp-wrap", "--name", "files", "--", "npx", "-y", "@x/files", "/home/ada"]})
    );
    assert_eq!(
        server("bare"),
        json!({"command": PROGRAM, "args":
            ["mcp-wrap", "--name", "bare", "--bare", "--", "my \"server\""]})
    );
    assert_eq!(
        server("empty"),
        json!({"command": PROGRAM, "args": ["mcp-wrap", "--name", "empty", "--", "uvx"]})
    );
    assert_eq!(server("far")["url"], "https://mcp.example/mcp");
    assert_eq!(
        (undone.text.as_str(), undone.servers),
        (CLAUDE, wrapped.servers)
    );
}

#[test]
fn toml_is_wrapped_and_given_back() {
    let text = CODEX.replace("[mcp_servers]\ninline", "[other]\ninline");
    for text in [text.as_str(), "mcp_servers = { a = { command = \"x\" } }\n"] {
        let (wrapped, undone) = both(AgentKind::Codex, text);
        let after: toml_edit::DocumentMut = wrapped.text.parse().unwrap();
        for name in &wrapped.servers {
            assert_eq!(
                after["mcp_servers"][name]["command"].as_str(),
                Some(PROGRAM),
                "{name}"
            );
            assert_eq!(
                after["mcp_servers"][name]["args"][0].as_str(),
                Some(WRAP),
                "{name}"
            );
        }
        assert!(!wrapped.servers.is_empty());
        assert_eq!(undone.text, text);
    }
}

#[test]
fn what_was_edited_since_stays() {
    let wrapped = wrap_mcp(AgentKind::Cursor, CLAUDE, PROGRAM).unwrap().text;
    // The agent writes its file anew, in its own way, and counts on.
    let mut value: Value = serde_json::from_str(&wrapped).unwrap();
    value["numStartups"] = json!(8);
    let rewritten = serde_json::to_string_pretty(&value).unwrap();
    let undone = unwrap_mcp(AgentKind::Cursor, &rewritten).unwrap().text;
    let mut wanted: Value = serde_json::from_str(CLAUDE).unwrap();
    wanted["numStartups"] = json!(8);
    // An empty list stays where the agent moved ours.
    let mut got: Value = serde_json::from_str(&undone).unwrap();
    let bare = got["mcpServers"]["bare"].as_object_mut().unwrap();
    assert!(bare.remove("args").is_none_or(|list| list == json!([])));
    assert_eq!(got, wanted);
}

#[test]
fn nothing_to_do_changes_nothing_and_broken_is_said() {
    for text in [
        "{}",
        "",
        "{\"mcpServers\": []}",
        "{\"mcpServers\": {\"a\": {\"command\": 1}}}",
    ] {
        let edit = wrap_mcp(AgentKind::Gemini, text, PROGRAM).unwrap();
        assert_eq!((edit.text.as_str(), edit.servers.len()), (text, 0));
    }
    assert!(matches!(
        wrap_mcp(AgentKind::Gemini, "{\"a\": }", PROGRAM),
        Err(EditError::Broken { line: 1, .. })
    ));
    assert!(matches!(
        wrap_mcp(AgentKind::Codex, "a = 1\nb = [", PROGRAM),
        Err(EditError::Broken { line: 2, .. })
    ));
    let dotted = "mcp_servers.x.command = \"a\"\n";
    assert_eq!(
        wrap_mcp(AgentKind::Codex, dotted, PROGRAM).unwrap().text,
        dotted
    );
}

proptest! {
    #[test]
    fn any_configuration_comes_back(
        servers in proptest::collection::btree_map(
            "[a-z.\" ]{1,8}",
            (".{0,12}", proptest::option::of(proptest::collection::vec(".{0,8}", 0..4))),
            0..5,
        ),
        pretty in any::<bool>(),
    ) {
        let servers: serde_json::Map<String, Value> = servers
            .into_iter()
            .map(|(name, (command, arguments))| {
                let mut server = json!({"command": command});
                if let Some(arguments) = arguments.filter(|list| list.first().is_none_or(|first| first != WRAP)) {
                    server["args"] = json!(arguments);
                }
                (name, server)
            })
            .collect();
        let value = json!({"a": 1, "mcpServers": servers, "z": [1, {}]});
        let text = if pretty { serde_json::to_string_pretty(&value).unwrap() } else { value.to_string() };
        let (wrapped, undone) = both(AgentKind::Cursor, &text);
        prop_assert!(serde_json::from_str::<Value>(&wrapped.text).is_ok());
        prop_assert_eq!(undone.text, text);
    }
}

#[test]
fn servers_are_listed_the_same_wrapped_or_not() {
    let text = r#"{"mcpServers": {"files": {"command": "npx", "args": ["-y", "files-server"]}, "bare": {"command": "one"}}}"#;
    let listed = |text: &str| mcp_servers(AgentKind::ClaudeCode, text).unwrap();
    let server = |name: &str, words: &[&str], wrapped| McpServer {
        name: name.to_owned(),
        words: words.iter().map(|word| (*word).to_owned()).collect(),
        wrapped,
    };
    let all = |wrapped| {
        [
            server("files", &["npx", "-y", "files-server"], wrapped),
            server("bare", &["one"], wrapped),
        ]
    };
    assert_eq!(listed(text), all(false));
    let wrapped = wrap_mcp(AgentKind::ClaudeCode, text, "/usr/bin/ringfence").unwrap();
    assert_eq!(listed(&wrapped.text), all(true));
    assert_eq!(listed(""), []);
    assert!(mcp_servers(AgentKind::ClaudeCode, "{").is_err());
}
