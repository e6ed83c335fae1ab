//! A program that began: whose it is, and what speaks against what was said.

use super::names::{base, name_of};
use super::table::Process;
use super::typed::{Typed, candidates, shell_text};
use super::{LONGEST_LINE, ProcessKey, Processes, Program, Said, shortened};
use crate::processes::call::Does;
use ringfence_event::{Action, AgentKind, Event, Join, SessionId, Timestamp, Unsaid, UnsaidKind};
use std::sync::Arc;

/// Programs that agents start by themselves, not for a tool call: hooks and status lines in a
/// shell, searches, version control's state, the parts of themselves.
const HELPERS: &[&str] = &[
    "ringfence",
    "rg",
    "git",
    "node",
    "npm",
    "npx",
    "bun",
    "bunx",
    "uv",
    "uvx",
    "python",
    "python3",
    "deno",
    "docker",
    "ps",
    "pgrep",
    "uname",
    "which",
    "where",
    "sw_vers",
    "lsof",
    "security",
    "tput",
    "stty",
    "infocmp",
    "locale",
    "getconf",
    "ldd",
    "lsb_release",
    "xdg-open",
    "open",
    "notify-send",
    "osascript",
    "pbcopy",
    "pbpaste",
    "xclip",
    "xsel",
    "wl-copy",
    "wl-paste",
    "code",
    "cursor",
    "tmux",
    "test",
    "true",
    "socat",
    "bwrap",
    "codex-linux-sandbox",
    "sandbox-exec",
    "sysctl",
    "id",
    "whoami",
    "hostname",
    "env",
    "cat",
    "ioreg",
    "system_profiler",
    "ss",
    "netstat",
    "ip",
    "ifconfig",
    "mkdir",
    "chmod",
    "gh",
    "jq",
    "find",
    "grep",
    "ls",
];

/// Shells: what they run is told by a hook, or is a hook itself.
const SHELLS: [&str; 7] = ["sh", "bash", "zsh", "dash", "ksh", "fish", "ash"];

/// One start of a program.
struct Start<'a> {
    key: ProcessKey,
    at: Timestamp,
    argv: &'a [String],
    text: Option<&'a str>,
    name: &'a str,
    agent: Option<AgentKind>,
    /// The session of its tree.
    session: Option<&'a SessionId>,
    /// Its parent is the agent itself.
    is_direct: bool,
    /// The sensor did not tell all of its arguments.
    is_cut: bool,
}

/// Longer lines of shells are not held against the call's, in bytes: agents write them to make a
/// shell ready, and the command's own shell follows.
const LONGEST_COMPARED: usize = 4096;

pub(super) fn executed(
    processes: &mut Processes,
    key: ProcessKey,
    tree: ProcessKey,
    event: &mut Event,
) {
    let Action::Exec {
        argv,
        parent,
        environment,
        ..
    } = &event.action
    else {
        return;
    };
    let at = event.at;
    let parent = parent.as_ref().map(ProcessKey::from);
    let mut process = known(processes, key, tree, parent, at);
    let executable = event.process.as_ref();
    let executable = executable.and_then(|one| one.executable.clone());
    let name = name_of(executable.as_deref(), argv);
    let root = processes.table.root(process.root);
    let agent = root.and_then(|root| root.agent);
    let marked = processes.marks.read(environment);
    let mut unsaid = Vec::new();
    let session = follow_session(processes, &process, &marked.sessions, &mut unsaid);
    let start = Start {
        key,
        at,
        argv,
        text: shell_text(argv),
        name: &name,
        agent,
        session: session.as_ref().map(|(session, _)| session),
        is_direct: process.parent == Some(process.root) && process.root != key,
        is_cut: event.rest.get("truncated").is_some(),
    };
    let call_mark = of_agent(&marked.calls, agent);
    let call = find_call(processes, &start, &process, call_mark, &mut unsaid);
    process.session = session;
    process.call = call;
    process.cwd = event.cwd.as_deref().map(Arc::from);
    process.program = Arc::new(Program {
        line: line_of(argv),
        executable,
        name,
    });
    if let Some(kept) = processes.table.get_mut(key) {
        *kept = process;
    }
    processes.name(key, tree, event);
    event.labels.unsaid.extend(unsaid);
}

/// What is known of a process that starts a program.
fn known(
    processes: &mut Processes,
    key: ProcessKey,
    tree: ProcessKey,
    parent: Option<ProcessKey>,
    at: Timestamp,
) -> Process {
    let is_unknown = processes.table.get(key).is_none();
    let parent = parent.filter(|parent| *parent != key && processes.table.get(*parent).is_some());
    if let Some(parent) = parent.filter(|_| is_unknown) {
        // Its fork was lost: what its parent is, it is too.
        processes.forked(parent, key, tree, at);
    }
    processes.known(key, tree, at)
}

/// What an agent's mark says; of a tree whose agent is unknown, any agent's.
fn of_agent(marks: &[(AgentKind, String)], agent: Option<AgentKind>) -> Option<&str> {
    let mut marks = marks.iter();
    let found = marks.find(|(of, _)| agent.is_none_or(|agent| agent == *of));
    found.map(|(_, id)| id.as_str())
}

