"""Characters: pictures that have a name, and come along when the name is said. What is a name, and who is named. Pure.

A name has letters, digits, dashes and underscores of any script (with the marks that belong to the letters). Two names
are the same when they are folded alike: "Hero", "HERO" and the wide letters of East Asian keyboards (Unicode Standard
Annex 15, NFKC; Unicode Standard 3.13, caseless matching).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from core.model import ImageRef, Size
from core.quotes import ALPHABET

PLATFORM: Final = "character"  # of an `ImageRef` to a character's picture, which is Easel's own
NAME_CHARACTERS_MAX: Final = 40
CHARACTERS_MAX: Final = 50  # of one person in one workspace

# Behind these a sign is part of an address, of another platform's mention or of a word: a@b, <@1>, x.com/@y.
_AT: Final = re.compile(rf"(?<![{ALPHABET}_./<@&=#+%~\\-])[@＠]")
# Scripts that set no spaces between words, or hang particles on to them: a name may end inside a run of letters.
_UNSPACED: Final = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]"
)


@dataclass(frozen=True, slots=True)
class Character:
    """A picture under a name. It belongs to its owner in one workspace; `shared`, everybody there may use it.

    `private`: it came from a private picture, so what is drawn with it is private, too; it is never shared.
    """

    id: str
    platform: str
    workspace: str
    owner: str  # Actor.user
    name: str  # as its owner writes it
    blob: str  # the content's SHA-256 in hex
    media_type: str
    size: Size
    shared: bool
    private: bool
    created_at_us: int

    @property
    def key(self) -> str:
        """What the name is found by."""
        return folded(self.name)

    @property
    def ref(self) -> ImageRef:
        """Its picture, for a plan. Whose it may be is settled when the plan is made, never by this."""
        return ImageRef(PLATFORM, token=self.id, name=self.name, size=self.size)


def folded(name: str) -> str:
    """What two spellings of one name have in common. Folding twice changes nothing more."""
    once = unicodedata.normalize("NFKC", unicodedata.normalize("NFKD", name).casefold())
    return unicodedata.normalize("NFKC", once.casefold())


def distinct(names: Iterable[str]) -> tuple[str, ...]:
    """Each name once, as it was written first."""
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(folded(name), name)
    return tuple(found.values())


def spelled(name: str) -> str | None:
    """The name as it is shown, without spaces and an @ around it; None when it cannot be a name."""
    shown = unicodedata.normalize("NFKC", name).strip().removeprefix("@")
    if not 1 <= len(shown) <= NAME_CHARACTERS_MAX or not all(map(_fits, shown)):
        return None
    return shown if any(sign.isalnum() for sign in shown) and _is_stable(shown) else None


def _is_stable(name: str) -> bool:
    """Whether its folded form is a name, too: some old letters fold to several signs, and one of those to a space."""
    key = folded(name)
    return bool(key) and all(map(_fits, key))


def _fits(sign: str) -> bool:
    return sign in "-_" or sign.isalnum() or unicodedata.category(sign)[0] == "M"


def mentioned(text: str) -> Iterator[tuple[str, ...]]:
    """Every @word: the folded names that it may stand for, the likeliest first. Which of them are known is not asked.

    Linear in the length of the text.
    """
    at = 0
    while (sign := _AT.search(text, at)) is not None:
        start = end = sign.end()
        while end < len(text) and _fits(text[end]):
            end += 1
        names = tuple(dict.fromkeys(_names(text[start:end])))
        if names:
            yield names
        at = end


def _names(run: str) -> Iterator[str]:
    """The whole run, the run without dashes at its end, and where words are not set apart each of its beginnings."""
    for said in (run, run.rstrip("-_")):
        if spelled(said) is not None:
            yield folded(said)
    for end in range(min(len(run) - 1, NAME_CHARACTERS_MAX), 0, -1):
        joined = _UNSPACED.match(run[end - 1]) or _UNSPACED.match(run[end])
        if joined and unicodedata.category(run[end])[0] != "M" and spelled(run[:end]) is not None:
            yield folded(run[:end])


def introduction(shown: Sequence[str]) -> str:
    """The sentence that tells a model which of its pictures is who; empty where there is nobody.

    `shown[n]` is whom picture n + 1 shows, or empty: models count the pictures that they are given from 1.
    """
    known = [(number, name) for number, name in enumerate(shown, start=1) if name]
    if not known:
        return ""
    said = [f"picture {number} shows the character {name}" for number, name in known]
    *head, tail = said
    sentence = f"{', '.join(head)} and {tail}" if head else tail
    return f"{sentence[0].upper()}{sentence[1:]}: keep their looks."
