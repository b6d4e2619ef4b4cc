-- What the administrators of each workspace decided, the extra that they gave, and who changed what.
-- Portable to Postgres: text and bigint only; times are microseconds since 1970 in UTC (_us).

CREATE TABLE policy (
    platform text NOT NULL,
    workspace text NOT NULL,
    revision bigint NOT NULL CHECK (revision >= 1),
    document text NOT NULL,
    at_us bigint NOT NULL,
    PRIMARY KEY (platform, workspace)
);

-- More than a limit allows, for one person, in the windows during which it was given.
CREATE TABLE extra (
    id text PRIMARY KEY NOT NULL,
    platform text NOT NULL,
    workspace text NOT NULL,
    person text NOT NULL,
    unit text NOT NULL CHECK (unit IN ('images', 'money')),
    amount bigint NOT NULL CHECK (amount > 0),
    at_us bigint NOT NULL
);

CREATE INDEX extra_person ON extra (platform, workspace, person, at_us);

-- Append only: who said what, when, and what it changed.
CREATE TABLE audit (
    id text PRIMARY KEY NOT NULL,
    platform text NOT NULL,
    workspace text NOT NULL,
    person text NOT NULL,
    name text NOT NULL,
    said text NOT NULL,
    changed text NOT NULL,
    at_us bigint NOT NULL
);

CREATE INDEX audit_newest ON audit (platform, workspace, at_us);
