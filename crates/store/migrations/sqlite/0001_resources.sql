-- Every resource the API owns, one row each. What it means is in `document`; the store knows only what it must search by.
CREATE TABLE resources (
    collection   TEXT    NOT NULL,
    id           TEXT    NOT NULL,
    revision     INTEGER NOT NULL,
    version      INTEGER NOT NULL,
    hidden       INTEGER NOT NULL CHECK (hidden IN (0, 1)),
    vendor       TEXT    NOT NULL,
    remote_id    TEXT,
    external_ref TEXT,
    document     TEXT    NOT NULL,
    secrets      BLOB,              -- sealed: key id, nonce, ciphertext
    created_at   INTEGER NOT NULL,  -- microseconds since 1970-01-01T00:00:00Z
    updated_at   INTEGER NOT NULL,
    PRIMARY KEY (collection, id)
) STRICT;

CREATE UNIQUE INDEX resources_external_ref ON resources (collection, external_ref) WHERE external_ref IS NOT NULL;
CREATE UNIQUE INDEX resources_remote_id ON resources (collection, vendor, remote_id) WHERE remote_id IS NOT NULL;
CREATE INDEX resources_vendor ON resources (collection, vendor, id);

-- What each resource was asked to be, every time.
CREATE TABLE revisions (
    collection TEXT    NOT NULL,
    record     TEXT    NOT NULL,
    number     INTEGER NOT NULL,
    document   TEXT    NOT NULL,
    secrets    BLOB,                -- sealed, as above
    created_at INTEGER NOT NULL,
    PRIMARY KEY (collection, record, number)
) STRICT;

-- Writes on their way to a vendor.
CREATE TABLE operations (
    id         TEXT    NOT NULL PRIMARY KEY,
    collection TEXT    NOT NULL,
    record     TEXT    NOT NULL,
    vendor     TEXT    NOT NULL,
    state      TEXT    NOT NULL CHECK (state IN ('held', 'waiting', 'attention', 'succeeded', 'failed', 'superseded')),
    fence      INTEGER NOT NULL,
    document   TEXT    NOT NULL,
    due_at     INTEGER CHECK ((due_at IS NOT NULL) = (state IN ('held', 'waiting'))),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX operations_held ON operations (collection, record) WHERE state = 'held';
CREATE UNIQUE INDEX operations_next ON operations (collection, record) WHERE state IN ('waiting', 'attention');
CREATE INDEX operations_due ON operations (due_at, id) WHERE due_at IS NOT NULL;
CREATE INDEX operations_over ON operations (updated_at) WHERE state IN ('succeeded', 'failed', 'superseded');
CREATE INDEX operations_state ON operations (state, id);
CREATE INDEX operations_record ON operations (record, id);

-- Requests that carried an idempotency key.
CREATE TABLE replays (
    scope       TEXT    NOT NULL,
    key         TEXT    NOT NULL,
    fingerprint BLOB    NOT NULL,
    operation   TEXT,
    reply       BLOB,
    created_at  INTEGER NOT NULL,
    PRIMARY KEY (scope, key)
) STRICT;

CREATE INDEX replays_operation ON replays (operation) WHERE operation IS NOT NULL;
CREATE INDEX replays_created_at ON replays (created_at);

-- What the store keeps about itself.
CREATE TABLE meta (
    name  TEXT NOT NULL PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;
