//! A real server over a real record in a temporary folder, and a plain client, for tests.

use crate::{
    AllowWhat, CollectAnswer, CollectRequest, Exception, Exported, HookHealth, Hooked, Host,
    HostAgent, HostStatus, Limits, McpServer, NewException, Options, Process, Processes, Refusal,
    Risk, RiskPart, Rule, RuleAnswer, RuleChoice, RuleProblem, RuleState, Ruled, SavedRule, Server,
    Trial, Tried, TryRules,
};
use ringfence_event::{
    Action, AgentKind, Decision, Event, EventKey, Finding, FindingId, Labels, Mode, Operation,
    RuleId, SessionId, Severity, Source, Timestamp, Tool, Verdict,
};
use ringfence_incident::Handling;
use ringfence_store::{Folders, Health, Record, Store};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;
use tempfile::TempDir;

pub(crate) const TOKEN: &str = "the-token-of-the-tests";

/// Longer than anything here takes; a test that waits so long has failed.
const PATIENCE: Duration = Duration::from_mins(1);

/// Where the sample events begin.
pub(crate) const START: i64 = 1_795_000_000_000_000;

pub(crate) fn folders(root: &Path) -> Folders {
    Folders {
        data: root.join("data"),
        spool: root.join("data/spool"),
        overflow: None,
    }
}

/// A shell call whose key, time and session follow from a number.
pub(crate) fn record(number: u64) -> Record {
    let command = format!("echo {number}");
    let key = 0x0199_0000_0000_7000_8000_0000_0000_0000 + u128::from(number);
    let seconds = i64::try_from(number).unwrap();
    let event = Event {
        key: EventKey(uuid::Uuid::from_u128(key)),
        at: Timestamp(START + seconds * 1_000_000),
        source: Source::Hook,
        agent: Some(AgentKind::ClaudeCode),
        moment: Some("PreToolUse".to_owned()),
        session: Some(SessionId(format!("session-{}", number % 2))),
        call: None,
        process: None,
        cwd: Some("/home/ada/project".to_owned()),
        action: Action::ToolCall {
            tool: Tool {
                name: "Bash".to_owned(),
                operation: Operation::Shell {
                    command: command.clone(),
                    argv: None,
                    cwd: None,
                },
                input: serde_json::json!({ "command": command }),
            },
        },
        labels: Labels::default(),
        rest: serde_json::Map::new(),
    };
    Record {
        event,
        decision: Decision::from_findings(Vec::new()),
    }
}

/// The same, with a finding of each rule.
pub(crate) fn denied(number: u64, rules: &[&str]) -> Record {
    let Record { event, .. } = record(number);
    let finding = |rule: &&str| Finding {
        id: FindingId::of(event.key, &RuleId::from(*rule)),
        event: event.key,
        at: event.at,
        rule: RuleId::from(*rule),
        title: "A title".to_owned(),
        severity: Severity::High,
        verdict: Verdict::Deny,
        reason: "It reads a private key.".to_owned(),
        evidence: "cat id_rsa".to_owned(),
        techniques: vec!["T1552.004".to_owned()],
        steps: Vec::new(),
        allowed_by: None,
    };
    Record {
        decision: Decision::from_findings(rules.iter().map(finding).collect()),
        event,
    }
}

/// Writes down what it is told.
#[derive(Default)]
pub(crate) struct TestHost {
    handled: Mutex<BTreeMap<FindingId, Handling>>,
    chosen: Mutex<(Mode, BTreeMap<RuleId, RuleChoice>)>,
    allowed: Mutex<Vec<Exception>>,
    own_rules: Mutex<BTreeMap<RuleId, String>>,
    log: Mutex<Vec<String>>,
    logged: Condvar,
}

impl TestHost {
    pub(crate) fn log_lines(&self) -> Vec<String> {
        self.log.lock().unwrap().clone()
    }

    /// Waits until a line with these words was logged.
    pub(crate) fn wait_for(&self, words: &str) {
        let log = self.log.lock().unwrap();
        let missing = |log: &mut Vec<String>| !log.iter().any(|line| line.contains(words));
        let waited = self.logged.wait_timeout_while(log, PATIENCE, missing);
        let (log, result) = waited.unwrap();
        assert!(!result.timed_out(), "{words} is not in {log:?}");
    }
}

