//! SWE-agent's trajectories: one object with `history` (what the model got and gave),
//! `trajectory` (each step with its thought, its action and what came of it) and `info`. They tell
//! no times and no ids; the file's name is the session's.

use crate::bound;
use crate::fields::Fields;
use crate::history::Page;
use crate::tool::named;
use crate::vocabulary::{Meaning, operation};
use ringfence_event::{Action, Cost, Operation, Outcome, Usage};
use serde_json::{Map, Value, json};

/// Remembers that the model has answered.
const ANSWERED: &[&str] = &["answered"];

/// Takes a trajectory apart: history, steps, and what is left.
pub(crate) fn elements(value: Value) -> Vec<Value> {
    let Value::Object(mut file) = value else {
        return vec![value];
    };
    let mut list = |name: &str| match file.remove(name) {
        Some(Value::Array(list)) => list,
        Some(Value::Null) | None => Vec::new(),
        Some(other) => vec![other],
    };
    let history = list("history");
    let steps = list("trajectory");
    let info = file.remove("info");
    let settings = ["environment", "replay_config"].map(|name| file.remove(name));
    let has_steps = !steps.is_empty();
    let mut elements = Vec::with_capacity(history.len() + steps.len() + 2);
    let tagged =
        |part: &str, value: Value| json!({ "part": part, "has_steps": has_steps, "of": value });
    elements.extend(history.into_iter().map(|one| tagged("history", one)));
    elements.extend(steps.into_iter().map(|one| tagged("step", one)));
    elements.extend(info.map(|info| tagged("info", info)));
    drop(settings);
    if !file.is_empty() {
        elements.push(Value::Object(file));
    }
    elements
}

/// Reads an element.
pub(crate) fn read_element(mut fields: Fields, page: &mut Page<'_>) {
    let name = page.state.name.clone();
    let session = name.strip_suffix(".traj").unwrap_or(&name).to_owned();
    let own = format!("{session}:{}", page.number());
    page.in_session(Some(session));
    page.identify(Some(own.clone()));
    page.begin(None, None);
    let part = fields.text("part").unwrap_or_default();
    let has_steps = fields.value("has_steps") == Value::Bool(true);
    let of = match fields.see("of") {
        Some(Value::Object(_)) => match fields.value("of") {
            Value::Object(of) => Fields::new(of),
            _ => Fields::new(Map::new()),
        },
        _ => {
            page.unknown(fields);
            return;
        }
    };
    page.moment = Some(part.clone());
    page.quiet();
    match part.as_str() {
        "history" => message(of, &own, has_steps, page),
        "step" => step(of, &own, page),
        _ => info(&of, page),
    }
}

fn message(mut message: Fields, own: &str, has_steps: bool, page: &mut Page<'_>) {
    let text = said(&message.value("content"));
    let text = bound::text(text);
    match message.see_text("role") {
        // What comes before the first answer is the user's; after it, it is what commands gave.
        Some("user") if !page.state.seen.knows(ANSWERED) => page.tell(Action::Prompt { text }),
        Some("user" | "tool") if has_steps => {}
        Some("user" | "tool") => result(text, page),
        Some("assistant") if has_steps => {
            page.is_new(ANSWERED);
        }
        Some("assistant") => {
            page.is_new(ANSWERED);
            let thought = message.text("thought").filter(|text| !text.is_empty());
            page.tell(match thought {
                Some(text) => Action::Thinking { text },
                None => Action::Message { text },
            });
            if let Some(action) = message.whole_text("action").filter(|text| !text.is_empty()) {
                call(&action, own, page);
            }
        }
        Some("system") => {}
        _ => page.unknown(message),
    }
}

fn step(mut step: Fields, own: &str, page: &mut Page<'_>) {
    let thought = step.text("thought").unwrap_or_default();
    let response = step.text("response").unwrap_or_default();
    if thought.is_empty() || thought == response {
        if !response.is_empty() {
            page.tell(Action::Message { text: response });
        }
    } else {
        page.tell(Action::Thinking { text: thought });
    }
    if let Some(directory) = directory(&step) {
        page.state.cwd = Some(directory);
    }
    let action = step.whole_text("action").unwrap_or_default();
    if action.trim().is_empty() {
        return;
    }
    call(&action, own, page);
    let observation = bound::text(said(&step.value("observation")));
    result(observation, page);
}

/// `state` is an object, or JSON in a text, in older versions.
fn directory(step: &Fields) -> Option<String> {
    let state = match step.see("state")? {
        Value::String(text) => serde_json::from_str(text).ok()?,
        state => state.clone(),
    };
    let directory = state.get("working_dir")?.as_str()?;
    Some(bound::text(directory.to_owned()))
}

fn call(action: &str, own: &str, page: &mut Page<'_>) {
    let input = json!({ "command": action.trim_end_matches('\n') });
    let tool = named("bash".to_owned(), input, means);
    page.state.calls.open(own, &tool);
    page.tell_inferred(own, Action::ToolCall { tool });
}

fn result(text: String, page: &mut Page<'_>) {
    let call = page.state.calls.last().unwrap_or_default().to_owned();
    let tool = page.state.calls.close(&call);
    page.tell_inferred(
        &call,
        Action::ToolResult {
            tool,
            outcome: Outcome::Unknown,
            output: Value::String(text),
        },
    );
}

fn info(info: &Fields, page: &mut Page<'_>) {
    let number = |name: &str| {
        let count = info.see("model_stats")?.get(name)?;
        count.as_u64()
    };
    let cost = info
        .see("model_stats")
        .and_then(|stats| stats.get("instance_cost")?.as_f64());
    let usage = Usage {
        request: page.state.session.clone(),
        input: number("tokens_sent").unwrap_or(0),
        output: number("tokens_received").unwrap_or(0),
        cost: cost.filter(|cost| *cost > 0.0).and_then(Cost::from_dollars),
        ..Usage::default()
    };
    if usage.tokens() > 0 || usage.cost.is_some() {
        page.usage(usage);
    }
    page.tell(Action::SessionEnd {
        reason: info.see_text("exit_status").map(str::to_owned),
    });
}

fn means(_: &str, input: &Value) -> Operation {
    operation(Meaning::Shell, input)
}

fn said(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Array(parts) => {
            let texts = parts.iter().filter_map(|part| part.get("text")?.as_str());
            texts.collect::<Vec<_>>().join("\n")
        }
        Value::Null => String::new(),
        other => other.to_string(),
    }
}
