//! A real browser: Chromium, driven by `tests/web/drive.mjs`, which does one order after
//! the other. It lives in a test's home and ends with it.

use crate::home::Home;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

/// How long one order may take: above the driver's own patience.
const DEADLINE: Duration = Duration::from_secs(90);

/// What Chromium is called, wherever it comes from.
const NAMES: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// A browser with one page open.
#[derive(Debug)]
pub struct Browser {
    driver: Child,
    orders: Option<ChildStdin>,
    answers: Receiver<String>,
}

/// What a page looks like to its user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// `dark` or `light`.
    pub theme: &'static str,
    /// In CSS pixels.
    pub width: u32,
    /// In CSS pixels.
    pub height: u32,
}

impl Look {
    /// A screen on a desk at night.
    pub const DARK: Look = Look::of("dark", 1440, 900);
    /// A screen on a desk by day.
    pub const LIGHT: Look = Look::of("light", 1440, 900);
    /// A phone at night.
    pub const DARK_PHONE: Look = Look::of("dark", 390, 844);
    /// A phone by day.
    pub const LIGHT_PHONE: Look = Look::of("light", 390, 844);

    const fn of(theme: &'static str, width: u32, height: u32) -> Look {
        Look {
            theme,
            width,
            height,
        }
    }
}

impl Browser {
    /// Starts one; `origin` is the only place that it may talk to.
    pub fn start(home: &Home, origin: &str) -> Browser {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("web");
        assert!(
            folder.join("node_modules/playwright-core").exists(),
            "the browser's driver is not installed\nhint: `make test` installs it, or `npm ci --ignore-scripts --prefix tests/web`"
        );
        let mut driver = home
            .command("node")
            .arg(folder.join("drive.mjs"))
            .arg(chromium())
            .arg(home.path().join(".cache/browser"))
            .arg(origin)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("node starts");
        let orders = driver.stdin.take();
        let output = driver.stdout.take().expect("stdout is piped");
        let (send, answers) = mpsc::channel();
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if send.send(line).is_err() {
                    return;
                }
            }
        });
        Browser {
            driver,
            orders,
            answers,
        }
    }

    /// Gives an order and waits until it is done; panics with what the page showed if it fails.
    pub fn order(&mut self, order: &str, with: Value) -> Value {
        let mut line = with;
        line["order"] = order.into();
        let orders = self.orders.as_mut().expect("it is open until dropped");
        writeln!(orders, "{line}").expect("the driver listens");
        let answer = self.answers.recv_timeout(DEADLINE);
        let answer = answer.unwrap_or_else(|error| panic!("no answer to {line}: {error}"));
        let mut answer: Value = serde_json::from_str(&answer).expect("the driver answers in JSON");
        if let Some(failed) = answer["failed"].as_str() {
            panic!("{line} failed: {failed}");
        }
        answer["done"].take()
    }

    /// Goes to an address below the origin, and waits until all of it is there.
    pub fn goto(&mut self, path: &str) {
        self.order("goto", json!({ "path": path }));
        self.order("settled", json!({}));
    }

    /// Waits until this can be seen.
    pub fn see(&mut self, role: &str, name: &str) {
        self.order("see", json!({ "role": role, "name": name }));
    }

    /// Waits until this text can be seen.
    pub fn read(&mut self, text: &str) {
        self.order("see", json!({ "text": text }));
    }

    /// Waits until this can be clicked, and does.
    pub fn click(&mut self, role: &str, name: &str) {
        self.order("click", json!({ "role": role, "name": name }));
    }

    /// Presses one key.
    pub fn press(&mut self, key: &str) {
        self.order("press", json!({ "key": key }));
    }

    /// Waits until the address is like this regular expression; returns it.
    pub fn address(&mut self, like: &str) -> String {
        let address = self.order("address", json!({ "like": like }));
        address.as_str().expect("an address").to_owned()
    }

    /// Looks with these eyes from now on.
    pub fn look(&mut self, look: Look) {
        let Look {
            theme,
            width,
            height,
        } = look;
        self.order(
            "look",
            json!({ "theme": theme, "width": width, "height": height }),
        );
    }

    /// What the page complained about since the last time: of itself, or of the policy;
    /// and whatever it asked of another origin.
    pub fn faults(&mut self) -> Vec<String> {
        let faults = self.order("faults", json!({}));
        serde_json::from_value(faults).expect("a list of texts")
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The end of its orders is the end of it; whoever still lives goes with the home.
        drop(self.orders.take());
        let _ended = crate::run::wait(&mut self.driver, Duration::from_secs(10));
    }
}

fn chromium() -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path)
        .flat_map(|folder| NAMES.map(|name| folder.join(name)))
        .find(|program| program.is_file());
    found.expect("Chromium is installed\nhint: `make test` installs it")
}