impl Host for TestHost {
    fn status(&self) -> HostStatus {
        HostStatus {
            version: "1.2.3".to_owned(),
            pid: 42,
            since: Timestamp(START),
            demo: true,
            mode: Mode::Guard,
            rules: 7,
            decisions: 8,
            problems: vec!["a problem".to_owned()],
            health: Health::default(),
            agents: vec![HostAgent {
                agent: AgentKind::ClaudeCode,
                found: true,
                hooked: Hooked::Whole,
                note: None,
                blind_spots: vec!["a blind spot".to_owned()],
                health: Some(HookHealth {
                    expected: 5,
                    announced: 4,
                    failed: 1,
                    cancelled: 0,
                    answers: 9,
                    mean_microseconds: 2100,
                    slowest_microseconds: 9000,
                }),
                telemetry: Some(Exported {
                    records: 12,
                    last: Some(Timestamp(START)),
                }),
            }],
        }
    }

    fn servers(&self) -> Vec<McpServer> {
        vec![McpServer {
            agent: AgentKind::ClaudeCode,
            name: "files".to_owned(),
            file: "/home/ada/.claude.json".to_owned(),
            command: "npx files-server".to_owned(),
            wrapped: false,
        }]
    }

    fn processes(&self) -> Processes {
        Processes {
            sensed: false,
            processes: vec![Process {
                pid: 7,
                started: 99,
                parent: Some(6),
                root: 6,
                agent: Some(AgentKind::ClaudeCode),
                session: Some(SessionId::from("s-1")),
                call: None,
                said: None,
                outlives: false,
                executable: Some("/usr/bin/cat".to_owned()),
                line: "cat notes".to_owned(),
                began: Timestamp(START),
            }],
            not_visible: vec!["a blind spot".to_owned()],
        }
    }

    fn risk(&self, session: &SessionId) -> Option<Risk> {
        (session.as_str() == "s-1").then(|| Risk {
            score: 25,
            parts: vec![RiskPart {
                why: "rule-a".to_owned(),
                points: 25,
            }],
        })
    }

    fn rule(&self, id: &RuleId) -> Option<Rule> {
        (id.as_str() == "rule-a").then(|| Rule {
            id: id.clone(),
            title: "A title".to_owned(),
            description: String::new(),
            severity: Severity::High,
            action: Verdict::Deny,
            techniques: Vec::new(),
            references: Vec::new(),
            false_positives: Vec::new(),
            source: "builtin".to_owned(),
            text: "id: rule-a".to_owned(),
        })
    }

    fn undo(&self, finding: &Finding) -> Option<String> {
        Some(format!("ringfence allow {}", finding.id))
    }

    fn collect(&self, request: CollectRequest<'_>) -> CollectAnswer {
        let answer = serde_json::json!({
            "route": format!("{:?}", request.route),
            "source": request.source,
            "hostname": request.hostname,
            "user": request.user,
            "body": String::from_utf8_lossy(request.body),
        });
        CollectAnswer {
            status: if request.body.is_empty() { 422 } else { 200 },
            json: answer.to_string(),
        }
    }

    fn rules(&self) -> Ruled {
        let (mode, chosen) = self.chosen.lock().unwrap().clone();
        let rule = |id: &str| RuleState {
            id: RuleId::from(id),
            title: "A title".to_owned(),
            severity: Severity::High,
            action: Verdict::Deny,
            here: match chosen.get(&RuleId::from(id)) {
                Some(RuleChoice::Off) => RuleAnswer::Off,
                _ => RuleAnswer::Deny,
            },
            choice: chosen.get(&RuleId::from(id)).copied(),
            builtin: true,
            source: "builtin".to_owned(),
            techniques: Vec::new(),
        };
        Ruled {
            mode,
            rules: vec![rule("rule-a"), rule("rule-b")],
            problems: vec!["a problem".to_owned()],
        }
    }

    fn choose(&self, rule: &RuleId, choice: RuleChoice) -> Result<(), String> {
        let mut chosen = self.chosen.lock().unwrap();
        match choice {
            RuleChoice::Default => chosen.1.remove(rule),
            other => chosen.1.insert(rule.clone(), other),
        };
        Ok(())
    }

    fn choose_mode(&self, mode: Mode) -> Result<(), String> {
        self.chosen.lock().unwrap().0 = mode;
        Ok(())
    }

