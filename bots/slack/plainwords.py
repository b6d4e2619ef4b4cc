"""What somebody typed in Slack, as they typed it: without Easel's mention, and with names in place of ids. Pure.

Slack sends a message's text in a form of its own (docs.slack.dev, "Formatting message text" and "Retrieving messages"):
`&`, `<` and `>` are entities, everything that is a link, a mention or a date stands between `<` and `>`, and an emoji
is its short name between colons. So the text is read in one pass: what stands between the signs first, and the entities
of everything else once. A person who types `<@U1>` or `&lt;` by hand gets exactly that, and calls nobody.

Typography stays as it is. Which dashes and quotation marks are a flag's, `core.prompt` knows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final

import emoji

_TOKEN: Final = re.compile(r"<([^<>]*)>")
_ENTITY: Final = re.compile(r"&(amp|lt|gt);")
_ENTITIES: Final = {"amp": "&", "lt": "<", "gt": ">"}
_PERSON: Final = re.compile(r"@(?P<id>[UW][A-Z0-9]{1,30})(?:\|(?P<label>.*))?", re.ASCII | re.DOTALL)
_CHANNEL: Final = re.compile(r"#(?P<id>[CDG][A-Z0-9]{1,30})(?:\|(?P<label>.*))?", re.ASCII | re.DOTALL)
_GROUP: Final = re.compile(r"!subteam\^(?P<id>S[A-Z0-9]{1,30})(?:\|(?P<label>.*))?", re.ASCII | re.DOTALL)
_ALL: Final = re.compile(r"!(?P<whom>here|channel|everyone)(?:\|.*)?", re.DOTALL)
_OTHER: Final = re.compile(r"!(?:[^|]*)\|(?P<label>.*)", re.DOTALL)  # a date, or what Slack will think of next
_LINK: Final = re.compile(r"(?P<url>[A-Za-z][A-Za-z0-9+.-]{1,20}:[^|]*)(?:\|(?P<label>.*))?", re.DOTALL)
# What Slack puts before an address that was typed without it.
_ADDED: Final = ("https://", "http://", "mailto:", "tel:", "slack://")
_SHORT_NAME: Final = re.compile(r":(?P<name>[a-z0-9_+'-]{1,60}):(?::skin-tone-(?P<tone>[2-6]):)?")
_TONES: Final = {str(number): chr(0x1F3FB + number - 2) for number in range(2, 7)}
# A name is another person's words: signs that could be a flag, a quotation or a mention do not get into a prompt.
_NO_NAME: Final = re.compile(r"[^\w ]+")
_NAME_CHARACTERS: Final = 40
_FLAG: Final = re.compile(r"flag-([a-z]{2})", re.ASCII)  # Slack's names of countries' flags
_BLANKS: Final = " \t\u00a0"
_AFTER_MINE: Final = re.compile(rf"\A(?:[,:](?=\s|\Z))?[{_BLANKS}]*")
_DEPTH: Final = 6


NO_SIGNS: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Spoken:
    """The words, and who is called in them."""

    words: str
    mentioned: bool  # Easel is
    to_others: bool  # somebody else is, and Easel is not
    people: tuple[str, ...] = ()  # the other people that are called by name: their ids


def spoken(text: str, me: str, names: Mapping[str, str], signs: Mapping[str, str] = NO_SIGNS) -> Spoken:
    """Read a message's text. `me`: Easel's own user id; `names` of people, by their ids; `signs`: `emoji_in` it."""
    reader = _Reader(me, names, signs)
    at = 0
    for found in _TOKEN.finditer(text):
        reader.plain(text[at : found.start()])
        reader.token(found[1])
        at = found.end()
    reader.plain(text[at:])
    people = tuple(dict.fromkeys(reader.people))
    others = reader.others or bool(people)
    return Spoken(reader.words(), mentioned=reader.mine, to_others=others and not reader.mine, people=people)


def links_in(text: str) -> tuple[str, ...]:
    """The addresses that a message's text links to, in their order."""
    found = (_LINK.fullmatch(each[1]) for each in _TOKEN.finditer(text))
    return tuple(_unescaped(each["url"]) for each in found if each is not None)


