//! The usual way to build a hook: a shell script that takes the payload apart with jq
//! and posts it with curl to a server, which here answers at once.

use ringfence_tests::home::Home;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

/// Reads the fields it needs, adds its own, asks the server, prints the answer.
const SCRIPT: &str = r#"#!/usr/bin/env bash
set -euo pipefail
payload=$(cat)
tool=$(jq -r '.tool_name // empty' <<<"$payload")
session=$(jq -r '.session_id // empty' <<<"$payload")
[ -n "$tool" ] && [ -n "$session" ] || exit 0
body=$(jq -c --arg host "$(hostname)" --arg at "$(date -u +%FT%TZ)" \
    '. + {hook_type: "pre-tool-use", _metadata: {hostname: $host, timestamp: $at}}' <<<"$payload")
answer=$(curl -s --max-time 5 -X POST -H 'content-type: application/json' --data "$body" "$SERVER/pre-tool-use")
decision=$(jq -r '.decision // "allow"' <<<"$answer")
if [ "$decision" = deny ]; then
    jq -c '{hookSpecificOutput: {hookEventName: "PreToolUse", permissionDecision: "deny", permissionDecisionReason: .reason}}' <<<"$answer"
fi
"#;

const ANSWER: &str = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 20\r\nconnection: close\r\n\r\n{\"decision\":\"allow\"}";

/// The script and its server; the server ends with the benchmark.
pub(crate) struct ShellHook {
    url: String,
}

impl ShellHook {
    /// Writes the script into the home and starts its server.
    pub(crate) fn install(home: &Home) -> ShellHook {
        home.write("hook.sh", SCRIPT);
        let path = home.path().join("hook.sh");
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).expect("our file");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port on loopback");
        let url = format!(
            "http://{}",
            listener.local_addr().expect("the port just bound")
        );
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // A client that breaks off shows as a failed run.
                serve(stream).ok();
            }
        });
        ShellHook { url }
    }

    /// Prepares one run of the script.
    pub(crate) fn command(&self, home: &Home) -> Command {
        let mut command = home.command(home.path().join("hook.sh"));
        command.env("SERVER", &self.url);
        command
    }
}

fn serve(stream: TcpStream) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let line = line.trim_end().to_ascii_lowercase();
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
        if line.is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    reader.get_mut().write_all(ANSWER.as_bytes())
}
