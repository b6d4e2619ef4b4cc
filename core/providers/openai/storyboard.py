"""A story in panels: which part of it each panel shows, and the words that keep them together. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from core.ports import GenerateOrder

AT_ONCE: Final = 3
# A sentence ends at its mark and the blank after it; in scripts without blanks, at the mark. A line is a part, too.
_SENTENCE_END: Final = re.compile(r"(?<=[.!?…])[\"'”’»)]*\s+|(?<=[。！？।॥؟])[」』”]*\s*|\s*\n+\s*")
SAME: Final = "Same characters, same style as in the first picture."


def parts_of(text: str, count: int, quoted: Sequence[str] = ()) -> tuple[str, ...]:
    """The story in exactly `count` parts, in its own words, or nothing when it has fewer sentences and lines than that.

    Words that are to stand in a picture are never cut apart. Of more parts than panels neighbours stay together.
    """
    whole = [match.span() for one in quoted if one for match in re.finditer(re.escape(one), text)]
    parts, start = [], 0
    for end in _SENTENCE_END.finditer(text):
        if not any(first < end.end() and end.start() < last for first, last in whole):
            parts.append(text[start : end.end()].strip())
            start = end.end()
    parts = [part for part in (*parts, text[start:].strip()) if part]
    if len(parts) < count:
        return ()
    share = len(parts) / count
    return tuple(" ".join(parts[round(at * share) : round((at + 1) * share)]) for at in range(count))


@dataclass(frozen=True, slots=True)
class Panel:
    """One panel: the words that ask for it, and those that say what is in it."""

    words: str
    alt: str


def panels_of(order: GenerateOrder, *, pictured: bool) -> tuple[Panel, ...]:
    """The story's panels. `pictured`: the later ones are given the first one as a picture."""
    count, told = order.count, order.text.strip()
    parts = parts_of(told, count, order.quoted)
    panels = []
    for at in range(count):
        which = f"Panel {at + 1} of {count} of one story, as a single picture without a frame or a number."
        if parts:
            words, alt = f"The whole story: {told}\nThis panel shows only this part: {parts[at]}", parts[at]
        else:
            words, alt = f"The story: {told}\nShow what happens in part {at + 1} of {count} of it.", told
        panels.append(Panel("\n".join([which, words, *([SAME] if at and pictured else [])]), alt))
    return tuple(panels)
