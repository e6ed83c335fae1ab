//! A session as a page that loads nothing and runs nothing.
//!
//! **Invariant:** captured text goes through [`Html::text`] and is nothing but text; attributes hold
//! only numbers and words of ours. The policy in the head forbids all but the style that stands there.

use crate::commands::sessions::steps::plain;
use crate::commands::sessions::{cost_line, number};
use crate::output::count;
use jiff::tz::TimeZone;
use ringfence_event::{Finding, Operation, Outcome, Severity, Timestamp, Verdict};
use ringfence_store::{SessionSummary, visible};
use ringfence_timeline::{
    Call, CameFrom, Facts, Note, Seen, Step, Taint, TaintKind, Turn, What, wanted,
};

/// The style, and the hash by which the page's policy knows it (CSP level 3, base64 of SHA-256).
const STYLE: &str = include_str!("style.css");
const STYLE_HASH: &str = "sha256-5In8UiCdxN6MYEZVyokw+tUeo3qlfreGcufa23el0Is=";

/// Things below a call that are shown.
const MOST_BELOW: usize = 40;

/// Findings that are named at the top.
const MOST_ALARMS: usize = 12;

/// Letters of a prompt in the list of turns.
const PROMPT_LETTERS: usize = 80;

/// What the page is about.
pub(super) struct About<'a> {
    pub(super) summary: &'a SessionSummary,
    pub(super) facts: &'a Facts,
}

/// A page that is being written.
pub(super) struct HtmlPage {
    html: Html,
    /// What the list of turns shows.
    rail: Vec<RailTurn>,
    alarms: Vec<(i64, Finding)>,
    agent: String,
    open: bool,
}

struct RailTurn {
    number: u64,
    prompt: String,
    calls: usize,
    worst: Option<&'static str>,
    tainted: bool,
}

#[derive(Default)]
struct Html(String);

impl Html {
    /// Adds markup of ours.
    fn raw(&mut self, markup: &str) {
        self.0.push_str(markup);
    }

    /// Adds captured text: what would steer or hide is spelled out, and nothing is markup.
    fn text(&mut self, text: &str) {
        for (place, line) in text.split('\n').enumerate() {
            if place > 0 {
                self.0.push('\n');
            }
            for letter in visible(&line.replace('\t', "    ")).chars() {
                match letter {
                    '&' => self.0.push_str("&amp;"),
                    '<' => self.0.push_str("&lt;"),
                    '>' => self.0.push_str("&gt;"),
                    '"' => self.0.push_str("&quot;"),
                    '\'' => self.0.push_str("&#39;"),
                    other => self.0.push(other),
                }
            }
        }
    }

    /// Adds an element with captured text in it.
    fn element(&mut self, name: &str, class: &str, text: &str) {
        let class = if class.is_empty() {
            String::new()
        } else {
            format!(" class=\"{class}\"")
        };
        self.raw(&format!("<{name}{class}>"));
        self.text(text);
        self.raw(&format!("</{name}>"));
    }
}

