"""People, roles and channels: as the core names them, and as Discord writes them. Pure.

The core says `user:1`, `role:2` and `channel:3`; Discord writes `<@1>`, `<@&2>` and `<#3>` ("Message Formatting").
Nothing that Easel posts notifies anybody.
"""

from __future__ import annotations

import re
from typing import Final

_MENTION: Final = re.compile(r"<(@!?|@&|#)(\d{15,20})>", re.ASCII)
_NAMED: Final = re.compile(r"\b(user|role|channel)(?::|(?<=\bthe role) )(\d{15,20})\b", re.ASCII)
_KINDS: Final = {"@": "user", "@!": "user", "@&": "role", "#": "channel"}
_SIGNS: Final = {"user": "@", "role": "@&", "channel": "#"}


def core_names(text: str) -> str:
    """Discord's mentions as the core names people, roles and channels."""
    return _MENTION.sub(lambda found: f"{_KINDS[found[1]]}:{found[2]}", text)


def discord_names(text: str) -> str:
    """And back, so that people read names; the label of a limit says “the role 2”."""
    return _NAMED.sub(lambda found: f"<{_SIGNS[found[1]]}{found[2]}>", text)
