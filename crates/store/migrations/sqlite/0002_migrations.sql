-- Sets of records that move between vendors, and the plans of such.
CREATE TABLE migrations (
    id         TEXT    NOT NULL PRIMARY KEY,
    state      TEXT    NOT NULL CHECK (state IN ('planned', 'open', 'ended')),
    version    INTEGER NOT NULL,
    document   TEXT    NOT NULL,
    created_at INTEGER NOT NULL,  -- microseconds since 1970-01-01T00:00:00Z
    updated_at INTEGER NOT NULL
) STRICT;

CREATE INDEX migrations_state ON migrations (state, id);
CREATE INDEX migrations_age ON migrations (state, updated_at);

-- Their records, each with how far it is.
CREATE TABLE moves (
    migration  TEXT    NOT NULL,
    collection TEXT    NOT NULL,
    record     TEXT    NOT NULL,
    state      TEXT    NOT NULL CHECK (state IN ('waiting', 'underway', 'retiring', 'moved', 'failed', 'rolled_back')),
    version    INTEGER NOT NULL,
    document   TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (migration, record)
) STRICT;

CREATE UNIQUE INDEX moves_open ON moves (collection, record) WHERE state IN ('waiting', 'underway');
CREATE INDEX moves_state ON moves (migration, state, record);
