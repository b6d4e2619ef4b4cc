-- Before bytes are forgotten, it is asked who else has them.
CREATE INDEX discord_kept_blob ON discord_kept (blob);
