-- Whose files they are ("<team>/<user>"): whoever wants everything of theirs, or wants it deleted, gets those that no
-- request used, too.
ALTER TABLE slack_kept ADD COLUMN person TEXT NOT NULL DEFAULT '';
CREATE INDEX slack_kept_person ON slack_kept (person);
