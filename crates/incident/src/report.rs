//! An incident as a text for a ticket, and as one page that needs nothing else.
//!
//! **Invariant:** captured text is only ever text: in Markdown it stands in code, in HTML it is escaped,
//! and the page may load nothing and run nothing.

use crate::{Incident, Lane, Status};
use ringfence_store::visible;
use std::fmt::Write;

/// The page's looks; both themes follow the system.
const STYLE: &str = include_str!("report.css");

/// Returns the incident in Markdown (`CommonMark` 0.31).
pub fn markdown(incident: &Incident, status: Status) -> String {
    let mut text = format!(
        "# {}\n\n{} · {} · {} · incident `{}`\n\n{}\n",
        plain(&incident.title),
        incident.severity.name(),
        incident.verdict.name(),
        status.name().replace('_', " "),
        incident.id,
        plain(&incident.narrative.join(" ")),
    );
    text.push_str("\n## Facts\n\n");
    for (name, value) in rows(incident) {
        let _infallible = writeln!(text, "- **{name}:** {}", code(&value));
    }
    text.push_str("\n## What happened\n\n");
    for (number, step) in incident.steps.iter().enumerate() {
        let _infallible = writeln!(
            text,
            "{}. {} {}, {} ({}): {}",
            number + 1,
            step.at,
            step.what,
            step.verdict.name(),
            step.place,
            code(&step.to),
        );
    }
    text.push_str("\n## Do next\n\n");
    for todo in &incident.next {
        let command = todo.command.as_deref().map(code);
        let _infallible = writeln!(
            text,
            "- [ ] {}: {}{}",
            todo.what,
            code(&todo.with),
            command.map_or_else(String::new, |command| format!(" → {command}")),
        );
    }
    text
}

/// Returns the incident as one HTML page.
pub fn html(incident: &Incident, status: Status) -> String {
    let mut text = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title>\
         <style>{STYLE}</style></head><body><main>\n\
         <p class=\"meta\"><b class=\"{severity}\">{severity}</b> {verdict} · {status} · incident {id}</p>\n\
         <h1>{title}</h1>\n<p class=\"lead\">{lead}</p>\n<dl>",
        title = escaped(&incident.title),
        severity = incident.severity.name(),
        verdict = incident.verdict.name(),
        status = status.name().replace('_', " "),
        id = escaped(incident.id.as_str()),
        lead = escaped(&incident.narrative.join(" ")),
    );
    for (name, value) in rows(incident) {
        let _infallible = write!(
            text,
            "<div><dt>{name}</dt><dd>{}</dd></div>",
            escaped(&value)
        );
    }
    text.push_str("</dl>\n<h2>What happened</h2>\n<ol>");
    for step in &incident.steps {
        let carries = if step.carries_secret { " carries" } else { "" };
        let _infallible = write!(
            text,
            "<li class=\"{lane}{carries}\"><time>{at}</time> <b>{what}</b> <i class=\"{verdict}\">{verdict}</i>\
             <code>{to}</code></li>",
            lane = lane(step.lane),
            at = step.at,
            what = step.what,
            verdict = step.verdict.name(),
            to = escaped(&step.to),
        );
    }
    text.push_str("</ol>\n<h2>Do next</h2>\n<ul>");
    for todo in &incident.next {
        let command = todo.command.as_deref().map_or_else(String::new, |command| {
            format!("<code>{}</code>", escaped(command))
        });
        let _infallible = write!(
            text,
            "<li><b>{}</b> {}{command}</li>",
            escaped(&todo.what),
            escaped(&todo.with)
        );
    }
    text.push_str(
        "</ul>\n<footer>Written by Ringfence. Secrets are masked.</footer></main></body></html>\n",
    );
    text
}

/// The facts, each with its name.
fn rows(incident: &Incident) -> Vec<(&'static str, String)> {
    let facts = &incident.facts;
    let list = |items: &[String]| items.join(", ");
    let secrets: Vec<String> = (facts.exposed.iter())
        .map(|secret| format!("{} {}", secret.kind, secret.masked))
        .chain(facts.read.iter().cloned())
        .collect();
    let agent = incident.agent.map(|agent| agent.title().to_owned());
    let told = [
        ("Agent", agent.unwrap_or_default()),
        (
            "Session",
            incident
                .session
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
        ),
        ("Directory", incident.cwd.clone().unwrap_or_default()),
        ("From", incident.first.to_string()),
        ("To", incident.last.to_string()),
        ("Exposed", list(&secrets)),
        ("Left the machine", facts.left.words().to_owned()),
        ("Attempts stopped", facts.stopped.to_string()),
        ("Hosts", list(&facts.hosts)),
        ("Stays behind", list(&facts.persistence)),
        ("Rules", list(&incident.rules)),
        (
            "Seen by",
            list(
                &facts
                    .sources
                    .iter()
                    .map(|source| source.name().to_owned())
                    .collect::<Vec<_>>(),
            ),
        ),
        (
            "Done and not said",
            list(
                &facts
                    .unsaid
                    .iter()
                    .map(|unsaid| unsaid.done.clone())
                    .collect::<Vec<_>>(),
            ),
        ),
    ];
    told.into_iter()
        .filter(|(_, value)| !value.is_empty())
        .collect()
}

fn lane(lane: Lane) -> &'static str {
    match lane {
        Lane::Prompt => "prompt",
        Lane::File => "file",
        Lane::Process => "process",
        Lane::Network => "network",
    }
}

/// Text that Markdown reads as nothing but text.
fn plain(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in visible(text).chars() {
        if character.is_ascii_punctuation()
            && !matches!(character, '.' | ',' | ':' | '\'' | '-' | '/')
        {
            shown.push('\\');
        }
        shown.push(character);
    }
    shown
}

/// Text in a span of code, whatever it holds (`CommonMark` 0.31, 6.1).
fn code(text: &str) -> String {
    let text = visible(text);
    let longest = text.split(|character| character != '`').map(str::len).max();
    let fence = "`".repeat(longest.unwrap_or_default() + 1);
    let space = if text.starts_with('`') || text.ends_with('`') {
        " "
    } else {
        ""
    };
    format!("{fence}{space}{text}{space}{fence}")
}

fn escaped(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in visible(text).chars() {
        match character {
            '&' => shown.push_str("&amp;"),
            '<' => shown.push_str("&lt;"),
            '>' => shown.push_str("&gt;"),
            '"' => shown.push_str("&quot;"),
            '\'' => shown.push_str("&#39;"),
            other => shown.push(other),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn captured_text_is_only_ever_text() {
        let table = [
            ("a`b", "``a`b``", "a`b"),
            ("`x`", "`` `x` ``", "`x`"),
            (
                "<script>&'\"",
                "`<script>&'\"`",
                "&lt;script&gt;&amp;&#39;&quot;",
            ),
            (
                "\u{1b}[31m\u{202e}",
                "`\\u{1b}[31m\\u{202e}`",
                "\\u{1b}[31m\\u{202e}",
            ),
        ];
        for (text, in_markdown, in_html) in table {
            assert_eq!(code(text), in_markdown);
            assert_eq!(escaped(text), in_html);
        }
        assert_eq!(
            plain("[a](http://x) *b* <c>"),
            "\\[a\\]\\(http://x\\) \\*b\\* \\<c\\>"
        );
    }
}