    fn save_rule(&self, rule: &RuleId, text: Option<&str>) -> Result<SavedRule, Refusal> {
        if rule.as_str() == "rule-a" {
            return Err(Refusal::Forbidden("it is ours\nhint: leave it".to_owned()));
        }
        let mut own = self.own_rules.lock().unwrap();
        let saved = SavedRule {
            saved: true,
            file: format!("/rules/{rule}.yml"),
            before: own.get(rule).cloned(),
            problems: Vec::new(),
        };
        match text {
            Some("wrong") => {
                return Ok(SavedRule {
                    saved: false,
                    problems: TestTrial::problem(),
                    ..saved
                });
            }
            Some(text) => drop(own.insert(rule.clone(), text.to_owned())),
            None => drop(own.remove(rule).ok_or(Refusal::Missing("rule"))?),
        }
        Ok(saved)
    }

    fn exceptions(&self) -> Vec<Exception> {
        self.allowed.lock().unwrap().clone()
    }

    fn except(&self, wanted: NewException) -> Result<Exception, Refusal> {
        let (id, rule, project) = match wanted.what {
            AllowWhat::Once(id) => (id, RuleId::from("rule-a"), None),
            AllowWhat::Project(id) => (id, RuleId::from("rule-a"), Some("/p".to_owned())),
            AllowWhat::Rule(rule, root) => ("made-up0".to_owned(), rule, Some(root)),
        };
        if id == "nothing0" {
            return Err(Refusal::Missing("finding"));
        }
        let exception = Exception {
            id: FindingId(id),
            rule,
            once: project.is_none(),
            call: project.is_none().then(|| "echo".to_owned()),
            project,
            until: wanted.until,
            reason: wanted.reason,
            made: Some(Timestamp(START)),
            expired: false,
        };
        self.allowed.lock().unwrap().push(exception.clone());
        Ok(exception)
    }

    fn withdraw(&self, exception: &FindingId) -> Result<Exception, Refusal> {
        let mut allowed = self.allowed.lock().unwrap();
        let place = allowed.iter().position(|one| one.id == *exception);
        Ok(allowed.remove(place.ok_or(Refusal::Missing("exception"))?))
    }

    fn try_rules(&self, wanted: TryRules) -> Result<Box<dyn Trial>, String> {
        Ok(Box::new(TestTrial(wanted)))
    }

    fn handled(&self, incident: &FindingId) -> Option<Handling> {
        self.handled.lock().unwrap().get(incident).cloned()
    }

    fn handle(&self, incident: &FindingId, handling: Option<&Handling>) -> Result<(), String> {
        let mut handled = self.handled.lock().unwrap();
        match handling {
            Some(handling) => handled.insert(incident.clone(), handling.clone()),
            None => handled.remove(incident),
        };
        Ok(())
    }

    fn log(&self, line: &str) {
        self.log.lock().unwrap().push(line.to_owned());
        self.logged.notify_all();
    }
}

/// In force: `rule-a` denies each event with an even second. On trial: it does as was chosen.
struct TestTrial(TryRules);

impl TestTrial {
    fn problem() -> Vec<RuleProblem> {
        vec![RuleProblem {
            line: Some(1),
            column: None,
            rule: None,
            message: "it is wrong".to_owned(),
            hint: None,
        }]
    }
}

impl Trial for TestTrial {
    fn problems(&self) -> Vec<RuleProblem> {
        let text = self.0.rules.iter().filter(|text| text.contains("wrong"));
        text.flat_map(|_| TestTrial::problem()).collect()
    }

    fn read(&self, _: AgentKind, payload: &[u8]) -> Result<Event, String> {
        match payload {
            b"{}" => Err("the payload says nothing".to_owned()),
            _ => Ok(record(2).event),
        }
    }

    fn enrich(&self, event: &mut Event) {
        event.labels.unclear.push("enriched".to_owned());
    }

    fn judge(&mut self, event: &Event, _: Verdict) -> Tried {
        let rule = RuleId::from("rule-a");
        let found = if event.at.0 / 1_000_000 % 2 == 0 {
            denied(0, &["rule-a"]).decision.findings
        } else {
            Vec::new()
        };
        let after = match self.0.choices.get(&rule) {
            Some(RuleChoice::Off) => Vec::new(),
            _ => found.clone(),
        };
        Tried {
            before: Decision::from_findings(found),
            after: Decision::from_findings(after),
        }
    }
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    fn parse(bytes: &[u8]) -> Answer {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let status = head.get(9..12).and_then(|digits| digits.parse().ok());
        Answer {
            status: status.unwrap_or_else(|| panic!("no answer: {text:?}")),
            head: head.to_owned(),
            body: body.to_owned(),
        }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (own, value) = line.split_once(": ")?;
            own.eq_ignore_ascii_case(name).then_some(value)
        })
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {} {}", self.head, self.body))
    }
}

