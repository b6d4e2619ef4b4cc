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

-- Requests that wait until somebody agrees to their price, alerts that were told, and refusals by day.

CREATE TABLE approval (
    id text PRIMARY KEY NOT NULL,
    platform text NOT NULL,
    workspace text NOT NULL,
    person text NOT NULL,
    request text NOT NULL,
    nanodollars bigint NOT NULL CHECK (nanodollars >= 0),
    state text NOT NULL CHECK (state IN ('waiting', 'agreed', 'declined')),
    decided_by text NOT NULL DEFAULT '',
    at_us bigint NOT NULL,
    decided_at_us bigint
);

CREATE INDEX approval_waiting ON approval (platform, workspace, person) WHERE state = 'waiting';
CREATE INDEX approval_age ON approval (at_us);

-- One row for each share of a limit that was told of in one window: nobody hears it twice.
CREATE TABLE alert (
    platform text NOT NULL,
    workspace text NOT NULL,
    limit_id text NOT NULL,
    slot_us bigint NOT NULL,
    percent bigint NOT NULL,
    at_us bigint NOT NULL,
    PRIMARY KEY (platform, workspace, limit_id, slot_us, percent)
);

-- How often people were turned down, and why: a refused request leaves no other trace.
CREATE TABLE refusal (
    platform text NOT NULL,
    workspace text NOT NULL,
    person text NOT NULL,
    code text NOT NULL,
    day_us bigint NOT NULL,
    number bigint NOT NULL CHECK (number > 0),
    PRIMARY KEY (platform, workspace, person, code, day_us)
);
