"""Reads the words of a comic or a storyboard: how many panels, what happens in each, and who says what."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from core.providers.illustrator.layouts.choosing import asked_for
from core.providers.illustrator.layouts.form import Prompt, Taken, variants
from core.providers.illustrator.reading import QUOTES, read
from core.providers.illustrator.scene import Entry, Scene
from core.providers.illustrator.story import clauses, tell
from core.providers.illustrator.words import tokens

MOST, DEFAULT = 8, 4
NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8}
NUMBERS |= {
    "两": 2,
    "二": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "두": 2,
    "세": 3,
    "네": 4,
    "여섯": 6,
}
COUNTED = re.compile(
    r"(?P<number>\d+|" + "|".join(NUMBERS) + r")[\s-]*"
    r"(?:panels?|frames?|pictures?|shots?|strips?|格|コマ|幅|컷|पैनल|প্যানেল|viñetas?|cases?|bilder|quadros|vignette|vignettes)",
    re.IGNORECASE,
)
# "Panel 1: ...", "1) ..." at the beginning of each part
NUMBERED = re.compile(
    r"(?:^|(?<=[\s.;,:]))(?:(?:panel|frame|scene|shot|picture)\s*)?(?:[1-8])\s*[:.)]\s+", re.IGNORECASE
)
LEAD = re.compile(r"^(?P<lead>[^:：.!?。]{0,90})[:：]\s*(?=\S)")
ENDS = ".!?…。！？।"
PLACE = re.compile(r"⟦(\d+)⟧")
BETWEEN = re.compile(r"⟧!\s*(?=⟦)")  # an answer is in the same panel
ATTRIBUTED = re.compile(r"⟧[.!](?=\s*[a-zß-ÿ])")  # “Hi!” says the owl
# What is said after a sentence, and by nobody who is named, is said in that sentence's panel.
ALONE = re.compile(r"[.!?…。！？]\s*((?:⟦\d+⟧\s*)+)[.!]?\s*(?=[^\sa-zß-ÿ⟦.!]|$)")
TOLD = re.compile(r":\s*.*\w{2}", re.DOTALL)
STRAY = re.compile(r"(?:^|\s)[.!](?=\s|$)")  # what ended a sentence that was said
SPEAKS = re.compile(
    r"[\s,]*(?:\b(?:and\s+)?(?:(?:he|she|it|they)\s+)?(?:says?|said|asks?|asked|shouts?|shouted|cries|cried|thinks?|thought|"
    r"answers?|answered|replies|replied|whispers?|whispered|calls?|called|yells?|sings?|dice|pregunta|grita|dit|demande|"
    r"crie|sagt|fragt|ruft|diz|pergunta|grita)\b|"
    r"说|說|问|問|喊|と言う|と言った|と叫ぶ|말한다|외친다|कहता है|कहती है|বলে|يقول|تقول|พูดว่า)"
    r"[\s,:：]*$",
    re.IGNORECASE,
)
SAYS = re.compile(
    r"\s*,?\s*(?:says?|said|asks?|asked|shouts?|cries|thinks?|answers?|replies|whispers?|calls?|yells?)\b", re.I
)
SUBJECT_ONLY = 3  # words: what is left of "The old fox says" tells nothing that the bubble does not


@dataclass(frozen=True, slots=True)
class Beat:
    """One panel's words: what happens, and what is said."""

    told: str
    said: tuple[str, ...]
    cues: tuple[str, ...] = ()  # the words right before each: "The owl says"


def take(text: str, quoted: Sequence[str]) -> Taken:
    """How many panels there are is not in the picture."""
    return Taken(COUNTED.sub(" ", text))


def plan(scene: Scene, prompt: Prompt) -> tuple[Scene, ...]:
    """The whole sheet, with a scene for each panel; further pictures differ by seed only."""
    title, beats = beats_of(prompt.text, prompt.quoted)
    told = tell(scene, [beat.told for beat in beats], len(beats), prompt.without)
    parts = tuple(
        replace(part, texts=beat.said, caption=caption_of(beat), entries=_speeches(part, beat))
        for part, beat in zip(told, beats, strict=True)
    )
    whole = replace(scene, texts=(title,) if title else (), parts=parts)
    return variants(whole, prompt)


