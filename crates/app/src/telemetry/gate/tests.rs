use super::*;
use hyper::header::{HeaderName, HeaderValue};

const PORT: u16 = 4656;
const KEY: [u8; 32] = [3; 32];

fn ask(
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
) -> Result<(AgentKind, Signal, Encoding, bool), u16> {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        let name: HeaderName = name.parse().unwrap();
        map.append(name, HeaderValue::from_str(value).unwrap());
    }
    let method: Method = method.parse().unwrap();
    let uri: Uri = path.parse().unwrap();
    admit(PORT, &Tokens::of(&KEY), &method, &uri, &map)
        .map(|head| (head.agent, head.signal, head.encoding, head.packed))
        .map_err(|refusal| refusal.0.as_u16())
}

fn path(agent: AgentKind, rest: &str) -> String {
    format!("/t/{}{rest}", Tokens::of(&KEY).token(agent))
}

const HOST: (&str, &str) = ("host", "127.0.0.1:4656");
const JSON: (&str, &str) = ("content-type", "application/json");

#[test]
fn exporters_are_let_in() {
    let codex = path(AgentKind::Codex, "/v1/logs");
    let proto = ("content-type", "application/x-protobuf");
    let table: &[(&[_], _, _)] = &[
        (&[HOST, JSON], Encoding::Json, false),
        (
            &[("host", "LocalHost:4656"), proto],
            Encoding::Protobuf,
            false,
        ),
        (&[("host", "[::1]:4656"), proto], Encoding::Protobuf, false),
        (
            &[
                HOST,
                ("content-type", "Application/JSON; charset=utf-8"),
                ("content-encoding", "gzip"),
            ],
            Encoding::Json,
            true,
        ),
        (
            &[
                HOST,
                JSON,
                ("content-encoding", "identity"),
                ("content-length", "16777216"),
            ],
            Encoding::Json,
            false,
        ),
    ];
    for (headers, encoding, packed) in table {
        assert_eq!(
            ask("POST", &codex, headers),
            Ok((AgentKind::Codex, Signal::Logs, *encoding, *packed)),
            "{headers:?}"
        );
    }
    let signals = [
        ("/v1/traces", Signal::Traces),
        ("/v1/metrics", Signal::Metrics),
    ];
    for (rest, signal) in signals {
        let told = ask("POST", &path(AgentKind::Gemini, rest), &[HOST, JSON]);
        assert_eq!(told, Ok((AgentKind::Gemini, signal, Encoding::Json, false)));
    }
    let tokens = Tokens::of(&KEY);
    let token = (TOKEN, tokens.token(AgentKind::Copilot));
    assert_eq!(
        ask("POST", "/v1/traces", &[HOST, JSON, token]),
        Ok((AgentKind::Copilot, Signal::Traces, Encoding::Json, false))
    );
}

/// Method, path, headers, and the status that is answered.
type Refused<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)], u16);

fn refused(table: &[Refused<'_>]) {
    for (method, path, headers, status) in table {
        assert_eq!(
            ask(method, path, headers),
            Err(*status),
            "{method} {path} {headers:?}"
        );
    }
}

#[test]
fn browsers_are_refused_even_with_the_token() {
    let good = path(AgentKind::Codex, "/v1/logs");
    let text = ("content-type", "text/plain");
    let form = ("content-type", "multipart/form-data");
    refused(&[
        (
            "POST",
            &good,
            &[HOST, JSON, ("origin", "https://evil.example")],
            403,
        ),
        ("POST", &good, &[HOST, JSON, ("origin", "null")], 403),
        (
            "POST",
            &good,
            &[HOST, JSON, ("sec-fetch-site", "same-origin")],
            403,
        ),
        ("POST", &good, &[HOST, JSON, ("cookie", "a=b")], 403),
        ("OPTIONS", &good, &[HOST], 405),
        ("POST", &good, &[HOST, text], 415),
        ("POST", &good, &[HOST, form], 415),
        ("POST", &good, &[HOST], 415),
        // A page whose name leads here, or another port.
        ("POST", &good, &[("host", "evil.example:4656"), JSON], 403),
        ("POST", &good, &[("host", "127.0.0.1:80"), JSON], 403),
        ("POST", &good, &[("host", "127.0.0.1"), JSON], 403),
        ("POST", &good, &[HOST, HOST, JSON], 403),
        ("POST", &good, &[JSON], 403),
        ("POST", "http://evil.example/v1/logs", &[HOST, JSON], 403),
    ]);
}

#[test]
fn other_users_and_what_is_no_export_are_refused() {
    let good = path(AgentKind::Codex, "/v1/logs");
    let profiles = path(AgentKind::Codex, "/v1/profiles");
    let slash = path(AgentKind::Codex, "/v1/logs/");
    let wrong = format!("/t/{}/v1/logs", "0".repeat(32));
    refused(&[
        ("POST", "/v1/logs", &[HOST, JSON], 401),
        ("POST", &wrong, &[HOST, JSON], 401),
        ("POST", "/t//v1/logs", &[HOST, JSON], 401),
        ("POST", "/t/", &[HOST, JSON], 401),
        ("POST", "/v1/logs", &[HOST, JSON, (TOKEN, "")], 401),
        ("GET", "/", &[HOST], 401),
        ("GET", &good, &[HOST, JSON], 405),
        ("POST", &profiles, &[HOST, JSON], 404),
        ("POST", &slash, &[HOST, JSON], 404),
        (
            "POST",
            &good,
            &[HOST, JSON, ("content-encoding", "br")],
            415,
        ),
        (
            "POST",
            &good,
            &[HOST, JSON, ("content-length", "16777217")],
            413,
        ),
    ]);
}
