-- What is left to do after people had everything of theirs deleted, and after workspaces let Easel go.
-- Portable to Postgres: text and bigint only; times are microseconds since 1970 in UTC (_us).

-- A person in one workspace, until nothing is called by their id any more. `names` is JSON: what the books still call
-- them in windows that run, and what instead. `finished`: their words and pictures are gone, only such windows wait.
CREATE TABLE erasure (
    platform text NOT NULL,
    workspace text NOT NULL,
    person text NOT NULL,
    pseudonym text NOT NULL,
    names text NOT NULL,
    asked_at_us bigint NOT NULL,
    finished bigint NOT NULL DEFAULT 0 CHECK (finished IN (0, 1)),
    PRIMARY KEY (platform, workspace, person)
);

-- Bytes whose row is gone: nobody has them any more, or somebody who had the same. Written with the row's end, so that
-- a crash before the file's own leaves no file that nobody knows of.
CREATE TABLE orphan (
    blob text PRIMARY KEY NOT NULL
);

-- Workspaces that Easel was removed from. Coming back takes the row away.
CREATE TABLE departure (
    platform text NOT NULL,
    workspace text NOT NULL,
    at_us bigint NOT NULL,
    PRIMARY KEY (platform, workspace)
);

-- All that one person asked for: to hand it out to them, and to forget it.
CREATE INDEX job_person ON job (platform, user_id, workspace, created_at_us);

-- Since when deleted words may still stand in the database's own files: one row until it was scrubbed.
CREATE TABLE residue (
    kind text PRIMARY KEY NOT NULL,
    at_us bigint NOT NULL
);
