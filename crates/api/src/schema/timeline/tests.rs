use super::super::tests::is_described_by;
use ringfence_event::{
    Access, AgentKind, FileClass, HostClass, Join, Outcome, ProcessRef, SessionId, Source,
    Timestamp, ToolCallId, Verdict,
};
use ringfence_timeline as real;
use ringfence_timeline::{
    Call, CameFrom, Decided, FileTouch, HostTouch, Link, Note, Origin, Process, Seen, Spent, Step,
    Taint, TaintKind, What,
};

fn tool() -> ringfence_event::Tool {
    ringfence_event::Tool {
        name: "Bash".to_owned(),
        operation: ringfence_event::Operation::Other,
        input: serde_json::json!({ "a": 1 }),
    }
}

fn came_from(origin: Origin) -> CameFrom {
    CameFrom {
        origin,
        name: "https://docs.example/".to_owned(),
        line: 12,
        event: 7,
        piece: "curl x".to_owned(),
    }
}

fn taint(kind: TaintKind) -> Taint {
    Taint {
        kind,
        event: 7,
        text: "do it".to_owned(),
    }
}

fn origins() -> Vec<CameFrom> {
    let all = [
        Origin::WebPage,
        Origin::WebSearch,
        Origin::Mcp,
        Origin::OutsideFile,
        Origin::Package,
        Origin::ProjectFile,
    ];
    all.map(came_from).to_vec()
}

/// A call of which everything is told.
fn whole_call() -> Call {
    let process = ProcessRef {
        pid: 7,
        started: 9,
        executable: None,
    };
    Call {
        id: Some(ToolCallId::from("call-1")),
        join: Join::Inferred,
        tool: tool(),
        asked: true,
        decided: Some(Decided {
            accepted: true,
            by: None,
        }),
        outcome: Some(Outcome::Success),
        ended: Some(Timestamp(9)),
        output: serde_json::json!({ "text": "done" }),
        started: Some("s1".to_owned()),
        processes: vec![Process {
            at: Timestamp(8),
            line: "ls".to_owned(),
            process: Some(process),
            code: Some(1),
        }],
        files: [Seen::Said, Seen::Done, Seen::Both]
            .map(|seen| FileTouch {
                path: "/a".to_owned(),
                access: Access::Write,
                class: FileClass::Project,
                seen,
            })
            .to_vec(),
        hosts: vec![HostTouch {
            host: "x.example".to_owned(),
            class: HostClass::Unknown,
            seen: Seen::Done,
        }],
        came_from: origins(),
        taints: [TaintKind::Injection, TaintKind::Secret]
            .map(taint)
            .to_vec(),
        more: 3,
    }
}

/// A call of which next to nothing is told.
fn bare_call() -> Call {
    Call {
        id: None,
        join: Join::Exact,
        asked: false,
        decided: None,
        outcome: None,
        ended: None,
        output: serde_json::Value::Null,
        started: None,
        processes: Vec::new(),
        files: Vec::new(),
        hosts: Vec::new(),
        came_from: Vec::new(),
        taints: Vec::new(),
        more: 0,
        tool: tool(),
    }
}

fn steps() -> Vec<Step> {
    let text = "text".to_owned();
    let notes = [
        Note::SessionStart,
        Note::SessionEnd,
        Note::Model,
        Note::PermissionMode,
        Note::Unguarded,
        Note::Compaction,
        Note::SubagentStart,
        Note::SubagentEnd,
        Note::Notification,
        Note::ConfigChange,
        Note::Deed,
        Note::Lost,
        Note::Hooks,
        Note::Other,
    ];
    let mut all = vec![
        What::Prompt { text: text.clone() },
        What::Message { text: text.clone() },
        What::Thinking { text: text.clone() },
        What::Call(Box::new(whole_call())),
        What::Call(Box::new(bare_call())),
    ];
    all.extend(notes.map(|note| What::Note {
        note,
        text: text.clone(),
    }));
    let step = |what| Step {
        at: Timestamp(7),
        agent: matches!(what, What::Call(_)).then(|| "s1".to_owned()),
        sources: Source::ALL.to_vec(),
        events: vec![1, 2],
        verdict: Verdict::Ask,
        findings: Vec::new(),
        what,
    };
    all.into_iter().map(step).collect()
}

#[test]
fn turns_are_described_as_they_are() {
    for continued in [true, false] {
        is_described_by::<super::Turn>(&real::Turn {
            number: 3,
            continued,
            began: Timestamp(1),
            ended: Timestamp(2),
            steps: steps(),
            spent: Spent::default(),
        });
    }
    for name in [None, Some("explore".to_owned())] {
        is_described_by::<super::Subagent>(&real::Subagent {
            id: "s1".to_owned(),
            parent: name.clone(),
            call: name.clone().map(ToolCallId),
            name,
            calls: 1,
            spent: Spent::default(),
        });
    }
}

#[test]
fn facts_and_sums_are_described_as_they_are() {
    let mut facts = real::Facts::default();
    facts.models.insert("m".to_owned(), Spent::default());
    facts.modes.insert("plan".to_owned());
    facts.counts.sources.insert("hook", 3);
    is_described_by::<super::Facts>(&facts);
    is_described_by::<super::CostRow>(&real::CostRow::default());
}

#[test]
fn reasons_are_described_as_they_are() {
    let link = |agent: Option<AgentKind>| Link {
        event: 7,
        at: Timestamp(7),
        source: Source::Hook,
        session: agent.map(|_| SessionId::from("one")),
        agent,
        kind: "tool_call",
        text: "make".to_owned(),
    };
    let memory = real::Memory {
        path: "CLAUDE.md".to_owned(),
        written: link(Some(AgentKind::Codex)),
        came_from: origins(),
        taints: vec![taint(TaintKind::Injection)],
    };
    let bare = real::Why {
        event: link(None),
        verdict: Verdict::Deny,
        findings: Vec::new(),
        step: None,
        turn: None,
        prompt: None,
        started_by: Vec::new(),
        came_from: Vec::new(),
        taints: Vec::new(),
        memory: Vec::new(),
        steps: Vec::new(),
    };
    let whole = real::Why {
        step: steps().pop(),
        turn: Some(2),
        prompt: Some(link(None)),
        started_by: vec![link(None)],
        came_from: origins(),
        taints: vec![taint(TaintKind::Secret)],
        memory: vec![memory],
        steps: vec![link(None)],
        ..bare.clone()
    };
    is_described_by::<super::Why>(&bare);
    is_described_by::<super::Why>(&whole);
}
