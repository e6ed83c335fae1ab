//! `cargo bench -p ringfence-app --bench rules`: what judging costs on this machine, from an agent's
//! payload to the findings, with few and many rules. Prints Markdown. Times are of the processor, except for single decisions.
#![forbid(unsafe_code)]
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a benchmark prints its result, and ends where it cannot go on"
)]

use ringfence_agents::Stamp;
use ringfence_detect::{Pack, Policy, RuleSet, Sessions, builtin};
use ringfence_enrich::{Masker, NoLinks, Place};
use ringfence_event::{AgentKind, Event, EventKey, SessionId, Timestamp};
use serde_json::{Value, json};
use std::hint::black_box;
use std::time::Instant;
use uuid::Uuid;

/// Ordinary command lines of our own corpus.
const COMMANDS: &str = include_str!("../../../tests/corpus/benign.jsonl");
/// The programs that made-up rules speak of.
const PROGRAMS: [&str; 10] = [
    "curl", "git", "bash", "python3", "tar", "ssh", "find", "npm", "docker", "sed",
];
/// How many events are judged for one figure.
const EVENTS: usize = 20_000;
/// Sessions that are open at once.
const SESSIONS: usize = 200;

fn main() {
    let few = rules(500);
    let many = rules(5000);
    let calls = simple_calls();
    let commands = shell_calls();
    println!("| payload to findings | per second of one core | aim |\n| --- | --- | --- |");
    let mut per_event = Vec::new();
    for (name, payloads, aim) in [
        ("simple tool call", &calls, "200,000"),
        ("typical shell command", &commands, "50,000"),
    ] {
        for (count, rules) in [(500, &few), (5000, &many)] {
            let rate = rate(payloads, |payload| {
                black_box(judge(rules, payload));
            });
            per_event.push(rate);
            println!("| {name}, {count} rules | {rate:.0} | {aim} |");
        }
    }
    for (name, pair) in ["simple tool call", "shell command"]
        .iter()
        .zip(per_event.chunks(2))
    {
        let slower = pair.first().unwrap_or(&0.0) / pair.get(1).unwrap_or(&1.0);
        println!("| {name}, 5,000 rules take so many times as long as 500 | {slower:.2} | 1.5 |");
    }
    println!();
    parts("simple tool call", &few, &calls);
    parts("shell command", &few, &commands);
    beside_sigma_rust(&commands);
    single_decisions(&few, &commands);
    sessions(&few, &commands);
}

/// The built-in rules, filled up with rules of the usual kind that have words of their own.
fn rules(count: usize) -> RuleSet {
    let shipped = RuleSet::compile(builtin())
        .expect("the built-in rules")
        .rules()
        .count();
    let more = stock(count - shipped);
    let mut packs = builtin().to_vec();
    packs.extend(more.iter().map(|text| as_pack(text)));
    let rules = RuleSet::compile(&packs).expect("rules");
    assert_eq!(rules.rules().count(), count);
    rules.prepare();
    rules
}

fn as_pack(text: &str) -> Pack<'_> {
    let name = "made-up.yml";
    Pack { name, text }
}

/// Rules for process creation, as people write them.
fn stock(count: usize) -> Vec<String> {
    (0..count)
        .map(|number| {
            let program = PROGRAMS.get(number % PROGRAMS.len()).unwrap_or(&"sh");
            format!(
                "title: Made up {number}
logsource:
  product: linux
  category: process_creation
detection:
  program:
    Image|endswith: /{program}
  words:
    CommandLine|contains:
      - '--unusual-{number}'
      - 'word{number}x'
  shown:
    CommandLine|contains|all:
      - ' --help'
      - '{number}'
  condition: program and words and not shown
level: medium"
            )
        })
        .collect()
}

fn payload(tool: &str, input: &Value, number: usize) -> Vec<u8> {
    let document = json!({
        "session_id": format!("session-{}", number % SESSIONS), "transcript_path": "/dev/null",
        "cwd": "/home/dev/project", "permission_mode": "default", "hook_event_name": "PreToolUse",
        "tool_name": tool, "tool_input": input, "tool_use_id": format!("call-{number}"),
    });
    document.to_string().into_bytes()
}

fn simple_calls() -> Vec<Vec<u8>> {
    (0..1000)
        .map(|number| {
            let path = format!("/home/dev/project/src/part{number}/file.rs");
            payload("Read", &json!({ "file_path": path }), number)
        })
        .collect()
}

fn shell_calls() -> Vec<Vec<u8>> {
    let lines = COMMANDS.lines().map(|line| {
        let row: Value = serde_json::from_str(line).expect("a row");
        row.get("text")
            .and_then(Value::as_str)
            .expect("a text")
            .to_owned()
    });
    let calls = lines.enumerate();
    calls
        .map(|(number, command)| payload("Bash", &json!({ "command": command }), number))
        .collect()
}

fn read(payload: &[u8]) -> Event {
    let stamp = Stamp {
        key: EventKey(Uuid::nil()),
        at: Timestamp(0),
        process: None,
    };
    let call = ringfence_agents::read_hook(AgentKind::ClaudeCode, payload, stamp);
    call.expect("a payload that can be read").event
}

fn enriched(payload: &[u8]) -> Event {
    thread_local! {
        static MASKER: Masker = Masker::new([0; 32]);
    }
    let place = Place {
        cwd: None,
        home: Some("/home/dev"),
        guard: &[],
        trusted: &[],
        canaries: None,
    };
    let mut event = read(payload);
    MASKER.with(|masker| ringfence_enrich::enrich(&mut event, &place, &NoLinks, masker));
    event
}

fn judge(rules: &RuleSet, payload: &[u8]) -> usize {
    let event = enriched(payload);
    rules.evaluate(&event, &Policy::default()).len()
}

