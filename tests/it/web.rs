//! The dashboard in a real browser: what agents do arrives live and is explained, nobody
//! sees anything without a sign-in, and the keyboard reaches everything.

use ringfence_event::AgentKind;
use ringfence_tests::agents::RealAgent;
use ringfence_tests::browser::{Browser, Look};
use ringfence_tests::home::Home;
use ringfence_tests::model::{Model, Script};
use ringfence_tests::payload::ShellCall;
use serde_json::{Value, json};

const BENIGN: &str = "echo ringfence-benign | tr a-z A-Z";
pub(crate) const THEFT: &str = "cat ~/.ssh/id_rsa";

/// What a page without a sign-in says.
pub(crate) const DOOR: &str = "Run this in a terminal";

/// A browser that is signed in.
pub(crate) fn signed_in(home: &Home) -> Browser {
    let mut browser = Browser::start(home, &home.door().origin());
    browser.look(Look::DARK);
    browser.goto(&home.link());
    browser.see("heading", "Overview");
    assert_eq!(browser.faults(), Vec::<String>::new());
    browser
}

pub(crate) fn hook(home: &Home, session: &str, number: usize, command: &str) {
    let cwd = home.project().display().to_string();
    let call = ShellCall {
        session,
        call: &format!("call-{session}-{number}"),
        cwd: &cwd,
        command,
    };
    drop(
        home.hook("claude-code", &call.payload(AgentKind::ClaudeCode))
            .ok(),
    );
}

#[test]
fn a_real_agents_denial_arrives_live_and_is_explained() {
    let agent = RealAgent::ClaudeCode;
    let home = Home::new().with_key();
    let script = Script::new().shell(BENIGN).shell(THEFT);
    let model = Model::start(agent.dialect(), script);
    agent.settle(&home, &model);
    drop(home.ringfence(&["install", agent.name()]).ok());
    home.up();
    let mut browser = signed_in(&home);
    browser.goto("/live?verdict=deny");
    browser.read("Connected, no events yet");

    drop(agent.run(&home, &model));
    browser.see("link", THEFT);
    let rows = |browser: &mut Browser| browser.order("count", json!({ "css": "[data-row]" }));
    assert_eq!(rows(&mut browser), 1, "only what was denied, and once");
    browser.click("link", THEFT);
    browser.see("complementary", "Event");
    browser.read("What was found");
    let view = browser.address("^[^?]+\\?(.*&)?open=[0-9]+-[0-9]+");

    browser.order("reload", json!({}));
    browser.see("complementary", "Event");
    browser.read("What was found");
    browser.see("link", THEFT);
    assert_eq!(rows(&mut browser), 1);
    assert_eq!(browser.address(""), view, "the view stands in its address");

    let alerts = home.json(&["alerts", "--json"]);
    let alert = &alerts["alerts"][0];
    let (title, reason) = (&alert["title"], &alert["reason"]);
    browser.order("click", json!({ "css": ".drawer a[href^='/alerts/']" }));
    let id = alert["id"].as_str().expect("an id");
    browser.address(&format!("/alerts/{id}"));
    browser.see("heading", title.as_str().expect("a title"));
    browser.see("heading", "Why it was denied");
    let shown = browser.order("text", json!({ "role": "main" }));
    let shown = shown.as_str().expect("a text");
    for part in [
        THEFT,
        reason.as_str().expect("a reason"),
        "ringfence allow ",
    ] {
        assert!(
            shown.replace('`', "").contains(&part.replace('`', "")),
            "{part}: {shown}"
        );
    }
    assert_eq!(browser.faults(), Vec::<String>::new());
}

