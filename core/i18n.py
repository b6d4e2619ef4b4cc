"""Sentences in the reader's language.

A sentence is written in English where it is needed: `say("Only {who} may cancel this.", who=name)`. What comes back is
that English text, and it remembers its template and parameters, so that whoever shows it can have it `into` another
language, also long after it was made. What has been cut, or glued to other text, is plain text again and stays English.

The translations are data, one file a language (`locales/de.toml`): a template and its translation. A text that counts
has one form for each of the language's plurals instead. What a catalogue lacks is said in English.

Numbers, money, plurals and dates are the few that these sentences have, in a table for each language: Babel would bring
them for a thousand locales in 33 MB, and a test holds ours against what it says.

Parameters are never read again for placeholders: braces and markup in a person's words stay what they are.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Final, TypeAlias

ENGLISH: Final = "en"

# As Discord writes them ("Locales"): those that its commands are named in, too. English name and own name.
LANGUAGES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "en": ("English", "English"),
        "de": ("German", "Deutsch"),
        "es-ES": ("Spanish", "Español"),
        "fr": ("French", "Français"),
        "pt-BR": ("Portuguese", "Português"),
        "ja": ("Japanese", "日本語"),
        "ko": ("Korean", "한국어"),
        "zh-CN": ("Chinese", "中文"),
        "hi": ("Hindi", "हिन्दी"),
    }
)
# Whoever reads the traditional script is not served with the simplified one (Unicode CLDR, likely subtags of zh).
_TRADITIONAL: Final = frozenset({"hant", "tw", "hk", "mo"})
_PLACE: Final = re.compile(r"\{(\w+)\}")
_LETTER: Final = re.compile(r"[^\W\d_]")
_MANY: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Cents:
    """An amount of money, in hundredths: written with two decimals."""

    cents: int


Parameter: TypeAlias = str | int | Cents


class Said(str):
    """An English text that knows how it was made. To everything else it is a `str` like any other."""

    __slots__ = ("number", "parameters", "template")

    template: str
    parameters: Mapping[str, Parameter]
    number: int | None  # what its plural goes by; None for a text that counts nothing


def say(template: str, /, **parameters: Parameter) -> Said:
    """The template with its `{names}` filled in. Whole numbers are written with their thousands apart.

    A parameter that was said by itself is translated with the sentence that it is in.
    """
    return _said(template, parameters, None)


def counted(one: str, other: str, number: int, /, **parameters: Parameter) -> Said:
    """A text that counts: `counted("{n} image", "{n} images", 3)`. The number is there as `{n}`."""
    text = _filled(one if number == 1 else other, {**parameters, "n": number}, _ENGLISH)
    return _made(text, other, {**parameters, "n": number}, number)


def phrase(text: str) -> Said:
    """A fixed text out of a table; braces in it are braces."""
    return _made(text, text, {}, None)


def joined(parts: Iterable[str], between: str = " ") -> Said:
    """Several texts as one, the empty ones left out."""
    kept = {f"part{number}": part for number, part in enumerate(filter(None, parts))}
    return _said(between.join(f"{{{name}}}" for name in kept), kept, None)


def listed(words: Iterable[str], last: str = "or") -> Said:
    """A list as a sentence says it: `png, jpeg or webp`; `last` is "or" or "and"."""
    *head, tail = words
    if not head:
        return joined([tail])
    before: str = head[0]
    for word in head[1:]:
        before = say("{before}, {word}", before=before, word=word)
    if last == "and":
        return say("{before} and {last}", before=before, last=tail)
    return say("{before} or {last}", before=before, last=tail)


def into(language: str, sentence: str, commands: Mapping[str, str] = MappingProxyType({})) -> str:
    """The sentence in a language as plain text, in English where there is no translation. Never raises.

    `language`: one of `LANGUAGES`, or any locale. `commands`: what commands are called there, by their English names,
    where a platform translates even those.
    """
    known = language_of(language)
    if known == ENGLISH or not isinstance(sentence, Said):
        return str(sentence)
    return _translated(sentence, _catalogue(known), commands)


def language_of(locale: str) -> str:
    """The language of `LANGUAGES` that serves a locale such as `de-AT` or `pt_PT`; English for any other."""
    parts = locale.replace("_", "-").casefold().split("-")
    if parts[0] == "zh" and _TRADITIONAL.intersection(parts[1:]):
        return ENGLISH
    return next((known for known in LANGUAGES if known.partition("-")[0] == parts[0]), ENGLISH)


def preferred(accept_language: str) -> str:
    """The language that a browser's `Accept-Language` wants most of those that there are (RFC 9110, 12.5.4)."""
    wishes: list[tuple[float, int, str]] = []
    for place, wish in enumerate(accept_language[:1000].split(",")):
        locale, _, weight = wish.partition(";")
        quality = re.fullmatch(r"\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*", weight, re.ASCII)
        value = float(quality[1]) if quality else 0.0 if weight.strip() else 1.0
        if value > 0:
            wishes.append((-value, place, locale.strip()))
    for _, _, locale in sorted(wishes):
        found = language_of(locale)
        if found != ENGLISH or locale.casefold().partition("-")[0] == ENGLISH:
            return found
    return ENGLISH