impl HtmlPage {
    /// Begins with the head and what is known of the session as a whole.
    pub(super) fn begin(about: &About<'_>) -> HtmlPage {
        let summary = about.summary;
        let cwd = summary.cwd.as_deref().unwrap_or_default();
        let project = cwd.rsplit('/').find(|part| !part.is_empty());
        let agent = summary.agent.map_or("Agent", |agent| agent.title());
        let title = project.unwrap_or(agent);
        let mut html = Html::default();
        html.raw("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">");
        html.raw(&format!(
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
             style-src '{STYLE_HASH}'; base-uri 'none'; form-action 'none'\">"
        ));
        html.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
        html.raw("<meta name=\"referrer\" content=\"no-referrer\">");
        html.element("title", "", &format!("{title}: a session of {agent}"));
        html.raw(&format!("<style>{STYLE}</style></head><body>\n"));
        html.raw("<header class=\"head\"><div>");
        html.element("h1", "", title);
        html.raw("<p class=\"dim\">");
        html.text(&format!("{agent} in {cwd}, {}", moment(summary.first)));
        html.raw("</p>");
        html.element("p", "faint mono", summary.session.as_str());
        html.raw("</div>");
        numbers(&mut html, about);
        html.raw("</header>\n<div class=\"page\"><main class=\"story\">\n");
        HtmlPage {
            html,
            rail: Vec::new(),
            alarms: Vec::new(),
            agent: agent.to_owned(),
            open: false,
        }
    }

    /// What was written since the last time.
    pub(super) fn take(&mut self) -> String {
        std::mem::take(&mut self.html.0)
    }

    /// Adds a turn, or what goes on of it.
    pub(super) fn turn(&mut self, turn: &Turn) {
        let goes_on = self
            .rail
            .last()
            .is_some_and(|last| last.number == turn.number);
        if !goes_on {
            self.close();
            self.open(turn);
        }
        for step in &turn.steps {
            self.step(step);
            self.note_in_rail(step);
        }
    }

    fn open(&mut self, turn: &Turn) {
        let number = turn.number;
        self.html.raw(&format!(
            "<section class=\"turn\" id=\"turn-{number}\"><h2><b>"
        ));
        self.html.raw(&match number {
            0 => "Before the first prompt".to_owned(),
            number => format!("Turn {number}"),
        });
        self.html.raw("</b><span>");
        let mut parts = vec![moment(turn.began)];
        if turn.spent.requests > 0 {
            parts.push(cost_line(&turn.spent));
        }
        self.html.text(&parts.join(", "));
        self.html.raw("</span></h2>\n");
        self.open = true;
        self.rail.push(RailTurn {
            number,
            prompt: String::new(),
            calls: 0,
            worst: None,
            tainted: false,
        });
    }

    fn close(&mut self) {
        if std::mem::take(&mut self.open) {
            self.html.raw("</section>\n");
        }
    }

    fn note_in_rail(&mut self, step: &Step) {
        let worst = step.findings.iter().max_by_key(|finding| finding.severity);
        let event = step.events.first().copied().unwrap_or_default();
        for finding in &step.findings {
            if finding.verdict > Verdict::Allow && self.alarms.len() < MOST_ALARMS {
                self.alarms.push((event, finding.clone()));
            }
        }
        let Some(turn) = self.rail.last_mut() else {
            return;
        };
        if let (What::Prompt { text }, None, true) =
            (&step.what, &step.agent, turn.prompt.is_empty())
        {
            let line: Vec<&str> = text.split_whitespace().collect();
            turn.prompt = line.join(" ").chars().take(PROMPT_LETTERS).collect();
        }
        if let Some(worst) = worst {
            turn.worst = Some(worst.severity.name());
        }
        if let Some(call) = step.call() {
            turn.calls += 1;
            turn.tainted |=
                !call.taints.is_empty() || call.came_from.iter().any(|one| one.origin.is_foreign());
        }
    }

    /// Ends with the list of turns and where the page came from.
    pub(super) fn end(&mut self) {
        self.close();
        self.html
            .raw("</main>\n<nav class=\"rail\" aria-label=\"Turns\"><h2>Turns</h2><ol>");
        for turn in std::mem::take(&mut self.rail) {
            let class = if turn.tainted {
                " class=\"tainted\""
            } else {
                ""
            };
            let number = turn.number;
            self.html.raw(&format!(
                "<li><a{class} href=\"#turn-{number}\"><span class=\"mono faint\">{number}</span>"
            ));
            let prompt = match (turn.prompt.as_str(), number) {
                ("", 0) => "Before the first prompt",
                ("", _) => "(no words)",
                (prompt, _) => prompt,
            };
            self.html.element("span", "cut", prompt);
            match turn.worst {
                Some(worst) => self.html.raw(&format!("<span class=\"{worst}\">▲</span>")),
                None => self
                    .html
                    .element("span", "mono faint", &turn.calls.to_string()),
            }
            self.html.raw("</a></li>");
        }
        self.html.raw("</ol></nav></div>\n");
        self.found();
        self.html.raw(
            "<footer class=\"foot\">Written by Ringfence. Secrets are masked, the home directory is \
             <code>~</code>. This page loads nothing and runs nothing.</footer>\n</body></html>\n",
        );
    }

    fn found(&mut self) {
        if self.alarms.is_empty() {
            return;
        }
        let worst = self.alarms.iter().map(|(_, finding)| finding.severity);
        let worst = worst.max().map_or("", Severity::name);
        self.html.raw(&format!(
            "<aside class=\"alarm {worst}\" aria-label=\"What was found\">"
        ));
        self.html.raw("<h3>What was found</h3><ul>");
        for (event, finding) in std::mem::take(&mut self.alarms) {
            let severity = finding.severity.name();
            self.html.raw(&format!(
                "<li><span class=\"{severity} mark\">▲ {severity}</span> <a href=\"#e{event}\">"
            ));
            self.html.text(&finding.title);
            self.html.raw("</a> ");
            self.html.element("span", "dim", &finding.reason);
            self.html.raw("</li>");
        }
        self.html.raw("</ul></aside>");
    }

    fn step(&mut self, step: &Step) {
        match &step.what {
            What::Note { note, text } => self.note(step, *note, text),
            What::Prompt { text } => self.words(step, "You", "prompt", text),
            What::Message { text } => {
                let agent = self.agent.clone();
                self.words(step, &agent, "", text);
            }
            What::Thinking { text } => {
                self.begin_step(step, "");
                self.html.raw("<details><summary>Thinking</summary>");
                self.html.element("p", "said dim", text);
                self.html.raw("</details>");
                self.end_step(step);
            }
            What::Call(call) => self.call(step, call),
        }
    }

    fn begin_step(&mut self, step: &Step, class: &str) {
        let below = if step.agent.is_some() { " below" } else { "" };
        let mut events = step.events.iter();
        let event = events.next().copied().unwrap_or_default();
        self.html.raw(&format!(
            "<article class=\"step {class}{below}\" id=\"e{event}\">"
        ));
        // Other places lead to each event that told of it.
        for event in events {
            self.html
                .raw(&format!("<i class=\"also\" id=\"e{event}\"></i>"));
        }
    }

    /// Ends a step with what was found about it.
    fn end_step(&mut self, step: &Step) {
        for finding in &step.findings {
            let severity = finding.severity.name();
            self.html.raw(&format!(
                "<p class=\"finding\"><b class=\"{severity}\">▲ {severity}</b>"
            ));
            self.html.text(&finding.reason);
            self.html.raw(" ");
            self.html
                .element("span", "faint mono", finding.rule.as_str());
            self.html.raw("</p>");
        }
        self.html.raw("</article>\n");
    }

    /// Who, how it is known, and when.
    fn who(&mut self, step: &Step) {
        if let Some(agent) = &step.agent {
            self.html
                .element("span", "faint", &format!("subagent {agent}"));
        }
        self.html.raw("<span class=\"sources\">");
        for source in &step.sources {
            self.html.raw(&format!("<i>{}</i>", source.name()));
        }
        self.html.raw("</span>");
        self.html.element("span", "at mono", &clock(step.at));
    }

    fn words(&mut self, step: &Step, who: &str, class: &str, text: &str) {
        self.begin_step(step, class);
        self.html.raw("<div class=\"who\">");
        self.html.element("b", "", who);
        self.who(step);
        self.html.raw("</div>");
        self.html.element("p", "said", text.trim());
        self.end_step(step);
    }

    fn note(&mut self, step: &Step, note: Note, text: &str) {
        let (name, warns) = match note {
            Note::SessionStart => ("Session began", false),
            Note::SessionEnd => ("Session ended", false),
            Note::Model => ("Model", false),
            Note::PermissionMode => ("Permission mode", false),
            Note::Unguarded => ("Asks about nothing any more", true),
            Note::Compaction => ("Context shortened", false),
            Note::SubagentStart => ("Subagent began", false),
            Note::SubagentEnd => ("Subagent ended", false),
            Note::Notification => ("Told the user", false),
            Note::ConfigChange => ("Trusted file changed", true),
            Note::Deed => ("Seen by the kernel", false),
            Note::Lost => ("Not seen", true),
            Note::Hooks => ("Hooks", true),
            Note::Other => ("Ringfence", false),
        };
        let warns = if warns { " warns" } else { "" };
        self.begin_step(step, &format!("note{warns}"));
        self.html.element("span", "", name);
        self.html.element("span", "", text);
        self.html.element("span", "at mono", &clock(step.at));
        self.end_step(step);
    }

    fn call(&mut self, step: &Step, call: &Call) {
        self.begin_step(step, "call");
        self.html.raw("<div class=\"who\">");
        self.html.element("b", "", &call.tool.name);
        self.ending(step, call);
        self.who(step);
        self.html.raw("</div>");
        let below = below(call);
        if below.is_empty() {
            self.html.raw("<div class=\"one\">");
            self.said(call);
            self.html.raw("</div>");
        } else {
            self.html.raw("<div class=\"two\"><div><h3>It said</h3>");
            self.said(call);
            self.html
                .raw("</div><div><h3>It did</h3><ul class=\"did\">");
            for (verb, what, unsaid) in below.iter().take(MOST_BELOW) {
                let class = if *unsaid { " class=\"unsaid\"" } else { "" };
                self.html.raw(&format!("<li{class}><span>{verb}</span>"));
                self.html.element("code", "", what);
                self.html.raw("</li>");
            }
            let more = below.len().saturating_sub(MOST_BELOW);
            let more = u64::try_from(more)
                .unwrap_or(u64::MAX)
                .saturating_add(call.more);
            if more > 0 {
                self.html
                    .raw(&format!("<li><span>and</span>{more} more</li>"));
            }
            self.html.raw("</ul></div></div>");
        }
        for one in &call.came_from {
            self.came_from(one);
        }
        for taint in &call.taints {
            self.taint(taint);
        }
        let output = plain(&call.output);
        if !output.trim().is_empty() {
            let lines = u64::try_from(output.lines().count()).unwrap_or(u64::MAX);
            self.html.raw("<details><summary>It gave back ");
            self.html.text(&count(lines, "line"));
            self.html.raw("</summary>");
            self.html.element("pre", "", output.trim_end());
            self.html.raw("</details>");
        }
        self.end_step(step);
    }

    fn ending(&mut self, step: &Step, call: &Call) {
        let (class, word) = match (step.verdict, call.outcome) {
            (Verdict::Deny, _) => ("critical", "denied"),
            (Verdict::Ask, _) => ("medium", "asked"),
            (Verdict::Alert, _) => ("medium", "alert"),
            (Verdict::Allow, Some(Outcome::Failure)) => ("medium", "failed"),
            (Verdict::Allow, _) => ("", ""),
        };
        if !word.is_empty() {
            self.html
                .raw(&format!("<span class=\"mark {class}\">{word}</span>"));
        }
        if let Some(decided) = &call.decided
            && !decided.accepted
        {
            self.html
                .raw("<span class=\"medium\">refused by the agent</span>");
        }
        if let Some(ended) = call.ended {
            let milliseconds = ended.0.saturating_sub(step.at.0) / 1000;
            if milliseconds > 0 {
                self.html.element("span", "faint", &span(milliseconds));
            }
        }
    }

    /// What a call said it would do.
    fn said(&mut self, call: &Call) {
        if let Operation::Write { changes } = &call.tool.operation {
            for change in changes {
                self.html.element("pre", "dim", &change.path);
                if let Some(text) = &change.text {
                    self.html.element("pre", "added", text.trim_end());
                }
            }
            return;
        }
        self.html.element("pre", "", &wanted(&call.tool));
        let described = call.tool.input.get("description");
        if let Some(described) = described.and_then(serde_json::Value::as_str) {
            self.html.element("p", "faint", described);
        }
    }

    fn came_from(&mut self, one: &CameFrom) {
        let own = if one.origin.is_foreign() { "" } else { " own" };
        self.html
            .raw(&format!("<p class=\"from{own}\">Came from: "));
        self.html.text(&format!("{} ", one.origin.title()));
        self.html.element("b", "", &one.name);
        self.html.raw(&format!(
            ", line {}, <a href=\"#e{}\">event {}</a>: ",
            one.line, one.event, one.event
        ));
        self.html.element("code", "", &one.piece);
        self.html.raw("</p>");
    }

    fn taint(&mut self, taint: &Taint) {
        let what = match taint.kind {
            TaintKind::Injection => "After words that give orders",
            TaintKind::Secret => "Sends a secret that was read before",
        };
        self.html.raw(&format!(
            "<p class=\"from\">{what}, <a href=\"#e{}\">event {}</a>: ",
            taint.event, taint.event
        ));
        self.html.element("code", "", &taint.text);
        self.html.raw("</p>");
    }
}

/// What a session came to.
fn numbers(html: &mut Html, about: &About<'_>) {
    let counts = &about.facts.counts;
    let spent = &about.facts.spent;
    let seconds = about.summary.last.0.saturating_sub(about.summary.first.0) / 1000;
    let mut all = vec![
        ("duration", span(seconds)),
        ("turns", number(counts.turns)),
        ("tool calls", number(counts.calls)),
        ("denied", number(counts.denied)),
    ];
    if spent.requests > 0 {
        let tokens = [
            spent.input,
            spent.output,
            spent.cache_read,
            spent.cache_write,
        ];
        let tokens = tokens.into_iter().fold(0, u64::saturating_add);
        all.push(("tokens", number(tokens)));
        all.push(("cost, at list prices", spent.cost.to_string()));
    }
    html.raw("<dl class=\"numbers\">");
    for (name, value) in all {
        html.raw("<div>");
        html.element("dd", "", &value);
        html.element("dt", "", name);
        html.raw("</div>");
    }
    html.raw("</dl>");
}

/// What ran and was touched below a call: a verb, what, and whether nobody had said so.
fn below(call: &Call) -> Vec<(&'static str, String, bool)> {
    let mut all = Vec::new();
    for process in &call.processes {
        let code = process.code.filter(|code| *code != 0);
        let code = code.map_or_else(String::new, |code| format!(" → {code}"));
        all.push(("ran", format!("{}{code}", process.line), false));
    }
    for file in call.files.iter().filter(|file| file.seen != Seen::Said) {
        all.push((
            file.access.name(),
            file.path.clone(),
            file.seen == Seen::Done,
        ));
    }
    for host in call.hosts.iter().filter(|host| host.seen != Seen::Said) {
        all.push(("reached", host.host.clone(), host.seen == Seen::Done));
    }
    all
}

fn span(milliseconds: i64) -> String {
    match milliseconds {
        ..1000 => format!("{milliseconds} ms"),
        1000..120_000 => format!("{} s", milliseconds / 1000),
        120_000..7_200_000 => format!("{} min", milliseconds / 60_000),
        _ => format!("{} h", milliseconds / 3_600_000),
    }
}

/// Day and time, in the user's time zone.
fn moment(at: Timestamp) -> String {
    shown(at, "%Y-%m-%d %H:%M")
}

fn clock(at: Timestamp) -> String {
    shown(at, "%H:%M:%S")
}

fn shown(at: Timestamp, format: &str) -> String {
    let moment = jiff::Timestamp::from_microsecond(at.0);
    moment.map_or_else(
        |_| at.to_string(),
        |moment| {
            let local = moment.to_zoned(TimeZone::system());
            local.strftime(format).to_string()
        },
    )
}

#[cfg(test)]
mod tests;
