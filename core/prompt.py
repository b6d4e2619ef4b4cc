"""The prompt's grammar: the text, the flags in it, and the quoted words that are to stand in the picture.

A flag is `--name`, `--name value` or `--name=value`, anywhere in the words, after a space or at the beginning (and, for
the sake of scripts without spaces, right after a Chinese or Japanese character or a closing quotation mark, when its
name is known). Phones turn `--` into a long dash, so `—ar 16:9` is a flag too, but only when a known name follows at
once; every other dash is the person's own typography and stays as typed. Inside quotation marks nothing is a flag.

What is not a flag or its value is in `Prompt.text`: every word, in order, unchanged. Only what cannot be seen goes:
control characters, and the marks that reorder the reading of a line (bidirectional overrides and isolates), because
they make a moderator read something else than what is drawn (Unicode Technical Report 36, "Bidirectional Text
Spoofing"). Joiners and variation selectors stay: Indic scripts and emoji need them.

The work is linear in the length of the prompt.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import assert_never

from core.characters import distinct, mentioned
from core.commands import FLAGS, PROMPT_CHARACTERS, Flag, Takes
from core.errors import BadFlagValue, EmptyPrompt, PromptTooLong, UnknownFlag
from core.i18n import say
from core.model import Options
from core.options import SETTINGS, SHOWN_CHARACTERS, Changes, nearest, read, spoken, with_changes
from core.quotes import ALPHABET, CLOSERS, OPENER, content

BY_NAME: Mapping[str, Flag] = MappingProxyType({name: flag for flag in FLAGS for name in (flag.name, *flag.aliases)})

_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x85]")
_SEPARATORS = re.compile(r"[\x1c-\x1f]")
# C0, DEL and C1 controls; bidirectional embeddings, overrides and isolates; halves of surrogate pairs, which no
# encoding can carry.
_UNSEEN = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_ANY_REMOVED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")

_SHORT = r"\-‐‑−－﹣"  # hyphen-minus, hyphen, non-breaking hyphen, minus, fullwidth, small
_LONG = "–—―‒⸺﹘"  # en, em, horizontal bar, figure, two-em, small em
# What may not stand right before a flag that has no space before it: letters of an alphabet, marks, other dashes.
_JOINED = rf"\s{ALPHABET}\x21\x23-\x26\x28-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e{_LONG}{_SHORT}"
_FLAG = re.compile(
    rf"(?:(?<!\S)(?:(?P<plain>[{_SHORT}]{{2}})|[{_LONG}]{{1,2}}-?|-[–—])|(?<![{_JOINED}])[{_SHORT}]{{2}})"
    rf"(?P<name>[^\W\d_][\w-]*)(?P<end>[=:＝：]|(?=\s)|\Z)?"
)
_OPENER = re.compile(OPENER)
_STOPS = re.compile(rf"[{_SHORT}{_LONG}{re.escape(''.join(CLOSERS))}]")
_VALUE = re.compile(r"[^\S\n]*(\S*)")


@dataclass(frozen=True, slots=True)
class Prompt:
    """What was said: the words, the texts that are to stand in the picture, and everything that was chosen."""

    text: str
    quoted: tuple[str, ...]
    options: Options
    # Each @word outside quotation marks: the folded names that it may stand for. The words keep it as it was typed.
    mentions: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class _Quotation:
    """Words between quotation marks, marks included."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Said:
    """A flag as it was said. Its value, if it takes one, may begin at `end`."""

    start: int
    end: int
    flag: Flag
    name: str  # as the person wrote it, with plain dashes
    equals: bool


def parse(raw: str, chosen: Options = Options(), *, allow_empty: bool = False) -> Prompt:  # noqa: B008 - frozen
    """Read a prompt. Flags win over what was `chosen` in a form.

    `allow_empty` is for edits, which may consist of flags alone ("--ar 3:1"). Raises only `PromptError`s.
    """
    if len(raw) > PROMPT_CHARACTERS:
        raise PromptTooLong(
            say(
                "Your prompt has {count} characters; the longest has {most}.",
                count=len(raw),
                most=PROMPT_CHARACTERS,
            ),
            say("Shorten it and send it again."),
        )
    read_over = seen(raw)
    taken = _take(read_over, tuple(_finds(read_over)))
    text = _joined(taken.kept)
    if not allow_empty and not _anything_in(text):
        raise EmptyPrompt(
            say("There are no words to draw from."), say("Say what you want to see, as in: a lighthouse at dusk.")
        )
    if taken.without:
        taken.changes["without"] = tuple(dict.fromkeys((*chosen.without, *taken.without)))
    if taken.characters:
        taken.changes["characters"] = distinct((*chosen.characters, *taken.characters))
    mentions = tuple(names for piece in taken.plain for names in mentioned(piece))
    return Prompt(text, tuple(taken.quoted), with_changes(chosen, taken.changes), tuple(dict.fromkeys(mentions)))


def seen(raw: str) -> str:
    """The text as a reader sees it: without control characters and marks that reorder lines.

    Controls that separate words or lines become a space or a line end, so that words are never glued together.
    """
    if _ANY_REMOVED.search(raw) is None:
        return raw
    return _UNSEEN.sub("", _SEPARATORS.sub(" ", _LINE_ENDS.sub("\n", raw)))


def _anything_in(text: str) -> bool:
    return any(unicodedata.category(character) not in ("Cf", "Cc", "Zs", "Zl", "Zp", "Mn") for character in text)