def _speeches(part: Scene, beat: Beat) -> tuple[Entry, ...]:
    """Who says what: who was named last before it; one after the other where nothing is between."""
    cast = [one.drawing for one in part.casts]
    speeches: list[Entry] = []
    at = 0
    for text, cue in zip(beat.said, beat.cues, strict=True):
        named = [one.drawing for one in read(cue).casts if one.drawing in cast] if cue else []
        if named:
            at = cast.index(named[-1])
        elif cue or not speeches:
            at = 0  # "she says": the hero
        else:
            at = (at + 1) % max(1, len(cast))
        speeches.append(Entry(text, kind="said", drawing=cast[at] if cast else ""))
    return tuple(speeches)


def beats_of(text: str, quoted: Sequence[str]) -> tuple[str, tuple[Beat, ...]]:
    """The title, and the panels' words. A text in quotation marks belongs to the part that it stands in."""
    marked = _marked(text, quoted)
    counted = COUNTED.search(marked)
    title, story = _without_lead(marked, quoted)
    parts = [part.strip(" ,;") for part in NUMBERED.split(story) if part.strip(" ,;")]
    wanted = _number(counted)
    if len(NUMBERED.findall(story)) < 2:
        most = wanted or MOST
        parts = list(clauses(story, most)) if wanted else _sentences(story)
    count = min(MOST, wanted or (len(parts) if len(parts) > 1 else DEFAULT))
    if len(parts) > count:
        parts = list(clauses(". ".join(parts), count))
    beats = [_beat(part, quoted) for part in parts[:count]]
    beats += [Beat("", ())] * (count - len(beats))
    return title, tuple(beats)


def _sentences(story: str) -> list[str]:
    """As many parts as there are sentences; one sentence is cut at its clauses."""
    sentences = clauses(story, 1_000_000) if "." not in story.strip(" .") else clauses(story, _stops(story))
    return list(sentences)[:MOST] if len(sentences) <= MOST else list(clauses(story, MOST))


def _stops(story: str) -> int:
    return max(1, len([part for part in re.split(r"(?<=[.!?…。！？।॥؟])\s*", story) if part.strip()]))


def _marked(text: str, quoted: Sequence[str]) -> str:
    """The words with a place instead of each quoted text, so that no sentence ends inside one."""
    for at in sorted(range(len(quoted)), key=lambda index: len(quoted[index]), reverse=True):
        ends = quoted[at][-1:] in ENDS
        pattern = f"[{QUOTES}]+{re.escape(quoted[at])}[{QUOTES}]+(?P<end>[{ENDS}]?)"
        text = re.sub(pattern, partial(_place, at, ends), text, count=1)
    text = BETWEEN.sub("⟧ ", ATTRIBUTED.sub("⟧", text))
    return ALONE.sub(r" \1. ", text) if TOLD.search(PLACE.sub(" ", text)) else text


def _place(at: int, ends: bool, match: re.Match[str]) -> str:
    return f"⟦{at}⟧{'.' if match['end'] else '!' if ends else ''}"


def _without_lead(marked: str, quoted: Sequence[str]) -> tuple[str, str]:
    """ "A comic called “Mila” in four panels: ..." is about the sheet and not told in it."""
    match = LEAD.match(marked)
    if match is None or not (COUNTED.search(match["lead"]) or _names_form(match["lead"])):
        return "", COUNTED.sub(" ", marked)
    place = PLACE.search(match["lead"])
    return quoted[int(place[1])] if place else "", marked[match.end() :]


def _names_form(lead: str) -> bool:
    return asked_for(tokens(PLACE.sub(" ", lead))[0]) in {"comic", "storyboard"}


def _number(match: re.Match[str] | None) -> int:
    if match is None:
        return 0
    word = match["number"].lower()
    return max(1, min(MOST, NUMBERS.get(word) or int(word)))


def _beat(part: str, quoted: Sequence[str]) -> Beat:
    said = tuple(quoted[int(at)] for at in PLACE.findall(part))
    pieces = PLACE.split(part)  # words, a place, words, a place, ..., words
    around = zip(pieces[:-1:2], pieces[2::2], strict=True)
    cues = tuple((after if SAYS.match(after) else before).strip(" ,:：") for before, after in around)
    return Beat(STRAY.sub("", " ".join(PLACE.sub(" ", part).split())), said, cues)


def caption_of(beat: Beat) -> str:
    """What is told, without "she says" before a bubble; "" where nothing else is told."""
    told = SPEAKS.sub("", beat.told.strip(" .。")) if beat.said else beat.told
    told = told.strip(" ,:：;")
    if beat.said and (len(told.split()) <= SUBJECT_ONLY or not told or SAYS.match(told)):
        return ""
    return told if not beat.said or told[-1:] in ".!?。！？।" else f"{told}."
