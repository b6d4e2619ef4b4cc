"""Numbers and names of Slack, as its documentation has them in November 2026."""

from __future__ import annotations

from typing import Literal

Kind = Literal["channel", "group", "im", "mpim"]
Sort = Literal["events_api", "slash_commands", "interactive"]

ACK_SECONDS = 3.0  # docs.slack.dev, Events API and interactivity: "respond within three seconds"
RETRY_SECONDS = (0.02, 60.0, 300.0)  # docs.slack.dev, Events API: nearly at once, after a minute, after five
TRIGGER_SECONDS = 3.0
RESPONSE_URL_USES = 5
RESPONSE_URL_SECONDS = 30 * 60
STATUS_SECONDS = 120  # assistant.threads.setStatus
CODE_SECONDS = 10 * 60  # OAuth
TOKEN_SECONDS = 12 * 3600  # a rotating token
SIGNATURE_SKEW_SECONDS = 300
TEXT_CHARACTERS = 40_000  # chat.postMessage truncates above it
BLOCKS_CHARACTERS = 13_200  # measured by others: https://github.com/slackapi/bolt-js/issues/2509
UPDATE_CHARACTERS = 4_000  # chat.update refuses above it: msg_too_long
SOCKETS = 10

REQUIRED_SCOPES = frozenset(
    [
        "app_mentions:read",
        "chat:write",
        "commands",
        "files:read",
        "files:write",
        "channels:history",
        "groups:history",
        "im:history",
        "mpim:history",
        "reactions:write",
        "users:read",
        "im:write",
        "assistant:write",
    ]
)
OPTIONAL_SCOPES = frozenset(
    [
        *("channels:join", "chat:write.public", "channels:read", "groups:read", "im:read", "mpim:read", "team:read"),
        "usergroups:read",
    ]
)
FULL_SCOPES = REQUIRED_SCOPES | OPTIONAL_SCOPES
MINIMAL_SCOPES = REQUIRED_SCOPES - {"channels:history", "groups:history", "im:history", "mpim:history"}

MESSAGE_EVENTS = {"channel": "message.channels", "group": "message.groups", "im": "message.im", "mpim": "message.mpim"}
HISTORY = {"channel": "channels:history", "group": "groups:history", "im": "im:history", "mpim": "mpim:history"}
READ = {"channel": "channels:read", "group": "groups:read", "im": "im:read", "mpim": "mpim:read"}
SCOPE_OF_EVENT = {event: HISTORY[kind] for kind, event in MESSAGE_EVENTS.items()} | {
    "app_mention": "app_mentions:read",
    "file_shared": "files:read",
    "member_joined_channel": "channels:read",
    "reaction_added": "reactions:read",
}
MINIMAL_EVENTS = frozenset({"app_mention", "app_home_opened", "app_uninstalled", "tokens_revoked"})
FULL_EVENTS = MINIMAL_EVENTS | frozenset(MESSAGE_EVENTS.values())
