-- Every resource the API owns, one row each. What it means is in `document`; the store knows only what it must search by.
CREATE TABLE resources (
    collection   TEXT    NOT NULL,
    id           TEXT    NOT NULL,
    revision     INTEGER NOT NULL CHECK (revision >= 1),
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

-- What the store keeps about itself.
CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT;
