-- Whose files they are: whoever wants everything of theirs, or wants it deleted, gets those that no request used, too.
ALTER TABLE discord_kept ADD COLUMN person TEXT NOT NULL DEFAULT '';
CREATE INDEX discord_kept_person ON discord_kept (person);
