"""Reads boxes and arrows out of words: "Idea -> Sketch -> Print", "A -yes-> B", "log in, then pay", "from A to B"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.providers.illustrator.layouts.listing import ENDS, FIRST_AND, capital, unmarked

PLAIN = r"[-–—=‐]*(?:->|–>|—>|=>|>{1,2}|→|⇒|➔|➜|⟶|➡\ufe0f?|-->|⇨)"
BACK = r"(?:<[-–—=]+(?!>)|←|⇐|⟵|⬅\ufe0f?)"
BOTH = r"(?:<[-–—=]+>|↔|⇔|⟷|↔\ufe0f)"
LABELLED = (
    r"[-–—=]{1,2}\s?[\[|(]?\s?(?P<label>[^-–—=>|<\]\[)(;\n]{1,40}?)\s?[\]|)]?\s?[-–—=]{1,2}>|"
    r"[-–—=]*[>→]\s?\|(?P<after>[^|]{1,40})\|"
)
ARROW = re.compile(rf"\s*(?:(?P<labelled>{LABELLED})|(?P<both>{BOTH})|(?P<back>{BACK})|(?P<plain>{PLAIN}))\s*")
THEN = re.compile(
    r"\s*[,;，；、،]?\s*(?:\b(?:and\s+)?(?:then|afterwards|followed by|und dann|dann|puis|ensuite|luego|después|"
    r"entonces|depois|poi|dopo|затем|потом|sonra|lalu|kemudian)\b|然后|然後|接着|その後|それから|次に|그다음|그 다음|"
    r"फिर|তারপর|ثم|แล้วก็|จากนั้น|แล้ว)\s*[,，、:]?\s*",
    re.IGNORECASE,
)
LEADS = re.compile(
    r"\s+(?:leads to|goes to|points to|feeds into|feeds|becomes|turns into|flows to|flows into|connects to|"
    r"führt zu|mène à|lleva a)\s+",
    re.IGNORECASE,
)
CHAINS = re.compile(r"\s*(?:[;；؛\n]|[,，、،](?!\d)|\.\s|。)\s*")
FIRST_OF_ALL = re.compile(
    r"^(?:first|from|zuerst|erst|d'abord|primero|先|首先|まず|먼저|पहले|প্রথমে|أولا|ก่อนอื่น)[\s,，、]+", re.IGNORECASE
)
BOXES_MOST, ARROWS_MOST = 30, 60


@dataclass(frozen=True, slots=True)
class Arrow:
    """From one box to another, by their places in the list of boxes, with what is written on it."""

    start: int
    end: int
    label: str = ""


@dataclass(frozen=True, slots=True)
class Graph:
    """Boxes in the order in which they are named, each once, and arrows between them."""

    boxes: tuple[str, ...] = ()
    arrows: tuple[Arrow, ...] = ()


def graph(text: str, quoted: Sequence[str]) -> Graph:
    """Boxes and arrows; none when the words hold no arrow. `text` has places instead of quoted texts (`marked`)."""
    boxes: dict[str, int] = {}
    names: list[str] = []
    arrows: dict[tuple[int, int], str] = {}

    def box(words: str) -> int:
        name = unmarked(FIRST_OF_ALL.sub("", FIRST_AND.sub("", words.strip(ENDS))).strip(ENDS), quoted)
        if not name:
            return -1
        if name.casefold() not in boxes:
            boxes[name.casefold()] = len(names)
            names.append(capital(name))
        return boxes[name.casefold()]

    for chain in _chains(text):
        before: list[int] = []
        link = ("", False, True)
        for at, part in enumerate(chain):
            if at % 2:
                link = _link(part, quoted)
                continue
            here = [found for words in _several(part, len(chain)) if (found := box(words)) >= 0]
            for one, other in ((one, other) for one in before for other in here):
                label, back, forth = link
                if forth:
                    arrows.setdefault((one, other), label)
                if back:
                    arrows.setdefault((other, one), label)
            before = here or before
    if not arrows:
        return Graph()
    return Graph(tuple(names), tuple(Arrow(*ends, label) for ends, label in arrows.items()))


def _chains(text: str) -> list[list[str]]:
    """Each chain as box, link, box, ...: with arrows, commas part the chains; with "then" they part the boxes."""
    if ARROW.search(text):
        return [_cut(part) for part in CHAINS.split(text) if part.strip(ENDS)]
    said = LEADS.sub(" → ", text)
    if said != text:
        return [_cut(part) for part in CHAINS.split(said) if part.strip(ENDS)]
    if not THEN.search(text):
        return []
    parts = [part for piece in THEN.split(text) for part in CHAINS.split(piece) if part.strip(ENDS)]
    chain: list[str] = []
    for part in parts:
        chain += ["→", part] if chain else [part]
    return [chain]


def _cut(chain: str) -> list[str]:
    parts: list[str] = []
    at = 0
    for match in ARROW.finditer(chain):
        parts += [chain[at : match.start()], match.group()]
        at = match.end()
    return [*parts, chain[at:]]


def _link(arrow: str, quoted: Sequence[str]) -> tuple[str, bool, bool]:
    """What is written on it, and whether it leads back and forth."""
    match = ARROW.fullmatch(arrow)
    if match is None:
        return "", False, True
    label = unmarked((match["label"] or match["after"] or "").strip(), quoted)
    return label, bool(match["back"] or match["both"]), not match["back"]


def _several(part: str, length: int) -> list[str]:
    """ "A -> B & C" leads to both; a part without an arrow is a box of its own."""
    return [
        piece for piece in re.split(r"\s+[&+]\s+|\s*/\s*(?=\S)" if length > 1 else r"$^", part) if piece.strip(ENDS)
    ]
