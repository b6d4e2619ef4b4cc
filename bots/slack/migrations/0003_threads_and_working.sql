-- What a thread holds is looked up for every message in it, and whose buttons were pressed for every press.
CREATE INDEX slack_post_thread ON slack_post (team, channel, root);
CREATE INDEX slack_post_controls ON slack_post (team, channel, controls);

-- What was taken up: begun before "One moment …" is posted, settled when it was answered or became a job.
CREATE TABLE slack_working (
    asked TEXT PRIMARY KEY, -- the core's key of the request
    spot TEXT NOT NULL, -- where the answer belongs, as bots.slack.destination writes it
    settled INTEGER NOT NULL DEFAULT 0 CHECK (settled IN (0, 1)),
    at_us BIGINT NOT NULL
);

CREATE INDEX slack_working_open ON slack_working (at_us) WHERE settled = 0;
CREATE INDEX slack_working_age ON slack_working (at_us);
