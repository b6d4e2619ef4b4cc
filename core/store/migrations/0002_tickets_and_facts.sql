-- What a provider that works on its own gave us to ask for its answer by, even after a crash; '' when it gave nothing.
-- With a ticket `asked_at_us` stays: the question was put, whoever takes the answer up.
ALTER TABLE job ADD COLUMN ticket text NOT NULL DEFAULT '';

-- What is noted of a picture, for its details: JSON, pairs of a name in plain words and a value.
ALTER TABLE image ADD COLUMN facts text NOT NULL DEFAULT '[]';

-- How often a safety check declined what a person asked for lately.
CREATE INDEX job_moderated ON job (platform, workspace, user_id, finished_at_us) WHERE code = 'moderated';
