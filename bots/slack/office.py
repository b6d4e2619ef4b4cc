"""/easel and /usage in Slack: for administrators, answered to them alone.

The core names a person, a user group and a channel as `user:U1`, `role:S2` and `channel:C3`; Slack writes `<@U1>`,
`<!subteam^S2>` and `<#C3>` (docs.slack.dev, "Formatting message text").
"""

from __future__ import annotations

import re
from typing import Final

from core.administration.front import Told
from core.commands import Does

_MENTION: Final = re.compile(r"<(@|!subteam\^|#)([A-Z0-9]{2,40})(?:\|[^<>]*)?>", re.ASCII)
_NAMED: Final = re.compile(r"\b(user|channel):([A-Z][A-Z0-9]{2,39})\b", re.ASCII)
_KINDS: Final = {"@": "user", "!subteam^": "role", "#": "channel"}
_SIGNS: Final = {"user": "@", "channel": "#"}


ORDERS: Final = frozenset({Does.ADMINISTER, Does.USAGE})  # their words name people by their ids, not by their names


def core_names(text: str, me: str = "") -> str:
    """Slack's mentions as the core names people, user groups and channels; but of Easel's own, `me`, as they are."""
    return _MENTION.sub(lambda found: found[0] if found[2] == me else f"{_KINDS[found[1]]}:{found[2]}", text)


def slack_names(mrkdwn: str) -> str:
    """And back, in text that is escaped already. A user group stays as it is: a mention of one notifies all of it."""
    return _NAMED.sub(lambda found: f"<{_SIGNS[found[1]]}{found[2]}>", mrkdwn)


def words_of(told: Told) -> str:
    """With what stands in its file: Slack shows no file to one person alone."""
    return told.text if told.sheet is None else f"{told.text}\n```{told.sheet.data.decode()}```"
