-- What is small and asked for often. All but `meta` and `setting` follows from the
-- segments: events after meta.applied are replayed into it at the next start.
-- The small numbers are those of codes.rs; 0 is none.
-- meta: endpoint (16 bytes), epoch, applied (the last event that is counted here),
-- head (of the chain, after that event), and, once something was deleted for its
-- age: pruned (the last event that is gone) and pruned_head (the chain after it).
CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value ANY NOT NULL
) STRICT, WITHOUT ROWID;

-- at_first, at_last: the earliest and latest `at`. sealed: 0, or when it was sealed.
CREATE TABLE segment (
    number INTEGER PRIMARY KEY,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    at_first INTEGER NOT NULL,
    at_last INTEGER NOT NULL,
    events INTEGER NOT NULL,
    sealed INTEGER NOT NULL,
    head BLOB NOT NULL
) STRICT;

-- event: its number. detail: the finding as JSON.
CREATE TABLE finding (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    event INTEGER NOT NULL,
    at INTEGER NOT NULL,
    agent INTEGER NOT NULL,
    session TEXT,
    rule TEXT NOT NULL,
    severity INTEGER NOT NULL,
    verdict INTEGER NOT NULL,
    summary TEXT NOT NULL,
    title TEXT NOT NULL,
    reason TEXT NOT NULL,
    evidence TEXT NOT NULL,
    detail TEXT NOT NULL
) STRICT;

CREATE INDEX finding_id ON finding (id);
CREATE INDEX finding_event ON finding (event);
CREATE INDEX finding_rule ON finding (rule, severity);
CREATE INDEX finding_session ON finding (session) WHERE session IS NOT NULL;
CREATE INDEX finding_at ON finding (at);

-- prompt: the summary of its first prompt. last_seq: its last event.
-- The last five count findings.
CREATE TABLE session (
    agent INTEGER NOT NULL,
    session TEXT NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    last_seq INTEGER NOT NULL,
    cwd TEXT,
    prompt TEXT,
    events INTEGER NOT NULL,
    tool_calls INTEGER NOT NULL,
    denied INTEGER NOT NULL,
    informational INTEGER NOT NULL,
    low INTEGER NOT NULL,
    medium INTEGER NOT NULL,
    high INTEGER NOT NULL,
    critical INTEGER NOT NULL,
    PRIMARY KEY (session, agent)
) STRICT, WITHOUT ROWID;

CREATE INDEX session_last ON session (last);

-- When each agent's hook was last heard of, and how many events came from it.
CREATE TABLE hook (
    agent INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    moment TEXT,
    session TEXT,
    total INTEGER NOT NULL
) STRICT;

-- How often each rule matched.
CREATE TABLE rule (
    id TEXT PRIMARY KEY,
    hits INTEGER NOT NULL,
    last INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE setting (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
