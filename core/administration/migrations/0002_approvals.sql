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
