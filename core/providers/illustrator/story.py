"""Splits a story into panels: who is in each, where and when, with the same hero throughout."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from core.providers.illustrator.reading import Reading, read
from core.providers.illustrator.scene import AT_NIGHT, Cast, Layout, Light, Scene, Setting, Weather

SENTENCE_END = re.compile(r"(?<=[.!?…。！？।॥؟])\s*|\n+")
CLAUSE_END = re.compile(
    r"\s*(?:;|；|،|、|,\s*(?:and\s+)?then\b|,\s*(?:and|but|until|so)\b|\band then\b|—| – )\s*", re.IGNORECASE
)
LEAD_IN = re.compile(
    r"^\s*(?:a |an |the )?(?:\w+[- ])?(?:storyboard|story|comic|comic strip|tale)\b[^:.]{0,40}[:.]\s*", re.IGNORECASE
)
CAPTION_MOST = 110
SAID = re.compile(
    r"“[^”]*”|\"[^\"]*\"|«[^»]*»|„[^“”]*[“”]|「[^」]*」|『[^』]*』|《[^》]*》"
)  # its words are no subjects
HOURS = (Light.DAWN, Light.DAY, Light.SUNSET, Light.NIGHT)


def clauses(text: str, count: int) -> tuple[str, ...]:
    """The story in at most `count` parts, in its own words; where there are more, neighbours stay together."""
    told = LEAD_IN.sub("", text).strip() or text.strip()
    parts = [part.strip() for part in SENTENCE_END.split(told) if part.strip()]
    if len(parts) < count:
        parts = [piece.strip(" ,") for part in parts for piece in CLAUSE_END.split(part) if piece.strip(" ,.")]
    if len(parts) < count:
        parts = [piece.strip() for part in parts for piece in re.split(r"[,，]\s*", part) if piece.strip(" .")]
    if len(parts) <= count:
        return tuple(parts)
    share = len(parts) / count
    groups = [parts[round(at * share) : round((at + 1) * share)] for at in range(count)]
    return tuple(" ".join(group) for group in groups)


def panels(whole: Scene, text: str, count: int, without: Sequence[str]) -> tuple[Scene, ...]:
    """The story's panels."""
    return tell(whole, clauses(text, count), count, without)


def tell(whole: Scene, told: Sequence[str], count: int, without: Sequence[str]) -> tuple[Scene, ...]:
    """A scene for each part. One that says nothing of place, hour or weather stays where the one before was."""
    hero = whole.casts[0] if whole.casts else None
    scenes: list[Scene] = []
    now = replace(whole, layout=Layout.PANEL, panels=count, texts=(), entries=(), setting=_beginning(whole, told))
    for at in range(count):
        clause = told[at] if at < len(told) else ""
        reading = _read(clause, hero, without)
        now = replace(
            now,
            panel=at + 1,
            caption=_caption(clause),
            setting=Setting(reading.setting) if reading.setting else now.setting,
            weather=Weather(reading.weather) if reading.weather else _weather(now, at),
            light=_light(now, reading, at, len(told)),
            features=reading.features or now.features,
            casts=_casts(hero, reading),
            names=tuple(dict.fromkeys((*now.names, *reading.names))),
        )
        scenes.append(now)
    return tuple(scenes)


def _read(clause: str, hero: Cast | None, without: Sequence[str]) -> Reading:
    """A clause, with the hero before it: "She sails in a boat" puts them into the boat."""
    clause = SAID.sub(" | ", clause)
    if not clause.strip(" |"):
        return Reading()
    reading = read(clause, (), without)
    if hero is None or any(cast.drawing == hero.drawing for cast in reading.casts):
        return reading
    return read(f"{hero.name.split()[-1] if hero.name.isascii() else hero.name} she {clause}", (), without)


def _beginning(whole: Scene, told: Sequence[str]) -> Setting:
    """Where a story begins that does not say so: not yet at a place that it goes to later."""
    elsewhere = any(read(clause).setting for clause in told[1:])
    return Setting.HILLS if elsewhere else whole.setting


def _weather(now: Scene, at: int) -> Weather:
    return Weather.CLEAR if at == 0 else now.weather


def _light(now: Scene, reading: Reading, at: int, told: int) -> Light:
    if reading.light:
        return Light(reading.light)
    if AT_NIGHT & set(reading.features) or reading.setting == Setting.SPACE:
        return Light.NIGHT
    if at >= told:  # nothing more is told: the day goes on
        return HOURS[(HOURS.index(now.light) + 1) % len(HOURS)]
    return Light.DAY if at == 0 and now.setting is not Setting.SPACE else now.light


def _casts(hero: Cast | None, reading: Reading) -> tuple[Cast, ...]:
    """The hero is in every panel, first, and in the same shape; what they hold is what this panel says."""
    if hero is None:
        return reading.casts
    here = next((cast for cast in reading.casts if cast.drawing == hero.drawing), None)
    lead = here if here is not None else replace(hero, holds=(), mount="", count=1)
    return (lead, *(cast for cast in reading.casts if cast.drawing != hero.drawing))


def _caption(clause: str) -> str:
    if len(clause) <= CAPTION_MOST:
        return clause
    return clause[:CAPTION_MOST].rsplit(" ", 1)[0].rstrip(" ,;") + " …"
