//! What every fuzz target checks, beside "no panic": run one with
//! `cargo +nightly fuzz run hook_claude_code`.
#![forbid(unsafe_code)]

pub mod wire;

use ringfence_agents::{
    Answer, Encoding, EntryKind, HistoryFormat, HistoryReader, HookState, Origin, Removal, Signal,
    Stamp, Tail,
};
use ringfence_detect::{Pack, Placeholders, Policy, RuleSet};
use ringfence_enrich::{Masker, NoLinks, Place};
use ringfence_event::{
    Action, AgentKind, DifferenceKind, Event, EventKey, Labels, Operation, Source, Timestamp, Tool,
    Verdict,
};
use std::sync::OnceLock;

/// Any payload gives an error or an event that survives JSON, and a reply in JSON.
///
/// # Panics
///
/// If it does not.
pub fn hook(agent: AgentKind, payload: &[u8]) {
    let stamp = Stamp {
        key: EventKey(uuid::Uuid::nil()),
        at: Timestamp(0),
        process: None,
    };
    let Ok(call) = ringfence_agents::read_hook(agent, payload, stamp) else {
        return;
    };
    let text = serde_json::to_string(&call.event).expect("an event is JSON");
    let again: Event = serde_json::from_str(&text).expect("an event survives JSON");
    assert_eq!(again.action.kind(), call.event.action.kind());
    let reason = call.event.moment.unwrap_or_default();
    for verdict in Verdict::ALL {
        let answer = Answer {
            verdict,
            reason: &reason,
            hint: "hint",
        };
        let reply = ringfence_agents::render(agent, &call.answer, &answer);
        assert!(
            reply.stdout.is_empty()
                || serde_json::from_str::<serde_json::Value>(&reply.stdout).is_ok()
        );
    }
}

/// Any bytes are told entry by entry, none is lost, and events and reader survive JSON.
///
/// # Panics
///
/// If they do not.
pub fn history(formats: &[HistoryFormat], bytes: &[u8]) {
    for format in formats {
        let origin = Origin {
            path: "/home/dev/above/folder/name.jsonl".to_owned(),
            time: Some(Timestamp(0)),
            cwd: None,
        };
        let mut reader = HistoryReader::new(*format, origin);
        let mut told = Vec::new();
        if format.kind() == EntryKind::Whole {
            reader.whole(bytes, &mut told);
        } else {
            let mut tail = Tail::new();
            tail.take(bytes, |line| reader.line(line, &mut told));
            tail.end(|line| reader.line(line, &mut told));
        }
        reader.finish(&mut told);
        let counts = reader.counts();
        let sum = counts.understood + counts.unknown + counts.too_long + counts.empty;
        assert_eq!(counts.entries, sum);
        let text = serde_json::to_string(&reader).expect("a reader is JSON");
        let again: HistoryReader = serde_json::from_str(&text).expect("a reader survives JSON");
        assert_eq!(again.counts(), counts);
        for one in told {
            let text = serde_json::to_string(&one.event).expect("an event is JSON");
            let again: Event = serde_json::from_str(&text).expect("an event survives JSON");
            assert_eq!(again.key, one.event.key);
        }
    }
}

/// Any body gives an error, or records that are all accounted for.
///
/// # Panics
///
/// If it does not.
pub fn telemetry(body: &[u8]) {
    for signal in [Signal::Logs, Signal::Traces, Signal::Metrics] {
        for encoding in [Encoding::Protobuf, Encoding::Json] {
            let read = ringfence_agents::read_telemetry(signal, encoding, body, Timestamp(0));
            if let Ok(found) = read {
                let sum = found.told + found.quiet + found.unknown + found.foreign;
                assert_eq!(found.records, sum);
            }
        }
    }
}

/// Pieces give the lines that the whole gives.
///
/// # Panics
///
/// If they do not.
pub fn tail(pieces: &[&[u8]]) {
    let lines = |pieces: &[&[u8]]| {
        let mut tail = Tail::new();
        let mut lines = Vec::new();
        for piece in pieces {
            tail.take(piece, |line| {
                lines.push((line.number, line.offset, line.bytes.to_vec(), line.missing));
            });
        }
        tail.end(|line| lines.push((line.number, line.offset, line.bytes.to_vec(), line.missing)));
        lines
    };
    assert_eq!(lines(pieces), lines(&[&pieces.concat()]));
}

/// Any settings file gives an error, or can be installed into twice with one result,
/// and left again.
///
/// # Panics
///
/// If it cannot.
pub fn settings(text: &str) {
    let program = "/usr/bin/ringfence";
    for agent in AgentKind::HOOKED {
        let Ok(once) = ringfence_agents::install(agent, Some(text), program) else {
            continue;
        };
        let twice = ringfence_agents::install(agent, Some(&once), program);
        assert_eq!(twice.as_deref(), Ok(once.as_str()));
        let out = ringfence_agents::uninstall(agent, &once).expect("what was put in goes out");
        if let Removal::Text(left) = out {
            let state = ringfence_agents::inspect(agent, Some(&left), program);
            assert_eq!(state, HookState::Absent);
        }
    }
}

