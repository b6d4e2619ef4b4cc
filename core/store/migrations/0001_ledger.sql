-- Jobs, what they cost, which picture came from which, and whose turn it is.
-- Portable to Postgres: text and bigint only; truth values are 0 and 1; times are microseconds since 1970 in UTC (_us);
-- money is nano-dollars.

CREATE TABLE job (
    id text PRIMARY KEY NOT NULL,
    event_key text NOT NULL,
    fingerprint text NOT NULL,
    platform text NOT NULL,
    workspace text NOT NULL,
    channel text NOT NULL,
    thread text,
    user_id text NOT NULL,
    flow_parent text NOT NULL,
    flow_key text NOT NULL,
    state text NOT NULL CHECK (state IN
        ('queued', 'running', 'generated', 'delivered', 'undelivered', 'failed', 'cancelled', 'uncertain')),
    request text NOT NULL,
    plan text NOT NULL,
    service_cost bigint NOT NULL CHECK (service_cost >= 0),
    created_at_us bigint NOT NULL,
    started_at_us bigint,
    asked_at_us bigint,
    finished_at_us bigint,
    lease text,
    lease_until_us bigint,
    attempt bigint NOT NULL DEFAULT 0,
    cancel_requested bigint NOT NULL DEFAULT 0 CHECK (cancel_requested IN (0, 1)),
    -- The outbox: 1 while somebody still has to be told how the job ended.
    outbox bigint NOT NULL DEFAULT 0 CHECK (outbox IN (0, 1)),
    not_before_us bigint NOT NULL DEFAULT 0,
    delivery_attempts bigint NOT NULL DEFAULT 0,
    code text NOT NULL DEFAULT '',
    sentence text NOT NULL DEFAULT '',
    note text NOT NULL DEFAULT '',
    remarks text NOT NULL DEFAULT '[]',
    shown text NOT NULL DEFAULT '[]',
    messages text NOT NULL DEFAULT '[]',
    CHECK ((state = 'running') <= (lease IS NOT NULL)),
    CHECK ((outbox = 1) <= (state IN ('generated', 'failed', 'cancelled', 'uncertain'))),
    CHECK ((state = 'generated') <= (outbox = 1))
);

CREATE UNIQUE INDEX job_event ON job (event_key);
CREATE INDEX job_waiting ON job (flow_parent, flow_key, created_at_us, id) WHERE state = 'queued';
CREATE INDEX job_running ON job (lease_until_us) WHERE state = 'running';
CREATE INDEX job_outbox ON job (not_before_us) WHERE outbox = 1;
CREATE INDEX job_thread ON job (thread, channel) WHERE thread IS NOT NULL;

CREATE TABLE image (
    id text PRIMARY KEY NOT NULL,
    job text NOT NULL REFERENCES job (id),
    position bigint NOT NULL CHECK (position >= 1),
    parent text,
    blob text NOT NULL,
    media_type text NOT NULL,
    width bigint NOT NULL,
    height bigint NOT NULL,
    size_bytes bigint NOT NULL,
    alt text NOT NULL,
    prompt text NOT NULL,
    operation text NOT NULL,
    provider text NOT NULL,
    model text NOT NULL,
    platform text NOT NULL,
    workspace text NOT NULL,
    channel text NOT NULL,
    thread text,
    time_zone text NOT NULL,
    author text NOT NULL,
    private bigint NOT NULL CHECK (private IN (0, 1)),
    created_at_us bigint NOT NULL,
    provider_state text NOT NULL,
    deleted bigint NOT NULL DEFAULT 0 CHECK (deleted IN (0, 1)),
    -- What a search looks at: prompt and alt text, case-folded.
    words text NOT NULL
);

CREATE UNIQUE INDEX image_position ON image (job, position);
CREATE INDEX image_place ON image (platform, workspace, channel, created_at_us) WHERE deleted = 0;
CREATE INDEX image_blob ON image (blob) WHERE deleted = 0;

-- Which pictures a message on a platform shows, so that a reply to it finds them.
CREATE TABLE posting (
    platform text NOT NULL,
    channel text NOT NULL,
    message text NOT NULL,
    position bigint NOT NULL CHECK (position >= 1),
    image text NOT NULL REFERENCES image (id),
    job text NOT NULL REFERENCES job (id),
    at_us bigint NOT NULL,
    PRIMARY KEY (platform, channel, message, position)
);

CREATE INDEX posting_message ON posting (platform, message);
CREATE INDEX posting_job ON posting (job);

-- The people's ledger: what a job holds, and what it was in the end.
CREATE TABLE charge (
    job text PRIMARY KEY NOT NULL REFERENCES job (id),
    state text NOT NULL CHECK (state IN ('reserved', 'settled', 'voided')),
    reserved_images bigint NOT NULL CHECK (reserved_images >= 0),
    reserved_nanodollars bigint NOT NULL CHECK (reserved_nanodollars >= 0),
    settled_images bigint NOT NULL DEFAULT 0 CHECK (settled_images >= 0),
    settled_nanodollars bigint NOT NULL DEFAULT 0 CHECK (settled_nanodollars >= 0),
    measured bigint NOT NULL DEFAULT 0 CHECK (measured IN (0, 1)),
    at_us bigint NOT NULL,
    closed_at_us bigint
);

-- Append only. The slot is the one of the reservation, whatever clocks, roles and limits say when it is settled.
-- `cap` is what the limit allowed at that moment (holds only).
CREATE TABLE journal (
    job text NOT NULL REFERENCES charge (job),
    limit_id text NOT NULL,
    holder text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('hold', 'post', 'void', 'adjust')),
    slot_us bigint NOT NULL,
    pending bigint NOT NULL,
    posted bigint NOT NULL,
    cap bigint,
    at_us bigint NOT NULL,
    PRIMARY KEY (job, limit_id, holder, kind)
);

-- A reservation is closed at most once: a second refund cannot exist.
CREATE UNIQUE INDEX journal_once ON journal (job, limit_id, holder) WHERE kind IN ('post', 'void');

-- The sums of the journal, kept so that an admission reads a few rows instead of a month of them.
CREATE TABLE bucket (
    limit_id text NOT NULL,
    holder text NOT NULL,
    slot_us bigint NOT NULL,
    pending bigint NOT NULL CHECK (pending >= 0),
    posted bigint NOT NULL CHECK (posted >= 0),
    PRIMARY KEY (limit_id, holder, slot_us)
);

-- The operator's ledger: what a provider billed, or may have billed when its answer was lost.
CREATE TABLE provider_spend (
    job text NOT NULL REFERENCES job (id),
    attempt bigint NOT NULL,
    kind text NOT NULL CHECK (kind IN ('billed', 'presumed')),
    provider text NOT NULL,
    nanodollars bigint NOT NULL CHECK (nanodollars >= 0),
    at_us bigint NOT NULL,
    PRIMARY KEY (job, attempt)
);

-- Fair turns: the root ('', ''), a workspace ('', workspace), a person (workspace, person). `backlog`: jobs that wait below;
-- `at_us`: when the last of them came, at the root the ledger's latest time.
CREATE TABLE flow (
    parent text NOT NULL,
    key text NOT NULL,
    tag bigint NOT NULL,
    virtual bigint NOT NULL,
    backlog bigint NOT NULL CHECK (backlog >= 0),
    at_us bigint NOT NULL,
    PRIMARY KEY (parent, key)
);

CREATE INDEX flow_turn ON flow (parent, tag, key) WHERE backlog > 0;