fn line_of(argv: &[String]) -> String {
    let mut line = String::new();
    for word in argv {
        if line.len() > LONGEST_LINE {
            break;
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line.truncate(line.floor_char_boundary(LONGEST_LINE));
    line
}

/// The session of a process. The tree goes first; what the process says of itself counts where
/// the tree says nothing, and is told where it says something else.
fn follow_session(
    processes: &Processes,
    process: &Process,
    marks: &[(AgentKind, String)],
    unsaid: &mut Vec<Unsaid>,
) -> Option<(SessionId, Join)> {
    let root = processes.table.root(process.root);
    let agent = root.and_then(|root| root.agent);
    let of_tree = processes.session_of(process);
    let Some(marked) = of_agent(marks, agent) else {
        return of_tree;
    };
    let Some((session, _)) = &of_tree else {
        return Some((SessionId(marked.to_owned()), Join::Exact));
    };
    let of_root = root
        .map(|root| root.sessions.as_slice())
        .unwrap_or_default();
    if let Some(own) = of_root.iter().find(|one| one.as_str() == marked) {
        return Some((own.clone(), Join::Exact));
    }
    // What the agent itself starts may be told of before its session is.
    let is_direct = process.parent == Some(process.root);
    if !is_direct && session.as_str() != marked {
        unsaid.push(Unsaid {
            kind: UnsaidKind::MarksDiffer,
            said: format!("its parents belong to the session {session}"),
            done: format!("its environment names the session {}", shortened(marked)),
        });
    }
    of_tree
}

fn find_call(
    processes: &mut Processes,
    start: &Start<'_>,
    process: &Process,
    mark: Option<&str>,
    unsaid: &mut Vec<Unsaid>,
) -> Option<(Arc<Said>, Join)> {
    let session = processes.calls.get(start.session?)?;
    if start.key == process.root {
        return None;
    }
    let inherited = process.call.clone();
    if let Some(mark) = mark {
        if let Some(said) = session.call(mark).cloned() {
            if start.is_direct {
                compare_text(start, &said, unsaid);
            }
            processes.calls.found(&said);
            return Some((said, Join::Exact));
        }
        if start.is_direct && session.hears {
            unsaid.push(untold(start, UnsaidKind::NoHook));
        }
        return inherited;
    }
    if inherited.is_some() {
        return inherited;
    }
    let own = start.text.map(candidates).unwrap_or_default();
    let mut lines: Vec<Typed> = own.iter().map(|text| Typed::of(text)).collect();
    lines.push(Typed::of_words(start.argv));
    if let Some(said) = session.telling(&lines, start.at) {
        processes.calls.found(&said);
        return Some((said, Join::Exact));
    }
    by_time(processes, start, unsaid)
}

/// The only call that is open, where nothing better is known.
fn by_time(
    processes: &mut Processes,
    start: &Start<'_>,
    unsaid: &mut Vec<Unsaid>,
) -> Option<(Arc<Said>, Join)> {
    let id = start.session?.clone();
    let session = processes.calls.get(&id)?;
    let of_a_tool = start.is_direct
        && start
            .text
            .is_some_and(|text| processes.marks.is_of_a_tool(start.agent, text));
    if start.name.starts_with("ringfence")
        || start
            .text
            .is_some_and(|text| text.contains("ringfence hook"))
    {
        return None;
    }
    let any_open = session.open_at(start.at).next().is_some();
    let only = session.only(start.at);
    let only = only.filter(|one| match one.said.does {
        Does::Shell => start.is_direct && !one.found && start.text.is_some(),
        Does::Mcp => !start.is_direct,
        Does::Other => start.is_direct && start.text.is_none(),
    });
    if let Some(open) = only {
        let said = Arc::clone(&open.said);
        if of_a_tool && said.does == Does::Shell {
            compare_text(start, &said, unsaid);
            processes.calls.found(&said);
        }
        return Some((said, Join::Inferred));
    }
    if any_open || !start.is_direct {
        return None;
    }
    if of_a_tool && session.hears {
        unsaid.push(untold(start, UnsaidKind::NoHook));
    } else if !session.hears {
        processes.calls.learn(&id, start.name);
    } else if is_strange(start) && !session.own.contains(start.name) {
        unsaid.push(untold(start, UnsaidKind::NoCall));
    }
    None
}

/// Whether an agent has no reason of its own to start such a program.
fn is_strange(start: &Start<'_>) -> bool {
    let program = start.name.split(' ').next().unwrap_or(start.name);
    let plain = program.trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == '.');
    let typed = start.argv.first().map_or("", |word| base(word));
    let known = [program, plain, typed];
    let is_known = |list: &[&str]| known.iter().any(|name| list.contains(name));
    !is_known(HELPERS) && !is_known(&SHELLS)
}

/// Says so if the shell that runs for a call got another line than the hook told.
fn compare_text(start: &Start<'_>, said: &Said, unsaid: &mut Vec<Unsaid>) {
    let Some((typed, text)) = said.typed.zip(start.text) else {
        return;
    };
    if start.is_cut || text.len() > LONGEST_COMPARED {
        return;
    }
    let texts = candidates(text);
    let same = texts.iter().any(|text| Typed::of(text) == typed);
    if !same && Typed::of_words(start.argv) != typed {
        unsaid.push(Unsaid {
            kind: UnsaidKind::ArgvDiffers,
            said: said.text.clone(),
            done: shortened(text),
        });
    }
}

fn untold(start: &Start<'_>, kind: UnsaidKind) -> Unsaid {
    Unsaid {
        kind,
        said: "no tool call".to_owned(),
        done: shortened(&line_of(start.argv)),
    }
}
