-- Messages that Easel took up, and the reply that says so: begun before it is posted, settled when somebody has answered.
CREATE TABLE discord_working (
    asked TEXT PRIMARY KEY, -- the message that asked
    channel TEXT NOT NULL,
    reply TEXT, -- NULL: begun, and nobody knows whether it arrived
    at_us BIGINT NOT NULL,
    settled INTEGER NOT NULL DEFAULT 0 CHECK (settled IN (0, 1))
);

CREATE INDEX discord_working_open ON discord_working (at_us) WHERE settled = 0;

-- What nobody needs any more is forgotten by its age.
CREATE INDEX discord_working_age ON discord_working (at_us);
CREATE INDEX discord_kept_age ON discord_kept (at_us);
CREATE INDEX discord_note_age ON discord_note (kind, at_us);
CREATE INDEX discord_post_age ON discord_post (begun_at_us);
CREATE INDEX discord_inbox_age ON discord_inbox (at_us) WHERE told = 1;
