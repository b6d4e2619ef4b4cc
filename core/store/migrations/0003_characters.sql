-- Pictures that people keep under a name. `key` is the folded name; `blob` is a picture of Easel's own, which no other
-- picture's end takes away. What came from a private picture is never shared.
CREATE TABLE named_picture (
    id text PRIMARY KEY NOT NULL,
    platform text NOT NULL,
    workspace text NOT NULL,
    owner text NOT NULL,
    key text NOT NULL,
    name text NOT NULL,
    blob text NOT NULL,
    media_type text NOT NULL,
    width bigint NOT NULL,
    height bigint NOT NULL,
    shared bigint NOT NULL CHECK (shared IN (0, 1)),
    private bigint NOT NULL CHECK (private IN (0, 1)),
    created_at_us bigint NOT NULL,
    CHECK (shared + private <= 1)
);

CREATE UNIQUE INDEX named_picture_owner ON named_picture (platform, workspace, owner, key);
CREATE UNIQUE INDEX named_picture_shared ON named_picture (platform, workspace, key) WHERE shared = 1;
CREATE INDEX named_picture_blob ON named_picture (blob);