def _finds(text: str) -> Iterator[_Quotation | _Said]:
    """All quotations and flags, from left to right. Values of flags are not looked at yet."""
    unclosed: set[str] = set()  # openers whose partner does not come any more: never searched for twice
    at = 0
    while (stop := _STOPS.search(text, at)) is not None:
        at = stop.start()
        found = _flag_at(text, at) or _quotation_at(text, at, unclosed)
        if found is not None:
            yield found
        at = found.end if found is not None else at + 1


def _flag_at(text: str, at: int) -> _Said | None:
    found = _FLAG.match(text, at)
    if found is None:
        return None
    name = unicodedata.normalize("NFKC", found["name"]).casefold()
    flag = BY_NAME.get(name)
    if flag is not None and found["end"] is not None:
        return _Said(at, found.end(), flag, f"--{name}", bool(found["end"]))
    if found["plain"]:
        raise _unknown(found["name"], name)
    return None


def _unknown(name: str, folded: str) -> UnknownFlag:
    meant = nearest(folded, BY_NAME)
    known = say("The flags are {flags}.", flags=spoken([f"--{flag.name}" for flag in FLAGS], "and"))
    return UnknownFlag(
        say("I do not know the flag --{name}.", name=name[:SHOWN_CHARACTERS]),
        say("Did you mean --{meant}? To draw the words, put a space after the dashes.", meant=meant)
        if meant
        else known,
    )


def _quotation_at(text: str, at: int, unclosed: set[str]) -> _Quotation | None:
    mark = text[at]
    if mark in unclosed or mark not in CLOSERS or _OPENER.match(text, at) is None:
        return None
    closer = CLOSERS[mark].search(text, at + 1)
    if closer is None:
        unclosed.add(mark)
        return None
    return _Quotation(at, closer.end())


@dataclass(slots=True)
class _Taken:
    """What one pass over a prompt has taken from it so far."""

    changes: Changes = field(default_factory=Changes)
    without: list[str] = field(default_factory=list)
    quoted: list[str] = field(default_factory=list)
    characters: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)  # the pieces between the flags
    plain: list[str] = field(default_factory=list)  # the same without what stands in quotation marks


def _take(text: str, found: Sequence[_Quotation | _Said]) -> _Taken:
    """Flags and their values out, the rest kept."""
    taken = _Taken()
    piece = plain = number = 0
    while number < len(found):
        one = found[number]
        number += 1
        taken.plain.append(text[plain : one.start])
        if isinstance(one, _Quotation):
            plain = one.end
            taken.quoted += filter(None, [content(text[one.start : one.end])])
            continue
        taken.kept.append(text[piece : one.start])
        value, piece = _value(text, one, found, number)
        plain = piece
        changes = read(SETTINGS[one.flag.sets], value, said_as=one.name)
        if "without" in changes:
            taken.without += changes["without"]
        elif "characters" in changes:
            taken.characters += changes["characters"]
        else:
            taken.changes.update(changes)
        while number < len(found) and found[number].start < piece:
            number += 1
    taken.kept.append(text[piece:])
    taken.plain.append(text[plain:])
    return taken


def _value(text: str, one: _Said, found: Sequence[_Quotation | _Said], following: int) -> tuple[str, int]:
    """A flag's value, and where it ends. `following` is the number of what was found next."""
    match one.flag.takes:
        case Takes.NOTHING:
            if one.equals:
                raise BadFlagValue(
                    say("{name} takes no value.", name=one.name), say("Write {name} alone.", name=one.name)
                )
            return one.flag.value, one.end
        case Takes.ONE:
            return _one_word(text, one, found[following] if following < len(found) else None)
        case Takes.WORDS:
            end = _end_of_words(text, one.end, found, following)
            return text[one.end : end], end
        case _:
            assert_never(one.flag.takes)


def _one_word(text: str, one: _Said, following: _Quotation | _Said | None) -> tuple[str, int]:
    """The next word on the line, or the next quotation when nothing sticks to it."""
    word = _VALUE.match(text, one.end)
    if word is None or not word[1]:
        return "", one.end
    if following is not None and following.start == word.start(1):
        if isinstance(following, _Said):
            return "", one.end
        if text[following.end : following.end + 1].strip() == "":
            return content(text[following.start : following.end]), following.end
    return word[1], word.end()


def _end_of_words(text: str, at: int, found: Sequence[_Quotation | _Said], following: int) -> int:
    """Where the next flag begins, or the line ends; what is in quotation marks belongs together."""
    for number in range(following, len(found)):
        one = found[number]
        line_end = text.find("\n", at, one.start)
        if line_end >= 0:
            return line_end
        if isinstance(one, _Said):
            return one.start
        at = one.end
    line_end = text.find("\n", at)
    return line_end if line_end >= 0 else len(text)


def _joined(pieces: Sequence[str]) -> str:
    """The pieces with one space where a flag was, or the line ends that stood around it (a paragraph stays one)."""
    parts: list[str] = []
    gap = ""
    for piece in pieces:
        words = piece.strip()
        if not words:
            gap += piece
            continue
        start = piece.index(words)
        gap += piece[:start]
        if parts:
            parts.append("\n" * min(gap.count("\n"), 2) or " ")
        parts.append(words)
        gap = piece[start + len(words) :]
    return "".join(parts)