/// A server, its record, and where they lie.
pub(crate) struct Instance {
    pub(crate) server: Server,
    pub(crate) store: Store,
    pub(crate) host: Arc<TestHost>,
    _root: TempDir,
}

impl Instance {
    pub(crate) fn start() -> Instance {
        Instance::with(Limits::default())
    }

    pub(crate) fn with(limits: Limits) -> Instance {
        let root = tempfile::tempdir().unwrap();
        let folders = folders(root.path());
        let store = Store::open(folders.clone(), ringfence_store::Options::default()).unwrap();
        let host = Arc::new(TestHost::default());
        let options = Options {
            address: "127.0.0.1:0".parse().unwrap(),
            folders,
            cookie_key: [7; 32],
            token: TOKEN.to_owned(),
            limits,
        };
        Instance {
            server: Server::start(options, Arc::<TestHost>::clone(&host)).unwrap(),
            store,
            host,
            _root: root,
        }
    }

    /// Stores records, and waits until they can be read.
    pub(crate) fn keep(&self, records: impl IntoIterator<Item = Record>) {
        for record in records {
            self.store.append(record).unwrap();
        }
        self.store.flush().unwrap();
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.server.address()
    }

    pub(crate) fn connect(&self) -> TcpStream {
        let socket = TcpStream::connect(self.address()).unwrap();
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        socket.set_write_timeout(Some(PATIENCE)).unwrap();
        socket
    }

    /// Sends a request on a connection of its own; the headers stand after `Host` and
    /// replace it where they name it.
    pub(crate) fn ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let mut text = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
        if !headers.iter().any(|(name, _)| *name == "Host") {
            text.push_str(&format!("Host: {}\r\n", self.address()));
        }
        if !body.is_empty() {
            text.push_str(&format!("Content-Length: {}\r\n", body.len()));
        }
        for (name, value) in headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        let mut socket = self.connect();
        write!(socket, "{text}\r\n{body}").unwrap();
        self.answer(socket)
    }

    /// Reads until the server closes.
    #[expect(
        clippy::unused_self,
        reason = "reads as what it is: this server's answer"
    )]
    pub(crate) fn answer(&self, mut socket: TcpStream) -> Answer {
        let mut bytes = Vec::new();
        // A server that refuses closes without reading on: what came before that counts.
        drop(socket.read_to_end(&mut bytes));
        Answer::parse(&bytes)
    }

    /// Asks with the token.
    pub(crate) fn get(&self, path: &str) -> Answer {
        let bearer = format!("Bearer {TOKEN}");
        self.ask("GET", path, &[("Authorization", &bearer)], "")
    }

    /// Asks with the token for what must be there.
    pub(crate) fn read(&self, path: &str) -> Value {
        let answer = self.get(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer.json()
    }

    /// Signs in with a one-time link; returns the `Cookie` header's value.
    pub(crate) fn sign_in(&self) -> String {
        let link = self.server.one_time_link();
        let origin = format!("http://{}", self.address());
        let answer = self.ask("GET", link.strip_prefix(&origin).unwrap(), &[], "");
        assert_eq!((answer.status, answer.header("location")), (303, Some("/")));
        let cookie = answer.header("set-cookie").unwrap();
        cookie.split(';').next().unwrap().to_owned()
    }
}

/// A person's browser.
pub(crate) struct Browser<'a> {
    instance: &'a Instance,
    cookie: String,
    origin: String,
}

impl Browser<'_> {
    pub(crate) fn new(instance: &Instance) -> Browser<'_> {
        Browser {
            cookie: instance.sign_in(),
            origin: format!("http://{}", instance.address()),
            instance,
        }
    }

    /// Sends what changes something, as the dashboard does.
    pub(crate) fn send(&self, method: &str, path: &str, body: &str) -> Answer {
        let headers = [
            ("Cookie", self.cookie.as_str()),
            ("Origin", self.origin.as_str()),
            ("X-Ringfence", "1"),
        ];
        self.instance.ask(method, path, &headers, body)
    }
}