#[test]
fn without_a_sign_in_there_is_nothing_to_see() {
    let home = Home::new().with_key();
    home.up();
    hook(&home, "session-1", 1, THEFT);
    home.wait_for_calls(1);
    let mut browser = Browser::start(&home, &home.door().origin());
    for path in [
        "/",
        "/live",
        "/sessions/session-1",
        "/incidents",
        "/alerts",
        "/no/such/page",
    ] {
        browser.goto(path);
        browser.see("heading", DOOR);
        let shown = browser.order("text", json!({ "css": "body" })).to_string();
        assert!(
            !shown.contains("id_rsa") && !shown.contains("session-1"),
            "{shown}"
        );
    }
    // The door opens by itself when this browser is signed in.
    let link = home.link();
    browser.goto(&link);
    browser.see("heading", "Overview");
    let kept = browser.order("stored", json!({})).to_string();
    assert!(
        !kept.contains("ringfence="),
        "a script could read the cookie: {kept}"
    );
    assert!(!kept.contains(&home.token()), "{kept}");
    drop(browser.faults());

    browser.order("goto", json!({ "path": link }));
    browser.read("This link does not work any more");
    browser.goto("/live");
    browser.see("heading", "Live");

    drop(home.ringfence(&["open", "--sign-out"]).ok());
    browser.see("heading", DOOR);
    browser.goto(&home.link());
    browser.see("heading", "Overview");
    browser.click("button", "Sign out");
    browser.see("heading", DOOR);
    browser.order("reload", json!({}));
    browser.see("heading", DOOR);
}

/// A home with two sessions, each with a denial, and a browser that is signed in.
fn two_sessions() -> (Home, Browser) {
    let home = Home::new().with_key();
    home.up();
    for (number, command) in ["cargo test", THEFT].into_iter().enumerate() {
        hook(&home, "session-1", number, command);
        hook(&home, "session-2", number, command);
    }
    home.wait_for_calls(4);
    let browser = signed_in(&home);
    (home, browser)
}

/// Presses `g` and a letter: a page is gone to.
fn chord(browser: &mut Browser, key: &str, path: &str, heading: &str) {
    browser.order("chord", json!({ "keys": ["g", key] }));
    browser.address(&format!("{path}$"));
    browser.see("heading", heading);
    browser.order("settled", json!({}));
}

#[test]
fn the_keyboard_reaches_every_page() {
    let (_home, mut browser) = two_sessions();
    browser.goto("/");
    browser.press("Tab");
    let first = focused(&mut browser);
    assert_eq!(first["name"], "Skip to the page", "{first}");
    browser.press("Enter");
    assert_eq!(focused(&mut browser)["tag"], "main");
    chord(&mut browser, "s", "/sessions", "Sessions");
    for (key, path, heading) in [
        ("i", "/incidents", "Incidents"),
        ("h", "/alerts", "Alerts"),
        ("p", "/proc", "Processes"),
        ("f", "/files", "Files"),
        ("n", "/net", "Network"),
        ("j", "/inj", "Injections"),
        ("m", "/mcp", "MCP & skills"),
        ("k", "/pkg", "Packages"),
        ("r", "/policies", "Policies"),
        ("a", "/analytics", "Analytics"),
        ("c", "/coverage", "Coverage"),
        ("y", "/system", "System"),
        ("e", "/fleet", "Fleet"),
        ("t", "/settings", "Settings"),
    ] {
        chord(&mut browser, key, path, heading);
    }
    chord(&mut browser, "l", "/live", "Live");
    browser.press("Space");
    browser.address("/live\\?paused=1$");
    browser.press("/");
    browser.order("type", json!({ "keys": "g a id_rsa" }));
    browser.address("text=g\\+a\\+id_rsa");
    browser.press("Tab");
    chord(&mut browser, "o", "/", "Overview");
    browser.press("?");
    browser.see("dialog", "Keyboard and help");
    browser.press("Escape");
    let help = json!({ "role": "dialog", "name": "Keyboard and help" });
    browser.order("gone", help);
    assert_eq!(browser.faults(), Vec::<String>::new());
}

