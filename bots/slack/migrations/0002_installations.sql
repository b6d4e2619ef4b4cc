-- Workspaces that installed Easel by themselves (OAuth). Tokens stand in `sealed` only, encrypted.

CREATE TABLE slack_installation (
    enterprise TEXT NOT NULL, -- '' outside Enterprise Grid
    team TEXT NOT NULL, -- '' for an installation in all of a Grid
    me TEXT NOT NULL, -- Easel's user there
    bot TEXT NOT NULL,
    scopes TEXT NOT NULL,
    installer TEXT NOT NULL,
    sealed TEXT NOT NULL,
    expires_at_us BIGINT NOT NULL DEFAULT 0, -- of the token; 0: never
    version BIGINT NOT NULL DEFAULT 1, -- counts the tokens: a refresh token works once
    busy_until_us BIGINT NOT NULL DEFAULT 0, -- somebody is fetching the next one
    at_us BIGINT NOT NULL,
    PRIMARY KEY (enterprise, team)
);

CREATE INDEX slack_installation_team ON slack_installation (team);

-- Which Enterprise Grid a workspace belongs to, as events said: what is posted later knows the workspace only.
CREATE TABLE slack_grid (
    team TEXT PRIMARY KEY,
    enterprise TEXT NOT NULL
);

-- Ways into an installation that were used up.
CREATE TABLE slack_state (
    nonce TEXT PRIMARY KEY,
    at_us BIGINT NOT NULL
);
