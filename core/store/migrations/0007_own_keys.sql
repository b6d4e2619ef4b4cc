-- The keys that workspaces draw with instead of the operator's, encrypted.
CREATE TABLE own_key (
  platform text NOT NULL,
  workspace text NOT NULL,
  sealed text NOT NULL,
  ends text NOT NULL,  -- the last characters, by which people know it
  person text NOT NULL,  -- who gave it
  at_us bigint NOT NULL,
  PRIMARY KEY (platform, workspace)
);
