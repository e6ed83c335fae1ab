use super::*;
use axum::http::HeaderValue;

const NOW: i64 = 1_795_000_000;
const TOKEN: &str = "0123456789abcdef";
const HERE: (&str, &str) = ("host", "127.0.0.1:4655");
const OURS: (&str, &str) = ("origin", "http://127.0.0.1:4655");
const BEARER: (&str, &str) = ("authorization", "Bearer 0123456789abcdef");

fn gate() -> Gate {
    Gate::new("127.0.0.1:4655".parse().unwrap(), TOKEN, [7; 32])
}

fn admit(method: &str, uri: &str, headers: &[(&str, &str)]) -> Result<(), Kind> {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        let name: HeaderName = name.parse().unwrap();
        map.append(name, HeaderValue::from_str(value).unwrap());
    }
    let method = method.parse().unwrap();
    gate().admit(&method, &uri.parse().unwrap(), &map, NOW)
}

#[test]
fn only_our_own_names_are_answered() {
    for (uri, hosts, answer) in [
        ("/", vec!["127.0.0.1:4655"], Ok(())),
        ("/", vec!["localhost:4655"], Ok(())),
        ("/", vec!["LOCALHOST:4655"], Ok(())),
        ("/", vec!["[::1]:4655"], Ok(())),
        ("/", vec![], Err(Kind::Host)),
        ("/", vec![""], Err(Kind::Host)),
        ("/", vec!["127.0.0.1"], Err(Kind::Host)),
        ("/", vec!["127.0.0.1:4656"], Err(Kind::Host)),
        ("/", vec!["evil.example:4655"], Err(Kind::Host)),
        ("/", vec!["localhost.evil.example:4655"], Err(Kind::Host)),
        (
            "/",
            vec!["127.0.0.1:4655", "127.0.0.1:4655"],
            Err(Kind::Host),
        ),
        ("http://localhost:4655/", vec!["localhost:4655"], Ok(())),
        (
            "http://evil.example/",
            vec!["localhost:4655"],
            Err(Kind::Host),
        ),
        (
            "http://localhost:4655/",
            vec!["evil.example"],
            Err(Kind::Host),
        ),
        ("/auth?code=1", vec!["evil.example:4655"], Err(Kind::Host)),
    ] {
        let headers: Vec<_> = hosts.iter().map(|host| ("host", *host)).collect();
        assert_eq!(admit("GET", uri, &headers), answer, "{uri} {hosts:?}");
    }
}

#[test]
fn only_our_own_pages_may_ask() {
    for (origin, answer) in [
        ("http://127.0.0.1:4655", Ok(())),
        ("http://localhost:4655", Ok(())),
        ("http://[::1]:4655", Ok(())),
        ("null", Err(Kind::Origin)),
        ("", Err(Kind::Origin)),
        ("https://127.0.0.1:4655", Err(Kind::Origin)),
        ("http://127.0.0.1:3000", Err(Kind::Origin)),
        ("http://127.0.0.1:4655.evil.example", Err(Kind::Origin)),
        ("https://evil.example", Err(Kind::Origin)),
    ] {
        for path in ["/", "/assets/x.js", "/auth?code=1", "/api/v1/status"] {
            let headers = [HERE, BEARER, ("origin", origin)];
            assert_eq!(admit("GET", path, &headers), answer, "{path} {origin}");
        }
    }
    for (site, answer) in [
        ("same-origin", Ok(())),
        ("none", Ok(())),
        ("same-site", Err(Kind::Origin)),
        ("cross-site", Err(Kind::Origin)),
    ] {
        let headers = [HERE, BEARER, ("sec-fetch-site", site)];
        assert_eq!(admit("GET", "/api/v1/status", &headers), answer, "{site}");
        // A link to the dashboard on another page is fine: no data is in its files.
        assert_eq!(admit("GET", "/live", &headers), Ok(()), "{site}");
    }
}

