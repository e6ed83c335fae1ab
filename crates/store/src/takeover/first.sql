-- `at` is microseconds since 1970. Ranks: verdict 0 allow, 1 alert, 2 ask, 3 deny;
-- severity 0 informational … 4 critical, NULL without a finding.
CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE event (
    seq INTEGER PRIMARY KEY,
    key BLOB NOT NULL UNIQUE,
    at INTEGER NOT NULL,
    source TEXT NOT NULL,
    agent TEXT,
    moment TEXT,
    session TEXT,
    call TEXT,
    kind TEXT NOT NULL,
    does TEXT,
    verdict INTEGER NOT NULL,
    severity INTEGER,
    cwd TEXT,
    summary TEXT NOT NULL,
    detail TEXT NOT NULL
) STRICT;

CREATE INDEX event_at ON event (at, agent, kind, does, verdict);
CREATE INDEX event_session ON event (session, agent, at, kind, verdict);
CREATE INDEX event_agent ON event (agent, source, at);
CREATE INDEX event_verdict ON event (verdict) WHERE verdict > 0;

CREATE TABLE finding (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    event INTEGER NOT NULL REFERENCES event (seq),
    at INTEGER NOT NULL,
    rule TEXT NOT NULL,
    severity INTEGER NOT NULL,
    verdict INTEGER NOT NULL,
    title TEXT NOT NULL,
    reason TEXT NOT NULL,
    evidence TEXT NOT NULL,
    detail TEXT NOT NULL
) STRICT;

CREATE INDEX finding_id ON finding (id);
CREATE INDEX finding_event ON finding (event);
CREATE INDEX finding_rule ON finding (rule, severity);
