//! What must not get in, and that it is told once and without credentials.

use super::*;

/// Every route of the document, as method and path.
fn documented() -> Vec<(String, String)> {
    let document: Value = serde_json::from_str(&crate::openapi()).unwrap();
    let mut routes = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            routes.push((method.to_uppercase(), path.clone()));
        }
    }
    routes
}

fn is_hardened(answer: &Answer) {
    let policy = answer.header("content-security-policy").unwrap();
    assert!(
        policy.contains("require-trusted-types-for 'script'"),
        "{policy}"
    );
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("cache-control", "no-store"),
    ] {
        assert_eq!(answer.header(name), Some(value), "{}", answer.head);
    }
    assert_eq!(answer.header("access-control-allow-origin"), None);
}

#[test]
fn every_documented_route_is_guarded() {
    let instance = Instance::start();
    let good = bearer();
    let good = ("Authorization", good.as_str());
    let forged = crate::cookie::Cookies::new([8; 32]).sign_in(now_seconds());
    let routes = documented();
    assert!(routes.len() > 15);
    for (method, path) in routes.iter().filter(|(_, path)| path != "/auth") {
        for (headers, status) in [
            (vec![], 401),
            (vec![("Authorization", "Bearer wrong-token")], 401),
            (vec![("X-AgentsLeak-Key", "wrong-token")], 401),
            (vec![("Cookie", forged.as_str())], 401),
            (vec![good, ("Host", "evil.example")], 421),
            (vec![good, ("Origin", "http://evil.example")], 403),
            (vec![good, ("Origin", "null")], 403),
            (vec![good, ("Sec-Fetch-Site", "cross-site")], 403),
        ] {
            let answer = instance.ask(method, path, &headers, "");
            assert_eq!(answer.status, status, "{method} {path} {headers:?}");
            is_hardened(&answer);
            assert!(answer.json()["error"]["message"].is_string(), "{path}");
        }
    }
    let told = instance.host.log_lines();
    assert_eq!(told.len(), 3, "once for each kind: {told:?}");
}

#[test]
fn a_one_time_link_signs_in_once() {
    let instance = Instance::start();
    let link = instance.server.one_time_link();
    let origin = format!("http://{}", instance.address());
    let path = link.strip_prefix(&origin).unwrap();
    let evil = instance.ask("GET", path, &[("Host", "evil.example")], "");
    let looked = instance.ask("HEAD", path, &[], "");
    let first = instance.ask("GET", path, &[], "");
    let again = instance.ask("GET", path, &[], "");
    let without = instance.ask("GET", "/auth", &[], "");
    let twice = instance.ask("GET", "/auth?code=a&code=b", &[], "");
    let all = [&evil, &looked, &first, &again, &without, &twice];
    let statuses = all.map(|answer| answer.status);
    assert_eq!(statuses, [421, 403, 303, 403, 403, 403]);
    assert!(again.body.contains("ringfence open"), "{}", again.body);
    for answer in [&first, &again] {
        is_hardened(answer);
    }
    assert_eq!(again.header("set-cookie"), None);

    let set = first.header("set-cookie").unwrap();
    let cookie = set.split(';').next().unwrap();
    let with_cookie = |method: &str, path: &str, more: &[(&str, &str)]| {
        let headers = [&[("Cookie", cookie)], more].concat();
        instance.ask(method, path, &headers, "")
    };
    assert_eq!(with_cookie("GET", "/api/v1/status", &[]).status, 200);
    let own = ("X-Ringfence", "1");
    let from = ("Origin", origin.as_str());
    for path in ["/api/v1/logout", "/api/collect/pre-tool-use"] {
        for missing in [vec![], vec![own], vec![from]] {
            assert_eq!(with_cookie("POST", path, &missing).status, 403, "{path}");
        }
    }
    let out = with_cookie("POST", "/api/v1/logout", &[own, from]);
    assert_eq!(out.status, 204);
    assert!(out.header("set-cookie").unwrap().contains("Max-Age=0"));

    let (_, code) = path.rsplit_once('=').unwrap();
    let told = instance.host.log_lines().join("\n");
    assert!(told.contains("code") && told.contains("change"), "{told}");
    for credential in [code, cookie, TOKEN] {
        assert!(!told.contains(credential), "{told}");
    }
}

