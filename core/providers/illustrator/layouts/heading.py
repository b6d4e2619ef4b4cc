"""What a sheet with a list is headed with: a quoted title, whom it is for or what it is about, or what it is called."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.providers.illustrator.layouts.listing import ENDS, PLACE, capital, places
from core.providers.illustrator.vocabulary import Kind
from core.providers.illustrator.words import Token, tokens

FOR = re.compile(
    r"\b(?:for|about|on|of|at|titled|called|named|für|über|von|para|sobre|pour|sur|de|per|su|di|от|для|о)\b\s+"
    r"(?:(?:a|an|the|my|our|your|how|ein|eine|einen|einem|das|die|der|den|dem|un|una|une|el|la|le|les|los|las|il|lo|um|uma|o)\s+)?"
    r"(?P<name>[^,.;|⟦]{2,60})",
    re.IGNORECASE,
)
WISHES = re.compile(r"\b(?:with|showing|in|at|mit|avec|con|com|auf)\b|[|,;.]", re.IGNORECASE)
ASKED = re.compile(
    r"^\s*(?:please\s+|bitte\s+)?(?:(?:draw|make|create|design|generate|show|give|build|zeichne|erstelle|dessine|crée|dibuja|crea|haz)"
    r"\s+)?(?:me\s+|mir\s+|us\s+)?(?:(?:a|an|the|my|our|ein|eine|einen|un|una|une|um|uma|le|la|el|simple|nice|beautiful|pretty|small)\s+)*",
    re.IGNORECASE,
)
DROPPED = frozenset(
    {Kind.STYLE, Kind.LIGHT, Kind.WEATHER, Kind.SEASON, Kind.STOP, Kind.COLOUR, Kind.SIZE, Kind.NUMBER, Kind.AND}
)
WORDS_MOST = 5
LEAD_MOST = 60


@dataclass(frozen=True, slots=True)
class Heading:
    """The title, what kind of sheet it calls itself, and the words of the introduction that say how it shall look."""

    title: str
    kind: str
    rest: str


def heading(lead: str, quoted: Sequence[str]) -> Heading:
    """Read an introduction, with places instead of quoted texts, such as "a vintage menu for a café with a cat"."""
    titles = places(lead, quoted)
    plain = PLACE.sub(" | ", lead)
    about = FOR.search(plain)
    name = ""
    if about is not None:
        cut = WISHES.search(about["name"])
        end = about.start("name") + (cut.start() if cut is not None else len(about["name"]))
        name = plain[about.start("name") : end].strip(ENDS + "|")
        plain = f"{plain[: about.start()]} {plain[end:]}"
    cut = WISHES.search(plain)
    main, wished = (plain[: cut.start()], plain[cut.start() :]) if cut is not None else (plain, "")
    found = tokens(ASKED.sub("", main))[0]
    kind = next((capital(token.text) for token in found if _is(token, Kind.LAYOUT)), "")
    called = _called(found)
    # What is unknown in it names the sheet and is nothing to draw.
    rest = " ".join(token.text for token in found if token.sense is not None and not _is(token, Kind.SUBJECT))
    return Heading(titles[0] if titles else capital(name) or called, kind, f"{rest} {wished.strip(' |')}".strip())


def _called(found: Sequence[Token]) -> str:
    """What is left of the introduction without the words for its looks: "Café menu"."""
    if any(token.script != "Latn" for token in found if not token.is_mark):
        joiner = "" if all(token.script in {"Hani", "Hira", "Kana", "Thai", "Zyyy"} for token in found) else " "
        return joiner.join(token.text for token in found if not token.is_mark)[:LEAD_MOST]
    words = [token.text for token in found if not token.is_mark and not (token.sense and token.sense.kind in DROPPED)]
    return capital(" ".join(words)) if len(words) <= WORDS_MOST else ""


def _is(token: Token, kind: Kind) -> bool:
    return token.sense is not None and token.sense.kind is kind
