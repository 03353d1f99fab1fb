-- Sets of records that move between vendors, and the plans of such.
CREATE TABLE migrations (
    id         TEXT   COLLATE "C" NOT NULL PRIMARY KEY,
    state      TEXT   COLLATE "C" NOT NULL CHECK (state IN ('planned', 'open', 'ended')),
    version    BIGINT NOT NULL,
    document   TEXT   NOT NULL,
    created_at BIGINT NOT NULL,  -- microseconds since 1970-01-01T00:00:00Z
    updated_at BIGINT NOT NULL
);

CREATE INDEX migrations_state ON migrations (state, id);
CREATE INDEX migrations_age ON migrations (state, updated_at);

-- Their records, each with how far it is.
CREATE TABLE moves (
    migration  TEXT   COLLATE "C" NOT NULL,
    collection TEXT   COLLATE "C" NOT NULL,
    record     TEXT   COLLATE "C" NOT NULL,
    state      TEXT   COLLATE "C" NOT NULL CHECK (state IN ('waiting', 'underway', 'retiring', 'moved', 'failed', 'rolled_back')),
    version    BIGINT NOT NULL,
    document   TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (migration, record)
);

CREATE UNIQUE INDEX moves_open ON moves (collection, record) WHERE state IN ('waiting', 'underway');
CREATE INDEX moves_state ON moves (migration, state, record);
