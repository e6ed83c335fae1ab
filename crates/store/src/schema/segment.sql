-- One segment: some days of events, or a million of them.
-- `at` is microseconds since 1970. The small numbers are those of codes.rs; 0 is none.
-- meta: endpoint (16 bytes), epoch, number, dictionary (what `body` is compressed
-- with), before (the head of the chain when the segment began).
CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value ANY NOT NULL
) STRICT, WITHOUT ROWID;

-- Sessions, subjects, tool calls and directories, once each. hash: see names.rs; an
-- index on the texts would hold them a second time.
CREATE TABLE str (
    id INTEGER PRIMARY KEY,
    hash INTEGER NOT NULL,
    val TEXT NOT NULL
) STRICT;

CREATE INDEX str_hash ON str (hash);

-- subject: the main path, host or program. call: the tool call; negative where that
-- was inferred. body: see body.rs.
CREATE TABLE event (
    seq INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    key BLOB NOT NULL,
    kind INTEGER NOT NULL,
    source INTEGER NOT NULL,
    agent INTEGER NOT NULL,
    does INTEGER NOT NULL,
    verdict INTEGER NOT NULL,
    severity INTEGER NOT NULL,
    session INTEGER NOT NULL,
    subject INTEGER NOT NULL,
    call INTEGER NOT NULL,
    cwd INTEGER NOT NULL,
    body BLOB NOT NULL
) STRICT;

CREATE INDEX event_subject ON event (subject) WHERE subject > 0;
CREATE INDEX event_verdict ON event (verdict) WHERE verdict > 0;

-- What agents wrote down or exported (transcript, telemetry) may be read again at any time.
CREATE INDEX event_told ON event (key) WHERE source IN (5, 6);

-- Between which numbers the events of a session lie: see stretches.rs.
CREATE TABLE stretch (
    session INTEGER NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (session, first)
) STRICT, WITHOUT ROWID;

-- How many events of a sort a minute (an hour) has; counted since 1970.
CREATE TABLE minute (
    minute INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    does INTEGER NOT NULL,
    agent INTEGER NOT NULL,
    source INTEGER NOT NULL,
    verdict INTEGER NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (minute, kind, does, agent, source, verdict)
) STRICT, WITHOUT ROWID;

CREATE TABLE hour (
    hour INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    does INTEGER NOT NULL,
    agent INTEGER NOT NULL,
    source INTEGER NOT NULL,
    verdict INTEGER NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (hour, kind, does, agent, source, verdict)
) STRICT, WITHOUT ROWID;

-- Between which numbers the events of a minute lie: stands in for an index on `at`.
CREATE TABLE minute_seq (
    minute INTEGER PRIMARY KEY,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL
) STRICT;

-- The chain: one link for each batch; see chain.rs. `at` is when it was stored.
CREATE TABLE seal (
    id INTEGER PRIMARY KEY,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    at INTEGER NOT NULL,
    root BLOB NOT NULL,
    head BLOB NOT NULL
) STRICT;