/// Returns the status of an attempt to open a WebSocket.
fn upgrade(instance: &Instance, headers: &[(&str, &str)]) -> u16 {
    let own_host = instance.address().to_string();
    let has_host = headers.iter().any(|(name, _)| *name == "Host");
    let host = (!has_host).then_some(("Host", own_host.as_str()));
    let handshake = [
        ("Upgrade", "websocket"),
        ("Connection", "Upgrade"),
        ("Sec-WebSocket-Version", "13"),
        ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ];
    let mut text = String::from("GET /api/v1/stream HTTP/1.1\r\n");
    for (name, value) in handshake.iter().chain(&host).chain(headers) {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    let mut socket = instance.connect();
    write!(socket, "{text}\r\n").unwrap();
    let mut line = [0; 12];
    socket.read_exact(&mut line).unwrap();
    String::from_utf8_lossy(&line[9..]).parse().unwrap()
}

#[test]
fn a_websocket_needs_a_login_and_our_own_page() {
    let instance = Instance::start();
    let cookie = instance.sign_in();
    let cookie = ("Cookie", cookie.as_str());
    let origin = format!("http://{}", instance.address());
    let from = ("Origin", origin.as_str());
    let bearer = bearer();
    let token = ("Authorization", bearer.as_str());
    for (headers, status) in [
        (vec![], 401),
        (vec![from], 401),
        (vec![cookie], 403),
        (vec![cookie, ("Origin", "http://evil.example")], 403),
        (vec![cookie, ("Origin", "null")], 403),
        (vec![cookie, from, ("Host", "evil.example")], 421),
        (vec![token, ("Origin", "http://localhost:1")], 403),
        (vec![cookie, from], 101),
        (vec![token], 101),
    ] {
        assert_eq!(upgrade(&instance, &headers), status, "{headers:?}");
    }
    // Without the handshake it is a plain mistake.
    assert_eq!(instance.get("/api/v1/stream").status, 400);
}

#[test]
fn a_cookie_outlives_a_restart_but_not_its_time() {
    let [first, second] = [0; 2].map(|_| Instance::start());
    let status = |instance: &Instance, cookie: &str| {
        let answer = instance.ask("GET", "/api/v1/status", &[("Cookie", cookie)], "");
        answer.status
    };
    let cookie = first.sign_in();
    // The same key, another start.
    assert_eq!(
        [&first, &second].map(|one| status(one, &cookie)),
        [200, 200]
    );
    let long_ago = now_seconds() - crate::cookie::MAX_AGE_SECONDS;
    let expired = crate::cookie::Cookies::new([7; 32]).sign_in(long_ago);
    assert_eq!(status(&first, &expired), 401);
}

#[test]
fn garbage_is_answered_or_cut_off() {
    let instance = Instance::start();
    let long = "x".repeat(100_000);
    let address = instance.address();
    for garbage in [
        "\0\0\0\0\r\n\r\n".to_owned(),
        "GET\r\n\r\n".to_owned(),
        "GET / HTTP/9.9\r\n\r\n".to_owned(),
        "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}".repeat(20) + "\r\n\r\n",
        format!("GET /{long} HTTP/1.1\r\n\r\n"),
        format!("GET / HTTP/1.1\r\nHost: {address}\r\nX: {long}\r\n\r\n"),
        format!("CONNECT {address} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"),
        format!("OPTIONS * HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"),
        "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n".to_owned(),
        "POST / HTTP/1.1\r\nTransfer-Encoding: x\r\n\r\n".to_owned(),
    ] {
        let mut socket = instance.connect();
        // It may be cut off before it is all written.
        drop(socket.write_all(garbage.as_bytes()));
        let mut answer = Vec::new();
        drop(socket.read_to_end(&mut answer));
        let text = String::from_utf8_lossy(&answer);
        assert!(text.is_empty() || text.starts_with("HTTP/1.1 4"), "{text}");
    }
    assert_eq!(instance.get("/api/v1/status").status, 200);
}
