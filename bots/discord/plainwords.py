"""What a message on Discord says, as a person reads it: without Easel's mention, and with names in place of ids. Pure.

Discord writes `<@123>` for a person, `<@&123>` for a role, `<#123>` for a channel, `<:cat:123>` for an emoji of the
server and `</imagine:123>` for a command ("Message Formatting"). In a prompt these would be noise.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_MENTION: Final = re.compile(r"<(?P<kind>@!|@&|@|#)(?P<id>[0-9]{15,20})>", re.ASCII)
_EMOJI: Final = re.compile(r"<a?:(?P<name>[A-Za-z0-9_]{1,40}):[0-9]{15,20}>", re.ASCII)
_COMMAND: Final = re.compile(r"</(?P<name>[^:<>\n]{1,100}):[0-9]{15,20}>", re.ASCII)
_ALL: Final = re.compile(r"@(?:everyone|here)\b")
# A name is another person's words: signs that could be a flag, a quotation or a mention do not get into a prompt.
_NO_NAME: Final = re.compile(r"[^\w ]+")
_NAME_CHARACTERS: Final = 40


@dataclass(frozen=True, slots=True)
class Spoken:
    """The words, and who is called in them."""

    words: str
    mentioned: bool  # Easel is: by its name, or by the role that Discord made for it
    to_others: bool  # somebody else is, and Easel is not


def spoken(content: str, me: int, my_roles: frozenset[int], names: Mapping[int, str]) -> Spoken:
    """Read a message. `names` of people, roles and channels, by their ids."""
    called = [(found["kind"] == "@&", int(found["id"])) for found in _MENTION.finditer(content) if found["kind"] != "#"]
    ours = [(by_role, who) for by_role, who in called if (who in my_roles if by_role else who == me)]
    others = len(called) > len(ours) or _ALL.search(content) is not None

    def named(found: re.Match[str]) -> str:
        name = " ".join(_NO_NAME.sub("", names.get(int(found["id"]), "")).split())[:_NAME_CHARACTERS]
        return name or ("that channel" if found["kind"] == "#" else "somebody")

    words = content
    for by_role, who in dict.fromkeys(ours):
        sign = "@&" if by_role else "@!?"
        words = re.sub(rf"[ \t]*<{sign}{who}>[,:]?[ \t]*", " ", words)
    words = _COMMAND.sub(lambda found: "/" + found["name"], words)
    words = _EMOJI.sub(lambda found: found["name"], _MENTION.sub(named, words))
    return Spoken(words.strip(), mentioned=bool(ours), to_others=others and not ours)