class _Reader:
    """Reads piece by piece, and remembers who was called."""

    def __init__(self, me: str, names: Mapping[str, str], signs: Mapping[str, str]) -> None:
        self._me, self._names, self._signs = me, names, signs
        self.others = False
        self.people: list[str] = []
        self._between: list[list[str]] = [[]]  # the pieces between Easel's mentions

    @property
    def mine(self) -> bool:
        """Whether Easel was called."""
        return len(self._between) > 1

    def words(self) -> str:
        """All of it. Of a mention of Easel's nothing is left, nor of the comma behind it."""
        said = ["".join(pieces) for pieces in self._between]
        first, *others = said
        parts = [first, *(_AFTER_MINE.sub("", each) for each in others)]
        return " ".join((*(each.rstrip(_BLANKS) for each in parts[:-1]), parts[-1])).strip()

    def plain(self, text: str) -> None:
        """Text between tokens."""
        self._add(_plain(text, self._signs))

    def token(self, token: str) -> None:
        """What stands between `<` and `>`: what a reader saw in its place."""
        if person := _PERSON.fullmatch(token):
            self._person(person["id"], person["label"] or "")
        elif channel := _CHANNEL.fullmatch(token):
            self._add(_name(channel["label"] or "") or "that channel")
        elif group := _GROUP.fullmatch(token):
            self.others = True
            self._add(_name(group["label"] or "") or "that group")
        elif everybody := _ALL.fullmatch(token):
            self.others = True
            self._add("@" + everybody["whom"])
        elif link := _LINK.fullmatch(token):
            self._add(_link(_unescaped(link["url"]), _plain(link["label"] or "", self._signs)))
        else:
            other = _OTHER.fullmatch(token)
            self._add(_plain(other["label"], self._signs) if other else f"<{_plain(token, self._signs)}>")

    def _person(self, user: str, label: str) -> None:
        if user == self._me:
            self._between.append([])
            return
        self.people.append(user)
        self._add(_name(self._names.get(user) or label) or "somebody")

    def _add(self, words: str) -> None:
        self._between[-1].append(words)


def _link(url: str, label: str) -> str:
    """An address as it was typed: Slack adds its scheme, and shows what was typed as the label."""
    if not label or label == url:
        return url
    bare = url.rstrip("/")
    if any(bare == scheme + label.rstrip("/") for scheme in _ADDED):
        return label
    return f"{label} ({url})"


def _name(label: str) -> str:
    return " ".join(_NO_NAME.sub("", _unescaped(label)).split())[:_NAME_CHARACTERS].rstrip()


def _plain(text: str, signs: Mapping[str, str]) -> str:
    """Text between tokens. An emoji's short name never spans an entity, so that `&lt;` cannot make one."""

    def sign_of(found: re.Match[str]) -> str:
        sign = signs.get(found["name"]) or emoji_named(found["name"])
        if not sign:  # a workspace's own emoji has no other form than its name
            return found[0]
        return sign.removesuffix("\ufe0f") + _TONES[found["tone"]] if found["tone"] else sign

    return _unescaped(_SHORT_NAME.sub(sign_of, text) if text.count(":") > 1 else text)


def emoji_in(blocks: object, depth: int = 0) -> dict[str, str]:
    """The emoji of a message's rich text by their short names, where Slack says which signs they are."""
    signs: dict[str, str] = {}
    for each in blocks if isinstance(blocks, list) and depth < _DEPTH else ():
        if not isinstance(each, dict):
            continue
        name, points = each.get("name"), each.get("unicode")
        if (
            each.get("type") == "emoji"
            and isinstance(name, str)
            and isinstance(points, str)
            and "skin_tone" not in each
        ):
            signs |= _sign(name, points)
        signs |= emoji_in(each.get("elements"), depth + 1)
    return signs


def _sign(name: str, points: str) -> dict[str, str]:
    """`1f469-200d-1f680`, if it is nothing but an emoji."""
    try:
        sign = "".join(chr(int(point, 16)) for point in points.split("-"))
    except (ValueError, OverflowError):
        return {}
    return {name: sign} if emoji.purely_emoji(sign) else {}


@lru_cache(maxsize=1024)
def emoji_named(name: str) -> str:
    """The emoji of a short name; empty when there is none."""
    if flag := _FLAG.fullmatch(name):
        return "".join(chr(0x1F1E6 + ord(letter) - ord("a")) for letter in flag[1])
    sign = emoji.emojize(f":{name}:", language="alias")
    return "" if sign.startswith(":") else sign


def _unescaped(text: str) -> str:
    return _ENTITY.sub(lambda found: _ENTITIES[found[1]], text)