#[test]
fn the_keyboard_walks_through_lists() {
    let (_home, mut browser) = two_sessions();
    browser.goto("/sessions");
    browser.order("see", json!({ "css": "[data-row='session-1']" }));
    browser.press("j");
    let first = focused(&mut browser);
    browser.press("j");
    let second = focused(&mut browser);
    assert!(
        first["row"].is_string() && second["row"].is_string(),
        "{first} {second}"
    );
    assert_ne!(first["row"], second["row"]);
    browser.press("k");
    assert_eq!(focused(&mut browser), first);
    browser.press("Enter");
    let row = first["row"].as_str().expect("a session");
    browser.address(&format!("/sessions/{row}"));
    browser.see("heading", "project");
    browser.press("Escape");
    browser.address("/sessions(\\?|$)");

    chord(&mut browser, "h", "/alerts", "Alerts");
    browser.order("see", json!({ "css": "[data-row]" }));
    browser.press("j");
    browser.press("Enter");
    browser.address("/alerts/[0-9a-z]+");
    browser.see("heading", "Why it was denied");
    browser.press("Escape");
    browser.address("/alerts(\\?|$)");
    assert_eq!(browser.faults(), Vec::<String>::new());
}

#[test]
fn the_keyboard_empties_the_inbox() {
    let (home, mut browser) = two_sessions();
    let rows = json!({ "css": ".stories [data-row]" });
    let standing =
        |id: &str| home.door().json(&format!("/api/v1/incidents/{id}"))["status"].clone();
    chord(&mut browser, "i", "/incidents", "Incidents");
    browser.read("Two open incidents.");
    browser.press("j");
    let first = focused(&mut browser);
    let first = first["row"].as_str().expect("an incident").to_owned();

    // A decision has a reason, and can be taken back.
    browser.press("e");
    browser.see("dialog", "Resolve:");
    browser.order("type", json!({ "keys": "The key was a fake one" }));
    browser.press("Enter");
    browser.read("One open incident.");
    assert_eq!(browser.order("count", rows.clone()), 1);
    assert_eq!(standing(&first), "resolved");
    browser.press("u");
    browser.read("Two open incidents.");
    assert_eq!(standing(&first), "new");

    // All of them at once.
    browser.goto("/incidents");
    browser.order("see", rows);
    for key in ["j", "x", "j", "x", "f"] {
        browser.press(key);
    }
    browser.see("dialog", "Not a threat:");
    browser.click("button", "Test data");
    browser.read("Nothing open.");
    assert_eq!(standing(&first), "false_positive");

    // The story of one, step by step.
    browser.goto(&format!("/incidents/{first}"));
    browser.see("heading", "Do next");
    browser.read("Test data");
    browser.see("heading", "Why it was denied");
    browser.press("Escape");
    browser.address("/incidents\\?row=");
    assert_eq!(browser.faults(), Vec::<String>::new());
}

#[test]
fn a_rule_is_tried_before_it_is_changed() {
    let (home, mut browser) = two_sessions();
    browser.goto("/policies?tab=bench&rule=credential-read");
    browser.order(
        "click",
        json!({ "role": "button", "name": "What an agent would send" }),
    );
    browser.order(
        "choose",
        json!({ "role": "combobox", "name": "The choice", "value": "alert" }),
    );
    browser.click("button", "Try it");
    browser.read("Denied now; it would be alerted.");

    // A mistake is told where it stands, while one types.
    browser.click("button", "An example");
    browser.order("see", json!({ "css": ".editor-line" }));
    browser.order(
        "fill",
        json!({ "role": "textbox", "name": "Rules, as YAML", "text": "title: x\nlevel: hihg\n" }),
    );
    browser.order("see", json!({ "css": ".editor-line.wrong" }));

    // Tried is not chosen; what is chosen can be taken back.
    let here = || home.door().json("/api/v1/rules/credential-read")["state"]["here"].clone();
    assert_eq!(here(), "deny");
    browser.goto("/policies?open=rule.credential-read");
    browser.order(
        "choose",
        json!({ "role": "combobox", "name": "What credential-read does here", "value": "alert" }),
    );
    browser.read("Undo");
    assert_eq!(here(), "alert");
    browser.click("button", "Undo");
    browser.read("Now: denied.");
    assert_eq!(browser.faults(), Vec::<String>::new());
}