/// Seconds of the processor that this thread has had (`/proc/thread-self/schedstat`, proc(5)).
fn processor() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux");
    let first = text
        .split(' ')
        .next()
        .and_then(|word| word.parse::<f64>().ok());
    first.expect("nanoseconds") / 1e9
}

/// How many are done per second of the processor.
fn rate<T>(all: &[T], mut work: impl FnMut(&T)) -> f64 {
    for one in all {
        work(one);
    }
    let before = processor();
    for one in all.iter().cycle().take(EVENTS) {
        work(one);
    }
    EVENTS as f64 / (processor() - before)
}

/// Where the time of an event goes.
fn parts(name: &str, rules: &RuleSet, payloads: &[Vec<u8>]) {
    let micros = |rate: f64| 1e6 / rate;
    let reading = micros(rate(payloads, |payload| {
        black_box(read(payload));
    }));
    let labelled = micros(rate(payloads, |payload| {
        black_box(enriched(payload));
    }));
    let events: Vec<Event> = payloads.iter().map(|payload| enriched(payload)).collect();
    let matching = micros(rate(&events, |event| {
        black_box(rules.evaluate(event, &Policy::default()));
    }));
    println!(
        "Of a {name}: {reading:.1} µs reading, {:.1} µs labels and secrets, {matching:.1} µs matching 500 rules.",
        labelled - reading
    );
}

/// The same 500 rules on the same commands, matched by us and by `sigma-rust`. Only matching is
/// compared: their events are made before, as they want them.
fn beside_sigma_rust(payloads: &[Vec<u8>]) {
    let stock = stock(500);
    let packs: Vec<Pack<'_>> = stock.iter().map(|text| as_pack(text)).collect();
    let ours = RuleSet::compile(&packs).expect("rules");
    ours.prepare();
    let theirs: Vec<sigma_rust::Rule> = (stock.iter())
        .map(|text| sigma_rust::rule_from_yaml(text).expect("a rule"))
        .collect();
    let mut payloads = payloads.to_vec();
    for (number, program) in PROGRAMS.iter().enumerate() {
        let command = json!({ "command": format!("{program} --unusual-{number}") });
        payloads.push(payload("Bash", &command, number));
    }
    let events: Vec<Event> = payloads.iter().map(|payload| enriched(payload)).collect();
    let flat: Vec<Vec<sigma_rust::Event>> = events.iter().map(flattened).collect();
    let their_matches = |commands: &Vec<sigma_rust::Event>| -> usize {
        let matches = |rule: &&sigma_rust::Rule| commands.iter().any(|one| rule.is_match(one));
        theirs.iter().filter(matches).count()
    };
    let our_matches = |event: &Event| ours.evaluate(event, &Policy::default()).len();
    let (all, all_theirs): (usize, usize) = (
        events.iter().map(our_matches).sum(),
        flat.iter().map(their_matches).sum(),
    );
    assert_eq!((all, all_theirs), (PROGRAMS.len(), PROGRAMS.len()));
    let our_rate = rate(&events, |event| {
        black_box(our_matches(event));
    });
    let before = processor();
    for commands in &flat {
        black_box(their_matches(commands));
    }
    let their_rate = flat.len() as f64 / (processor() - before);
    println!(
        "Matching 500 made-up rules: {:.1} µs a shell command; sigma-rust {:.1} µs, {:.0} times as long.",
        1e6 / our_rate,
        1e6 / their_rate,
        our_rate / their_rate
    );
}

/// The programs of a command line as `sigma-rust` wants events.
fn flattened(event: &Event) -> Vec<sigma_rust::Event> {
    let commands = event.labels.commands.iter();
    let flat = commands.map(|command| {
        let fields = json!({
            "Image": format!("/usr/bin/{}", command.program), "CommandLine": command.line,
            "CurrentDirectory": event.cwd,
        });
        sigma_rust::event_from_json(&fields.to_string()).expect("an event")
    });
    flat.collect()
}

/// How long single decisions take, by the clock on the wall, which other work makes longer.
fn single_decisions(rules: &RuleSet, payloads: &[Vec<u8>]) {
    let mut times: Vec<f64> = (payloads.iter().cycle().take(EVENTS))
        .map(|payload| {
            let before = Instant::now();
            black_box(judge(rules, payload));
            before.elapsed().as_secs_f64() * 1000.0
        })
        .collect();
    times.sort_by(f64::total_cmp);
    let at = |hundredths: usize| times.get(times.len() * hundredths / 100).copied();
    println!(
        "One decision with 500 rules: median {:.3} ms, p99 {:.3} ms (aim 1 ms).",
        at(50).unwrap_or_default(),
        at(99).unwrap_or_default()
    );
}

/// What sequences cost and remember.
fn sessions(rules: &RuleSet, payloads: &[Vec<u8>]) {
    let policy = Policy::default();
    let mut sessions = Sessions::new();
    let events: Vec<Event> = payloads.iter().map(|payload| enriched(payload)).collect();
    let mut number = 0u32;
    let followed = rate(&events, |event| {
        let mut event = event.clone();
        event.key = EventKey(Uuid::from_u128(number.into()));
        event.session = Some(SessionId(format!("session-{}", number as usize % SESSIONS)));
        event.at = Timestamp(i64::from(number) * 100_000);
        number += 1;
        let (_, steps) = rules.evaluate_with_steps(&event, &policy);
        black_box(rules.observe(&mut sessions, &event, &steps));
    });
    let (bytes, open) = sessions.size();
    println!(
        "Matching and sequences together: {:.1} µs. Memory of an open session: {:.1} KiB ({open} sessions of {} calls each).",
        1e6 / followed,
        bytes as f64 / 1024.0 / open as f64,
        EVENTS / SESSIONS
    );
}