#[test]
fn what_people_decide_needs_more_than_a_token() {
    for (method, path, answer) in [
        (
            "POST",
            "/api/v1/incidents/abcdefgh/status",
            Err(Kind::Person),
        ),
        (
            "DELETE",
            "/api/v1/incidents/abcdefgh/status",
            Err(Kind::Person),
        ),
        ("PUT", "/api/v1/rules/test/mode", Err(Kind::Person)),
        ("PUT", "/api/v1/mode", Err(Kind::Person)),
        ("PATCH", "/api/v1/anything", Err(Kind::Person)),
        ("POST", "/api/v1/rules/test", Ok(())),
        ("POST", "/api/v1/logout", Ok(())),
        ("GET", "/api/v1/incidents", Ok(())),
    ] {
        assert_eq!(
            admit(method, path, &[HERE, BEARER]),
            answer,
            "{method} {path}"
        );
    }
}

#[test]
fn everything_below_api_needs_a_credential() {
    let none = Err(Kind::Credentials);
    let key = |path| admit("POST", path, &[HERE, ("x-agentsleak-key", TOKEN)]);
    assert_eq!(key("/api/collect/pre-tool-use"), Ok(()));
    assert_eq!(key("/api/v1/status"), none);
    assert_eq!(key("/api/collect"), none);
    for (header, answer) in [
        (BEARER, Ok(())),
        (("authorization", "bearer 0123456789abcdef"), Ok(())),
        (("authorization", "Bearer 0123456789abcdeF"), none),
        (("authorization", "Bearer 0123456789abcde"), none),
        (("authorization", "Bearer "), none),
        (("authorization", "Bearer"), none),
        (("authorization", "Basic 0123456789abcdef"), none),
        (("x-ringfence", "1"), none),
        (("x-agentsleak-key", "wrong"), none),
        (("cookie", "ringfence=1"), none),
    ] {
        for (method, path) in [
            ("GET", "/api"),
            ("GET", "/api/"),
            ("GET", "/api/v1/no-such-route"),
            ("GET", "/api/v1/stream"),
            ("HEAD", "/api/v1/status"),
            ("OPTIONS", "/api/v1/status"),
            ("POST", "/api/collect/pre-tool-use"),
        ] {
            let found = admit(method, path, &[HERE, header]);
            assert_eq!(found, answer, "{method} {path} {header:?}");
        }
    }
    for path in [
        "/",
        "/live",
        "/assets/x.js",
        "/auth?code=1",
        "/apis",
        "/%61pi/v1/status",
    ] {
        assert_eq!(admit("GET", path, &[HERE]), Ok(()), "{path}");
    }
}

#[test]
fn a_cookie_alone_changes_nothing() {
    let set = gate().cookies.sign_in(NOW);
    let cookie = ("cookie", set.split(';').next().unwrap());
    let own = ("x-ringfence", "1");
    let upgrade = ("upgrade", "websocket");
    let stream = "/api/v1/stream";
    for (method, path, more, answer) in [
        ("GET", "/api/v1/status", vec![], Ok(())),
        ("HEAD", "/api/v1/status", vec![], Ok(())),
        ("POST", "/api/v1/logout", vec![], Err(Kind::Forgery)),
        ("POST", "/api/v1/logout", vec![own], Err(Kind::Forgery)),
        ("POST", "/api/v1/logout", vec![OURS], Err(Kind::Forgery)),
        ("POST", "/api/v1/logout", vec![own, OURS], Ok(())),
        (
            "DELETE",
            "/api/v1/x",
            vec![("x-ringfence", "0"), OURS],
            Err(Kind::Forgery),
        ),
        ("POST", "/api/v1/logout", vec![BEARER], Ok(())),
        ("GET", stream, vec![upgrade], Err(Kind::Origin)),
        ("GET", stream, vec![upgrade, OURS], Ok(())),
        ("GET", stream, vec![upgrade, BEARER], Ok(())),
    ] {
        let headers = [vec![HERE, cookie], more].concat();
        assert_eq!(
            admit(method, path, &headers),
            answer,
            "{method} {path} {headers:?}"
        );
    }
}

#[test]
fn a_body_is_refused_for_its_announced_length() {
    for (length, answer) in [
        ("0", Ok(())),
        ("8388608", Ok(())),
        ("8388609", Err(Kind::TooLarge)),
        ("104857600", Err(Kind::TooLarge)),
    ] {
        for path in ["/", "/api/collect/claude-code"] {
            let headers = [HERE, BEARER, ("content-length", length)];
            assert_eq!(admit("POST", path, &headers), answer, "{path} {length}");
        }
    }
}