def named(word: str) -> str | None:
    """The language that a person means by `de`, `German` or `Deutsch`; None for one that there is not."""
    said = word.strip().casefold()
    for language, names in LANGUAGES.items():
        if said in (language.casefold(), language.partition("-")[0], *(name.casefold() for name in names)):
            return language
    return None


# --- numbers and plurals -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Digits:
    """How a language writes numbers (Unicode CLDR, number symbols and patterns).

    `least`: shorter numbers than this many digits are written in one. `pairs`: above the thousand by twos (1,00,000).
    """

    decimal: str = "."
    group: str = ","
    least: int = 4
    pairs: bool = False

    def whole(self, number: int) -> str:
        """`1,234` as this language has it."""
        digits = str(abs(number))
        if len(digits) < self.least:
            return str(number)
        head, tail = digits[:-3], [digits[-3:]] if len(digits) > 3 else []
        step = 2 if self.pairs else 3
        if not tail:
            return str(number)
        while head:
            tail.insert(0, head[-step:])
            head = head[:-step]
        return "-" * (number < 0) + self.group.join(tail)

    def money(self, amount: Cents) -> str:
        """`1,234.50` as this language has it."""
        return f"{self.whole(amount.cents // 100)}{self.decimal}{amount.cents % 100:02}"


_ENGLISH: Final = Digits()


def _plural(language: str, number: int) -> str:
    """CLDR's cardinal rules for whole numbers, of the languages that we have."""
    match language:
        case "ja" | "ko" | "zh-CN":
            return "other"
        case "fr" | "pt-BR" | "hi":
            one = number in (0, 1)
        case _:
            one = number == 1
    if one:
        return "one"
    return "many" if language in ("es-ES", "fr", "pt-BR") and number and number % _MANY == 0 else "other"


# --- catalogues --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Catalogue:
    """One language: translations by template, and by plural for what counts."""

    language: str
    digits: Digits
    sentences: Mapping[str, str]
    plurals: Mapping[str, Mapping[str, str]]

    def pattern(self, said: Said) -> str | None:
        """The translation with its places still open; None where there is none."""
        if said.number is None:
            return self.sentences.get(said.template)
        forms = self.plurals.get(said.template)
        if forms is None:
            return None
        return forms.get(_plural(self.language, said.number)) or forms["other"]


@cache
def _catalogue(language: str) -> Catalogue:
    return catalogue(language)


def catalogue(language: str) -> Catalogue:
    """Read one language's file."""
    file = resources.files("core").joinpath("locales", f"{language}.toml")
    said = tomllib.loads(file.read_text(encoding="utf-8"))
    return Catalogue(
        language,
        Digits(**said["numbers"]),
        MappingProxyType(said["sentences"]),
        MappingProxyType({template: MappingProxyType(forms) for template, forms in said["plurals"].items()}),
    )


# --- filling in --------------------------------------------------------------------------------------------------


def places(template: str) -> frozenset[str]:
    """The names of a template's places."""
    return frozenset(_PLACE.findall(template))


def is_wordless(template: str) -> bool:
    """Whether nothing in it needs a translation: places and punctuation."""
    return _LETTER.search(_PLACE.sub("", template)) is None


def _said(template: str, parameters: Mapping[str, Parameter], number: int | None) -> Said:
    return _made(_filled(template, parameters, _ENGLISH), template, parameters, number)


def _made(text: str, template: str, parameters: Mapping[str, Parameter], number: int | None) -> Said:
    said = Said(text)
    said.template, said.parameters, said.number = template, parameters, number
    return said


def _translated(said: Said, words: Catalogue, commands: Mapping[str, str]) -> str:
    known = words.pattern(said)
    pattern = said.template if known is None else known
    for name, called in commands.items():
        pattern = re.sub(rf"(?<![\w/])/{name}(?![\w/])", f"/{called}", pattern)
    if not said.parameters:
        return pattern
    if known is None and not is_wordless(said.template):  # English throughout, rather than half of it
        return _filled(pattern, said.parameters, _ENGLISH)
    parameters = {
        name: _translated(value, words, commands) if isinstance(value, Said) else value
        for name, value in said.parameters.items()
    }
    return _filled(pattern, parameters, words.digits)


def _filled(pattern: str, parameters: Mapping[str, Parameter], digits: Digits) -> str:
    """What a pattern has no parameter for stays as it is written."""

    def value(found: re.Match[str]) -> str:
        match parameters.get(found[1], found[0]):
            case str() as text:
                return text
            case Cents() as amount:
                return digits.money(amount)
            case int() as number:
                return digits.whole(number)

    return _PLACE.sub(value, pattern)
