-- Every resource the API owns, one row each. What it means is in `document`; the store knows only what it must search by.
-- Documents are text: unlike JSONB it keeps numbers and the order of members as they were written.
CREATE TABLE resources (
    collection   TEXT    COLLATE "C" NOT NULL,
    id           TEXT    COLLATE "C" NOT NULL,
    revision     BIGINT  NOT NULL,
    version      BIGINT  NOT NULL,
    hidden       BOOLEAN NOT NULL,
    vendor       TEXT    COLLATE "C" NOT NULL,
    remote_id    TEXT    COLLATE "C",
    external_ref TEXT    COLLATE "C",
    document     TEXT    NOT NULL,
    secrets      BYTEA,             -- sealed: key id, nonce, ciphertext
    created_at   BIGINT  NOT NULL,  -- microseconds since 1970-01-01T00:00:00Z
    updated_at   BIGINT  NOT NULL,
    PRIMARY KEY (collection, id)
);

CREATE UNIQUE INDEX resources_external_ref ON resources (collection, external_ref) WHERE external_ref IS NOT NULL;
CREATE UNIQUE INDEX resources_remote_id ON resources (collection, vendor, remote_id) WHERE remote_id IS NOT NULL;
CREATE INDEX resources_vendor ON resources (collection, vendor, id);

-- What each resource was asked to be, every time.
CREATE TABLE revisions (
    collection TEXT   COLLATE "C" NOT NULL,
    record     TEXT   COLLATE "C" NOT NULL,
    number     BIGINT NOT NULL,
    document   TEXT   NOT NULL,
    secrets    BYTEA,               -- sealed, as above
    created_at BIGINT NOT NULL,
    PRIMARY KEY (collection, record, number)
);

-- Writes on their way to a vendor.
CREATE TABLE operations (
    id         TEXT   COLLATE "C" NOT NULL PRIMARY KEY,
    collection TEXT   COLLATE "C" NOT NULL,
    record     TEXT   COLLATE "C" NOT NULL,
    vendor     TEXT   COLLATE "C" NOT NULL,
    state      TEXT   COLLATE "C" NOT NULL
               CHECK (state IN ('held', 'waiting', 'attention', 'succeeded', 'failed', 'superseded')),
    fence      BIGINT NOT NULL,
    document   TEXT   NOT NULL,
    due_at     BIGINT CHECK ((due_at IS NOT NULL) = (state IN ('held', 'waiting'))),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE UNIQUE INDEX operations_held ON operations (collection, record) WHERE state = 'held';
CREATE UNIQUE INDEX operations_next ON operations (collection, record) WHERE state IN ('waiting', 'attention');
CREATE INDEX operations_due ON operations (due_at, id) WHERE due_at IS NOT NULL;
CREATE INDEX operations_over ON operations (updated_at) WHERE state IN ('succeeded', 'failed', 'superseded');
CREATE INDEX operations_state ON operations (state, id);
CREATE INDEX operations_record ON operations (record, id);

-- Requests that carried an idempotency key.
CREATE TABLE replays (
    scope       TEXT   COLLATE "C" NOT NULL,
    key         TEXT   COLLATE "C" NOT NULL,
    fingerprint BYTEA  NOT NULL,
    operation   TEXT   COLLATE "C",
    reply       BYTEA,
    created_at  BIGINT NOT NULL,
    PRIMARY KEY (scope, key)
);

CREATE INDEX replays_operation ON replays (operation) WHERE operation IS NOT NULL;
CREATE INDEX replays_created_at ON replays (created_at);

-- What the store keeps about itself.
CREATE TABLE meta (
    name  TEXT  COLLATE "C" NOT NULL PRIMARY KEY,
    value BYTEA NOT NULL
);