/// Any two texts of a trusted file give few and short sentences, the weightiest first; a text beside
/// itself gives none, unless it cannot be read.
///
/// # Panics
///
/// If they do not.
pub fn trusted(text: &str) {
    let (old, new) = text.split_once('\0').unwrap_or(("", text));
    for file in ringfence_agents::watched_files() {
        let path = file.pattern.replace("**", "x").replace('*', "x");
        let found = ringfence_agents::compare(&path, file.kind, Some(old), Some(new));
        assert!(found.len() <= 25 && found.is_sorted_by_key(|one| one.kind));
        assert!(found.iter().all(|one| one.text.chars().count() < 1000));
        let same = ringfence_agents::compare(&path, file.kind, Some(new), Some(new));
        assert!(
            same.iter()
                .all(|one| one.kind == DifferenceKind::Unreadable)
        );
    }
    drop(ringfence_agents::watched_part("/home/a/.claude.json", new));
}

const FILE: &str = "fuzz.yml";

/// Any rule file gives rules and problems, each problem with its place; a file without problems
/// gives the same rules when it is loaded strictly.
///
/// # Panics
///
/// If it does not.
pub fn rules(text: &str) {
    let packs = [Pack { name: FILE, text }];
    let loaded = RuleSet::compile_lenient(&packs, &Placeholders::new());
    for problem in &loaded.problems {
        let report = problem.report();
        assert_eq!(report.file, FILE);
        assert!(report.line.is_none_or(|line| line >= 1) && !report.problem.is_empty());
    }
    let strict = RuleSet::compile(&packs);
    assert_eq!(strict.is_ok(), loaded.problems.is_empty());
    if let Ok(strict) = strict {
        assert_eq!(strict.rules().count(), loaded.rules.rules().count());
    }
    for lint in loaded.rules.lint() {
        assert!(loaded.rules.find(lint.rule.as_str()).is_some());
    }
}

/// Rules, a zero byte, a command line: the rules say the same of it one by one and all at once, and
/// the built-in rules say something of it, whatever it is.
///
/// # Panics
///
/// If they do not.
pub fn evaluation(text: &str) {
    static BUILTIN: OnceLock<RuleSet> = OnceLock::new();
    let (rules, line) = text.split_once('\0').unwrap_or(("", text));
    let event = shell_call(line);
    let policy = Policy::default();
    let packs = [Pack {
        name: FILE,
        text: rules,
    }];
    let set = RuleSet::compile_lenient(&packs, &Placeholders::new()).rules;
    let one_by_one = set.evaluate(&event, &policy);
    set.prepare();
    assert_eq!(set.evaluate(&event, &policy), one_by_one);

    let builtin = BUILTIN.get_or_init(|| {
        RuleSet::compile(ringfence_detect::builtin()).expect("the built-in rules are whole")
    });
    let ids: Vec<_> = builtin.rules().map(|rule| &rule.id).collect();
    for finding in builtin.evaluate(&event, &policy) {
        assert!(ids.contains(&&finding.rule));
    }
}

fn shell_call(line: &str) -> Event {
    let operation = Operation::Shell {
        command: line.to_owned(),
        argv: None,
        cwd: None,
    };
    let mut event = Event {
        key: EventKey(uuid::Uuid::nil()),
        at: Timestamp(0),
        source: Source::Hook,
        agent: Some(AgentKind::ClaudeCode),
        moment: None,
        session: None,
        call: None,
        process: None,
        cwd: Some("/home/dev/project".to_owned()),
        action: Action::ToolCall {
            tool: Tool {
                name: "Bash".to_owned(),
                operation,
                input: serde_json::Value::Null,
            },
        },
        labels: Labels::default(),
        rest: serde_json::Map::new(),
    };
    let place = Place {
        home: Some("/home/dev"),
        ..Place::default()
    };
    ringfence_enrich::enrich(&mut event, &place, &NoLinks, &Masker::new([0; 32]));
    event
}

/// Any configuration with MCP servers is wrapped and given back as it was, or is an error.
///
/// # Panics
///
/// If it is not.
pub fn mcp_servers(text: &[u8]) {
    let Ok(text) = std::str::from_utf8(text) else {
        return;
    };
    for agent in AgentKind::HOOKED {
        let Ok(already) = ringfence_agents::unwrap_mcp(agent, text) else {
            continue;
        };
        let wrapped = ringfence_agents::wrap_mcp(agent, text, "/opt/ring\"fence").expect("it was read");
        let undone = ringfence_agents::unwrap_mcp(agent, &wrapped.text).expect("it stays readable");
        if already.servers.is_empty() {
            assert_eq!(undone.text, text);
            assert_eq!(undone.servers, wrapped.servers);
        }
    }
}
