//! Every text of an event, one after the other, to be looked at and changed in place.
//!
//! **Invariant:** each type is taken apart whole, so that a new field does not compile before it
//! is decided here whether it can hold a secret. Marks of secrets are left alone: they hold none.

mod exchanges;

use ringfence_event::{
    Action, CallRef, Change, Command, Difference, Event, FileAccess, HostAccess, Labels, Operation,
    Package, ProcessRef, SessionId, Tool, ToolCallId, Unsaid, Usage,
};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// A place where an event holds text.
pub(crate) enum Held<'a> {
    Text(&'a mut String),
    /// A value of a JSON object, with its name.
    Named(&'a str, &'a mut String),
}

/// Shorter names in JSON hold no secret; longer ones are shown as texts of their own.
const SHORT_NAME: usize = 12;

/// Shows every text of an event.
pub(crate) fn each(event: &mut Event, show: &mut dyn FnMut(Held<'_>)) {
    let Event {
        key: _,
        at: _,
        source: _,
        agent: _,
        moment,
        session,
        call,
        process,
        cwd,
        action,
        labels,
        rest,
    } = event;
    perhaps(moment, show);
    if let Some(SessionId(id)) = session {
        show(Held::Text(id));
    }
    if let Some(CallRef {
        id: ToolCallId(id),
        join: _,
    }) = call
    {
        show(Held::Text(id));
    }
    of_process(process, show);
    perhaps(cwd, show);
    of_action(action, show);
    of_labels(labels, show);
    of_object(rest, show);
}

/// Text in any depth. What JSON came in was read with a limit on its depth.
fn of_json(value: &mut Value, show: &mut dyn FnMut(Held<'_>)) {
    match value {
        Value::String(text) => show(Held::Text(text)),
        Value::Array(items) => items.iter_mut().for_each(|item| of_json(item, show)),
        Value::Object(fields) => of_object(fields, show),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn of_object(fields: &mut Map<String, Value>, show: &mut dyn FnMut(Held<'_>)) {
    for (name, value) in fields.iter_mut() {
        match value {
            Value::String(text) => show(Held::Named(name, text)),
            value => of_json(value, show),
        }
    }
    if fields.keys().any(|name| name.len() > SHORT_NAME) {
        let named = std::mem::take(fields).into_iter();
        *fields = named
            .map(|(mut name, value)| {
                show(Held::Text(&mut name));
                (name, value)
            })
            .collect();
    }
}

fn perhaps(text: &mut Option<String>, show: &mut dyn FnMut(Held<'_>)) {
    if let Some(text) = text {
        show(Held::Text(text));
    }
}

fn all(texts: &mut [String], show: &mut dyn FnMut(Held<'_>)) {
    for text in texts {
        show(Held::Text(text));
    }
}

fn of_process(process: &mut Option<ProcessRef>, show: &mut dyn FnMut(Held<'_>)) {
    if let Some(ProcessRef {
        pid: _,
        started: _,
        executable,
    }) = process
    {
        perhaps(executable, show);
    }
}

fn of_action(action: &mut Action, show: &mut dyn FnMut(Held<'_>)) {
    match action {
        Action::SessionStart { reason, model } => {
            perhaps(reason, show);
            perhaps(model, show);
        }
        Action::SessionEnd { reason: text }
        | Action::TurnEnd { text }
        | Action::SubagentStart { name: text }
        | Action::SubagentEnd { name: text }
        | Action::Compaction { trigger: text } => perhaps(text, show),
        Action::Prompt { text }
        | Action::Notification { text }
        | Action::Message { text }
        | Action::Thinking { text } => show(Held::Text(text)),
        Action::ToolCall { tool } | Action::PermissionRequest { tool } => of_tool(tool, show),
        Action::ToolResult {
            tool,
            outcome: _,
            output,
        } => {
            of_tool(tool, show);
            of_json(output, show);
        }
        Action::ConfigChange {
            path,
            layer,
            changes,
        } => {
            perhaps(path, show);
            perhaps(layer, show);
            of_differences(changes, show);
        }
        seen @ (Action::Exec { .. }
        | Action::File { .. }
        | Action::Connect { .. }
        | Action::DnsQuery { .. }
        | Action::Listen { .. }
        | Action::Accept { .. }
        | Action::System { .. }) => of_seen(seen, show),
        told @ (Action::Usage { .. }
        | Action::PermissionMode { .. }
        | Action::Decision { .. }
        | Action::HookRegistered { .. }
        | Action::HookRun { .. }) => of_told(told, show),
        Action::HttpExchange { exchange } => exchanges::of_exchange(exchange, show),
        Action::Exit { code: _, signal: _ } | Action::Lost { counts: _ } | Action::Other => {}
    }
}

/// The texts of what an agent tells about itself.
fn of_told(action: &mut Action, show: &mut dyn FnMut(Held<'_>)) {
    match action {
        Action::Usage { usage } => {
            let Usage {
                model,
                request,
                message,
                input: _,
                output: _,
                cache_read: _,
                cache_write: _,
                cache_write_hour: _,
                reasoning: _,
                fast: _,
                aside: _,
                cost: _,
            } = usage;
            perhaps(model, show);
            perhaps(request, show);
            perhaps(message, show);
        }
        Action::PermissionMode { mode, unguarded: _ } => show(Held::Text(mode)),
        Action::Decision {
            tool,
            accepted: _,
            by,
        } => {
            show(Held::Text(tool));
            perhaps(by, show);
        }
        Action::HookRegistered {
            moment,
            matcher,
            layer,
        } => {
            show(Held::Text(moment));
            perhaps(matcher, show);
            perhaps(layer, show);
        }
        Action::HookRun {
            moment,
            name,
            counts: _,
        } => {
            show(Held::Text(moment));
            perhaps(name, show);
        }
        _ => {}
    }
}

/// The texts of what the sensor tells.
fn of_seen(action: &mut Action, show: &mut dyn FnMut(Held<'_>)) {
    match action {
        Action::Exec {
            argv,
            parent,
            environment,
            script,
            error: _,
        } => {
            all(argv, show);
            of_process(parent, show);
            of_environment(environment, show);
            perhaps(script, show);
        }
        Action::File {
            path,
            activity: _,
            to,
            error: _,
        } => {
            show(Held::Text(path));
            perhaps(to, show);
        }
        Action::Connect {
            address,
            port: _,
            transport: _,
            error: _,
        } => show(Held::Text(address)),
        Action::DnsQuery {
            name,
            record,
            error: _,
        } => {
            show(Held::Text(name));
            show(Held::Text(record));
        }
        Action::Listen {
            address,
            port: _,
            transport: _,
        }
        | Action::Accept {
            address,
            port: _,
            transport: _,
        } => show(Held::Text(address)),
        Action::System {
            activity: _,
            target,
            error: _,
        } => show(Held::Text(target)),
        _ => {}
    }
}

fn of_differences(differences: &mut [Difference], show: &mut dyn FnMut(Held<'_>)) {
    for Difference { kind: _, text } in differences {
        show(Held::Text(text));
    }
}

fn of_environment(variables: &mut BTreeMap<String, String>, show: &mut dyn FnMut(Held<'_>)) {
    let all = std::mem::take(variables).into_iter();
    *variables = all
        .map(|(mut name, mut value)| {
            show(Held::Text(&mut name));
            show(Held::Named(&name, &mut value));
            (name, value)
        })
        .collect();
}

fn of_tool(tool: &mut Tool, show: &mut dyn FnMut(Held<'_>)) {
    let Tool {
        name,
        operation,
        input,
    } = tool;
    show(Held::Text(name));
    match operation {
        Operation::Shell { command, argv, cwd } => {
            show(Held::Text(command));
            all(argv.as_deref_mut().unwrap_or_default(), show);
            perhaps(cwd, show);
        }
        Operation::Read { paths: texts } | Operation::Fetch { urls: texts } => all(texts, show),
        Operation::Write { changes } => {
            for Change {
                path,
                change: _,
                text,
            } in changes
            {
                show(Held::Text(path));
                perhaps(text, show);
            }
        }
        Operation::Search { path, pattern } => {
            perhaps(path, show);
            perhaps(pattern, show);
        }
        Operation::WebSearch { query: text } | Operation::Subagent { prompt: text } => {
            show(Held::Text(text));
        }
        Operation::Mcp { server, tool } => {
            show(Held::Text(server));
            show(Held::Text(tool));
        }
        Operation::Other => {}
    }
    of_json(input, show);
}

fn of_labels(labels: &mut Labels, show: &mut dyn FnMut(Held<'_>)) {
    let Labels {
        commands,
        files,
        hosts,
        packages,
        secrets: _,
        leaks: _,
        injections,
        personal: _,
        unclear,
        ancestors,
        unsaid,
        repeats: _,
    } = labels;
    for mark in injections {
        show(Held::Text(&mut mark.excerpt));
    }
    for command in commands {
        of_command(command, show);
    }
    for FileAccess {
        path,
        full,
        access: _,
        class: _,
        by,
    } in files
    {
        show(Held::Text(path));
        show(Held::Text(full));
        show(Held::Text(by));
    }
    for HostAccess { host, class: _, by } in hosts {
        show(Held::Text(host));
        show(Held::Text(by));
    }
    for Package {
        ecosystem,
        name,
        version,
        by,
    } in packages
    {
        show(Held::Text(ecosystem));
        show(Held::Text(name));
        perhaps(version, show);
        show(Held::Text(by));
    }
    all(unclear, show);
    all(ancestors, show);
    for Unsaid {
        kind: _,
        said,
        done,
    } in unsaid
    {
        show(Held::Text(said));
        show(Held::Text(done));
    }
}

fn of_command(command: &mut Command, show: &mut dyn FnMut(Held<'_>)) {
    let Command {
        program,
        args,
        line,
        through,
        fed_by,
        carries: _,
        changes: _,
        hosts,
        host_classes: _,
        computed,
        runs_written_by,
    } = command;
    show(Held::Text(program));
    all(args, show);
    show(Held::Text(line));
    all(through, show);
    all(fed_by, show);
    all(hosts, show);
    all(computed, show);
    perhaps(runs_written_by, show);
}
