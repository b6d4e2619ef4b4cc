-- What Slack does not keep for us, or does not tell.

-- Files that a person pointed at, kept at once: those of a form belong to no message, and others are deleted.
CREATE TABLE slack_kept (
    id TEXT PRIMARY KEY,
    bundle TEXT NOT NULL, -- what was taken together: the pictures of one message, the files of one form
    position INTEGER NOT NULL CHECK (position > 0),
    blob TEXT NOT NULL,
    name TEXT NOT NULL,
    at_us BIGINT NOT NULL,
    UNIQUE (bundle, position)
);

CREATE INDEX slack_kept_age ON slack_kept (at_us);
CREATE INDEX slack_kept_blob ON slack_kept (blob);

-- Words that a later interaction goes on from, under an id that fits into a button.
CREATE TABLE slack_note (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    body TEXT NOT NULL,
    at_us BIGINT NOT NULL,
    PRIMARY KEY (kind, id)
);

CREATE INDEX slack_note_age ON slack_note (at_us);

-- What could not be posted, to be told when the person is heard of next.
CREATE TABLE slack_inbox (
    job TEXT PRIMARY KEY,
    team TEXT NOT NULL,
    person TEXT NOT NULL,
    sentence TEXT NOT NULL,
    told INTEGER NOT NULL DEFAULT 0 CHECK (told IN (0, 1)),
    at_us BIGINT NOT NULL
);

CREATE INDEX slack_inbox_person ON slack_inbox (team, person) WHERE told = 0;

-- What happened already: advice that was given, a click that was heard.
CREATE TABLE slack_seen (
    kind TEXT NOT NULL,
    scope TEXT NOT NULL, -- as whoever asks sees fit: "<team>/<user>/<image>"
    at_us BIGINT NOT NULL,
    PRIMARY KEY (kind, scope)
);

CREATE INDEX slack_seen_age ON slack_seen (at_us);

-- How often a response_url was used, by its hash: Slack takes five answers.
CREATE TABLE slack_response (
    digest TEXT PRIMARY KEY,
    uses INTEGER NOT NULL,
    at_us BIGINT NOT NULL
);

-- People as users.info described them.
CREATE TABLE slack_person (
    team TEXT NOT NULL,
    person TEXT NOT NULL,
    body TEXT NOT NULL,
    at_us BIGINT NOT NULL,
    PRIMARY KEY (team, person)
);

-- Every message of every job, and how far it is: a crash between two requests is taken up where it happened.
CREATE TABLE slack_post (
    job TEXT NOT NULL,
    part INTEGER NOT NULL CHECK (part >= 0),
    state TEXT NOT NULL, -- how far it is: bots.slack.posts.State
    team TEXT NOT NULL DEFAULT '',
    channel TEXT NOT NULL DEFAULT '',
    root TEXT NOT NULL DEFAULT '', -- the thread that it hangs from; '' at the channel's top level
    message TEXT NOT NULL DEFAULT '', -- the ts of what people see
    controls TEXT NOT NULL DEFAULT '', -- the ts of the buttons under it
    note TEXT NOT NULL DEFAULT '',
    at_us BIGINT NOT NULL,
    PRIMARY KEY (job, part)
);

CREATE INDEX slack_post_place ON slack_post (team, channel, message);

-- The files of those messages.
CREATE TABLE slack_file (
    team TEXT NOT NULL,
    file TEXT NOT NULL,
    job TEXT NOT NULL,
    part INTEGER NOT NULL,
    position INTEGER NOT NULL CHECK (position >= 0), -- within the message
    image TEXT NOT NULL,
    at_us BIGINT NOT NULL,
    PRIMARY KEY (team, file)
);

CREATE INDEX slack_file_post ON slack_file (job, part, position);
CREATE INDEX slack_file_image ON slack_file (image);
