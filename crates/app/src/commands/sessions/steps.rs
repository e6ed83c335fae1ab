//! Steps of a session as lines for a terminal.
//!
//! **Invariant:** captured text never steers the terminal: it goes through [`visible`].

use crate::output::{self, BOLD, DIM, GREEN, YELLOW};
use anstyle::{AnsiColor, Style};
use jiff::tz::TimeZone;
use ringfence_event::{Outcome, Source, Timestamp, Verdict};
use ringfence_store::visible;
use ringfence_timeline::{Call, CameFrom, Note, Seen, Step, Taint, TaintKind, Turn, What, wanted};
use serde_json::Value;

/// Lines of a text that are shown, if not all are asked for.
const FEW_LINES: usize = 6;

/// Lines of a text that are shown at the most.
const MANY_LINES: usize = 400;

/// Letters of a line that are shown.
const LONGEST_LINE: usize = 300;

/// Things below a call that are shown.
const MOST_BELOW: usize = 12;

const CYAN: Style = AnsiColor::Cyan.on_default();
const RED: Style = AnsiColor::Red.on_default().bold();

/// What stands for a source.
pub(super) fn mark(source: Source) -> char {
    match source {
        Source::Hook => 'h',
        Source::Transcript => 't',
        Source::Telemetry => 'o',
        Source::Proxy => 'p',
        Source::Kernel => 'k',
        Source::Watcher => 'w',
        Source::Host => 'r',
    }
}

/// What the marks mean.
pub(super) const LEGEND: &str =
    "told by: h hook, t transcript, o telemetry, p proxy, k kernel, w watcher, r Ringfence";

/// The line that a turn begins with.
pub(super) fn turn_line(turn: &Turn) -> String {
    let name = match turn.number {
        0 => "Before the first prompt".to_owned(),
        number => format!("Turn {number}"),
    };
    let calls = turn
        .steps
        .iter()
        .filter(|step| step.call().is_some())
        .count();
    let calls = output::count(u64::try_from(calls).unwrap_or(u64::MAX), "call");
    let mut text = format!("\n{BOLD}{name}{BOLD:#}  {DIM}{calls}");
    if turn.spent.requests > 0 {
        text.push_str(&format!(", {}", super::cost_line(&turn.spent)));
    }
    text.push_str(&format!("{DIM:#}\n"));
    text
}

/// A step, with its lines.
pub(super) fn lines(step: &Step, full: bool) -> String {
    let marks: String = step.sources.iter().map(|source| mark(*source)).collect();
    let head = format!("{DIM}{} {marks:<4}{DIM:#} ", clock(step.at));
    let indent = if step.agent.is_some() { "  ┆ " } else { "" };
    let mut text = head + indent;
    match &step.what {
        What::Prompt { text: said } => {
            text.push_str(&format!("{GREEN}❯{GREEN:#} "));
            push_text(&mut text, said, full, BOLD);
        }
        What::Message { text: said } => {
            text.push_str("  ");
            push_text(&mut text, said, full, Style::new());
        }
        What::Thinking { text: said } => {
            text.push_str(&format!("{DIM}∴{DIM:#} "));
            push_text(&mut text, said, full, DIM);
        }
        What::Note { note, text: said } => push_note(&mut text, *note, said),
        What::Call(call) => push_call(&mut text, step, call, full),
    }
    for finding in &step.findings {
        text.push_str(&format!(
            "{MARGIN}{RED}▲{RED:#} {}  {}  {DIM}{} {}{DIM:#}\n",
            output::severity(finding.severity),
            visible(&finding.reason),
            finding.rule,
            finding.id
        ));
    }
    text
}

const MARGIN: &str = "                ";

fn push_note(text: &mut String, note: Note, said: &str) {
    let name = match note {
        Note::SessionStart => "session began",
        Note::SessionEnd => "session ended",
        Note::Model => "model",
        Note::PermissionMode => "permission mode",
        Note::Unguarded => "asks about nothing any more",
        Note::Compaction => "context shortened",
        Note::SubagentStart => "subagent began",
        Note::SubagentEnd => "subagent ended",
        Note::Notification => "told the user",
        Note::ConfigChange => "trusted file changed",
        Note::Deed => "seen by the kernel",
        Note::Lost => "not seen",
        Note::Hooks => "hooks",
        Note::Other => "Ringfence",
    };
    let style = match note {
        Note::Unguarded | Note::Lost | Note::Hooks => YELLOW,
        _ => DIM,
    };
    let said = shorten(&visible(said));
    let said = if said.is_empty() {
        said
    } else {
        format!(": {said}")
    };
    text.push_str(&format!("{style}— {name}{said}{style:#}\n"));
}

fn push_call(text: &mut String, step: &Step, call: &Call, full: bool) {
    let wanted = visible(&wanted(&call.tool));
    let wanted = if full { wanted } else { shorten(&wanted) };
    text.push_str(&format!(
        "{CYAN}▸{CYAN:#} {BOLD}{}{BOLD:#} {wanted}{}\n",
        visible(&call.tool.name),
        ending(step, call)
    ));
    for one in &call.came_from {
        let style = if one.origin.is_foreign() { YELLOW } else { DIM };
        let told = came_from(one);
        text.push_str(&format!("{MARGIN}{style}came from:{style:#} {told}\n"));
    }
    let told =
        step.verdict > Verdict::Allow || call.came_from.iter().any(|one| one.origin.is_foreign());
    for taint in &call.taints {
        if told || taint.kind == TaintKind::Secret {
            text.push_str(&format!("{MARGIN}{}\n", tainted(taint)));
        }
    }
    push_below(text, call);
    if full && !call.output.is_null() {
        let output = plain(&call.output);
        for line in output.lines().take(MANY_LINES) {
            text.push_str(&format!("{MARGIN}{DIM}│ {}{DIM:#}\n", visible(line)));
        }
    }
}

