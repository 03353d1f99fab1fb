-- Telephone calls: those that the gateway dialled, and those of others that it saw at a vendor.
CREATE TABLE calls (
    id           TEXT    COLLATE "C" NOT NULL PRIMARY KEY,
    vendor       TEXT    COLLATE "C" NOT NULL,
    agent        TEXT    COLLATE "C",
    remote_id    TEXT    COLLATE "C",
    progress     TEXT    COLLATE "C" NOT NULL CHECK (progress IN ('intended', 'sent', 'live', 'settling', 'over')),
    status       TEXT    COLLATE "C" NOT NULL,
    direction    TEXT    COLLATE "C",
    origin       TEXT    COLLATE "C" NOT NULL,
    external_ref TEXT    COLLATE "C",
    peer         BYTEA,             -- keyed hash of the number of the other side
    dialling     BOOLEAN NOT NULL,  -- true: excludes other dials to the peer
    counted      BOOLEAN NOT NULL,  -- true: counts against the caps
    version      BIGINT  NOT NULL,
    fence        BIGINT  NOT NULL,
    due_at       BIGINT  CHECK (due_at IS NOT NULL OR progress NOT IN ('intended', 'sent')),
    sent_at      BIGINT,
    document     TEXT    NOT NULL,
    personal     BYTEA,             -- sealed: key id, nonce, ciphertext
    created_at   BIGINT  NOT NULL,  -- microseconds since 1970-01-01T00:00:00Z
    updated_at   BIGINT  NOT NULL
);

CREATE UNIQUE INDEX calls_remote_id ON calls (vendor, remote_id) WHERE remote_id IS NOT NULL;
CREATE UNIQUE INDEX calls_external_ref ON calls (external_ref) WHERE external_ref IS NOT NULL;
CREATE UNIQUE INDEX calls_dialling ON calls (vendor, peer) WHERE dialling AND peer IS NOT NULL;
CREATE INDEX calls_due ON calls (due_at, id) WHERE due_at IS NOT NULL;
CREATE INDEX calls_over ON calls (updated_at) WHERE progress = 'over';

-- For the caps.
CREATE INDEX calls_counted_vendor ON calls (vendor, created_at) WHERE counted;
CREATE INDEX calls_counted_peer ON calls (peer, created_at) WHERE counted;

-- For the lists, newest first.
CREATE INDEX calls_created_at ON calls (created_at, id);
CREATE INDEX calls_agent ON calls (agent, created_at, id);
CREATE INDEX calls_vendor ON calls (vendor, created_at, id);
CREATE INDEX calls_status ON calls (status, created_at, id);
CREATE INDEX calls_direction ON calls (direction, created_at, id);
CREATE INDEX calls_origin ON calls (origin, created_at, id);
CREATE INDEX calls_peer ON calls (peer, created_at, id);

-- For the few calls that are not over.
CREATE INDEX calls_open ON calls (vendor, created_at, id) WHERE progress <> 'over';

-- The transcripts of calls, apart from them because a transcript is large and is deleted earlier.
CREATE TABLE transcripts (
    call       TEXT    COLLATE "C" NOT NULL PRIMARY KEY,
    sealed     BYTEA   NOT NULL,
    kept_until BIGINT  NOT NULL
);

CREATE INDEX transcripts_kept_until ON transcripts (kept_until);

-- Work that one process at a time does, such as following the calls of a vendor.
CREATE TABLE leases (
    name       TEXT    COLLATE "C" NOT NULL PRIMARY KEY,
    holder     TEXT    COLLATE "C" NOT NULL,
    renewed_at BIGINT  NOT NULL,
    expires_at BIGINT  NOT NULL
);
