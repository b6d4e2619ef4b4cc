-- What Discord does not keep for us, or not for long enough.

-- Files that a person pointed at, kept at once: Discord's own addresses die, and those of an ephemeral attachment soon.
CREATE TABLE discord_kept (
    id TEXT PRIMARY KEY,
    bundle TEXT NOT NULL, -- what was taken together: the pictures of one message, the files of one command
    position INTEGER NOT NULL CHECK (position > 0),
    blob TEXT NOT NULL,
    name TEXT NOT NULL,
    at_us BIGINT NOT NULL,
    UNIQUE (bundle, position)
);

-- Words that a later interaction goes on from, under an id that fits into a button.
CREATE TABLE discord_note (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    at_us BIGINT NOT NULL
);

-- What could not be posted, to be told at the person's next command.
CREATE TABLE discord_inbox (
    job TEXT PRIMARY KEY,
    person TEXT NOT NULL,
    sentence TEXT NOT NULL,
    at_us BIGINT NOT NULL,
    told INTEGER NOT NULL DEFAULT 0 CHECK (told IN (0, 1))
);

CREATE INDEX discord_inbox_person ON discord_inbox (person) WHERE told = 0;

-- The commands that Discord knows, by the hash of their payload: it allows 200 new ones a day.
CREATE TABLE discord_commands (
    application TEXT PRIMARY KEY,
    digest TEXT NOT NULL
);

-- Advice that was given, so that it is given once.
CREATE TABLE discord_hint (
    hint TEXT NOT NULL,
    scope TEXT NOT NULL, -- "<server>/<user>", as whoever hints sees fit
    at_us BIGINT NOT NULL,
    PRIMARY KEY (hint, scope)
);

-- Every message of every job: begun before it is sent, so that a crash between sending and writing is noticed.
CREATE TABLE discord_post (
    job TEXT NOT NULL,
    part INTEGER NOT NULL CHECK (part >= 0),
    channel TEXT, -- NULL with `message`: begun, and nobody knows whether it arrived
    message TEXT,
    note TEXT NOT NULL DEFAULT '',
    begun_at_us BIGINT NOT NULL,
    PRIMARY KEY (job, part)
);