/// How a call went, in a few words.
fn ending(step: &Step, call: &Call) -> String {
    let mut parts = Vec::new();
    if step.verdict > Verdict::Allow {
        parts.push(output::verdict(step.verdict));
    }
    if call.asked {
        parts.push("asked the user".to_owned());
    }
    if let Some(decided) = &call.decided
        && !decided.accepted
    {
        let by = decided.by.as_deref().map(visible).unwrap_or_default();
        parts.push(format!("{YELLOW}refused{YELLOW:#} {by}"));
    }
    match call.outcome {
        Some(Outcome::Failure) => parts.push(format!("{YELLOW}failed{YELLOW:#}")),
        Some(Outcome::Success | Outcome::Unknown) | None => {}
    }
    if let Some(ended) = call.ended {
        let milliseconds = ended.0.saturating_sub(step.at.0) / 1000;
        if milliseconds >= 1000 {
            let seconds = milliseconds / 1000;
            parts.push(format!("{DIM}{seconds} s{DIM:#}"));
        }
    }
    if parts.is_empty() {
        return String::new();
    }
    format!("  {}", parts.join(", "))
}

/// What was seen below a call and not said, then what ran.
fn push_below(text: &mut String, call: &Call) {
    let unsaid = |seen: Seen| seen == Seen::Done;
    let mut lines: Vec<String> = Vec::new();
    for process in &call.processes {
        let code = process.code.filter(|code| *code != 0);
        let code = code.map_or_else(String::new, |code| format!(" → {code}"));
        lines.push(format!("ran {}{code}", shorten(&visible(&process.line))));
    }
    for file in call.files.iter().filter(|file| unsaid(file.seen)) {
        let unsaid = format!("{} {}", file.access.name(), visible(&file.path));
        lines.push(format!("{YELLOW}{unsaid}{YELLOW:#}"));
    }
    for host in call.hosts.iter().filter(|host| unsaid(host.seen)) {
        lines.push(format!("{YELLOW}reached {}{YELLOW:#}", visible(&host.host)));
    }
    let more = lines.len().saturating_sub(MOST_BELOW);
    for line in lines.iter().take(MOST_BELOW) {
        text.push_str(&format!("{MARGIN}{DIM}└ {line}{DIM:#}\n"));
    }
    let more = u64::try_from(more)
        .unwrap_or(u64::MAX)
        .saturating_add(call.more);
    if more > 0 {
        text.push_str(&format!("{MARGIN}{DIM}└ and {more} more{DIM:#}\n"));
    }
}

/// `web page https://… line 12, event 7: “curl …”`.
pub(in crate::commands) fn came_from(one: &CameFrom) -> String {
    format!(
        "{} {} line {}, event {}: “{}”",
        one.origin.title(),
        shorten(&visible(&one.name)),
        one.line,
        one.event,
        shorten(&visible(&one.piece))
    )
}

/// `after: words that give orders, event 7: “…”`.
pub(in crate::commands) fn tainted(taint: &Taint) -> String {
    let what = match taint.kind {
        TaintKind::Injection => "after words that give orders",
        TaintKind::Secret => "sends a secret that was read before",
    };
    format!(
        "{YELLOW}{what}{YELLOW:#}, event {}: “{}”",
        taint.event,
        shorten(&visible(&taint.text))
    )
}

fn push_text(text: &mut String, said: &str, full: bool, style: Style) {
    let most = if full { MANY_LINES } else { FEW_LINES };
    let all: Vec<&str> = said.trim().lines().collect();
    for (place, line) in all.iter().take(most).enumerate() {
        if place > 0 {
            text.push_str(MARGIN);
            text.push_str("  ");
        }
        let line = visible(line);
        let line = if full { line } else { shorten(&line) };
        text.push_str(&format!("{style}{line}{style:#}\n"));
    }
    match all.len().saturating_sub(most) {
        0 if all.is_empty() => text.push('\n'),
        0 => {}
        more => {
            let more = output::count(u64::try_from(more).unwrap_or(u64::MAX), "more line");
            text.push_str(&format!("{MARGIN}  {DIM}… {more}{DIM:#}\n"));
        }
    }
}

fn shorten(line: &str) -> String {
    let mut letters = line.chars();
    let short: String = letters.by_ref().take(LONGEST_LINE).collect();
    if letters.next().is_some() {
        return format!("{short}…");
    }
    short
}

/// What a tool gave back, as people read it.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Object(fields) => {
            let streams = ["stdout", "stderr"].map(|name| fields.get(name).and_then(Value::as_str));
            match streams {
                [Some(out), error] => {
                    let error = error.filter(|error| !error.is_empty()).unwrap_or_default();
                    format!("{out}{}{error}", if error.is_empty() { "" } else { "\n" })
                }
                _ => serde_json::to_string_pretty(value).unwrap_or_default(),
            }
        }
        Value::Null => String::new(),
        other => serde_json::to_string_pretty(other).unwrap_or_default(),
    }
}

/// The time of day, in the user's time zone.
fn clock(at: Timestamp) -> String {
    let moment = jiff::Timestamp::from_microsecond(at.0);
    moment.map_or_else(
        |_| at.to_string(),
        |moment| {
            let local = moment.to_zoned(TimeZone::system());
            local.strftime("%H:%M:%S").to_string()
        },
    )
}

#[cfg(test)]
mod tests;
