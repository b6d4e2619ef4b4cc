-- The playground's own messages: the part of a chat platform that Discord and Slack would keep for us.

-- One row. Every change of any message takes the next number, inside the write that changes it; writes are serialised,
-- so a reader who has seen number N has seen everything up to N.
CREATE TABLE web_sequence (
    name TEXT PRIMARY KEY,
    value BIGINT NOT NULL CHECK (value >= 0)
);

INSERT INTO web_sequence (name, value) VALUES ('message', 0);

CREATE TABLE web_message (
    id TEXT PRIMARY KEY,
    seq BIGINT NOT NULL UNIQUE, -- of its last change
    first_seq BIGINT NOT NULL, -- of its first writing
    channel TEXT NOT NULL,
    thread TEXT,
    author TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('said', 'working', 'result', 'failed', 'answer')),
    only_for TEXT,
    job TEXT,
    reply_to TEXT,
    created_at_us BIGINT NOT NULL,
    edited INTEGER NOT NULL DEFAULT 0 CHECK (edited IN (0, 1)),
    replies INTEGER NOT NULL DEFAULT 0 CHECK (replies >= 0),
    body TEXT NOT NULL
);

CREATE INDEX web_message_changes ON web_message (channel, seq);
CREATE INDEX web_message_timeline ON web_message (channel, created_at_us);
CREATE INDEX web_message_thread ON web_message (thread, created_at_us) WHERE thread IS NOT NULL;
CREATE INDEX web_message_job ON web_message (job) WHERE job IS NOT NULL;

-- Which message shows which of Easel's pictures.
CREATE TABLE web_picture (
    message TEXT NOT NULL,
    position INTEGER NOT NULL CHECK (position > 0),
    image TEXT NOT NULL,
    PRIMARY KEY (message, position)
);

CREATE INDEX web_picture_image ON web_picture (image);

-- What a person attached, already opened and written anew by us; a mask is kept as it came and checked by the core.
CREATE TABLE web_upload (
    id TEXT PRIMARY KEY,
    purpose TEXT NOT NULL CHECK (purpose IN ('picture', 'mask')),
    blob TEXT NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    width INTEGER NOT NULL CHECK (width > 0),
    height INTEGER NOT NULL CHECK (height > 0),
    size_bytes BIGINT NOT NULL CHECK (size_bytes > 0),
    created_at_us BIGINT NOT NULL
);

-- Which message carries which upload: who may see the message may see the upload.
CREATE TABLE web_attachment (
    message TEXT NOT NULL,
    position INTEGER NOT NULL CHECK (position > 0),
    upload TEXT NOT NULL,
    PRIMARY KEY (message, position)
);

CREATE INDEX web_attachment_upload ON web_attachment (upload);