#[test]
fn a_rule_is_written_and_an_exception_made() {
    let (home, mut browser) = two_sessions();
    let own = || {
        home.door().json("/api/v1/rules?days=1")["items"]
            .as_array()
            .map(|rules| rules.iter().filter(|rule| rule["builtin"] == false).count())
    };
    // A rule of one's own is in force when it is saved, and gone when that is taken back.
    browser.goto("/policies?tab=bench");
    browser.click("button", "An example");
    browser.click("button", "Save as production-deploy");
    browser.read("production-deploy is in force");
    assert_eq!(own(), Some(1));
    browser.click("button", "Undo");
    browser.read("production-deploy is taken away");
    assert_eq!(own(), Some(0));

    // What a rule finds may be fine below one directory.
    let project = home.project().display().to_string();
    let exceptions = || home.door().json("/api/v1/exceptions")["items"].clone();
    browser.goto("/policies");
    browser.order("click", json!({ "text": "Allow a rule below a directory" }));
    for (role, name, text) in [
        ("combobox", "The rule that is allowed", "credential-read"),
        ("textbox", "Below which directory", &*project),
        ("textbox", "Why, in your own words", "It is a test's key"),
    ] {
        browser.order("fill", json!({ "role": role, "name": name, "text": text }));
    }
    browser.click("button", "Allow it");
    browser.read("It is a test's key");
    let made = exceptions();
    assert_eq!(
        (&made[0]["rule"], &made[0]["project"]),
        (&json!("credential-read"), &json!(project))
    );
    browser.click("button", "Withdraw what is allowed of credential-read");
    browser.read("Withdrawn: credential-read");
    assert_eq!(exceptions(), json!([]));
    browser.press("u");
    browser.read("It is a test's key");
    assert_eq!(browser.faults(), Vec::<String>::new());
}

#[test]
fn the_keyboard_filters_looks_and_jumps() {
    let (_home, mut browser) = two_sessions();
    browser.goto("/alerts");
    browser.order("see", json!({ "css": "[data-row]" }));
    browser.press("j");
    // Beside the list, and from there to its page.
    browser.press("v");
    browser.see("complementary", "Alert");
    browser.address("open=alert\\.[0-9a-z]+");
    browser.press("Escape");
    browser.order("gone", json!({ "role": "complementary", "name": "Alert" }));
    // The first cell of the row, and a filter from it.
    browser.press("ArrowRight");
    browser.press("ArrowRight");
    browser.press(",");
    browser.address("where=-rule%3A");
    browser.click("button", "Remove the filter not Rule");
    browser.address("/alerts(\\?row=[^&]*)?$");
    browser.press("Control+k");
    browser.see("dialog", "Search or jump");
    browser.order("type", json!({ "keys": "cover" }));
    browser.see("option", "Coverage");
    browser.press("Enter");
    browser.address("/coverage$");
    browser.see("heading", "Coverage");
    assert_eq!(browser.faults(), Vec::<String>::new());
}

#[test]
fn whoever_tabs_sees_where_they_are() {
    let home = Home::new().with_key();
    home.up();
    hook(&home, "session-1", 1, THEFT);
    home.wait_for_calls(1);
    let mut browser = signed_in(&home);
    for path in [
        "/",
        "/live",
        "/sessions",
        "/sessions/session-1",
        "/incidents",
        "/alerts",
        "/proc",
        "/files",
        "/policies",
        "/coverage",
        "/settings",
    ] {
        browser.goto(path);
        let mut reached = Vec::new();
        loop {
            browser.press("Tab");
            let at = focused(&mut browser);
            if at.is_null() || reached.len() > 100 {
                break;
            }
            assert_eq!(at["outlined"], true, "{path}: {at} after {reached:#?}");
            reached.push(at["name"].as_str().unwrap_or_default().to_owned());
        }
        assert!((10..100).contains(&reached.len()), "{path}: {reached:#?}");
    }
}

fn focused(browser: &mut Browser) -> Value {
    browser.order("focused", json!({}))
}
