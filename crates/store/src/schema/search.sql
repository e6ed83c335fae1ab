-- The words of one segment's events. Nothing here is the only copy: it is made
-- again from the segment when it is lost.
CREATE VIRTUAL TABLE fts USING fts5 (
    text,
    content = '',
    detail = 'none',
    columnsize = 0,
    tokenize = "unicode61 tokenchars '_'"
);
INSERT INTO fts (fts, rank) VALUES ('pgsz', 8000);
INSERT INTO fts (fts, rank) VALUES ('hashsize', 8388608);

-- All events up to this number are in.
CREATE TABLE mark (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    seq INTEGER NOT NULL
) STRICT;
INSERT INTO mark (id, seq) VALUES (1, 0);
