-- The columns by which lists find the rows that are not hidden. Their meaning is the engine's.
CREATE TABLE resource_search (
    collection       TEXT    NOT NULL,
    id               TEXT    NOT NULL,
    name             TEXT    NOT NULL,  -- for the order only
    vendor           TEXT    NOT NULL,
    language         TEXT,
    primary_language TEXT,
    direction        TEXT,
    sync             TEXT    NOT NULL,
    fidelity         TEXT    NOT NULL,
    updated_at       INTEGER NOT NULL,  -- microseconds since 1970-01-01T00:00:00Z
    route            TEXT,              -- the vendor to which the route leads
    stale            INTEGER NOT NULL CHECK (stale IN (0, 1)),
    routed_by        INTEGER NOT NULL,  -- the fingerprint of the routing that found the route; not positive: to be routed
    PRIMARY KEY (collection, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX resource_search_name ON resource_search (collection, name, id);
CREATE INDEX resource_search_updated_at ON resource_search (collection, updated_at, id);
CREATE INDEX resource_search_vendor ON resource_search (collection, vendor, id);
CREATE INDEX resource_search_primary_language ON resource_search (collection, primary_language, id);
CREATE INDEX resource_search_direction ON resource_search (collection, direction, id);
CREATE INDEX resource_search_sync ON resource_search (collection, sync, id);
CREATE INDEX resource_search_fidelity ON resource_search (collection, fidelity, id);
CREATE INDEX resource_search_stale ON resource_search (collection, stale, id);
CREATE INDEX resource_search_routed_by ON resource_search (collection, routed_by, id);

-- The values of which a row has several: its labels, and the words of its texts.
CREATE TABLE resource_terms (
    collection TEXT NOT NULL,
    kind       TEXT NOT NULL,
    term       TEXT NOT NULL,
    id         TEXT NOT NULL,
    PRIMARY KEY (collection, kind, term, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX resource_terms_id ON resource_terms (collection, id, kind, term);

-- An empty database has nothing to index.
INSERT INTO meta (name, value) SELECT 'indexed', X'01' WHERE NOT EXISTS (SELECT 1 FROM resources);
