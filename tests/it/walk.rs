//! A walk through the demo's day, as a newcomer takes it: every page of the dashboard, each kind
//! of drawer, in every look; and the inbox emptied without a mouse.

use crate::looks::{Page, assert_sound, faults, page};
use ringfence_tests::browser::{Browser, Look};
use ringfence_tests::home::Home;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Stdio};

/// A demo that is served, and a browser that is signed in to it.
struct Demo {
    browser: Browser,
    process: Child,
    /// Kept open: the demo may go on to say things.
    _says: BufReader<ChildStdout>,
    _home: Home,
}

impl Demo {
    fn start() -> Demo {
        let home = Home::new();
        let mut process = home
            .command(home.program())
            .args(["demo", "--print"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the demo starts");
        let mut says = BufReader::new(process.stdout.take().expect("stdout is piped"));
        let link = link(&mut says);
        let (origin, path) = link.split_at(link.find("/auth").expect("a link of ours"));
        let mut browser = Browser::start(&home, origin);
        browser.look(Look::DARK);
        browser.goto(path);
        browser.see("heading", "Overview");
        browser.read("Everything here is invented");
        Demo {
            browser,
            process,
            _says: says,
            _home: home,
        }
    }

    /// What the API tells.
    fn ask(&mut self, path: &str) -> Value {
        self.browser.order("ask", json!({ "path": path }))
    }

    /// A text of the first of the items that the API tells.
    fn first(&mut self, path: &str, pointer: &str) -> String {
        let answer = self.ask(path);
        let found = answer.pointer(&format!("/items/0{pointer}"));
        let found = found.and_then(Value::as_str);
        found
            .unwrap_or_else(|| panic!("{path} has no {pointer}: {answer}"))
            .to_owned()
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// Reads what the demo says up to the link that it prints.
fn link(says: &mut impl BufRead) -> String {
    let mut said = String::new();
    loop {
        let mut line = String::new();
        let read = says.read_line(&mut line).expect("the demo says text");
        assert_ne!(read, 0, "the demo ended without a link: {said}");
        if line.contains("/auth?code=") {
            return line.trim().to_owned();
        }
        said.push_str(&line);
    }
}

/// What the demo calls its things.
struct Names {
    incident: String,
    alert: String,
    event: String,
    session: String,
    /// The directory of the session, by its last part.
    project: String,
    file: String,
    host: String,
    package: String,
}

impl Names {
    fn of(demo: &mut Demo) -> Names {
        let denied = "/api/v1/findings?verdict=deny";
        let session = demo.first(denied, "/session");
        let cwd = demo.ask(&format!("/api/v1/sessions/{session}"))["cwd"].clone();
        let project = cwd.as_str().and_then(|cwd| cwd.rsplit('/').next());
        let package = demo.ask("/api/v1/packages")["items"][0].clone();
        Names {
            incident: demo.first("/api/v1/incidents", "/id"),
            alert: demo.first(denied, "/finding/id"),
            event: demo.first(denied, "/event_id"),
            session,
            project: project.expect("the session has a directory").to_owned(),
            file: demo.first("/api/v1/files?of=sensitive", "/path"),
            host: demo.first("/api/v1/hosts?of=unknown", "/host"),
            package: format!(
                "{}:{}@{}",
                package["ecosystem"].as_str().expect("an ecosystem"),
                package["name"].as_str().expect("a name"),
                package["version"].as_str().unwrap_or_default()
            ),
        }
    }

    /// Pages of single things.
    fn pages(&self) -> [Page; 4] {
        let Names {
            incident,
            alert,
            event,
            session,
            project,
            ..
        } = self;
        [
            page("demo-event", format!("/live?open={event}"), "Tool call"),
            page("demo-session", format!("/sessions/{session}"), project),
            page("demo-incident", format!("/incidents/{incident}"), "Do next"),
            page(
                "demo-alert",
                format!("/alerts/{alert}"),
                "Why it was denied",
            ),
        ]
    }

    /// What is opened beside a page, one of each kind.
    fn beside(&self) -> [Page; 8] {
        [
            ("incident", "/live", &*self.incident, "Do next"),
            ("alert", "/alerts", &self.alert, "Alert"),
            ("session", "/alerts", &self.session, "In a terminal"),
            ("agent", "/coverage", "codex", "Not seen of it"),
            ("rule", "/policies", "credential-read", "credential-read"),
            ("file", "/files", &self.file, "File"),
            ("host", "/net", &self.host, "To trust it with secrets"),
            (
                "package",
                "/pkg",
                &self.package,
                "What would be answered now",
            ),
        ]
        .map(|(kind, on, id, shows)| Page {
            name: format!("demo-drawer-{kind}").into(),
            ..page("", format!("{on}?open={kind}.{id}"), shows)
        })
    }
}

/// Every page that the navigation leads to, with its tabs: its name, its address, a heading of it.
const PAGES: [(&str, &str, &str); 26] = [
    ("demo-overview", "/", "First seen"),
    ("demo-live", "/live", "Live"),
    ("demo-live-raw", "/live?raw=1", "Live"),
    ("demo-sessions", "/sessions", "Sessions"),
    ("demo-sessions-narrowed", "/sessions?file=.env", "Sessions"),
    ("demo-incidents", "/incidents", "Incidents"),
    ("demo-alerts", "/alerts", "Alerts"),
    ("demo-processes", "/proc", "Processes"),
    ("demo-graph", "/proc?tab=graph", "Processes"),
    ("demo-files", "/files", "Files"),
    ("demo-files-trusted", "/files?tab=trusted", "Files"),
    ("demo-files-all", "/files?tab=all", "Files"),
    ("demo-network", "/net", "Network"),
    ("demo-network-programs", "/net?tab=programs", "Network"),
    ("demo-network-requests", "/net?tab=requests", "Network"),
    ("demo-network-names", "/net?tab=names", "Network"),
    ("demo-injections", "/inj", "Injections"),
    ("demo-mcp", "/mcp", "Servers"),
    ("demo-packages", "/pkg", "Packages"),
    ("demo-policies", "/policies", "What you have allowed"),
    ("demo-bench", "/policies?tab=bench", "What would change"),
    ("demo-analytics", "/analytics", "Tokens and cost"),
    ("demo-coverage", "/coverage", "Who tells"),
    ("demo-system", "/system", "Daemon"),
    ("demo-fleet", "/fleet", "Fleet"),
    ("demo-settings", "/settings", "This page"),
];

fn every_page_is_sound(look: Look) {
    let mut demo = Demo::start();
    let mut pages: Vec<Page> = PAGES
        .map(|(name, path, shows)| page(name, path, shows))
        .into();
    let names = Names::of(&mut demo);
    pages.extend(names.pages());
    pages.extend(names.beside());
    let links = demo
        .browser
        .order("links", json!({ "css": ".nav-pages a" }));
    let links: Vec<String> = serde_json::from_value(links).expect("a list of addresses");
    let walked = |link: &String| pages.iter().any(|page| page.path == *link);
    assert!(
        links.len() > 10 && links.iter().all(walked),
        "nobody looks at some of {links:?}"
    );
    assert_sound(&mut demo.browser, look, &pages);
    above_the_page(&mut demo.browser, look);
}

/// What stands above every page: the palette, the help, the views that were saved.
fn above_the_page(browser: &mut Browser, look: Look) {
    browser.goto("/alerts");
    browser.order("see", json!({ "css": "[data-row]" }));
    let mut wrong = Vec::new();
    for (key, role, name, file) in [
        ("Control+k", "dialog", "Search or jump", "demo-palette"),
        ("?", "dialog", "Keyboard and help", "demo-help"),
        ("w", "group", "Saved views", "demo-views"),
    ] {
        browser.press(key);
        browser.see(role, name);
        wrong.extend(faults(browser, look, file, None));
        browser.press("Escape");
        browser.order("gone", json!({ "role": role, "name": name }));
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn the_demo_is_sound_in_the_dark() {
    every_page_is_sound(Look::DARK);
}

#[test]
fn the_demo_is_sound_in_the_light() {
    every_page_is_sound(Look::LIGHT);
}

#[test]
fn the_demo_is_sound_on_a_phone_in_the_dark() {
    every_page_is_sound(Look::DARK_PHONE);
}

#[test]
fn the_demo_is_sound_on_a_phone_in_the_light() {
    every_page_is_sound(Look::LIGHT_PHONE);
}

/// From the overview to an empty inbox, and nothing was pointed at.
#[test]
fn the_keyboard_walks_through_the_triage_of_a_day() {
    let mut demo = Demo::start();
    let open = demo.ask("/api/v1/incidents")["open"].as_u64();
    let open = open.expect("a count");
    assert!(open > 1, "the demo has too little to decide about: {open}");
    let browser = &mut demo.browser;
    browser.goto("/");
    browser.order("see", json!({ "css": ".needs [data-row]" }));
    // The first thing that needs somebody, and its story step by step.
    browser.press("j");
    browser.press("Enter");
    let story = browser.address("/incidents/[0-9a-z]+$");
    browser.see("heading", "Do next");
    browser.press("ArrowLeft");
    browser.address("step=[0-9]+-[0-9]+");
    // The next story, and back to the list of them all.
    browser.press("]");
    let other = browser.address("^(?!.*step=).*/incidents/[0-9a-z]+$");
    assert_ne!(story, other);
    browser.see("heading", "Do next");
    browser.press("Escape");
    browser.address("/incidents\\?row=");
    browser.order("see", json!({ "css": ".stories [data-row]" }));
    // One is put off, and that is taken back.
    browser.press("s");
    browser.see("dialog", "Snooze:");
    browser.order("type", json!({ "keys": "Tomorrow" }));
    browser.press("Enter");
    browser.order("see", json!({ "css": ".toast.shown" }));
    open_are(browser, open - 1);
    browser.press("u");
    open_are(browser, open);
    // All of them are decided about, each with a reason.
    for left in (0..open).rev() {
        browser.goto("/incidents");
        browser.order("see", json!({ "css": ".stories [data-row]" }));
        browser.press("j");
        browser.press("e");
        browser.see("dialog", "Resolve:");
        browser.order("type", json!({ "keys": "Looked at" }));
        browser.press("Enter");
        open_are(browser, left);
    }
    browser.read("Nothing open.");
    assert_eq!(browser.faults(), Vec::<String>::new());
    assert_eq!(demo.ask("/api/v1/incidents")["open"], 0);
}

/// Waits until the inbox shows so many.
fn open_are(browser: &mut Browser, count: u64) {
    let css = match count {
        0 => "main:not(:has(.stories [data-row]))".to_owned(),
        _ => format!(".stories:has(> li:nth-child({count}):last-child)"),
    };
    browser.order("see", json!({ "css": css }));
}
