use super::*;
use crate::judge::imagined;
use proptest::prelude::*;
use ringfence_event::{Action, Event, SessionId, Source, Tool};
use ringfence_timeline::{Recorded, Timeline};
use std::collections::BTreeMap;

fn summary() -> SessionSummary {
    SessionSummary {
        agent: None,
        session: SessionId::from("one"),
        first: Timestamp(0),
        last: Timestamp(90_000_000),
        cwd: Some("/srv/<b>shop</b>".to_owned()),
        prompt: None,
        events: 2,
        tool_calls: 1,
        denied: 0,
        incomplete: false,
        findings: BTreeMap::new(),
    }
}

fn tool(name: &str, text: &str) -> Tool {
    Tool {
        name: name.to_owned(),
        operation: Operation::Shell {
            command: text.to_owned(),
            argv: None,
            cwd: None,
        },
        input: serde_json::json!({ "description": text }),
    }
}

/// A page in which every captured text is this one.
fn page_of(text: &str) -> String {
    let make = |action: Action, at: i64| Event {
        at: Timestamp(at),
        source: Source::Hook,
        session: Some(SessionId::from("one")),
        action,
        ..imagined(tool("Bash", text), None)
    };
    let said = || text.to_owned();
    let actions = vec![
        Action::Prompt { text: said() },
        Action::Thinking { text: said() },
        Action::Message { text: said() },
        Action::ToolCall {
            tool: tool(text, text),
        },
        Action::ToolResult {
            tool: tool(text, text),
            outcome: Outcome::Failure,
            output: serde_json::json!({ "stdout": text, "stderr": text }),
        },
        Action::Notification { text: said() },
        Action::SubagentStart { name: Some(said()) },
    ];
    let records = actions
        .into_iter()
        .zip(1_i64..)
        .map(|(action, seq)| Recorded {
            seq,
            event: make(action, seq * 1_000_000),
            verdict: Verdict::Alert,
            findings: Vec::new(),
        });
    let timeline = Timeline::of(records.collect());
    let summary = summary();
    let facts = Facts::default();
    let mut page = HtmlPage::begin(&About {
        summary: &summary,
        facts: &facts,
    });
    timeline.turns.iter().for_each(|turn| page.turn(turn));
    page.end();
    page.take()
}

/// The names of all elements of a page, in order.
fn elements(page: &str) -> Vec<String> {
    let parts = page.split('<').skip(1);
    parts
        .map(|part| {
            let name = part
                .chars()
                .take_while(|letter| !letter.is_whitespace() && *letter != '>');
            name.collect()
        })
        .collect()
}

#[test]
fn captured_text_is_only_ever_text() {
    let plain = elements(&page_of("plain"));
    for hostile in [
        "<script>alert(1)</script>",
        "</pre></details><img src=x onerror=alert(1)>",
        "\"><svg/onload=alert(1)>",
        "<!--",
        "</style><link rel=stylesheet href=//evil.example>",
        "&lt;script&gt;",
        "' autofocus onfocus='alert(1)",
    ] {
        let page = page_of(hostile);
        assert_eq!(elements(&page), plain, "{hostile}");
    }
    let page = page_of("turn \u{202e}around\u{1b}[2J");
    assert!(!page.contains('\u{202e}') && !page.contains('\u{1b}'));
}

#[test]
fn the_page_loads_and_runs_nothing() {
    let page = page_of("hello");
    let head = "default-src 'none'; style-src 'sha256-";
    assert!(page.contains(head), "{page}");
    for never in [
        "<script",
        "<link",
        "<img",
        "<iframe",
        "url(",
        "@import",
        "javascript:",
        " style=",
    ] {
        assert!(!page.contains(never), "{never}");
    }
    // Addresses lead into the page only.
    for part in page.split("href=\"").skip(1) {
        assert!(part.starts_with('#'), "{part}");
    }
}

#[test]
fn the_policy_knows_the_style() {
    let provider = rustls::crypto::ring::default_provider();
    let hash = provider.cipher_suites.iter().find_map(|suite| {
        let hash = suite.tls13()?.common.hash_provider;
        (hash.algorithm() == rustls::crypto::hash::HashAlgorithm::SHA256).then_some(hash)
    });
    let digest = hash.unwrap().hash(STYLE.as_bytes());
    assert_eq!(STYLE_HASH, format!("sha256-{}", base64(digest.as_ref())));
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for part in bytes.chunks(3) {
        let mut bits = 0_u32;
        for place in 0..3 {
            bits = bits << 8 | u32::from(part.get(place).copied().unwrap_or(0));
        }
        for place in 0..4 {
            let letter = usize::try_from(bits >> (18 - 6 * place) & 63).unwrap();
            let shown = place <= part.len();
            text.push(if shown {
                char::from(LETTERS[letter])
            } else {
                '='
            });
        }
    }
    text
}

proptest! {
    #[test]
    fn no_text_makes_an_element(text in "[<>&\"'/a-z =!-]{0,60}") {
        prop_assume!(!text.trim().is_empty());
        prop_assert_eq!(elements(&page_of(&format!("x{text}"))), elements(&page_of("plain")));
    }
}
